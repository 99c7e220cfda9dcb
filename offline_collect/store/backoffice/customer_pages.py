"""All customers of a merchant, page by page: a reader never holds all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from offline_collect.store.database.json import from_json
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

PAGE = 1_000
_BEFORE_ALL = " "
"""Sorts before every customer number: these are printable and do not begin with a space."""


@dataclass(frozen=True, slots=True)
class CustomerInputs:
    """The inputs by which a customer is found.

    Attributes:
        inputs: normalised values of the form's inputs, by key.
    """

    customer_no: str
    name: str = field(repr=False)
    inputs: Mapping[str, str] = field(repr=False)


def each_customers_inputs(tx: StoreTransaction, merchant_id: str) -> Iterator[CustomerInputs]:
    """Yield the inputs by which each of a merchant's customers is found, in the order of their numbers.

    Customers of an import that is not released are left out.
    Pages are read one by one, so use a snapshot: otherwise changes made meanwhile would be seen in part.
    """
    after = _BEFORE_ALL
    while page := tx.connection.execute(
        _page(merchant_id, after, customers.c.name, customers.c.inputs)
    ).all():
        for number, name, inputs in page:
            yield CustomerInputs(number, name, from_json(inputs))
        after = page[-1].customer_no


def each_customers_name(tx: StoreTransaction, merchant_id: str) -> Iterator[tuple[str, str]]:
    """Yield the number and the name of each of a merchant's customers, as :func:`each_customers_inputs` does."""
    after = _BEFORE_ALL
    while page := tx.connection.execute(_page(merchant_id, after, customers.c.name)).all():
        yield from map(tuple, page)
        after = page[-1].customer_no


def _page(merchant_id: str, after: str, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(customers.c.customer_no, *columns)
        .where(customers.c.merchant_id == merchant_id, customers.c.customer_no > after, in_effect(customers))
        .order_by(customers.c.customer_no)
        .limit(PAGE)
    )
