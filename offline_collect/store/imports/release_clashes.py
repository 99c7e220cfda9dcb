"""Customers of a waiting import who would now have the same lookup keys as others.

No file or user can take a key that a waiting import will give to a customer. But a form published since may look
customers up by other inputs, and an earlier version of the program may have staged the import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.imports.rows import Standing
from offline_collect.domain.lookup_keys import labels_by_key
from offline_collect.store.backoffice.lookup_keys import CHUNK, current_form, latest_forms
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.json import from_json
from offline_collect.store.imports.lifecycle import get_import
from offline_collect.store.imports.record import ImportKind
from offline_collect.store.schema.tables import customer_keys, customers
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect


@dataclass(frozen=True, slots=True)
class Clash:
    """Two customers that would share a lookup key after a release.

    Attributes:
        labels: of the equal inputs.
    """

    customer_no: str
    other_no: str
    labels: str


def release_clashes(tx: StoreTransaction, import_id: int) -> Iterator[Clash]:
    """Yield the customers who would share a lookup key of the current form; a snapshot is sufficient.

    Keys that the import does not change are no new clashes.
    """
    found = get_import(tx, import_id)
    version = require_merchant(tx, found.merchant_id).form_version
    form = current_form(latest_forms(tx, found.merchant_id), version)
    if found.kind is not ImportKind.CUSTOMERS or form is None:
        return
    if tx.connection.execute(_of_several_rows(found.merchant_id).limit(1)).first() is None:
        return
    doubtful = tx.connection.execute(_shared(found.merchant_id, import_id).execution_options(yield_per=CHUNK))
    # They include keys of older forms, which many customers may share.
    while chunk := list(islice(doubtful, CHUNK)):
        yield from _of_form(tx, form, chunk)


def _of_form(tx: StoreTransaction, form: PaymentForm, chunk: Sequence[Any]) -> Iterator[Clash]:
    ids = [row.customer_id for row in chunk]
    wanted = select(customers.c.customer_id, customers.c.inputs).where(customers.c.customer_id.in_(ids))
    inputs = {row_id: from_json(text) for row_id, text in tx.connection.execute(wanted)}
    for row in chunk:
        labels = labels_by_key(form, inputs[row.customer_id]).get(row.lookup_key)
        if labels is not None:
            yield Clash(row.first_no, row.last_no, labels)


def _of_several_rows(merchant_id: str) -> Select[Any]:
    """Return the query of lookup keys of more than one customer row, in effect or not."""
    return (
        select(customer_keys.c.lookup_key)
        .where(customer_keys.c.merchant_id == merchant_id)
        .group_by(customer_keys.c.lookup_key)
        .having(func.count() > 1)
    )


def _shared(merchant_id: str, import_id: int) -> Select[Any]:
    """Return the query of keys that an import gives to customers and that more than one would then have.

    Nearly all keys have one row only. They are skipped in the order of the index, before any customer is read.
    """
    doubtful = _of_several_rows(merchant_id).subquery("doubtful")
    keys, number = customer_keys.c, customers.c.customer_no
    same = and_(keys.merchant_id == merchant_id, keys.lookup_key == doubtful.c.lookup_key)
    return (
        select(
            doubtful.c.lookup_key,
            func.min(number).label("first_no"),
            func.max(number).label("last_no"),
            func.min(customers.c.customer_id).label("customer_id"),
        )
        .join_from(doubtful, customer_keys, same)
        .join(customers, customers.c.customer_id == keys.customer_id)
        .where(doubtful.c.lookup_key.in_(_gained(merchant_id, import_id)), in_effect_then(import_id))
        .group_by(doubtful.c.lookup_key)
        .having(func.min(number) != func.max(number))
        .order_by(doubtful.c.lookup_key)
    )


def _gained(merchant_id: str, import_id: int) -> Select[Any]:
    """Return the query of the keys that an import gives to customers who did not have them."""
    staged, key, former = (
        customers.alias("staged"),
        customer_keys.alias("gained"),
        customer_keys.alias("former"),
    )
    kept = exists().where(
        former.c.merchant_id == merchant_id,
        former.c.lookup_key == key.c.lookup_key,
        former.c.customer_id == staged.c.supersedes,
    )
    return (
        select(key.c.lookup_key)
        .join_from(staged, key, key.c.customer_id == staged.c.customer_id)
        .where(staged.c.import_id == import_id, staged.c.standing == Standing.STAGED.value, not_(kept))
    )


def in_effect_then(import_id: int) -> ColumnElement[bool]:
    """Return whether a row of customers is in effect once an import that waits is released.

    The rule is :func:`offline_collect.domain.imports.versions.in_effect`, with that import RELEASED.
    """
    row, original = customers.c, customers.alias("original")
    marked = (
        select(original.c.superseded_by).where(original.c.customer_id == row.supersedes).scalar_subquery()
    )
    comes = and_(
        row.import_id == import_id,
        row.standing == Standing.STAGED.value,
        or_(row.supersedes.is_(None), marked == import_id),
    )
    stays = and_(in_effect(customers), or_(row.superseded_by.is_(None), row.superseded_by != import_id))
    return or_(comes, stays)
