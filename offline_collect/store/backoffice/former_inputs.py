"""Inputs by which payers found customers until these were changed, and which of them still owe something."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import and_, or_, select

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.rows import Standing
from offline_collect.store.database.json import from_json
from offline_collect.store.schema.tables import bills, customers
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

FORMER_MAX = 100_000
"""Former versions of customers that are looked at, the latest first: they are held in memory."""

_CHUNK = 500


def former_inputs(tx: StoreTransaction, merchant_id: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the number and the inputs of former versions of a merchant's customers, the latest first."""
    table = customers.c
    former = (
        select(table.customer_no, table.inputs)
        .where(table.merchant_id == merchant_id, table.standing == Standing.FORMER.value)
        .order_by(table.customer_id.desc())
        .limit(FORMER_MAX)
    )
    return [(number, from_json(inputs) or {}) for number, inputs in tx.connection.execute(former)]


def owing_customers(tx: StoreTransaction, merchant_id: str, numbers: Collection[str]) -> set[str]:
    """Return which customers have a bill that is neither paid in full nor withdrawn."""
    table, asked = bills.c, sorted(numbers)
    unpaid = and_(
        in_effect(bills),
        table.paid_principal_minor < table.amount_minor,
        or_(table.mark.is_(None), table.mark != BillMark.WITHDRAWN.value),
    )
    found: set[str] = set()
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        owing = select(table.customer_no).where(
            table.merchant_id == merchant_id, table.customer_no.in_(part), unpaid
        )
        found.update(tx.connection.execute(owing.distinct()).scalars())
    return found
