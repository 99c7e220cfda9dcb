"""All of a merchant's customers, a page at a time: what reads them never holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from offline_collect.store.database.json import from_json
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

PAGE = 1_000
_BEFORE_ALL = " "
"""Sorts before every customer number: those are printable and begin with no space."""


@dataclass(frozen=True, slots=True)
class CustomerInputs:
    """What a customer is found by.

    Attributes:
        inputs: normalised values of the form's inputs, by key.
    """

    customer_no: str
    name: str = field(repr=False)
    inputs: Mapping[str, str] = field(repr=False)


def each_customers_inputs(tx: StoreTransaction, merchant_id: str) -> Iterator[CustomerInputs]:
    """Yield what each of a merchant's customers is found by, in the order of their numbers.

    What an import has staged and nobody released is not among them.
    They are read by pages, so take them from a snapshot: what changes meanwhile would be seen in part.
    """
    after = _BEFORE_ALL
    while page := tx.connection.execute(_page(merchant_id, after)).all():
        for number, name, inputs in page:
            yield CustomerInputs(number, name, from_json(inputs))
        after = page[-1].customer_no


def _page(merchant_id: str, after: str) -> Select[Any]:
    return (
        select(customers.c.customer_no, customers.c.name, customers.c.inputs)
        .where(customers.c.merchant_id == merchant_id, customers.c.customer_no > after, in_effect(customers))
        .order_by(customers.c.customer_no)
        .limit(PAGE)
    )
