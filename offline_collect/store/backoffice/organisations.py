"""The group, its banks and their branches, for the back office."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, insert, select

from offline_collect.domain.access.organisation import (
    DEFAULT_BANK,
    GROUP_ID,
    Organisation,
    OrganisationKind,
)
from offline_collect.domain.texts.near import did_you_mean
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import AlreadyExistsError, NotFoundError
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.tables import merchants
from offline_collect.store.sql.scope import in_subtree
from offline_collect.store.sql.transaction import StoreTransaction

_MADE_WITH_THE_STORE = (GROUP_ID, DEFAULT_BANK)


def add_organisation(tx: StoreTransaction, organisation: Organisation) -> None:
    """Add an organisation.

    Raises:
        AlreadyExistsError: an organisation has this id, perhaps one out of the caller's sight.
    """
    own = organisations.c.organisation_id == organisation.organisation_id
    if tx.connection.execute(select(organisations.c.path).where(own)).first() is not None:
        raise AlreadyExistsError(
            Phrase(
                "the organisation id {organisation_id} is taken: choose another",
                organisation_id=organisation.organisation_id,
            )
        )
    row = {
        "organisation_id": organisation.organisation_id,
        "kind": organisation.kind.value,
        "name": organisation.name,
        "parent_id": organisation.parent_id,
        "path": organisation.path,
    }
    tx.connection.execute(insert(organisations), row)


def require_organisation(tx: StoreTransaction, organisation_id: str) -> Organisation:
    """Return an organisation.

    Raises:
        NotFoundError: no organisation in the transaction's scope has this id.
    """
    row = tx.connection.execute(_seen(tx).where(organisations.c.organisation_id == organisation_id)).first()
    if row is None:
        meant = did_you_mean(organisation_id, (each.organisation_id for each in list_organisations(tx)))
        raise NotFoundError(
            Phrase(
                "there is no organisation {organisation_id}; offline-collect organisation list shows"
                " them all{meant}",
                organisation_id=organisation_id,
                meant=meant,
            )
        )
    return _organisation(row)


def list_organisations(tx: StoreTransaction) -> list[Organisation]:
    """Return all organisations, each before those under it."""
    return [_organisation(row) for row in tx.connection.execute(_seen(tx).order_by(organisations.c.path))]


def has_one_bank(tx: StoreTransaction) -> bool:
    """Whether the store has only the bank that was created with it."""
    banks = select(func.count()).select_from(organisations)
    of_kind = organisations.c.kind == OrganisationKind.BANK.value
    return tx.connection.execute(banks.where(of_kind)).scalar_one() == 1


def has_organisations(tx: StoreTransaction) -> bool:
    """Whether organisations were added: without any, the user interface does not mention them."""
    added = organisations.c.organisation_id.not_in(_MADE_WITH_THE_STORE)
    return tx.connection.execute(select(organisations.c.path).where(added).limit(1)).first() is not None


def organisations_of_merchants(tx: StoreTransaction, *merchant_ids: str) -> dict[str, str]:
    """Return the organisations of merchants, by merchant id; of all merchants if none is named."""
    found = select(merchants.c.merchant_id, merchants.c.organisation_id).join(organisations)
    found = found.where(in_subtree(tx.scope))
    if merchant_ids:
        found = found.where(merchants.c.merchant_id.in_(merchant_ids))
    return {row.merchant_id: row.organisation_id for row in tx.connection.execute(found)}


def _seen(tx: StoreTransaction) -> Select[Any]:
    return select(organisations).where(in_subtree(tx.scope))


def _organisation(row: Any) -> Organisation:
    return Organisation(row.organisation_id, OrganisationKind(row.kind), row.name, row.parent_id, row.path)
