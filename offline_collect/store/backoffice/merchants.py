"""Merchants, for the back office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, insert, select, update

from offline_collect.domain.access.organisation import DEFAULT_BANK
from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.domain.texts.near import nearest
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import AlreadyExistsError, NotFoundError
from offline_collect.store.schema.tables import merchants
from offline_collect.store.sql.merchant_rows import merchant_from_row, merchant_row
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_NAMES = tuple(column.name for column in merchants.columns)[:-1]
"""Columns of a merchant; the last one names its organisation."""

COMPARED_MAX = 2_000
"""How many ids are compared with one that is mistyped."""


def add_merchant(tx: StoreTransaction, merchant: Merchant, organisation_id: str = DEFAULT_BANK) -> None:
    """Add a merchant that belongs to a bank or a branch.

    Raises:
        AlreadyExistsError: a merchant has this id, perhaps one out of the caller's sight.
    """
    refuse_taken_id(tx, merchant.merchant_id)
    row = dict(zip(_NAMES, merchant_row(merchant), strict=True))
    tx.connection.execute(insert(merchants), {**row, "organisation_id": organisation_id})


def refuse_taken_id(tx: StoreTransaction, merchant_id: str) -> None:
    """Refuse the id of an existing merchant, in scope or not.

    Raises:
        AlreadyExistsError: a merchant has this id.
    """
    own = merchants.c.merchant_id == merchant_id
    if tx.connection.execute(select(merchants.c.status).where(own)).first() is not None:
        raise AlreadyExistsError(Phrase("there is a merchant {merchant_id} already", merchant_id=merchant_id))


def replace_merchant(tx: StoreTransaction, merchant: Merchant) -> Merchant:
    """Replace a merchant's name, account and rules; return the merchant before the change.

    Its status and form stay as they are.

    Raises:
        NotFoundError: there is none of this id.
    """
    before = require_merchant(tx, merchant.merchant_id, lock=True)
    kept = replace(merchant, status=before.status, form_version=before.form_version)
    changed = dict(zip(_NAMES, merchant_row(kept), strict=True))
    tx.connection.execute(
        update(merchants).where(merchants.c.merchant_id == merchant.merchant_id).values(changed),
    )
    return before


def get_merchant(tx: StoreTransaction, merchant_id: str, *, lock: bool = False) -> Merchant | None:
    """Return a merchant; None if none in the transaction's scope has this id.

    Args:
        lock: lock it until the transaction ends, so that no other transaction changes it.
    """
    statement: Select[Any] = select(merchants).where(
        merchants.c.merchant_id == merchant_id, in_scope(merchants.c.merchant_id, tx.scope)
    )
    row = tx.connection.execute(statement.with_for_update() if lock else statement).first()
    return None if row is None else merchant_from_row(row)


def require_merchant(tx: StoreTransaction, merchant_id: str, *, lock: bool = False) -> Merchant:
    """Return a merchant: every named merchant passes here, so that no user reaches another bank's.

    Raises:
        NotFoundError: no merchant in the transaction's scope has this id, or none is named.
    """
    if not merchant_id:
        raise NotFoundError(Phrase("no merchant is named; offline-collect merchant list shows them all"))
    merchant = get_merchant(tx, merchant_id, lock=lock)
    if merchant is None:
        reason = Phrase(
            "there is no merchant {merchant_id}; offline-collect merchant list shows them all",
            merchant_id=merchant_id,
        )
        near = nearest(merchant_id, _ids_in_scope(tx))
        if near is not None:
            reason = Phrase("{reason}; did you mean {near}?", reason=reason, near=near)
        raise NotFoundError(reason)
    return merchant


def _ids_in_scope(tx: StoreTransaction) -> Iterator[str]:
    seen = select(merchants.c.merchant_id).where(in_scope(merchants.c.merchant_id, tx.scope))
    return iter(tx.connection.execute(seen.order_by(merchants.c.merchant_id).limit(COMPARED_MAX)).scalars())


def list_merchants(
    tx: StoreTransaction, after: str | None = None, most: int | None = None
) -> Iterator[Merchant]:
    """Yield merchants by id, as they are read.

    Args:
        after: the id that the first one comes after; None for the first of all.
        most: how many at most; None for all.
    """
    seen = select(merchants).where(in_scope(merchants.c.merchant_id, tx.scope))
    if after is not None:
        seen = seen.where(merchants.c.merchant_id > after)
    for row in tx.connection.execute(seen.order_by(merchants.c.merchant_id).limit(most)):
        yield merchant_from_row(row)


def set_merchant_status(tx: StoreTransaction, merchant_id: str, status: MerchantStatus) -> Merchant:
    """Change a merchant's status; return the merchant before the change.

    Raises:
        NotFoundError: there is none of this id.
    """
    before = require_merchant(tx, merchant_id, lock=True)
    tx.connection.execute(
        update(merchants).where(merchants.c.merchant_id == merchant_id).values(status=status.value),
    )
    return before
