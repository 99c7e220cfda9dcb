"""Lookup keys: the digests of the inputs by which customers are found.

A terminal may still hold an older form. So a customer has a key for every set of inputs in the latest forms,
and a lookup by any of these forms finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, or_, select

from offline_collect.domain.forms import PaymentForm, form_from_document
from offline_collect.domain.lookup_keys import lookup_keys
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.database.json import from_json
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.schema.tables import customer_keys, customers, payment_forms
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import CUSTOMERS, not_former

FORMS_KEPT = 5
"""How many of a form's latest versions find customers."""

CHUNK = 1_000
"""Customers whose keys are written together."""

Place = tuple[str, int]
"""Progress through the customers: number and version of the last one read."""

# Every number comes after a space; '' is not text to Oracle.
FIRST: Place = (" ", 0)

CustomerInputs = tuple[int, Mapping[str, str]]
"""The id of a customer's row and the normalised values of its inputs."""


def latest_forms(tx: StoreTransaction, merchant_id: str) -> list[PaymentForm]:
    """Return the forms that can find a merchant's customers, the latest first.

    A planned form is included: it must find the customers that are written meanwhile.
    """
    latest = (
        select(payment_forms.c.version, payment_forms.c.document)
        .where(payment_forms.c.merchant_id == merchant_id)
        .order_by(payment_forms.c.version.desc())
        .limit(FORMS_KEPT)
    )
    return [form_from_document(from_json(text), version) for version, text in tx.connection.execute(latest)]


def current_form(forms: Sequence[PaymentForm], version: int | None) -> PaymentForm | None:
    """Return the form of a merchant's current version among its latest ones; None before the first."""
    return next((form for form in forms if form.version == version), None)


def asks_for(form: PaymentForm) -> frozenset[frozenset[str]]:
    """Return the sets of inputs by which a form finds customers."""
    return frozenset(frozenset(asked.key for asked in inputs) for inputs in form.alternatives)


class ChunkKeys:
    """The lookup keys of a chunk of customers: each is computed once, then compared and written.

    Attributes:
        current: the merchant's current form; None before the first.
    """

    def __init__(self, forms: Sequence[PaymentForm], version: int | None) -> None:
        self.current = current_form(forms, version)
        self._others = [form for form in forms if form is not self.current]
        self._known: dict[str, tuple[str, ...]] = {}

    def of_current(self, customer_no: str, inputs: Mapping[str, str]) -> tuple[str, ...]:
        """Return the keys by which the current form finds a customer of the chunk."""
        known = self._known.get(customer_no)
        if known is None:
            known = () if self.current is None else lookup_keys(self.current, inputs)
            self._known[customer_no] = known
        return known

    def of_all(self, customer_no: str, inputs: Mapping[str, str]) -> set[str]:
        """Return the keys by which any of the forms finds a customer of the chunk."""
        keys = set(self.of_current(customer_no, inputs))
        for form in self._others:
            keys.update(lookup_keys(form, inputs))
        return keys


def write_keys(
    tx: StoreTransaction,
    merchant_id: str,
    forms: Sequence[PaymentForm],
    chunk: Iterable[CustomerInputs],
) -> None:
    """Write the keys of customer rows that have no keys."""
    found = (
        (row_id, {key for form in forms for key in lookup_keys(form, inputs)}) for row_id, inputs in chunk
    )
    insert_keys(tx, merchant_id, found)


def insert_keys(tx: StoreTransaction, merchant_id: str, found: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Write computed keys of customer rows that have no keys."""
    keys = [(merchant_id, key, row_id) for row_id, keys in found for key in keys]
    bulk_insert(tx.connection, customer_keys, sorted(keys))


def drop_keys(tx: StoreTransaction, customer_ids: Sequence[int]) -> None:
    """Remove the keys of at most :data:`CHUNK` rows of customers."""
    if customer_ids:
        tx.connection.execute(delete(customer_keys).where(customer_keys.c.customer_id.in_(customer_ids)))


def customers_by_key(tx: StoreTransaction, merchant_id: str, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the numbers of the customers that have lookup keys, by key; a key without customers is absent."""
    asked = wanted(tuple(PAIRS), {(merchant_id, key) for key in keys})
    found: dict[str, list[str]] = {}
    for lookup_key, _, customer_no, *_ in tx.connection.execute(tx.statements.customers, asked):
        found.setdefault(lookup_key, []).append(customer_no)
    return found


def reindex_customers(
    tx: StoreTransaction, merchant_id: str, forms: Sequence[PaymentForm], after: Place = FIRST
) -> Place | None:
    """Rewrite the keys of at most :data:`CHUNK` of a merchant's customers; return where to continue.

    Customers of a waiting import get keys too; former versions get none.
    """
    rows = _rows_after(tx, merchant_id, *after)
    if not rows:
        return None
    drop_keys(tx, [row.customer_id for row in rows])
    write_keys(tx, merchant_id, forms, [(row.customer_id, from_json(row.inputs)) for row in rows])
    return rows[-1].customer_no, rows[-1].version


def _rows_after(tx: StoreTransaction, merchant_id: str, number: str, version: int) -> Sequence[Any]:
    key = customers.c
    after = or_(
        key.customer_no > number,
        and_(key.customer_no == number, key.version > version),
    )
    page = (
        select(key.customer_id, key.customer_no, key.version, key.inputs)
        .where(key.merchant_id == merchant_id, key.customer_no >= number, after, not_former(CUSTOMERS))
        .order_by(key.customer_no, key.version)
        .limit(CHUNK)
    )
    return tx.connection.execute(page).all()
