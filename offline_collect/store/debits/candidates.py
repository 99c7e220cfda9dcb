"""Bills that may go into a debit batch, each customer's together, the oldest due first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from offline_collect.domain.bills import Bill
from offline_collect.domain.debits.batches import LIVE, RecordState
from offline_collect.domain.debits.mandates import Mandate, MandateState, Party
from offline_collect.domain.debits.selection import LastDebit
from offline_collect.domain.facts import BillKey
from offline_collect.store.backoffice.customers import CustomerRecord, customer_record
from offline_collect.store.backoffice.mandates import Decision, decided_about, mandate_of
from offline_collect.store.database.list_parameter import wanted, wanted_rows
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.tables import bills, customers
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect
from offline_collect.store.versioning.bills_in_effect import free_bills

Place = tuple[str, dt.date, str]
"""Customer number, due date and bill number: where a page ends."""

_FAILED = [RecordState.REFUSED.value, RecordState.RETURNED.value]
_COUNTED = [*(state.value for state in sorted(LIVE)), RecordState.SETTLED.value]


@dataclass(frozen=True, slots=True)
class Payer:
    """A customer with an account and a mandate."""

    customer: CustomerRecord = field(repr=False)
    mandate: Mandate


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bills a batch asks for.

    Attributes:
        due_by: the last due date; None for all.
        failed_only: whether a bank must have refused them before.
    """

    merchant_id: str
    due_by: dt.date | None
    failed_only: bool


def due_places(tx: StoreTransaction, asked: Wanted, after: Place | None, most: int) -> list[Place]:
    """Return a page of unpaid bills that are due; they are not locked.

    Args:
        after: the place after which the page begins; None for the first page.
    """
    page = select(bills.c.customer_no, bills.c.due_date, bills.c.bill_no).where(_due(tx, asked))
    if after is not None:
        page = page.where(_after(after))
    order = (bills.c.customer_no, bills.c.due_date, bills.c.bill_no)
    rows = tx.connection.execute(page.order_by(*order).limit(most))
    return [(customer_no, due_date, bill_no) for customer_no, due_date, bill_no in rows]


def payers_of(tx: StoreTransaction, merchant_id: str, places: Iterable[Place]) -> dict[str, Payer]:
    """Return the customers of bills by their numbers; those without a mandate are missing."""
    numbers = dict.fromkeys(customer_no for customer_no, _, _ in places)
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in numbers])
    rows = read_rows(tx.connection, customers_with_mandates(tx.connection.dialect.name), asked)
    found = (_payer(row) for row in rows if row[_MANDATE_REF] is not None)
    return {each.customer.customer_no: each for each in found}


@cache
def customers_with_mandates(dialect: str) -> Select[Any]:
    """Return the query of the customers in a list, with what was decided about their mandates.

    They are not joined to their bills, and those without a mandate are not left out: SQLite would search them by a
    range of their numbers, or of the mandates' references.
    """
    asked = wanted_rows(dialect, PAIRS)
    same = and_(customers.c.merchant_id == asked.c.m, customers.c.customer_no == asked.c.k)
    decided = (column.label(f"decided_{column.name}") for column in mandates.columns)
    return (
        select(*customers.columns, *decided)
        .join_from(asked, customers, same)
        .outerjoin(mandates, decided_about())
        .where(in_effect(customers))
    )


def lock_due_bills(
    tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]
) -> tuple[dict[BillKey, Bill], set[BillKey]]:
    """Lock bills without waiting; return those that are locked, and those that somebody pays at this moment."""
    return free_bills(tx.connection, tx.statements, [(merchant_id, number) for number in numbers])


def last_debits(tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> dict[str, LastDebit]:
    """Return what became of the last debit of bills; those that were in no batch are missing."""
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in numbers])
    rows = tx.connection.execute(debits_of_bills(tx.connection.dialect.name), asked)
    return {bill_no: LastDebit(RecordState(state), retry_on) for bill_no, state, retry_on in rows}


def debited_amounts(
    tx: StoreTransaction, merchant_id: str, references: Iterable[str], since: dt.date
) -> dict[str, list[tuple[dt.date, int]]]:
    """Return what is debited from mandates, or is in a batch, by collection date from ``since`` on."""
    asked = wanted(tuple(PAIRS), [(merchant_id, reference) for reference in references])
    statement = debits_of_mandates(tx.connection.dialect.name)
    rows = tx.connection.execute(statement.where(debit_batches.c.collection_date >= since), asked)
    found: dict[str, list[tuple[dt.date, int]]] = {}
    for reference, day, amount in rows:
        found.setdefault(reference, []).append((day, int(amount)))
    return found


def collection_days(tx: StoreTransaction, keys: Iterable[BillKey]) -> dict[BillKey, dt.date]:
    """Return the days of the debits for which bills are in a batch; those that are in none are missing."""
    asked = sorted(set(keys))
    if not asked:
        return {}
    rows = tx.connection.execute(live_debits(tx.connection.dialect.name), wanted(tuple(PAIRS), asked))
    return {(merchant_id, bill_no): day for merchant_id, bill_no, day in rows}


@cache
def live_debits(dialect: str) -> Select[Any]:
    """Return the query of the days of the debits for which the bills in a list are in a batch."""
    asked = wanted_rows(dialect, PAIRS)
    row = debit_records.c
    same = and_(row.merchant_id == asked.c.m, row.bill_no == asked.c.k)
    return (
        select(row.merchant_id, row.bill_no, debit_batches.c.collection_date)
        .join_from(asked, debit_records, same)
        .join(debit_batches, debit_batches.c.batch_no == row.batch_no)
        .where(row.live_bill.is_not(None))
    )


@cache
def debits_of_bills(dialect: str) -> Select[Any]:
    """Return the query of the records of the bills in a list, the last of each bill last."""
    asked = wanted_rows(dialect, PAIRS)
    same = and_(debit_records.c.merchant_id == asked.c.m, debit_records.c.bill_no == asked.c.k)
    row = debit_records.c
    return (
        select(row.bill_no, row.state, row.retry_on)
        .join_from(asked, debit_records, same)
        .where(row.state != RecordState.CANCELLED.value)
        .order_by(row.batch_no, row.sequence)
    )


@cache
def debits_of_mandates(dialect: str) -> Select[Any]:
    """Return the query of what is debited from the mandates in a list, by collection date."""
    asked = wanted_rows(dialect, PAIRS)
    row = debit_records.c
    same = and_(row.merchant_id == asked.c.m, row.mandate_ref == asked.c.k)
    amount = case(
        (row.state == RecordState.SETTLED.value, row.settled_minor),
        else_=row.principal_minor + row.late_fee_minor,
    )
    return (
        select(row.mandate_ref, debit_batches.c.collection_date, func.sum(amount))
        .join_from(asked, debit_records, same)
        .join(debit_batches, debit_batches.c.batch_no == row.batch_no)
        .where(row.state.in_(_COUNTED))
        .group_by(row.mandate_ref, debit_batches.c.collection_date)
    )


def _due(tx: StoreTransaction, asked: Wanted) -> ColumnElement[bool]:
    conditions = [
        bills.c.merchant_id == asked.merchant_id,
        in_scope(bills.c.merchant_id, tx.scope),
        bills.c.mark.is_(None),
        or_(bills.c.paid_principal_minor < bills.c.amount_minor, bills.c.late_fee_left_minor > 0),
        in_effect(bills),
    ]
    if asked.due_by is not None:
        conditions.append(bills.c.due_date <= asked.due_by)
    if asked.failed_only:
        failed = select(debit_records.c.bill_no).where(
            debit_records.c.merchant_id == asked.merchant_id, debit_records.c.state.in_(_FAILED)
        )
        conditions.append(bills.c.bill_no.in_(failed))
    return and_(*conditions)


def _after(place: Place) -> ColumnElement[bool]:
    customer_no, due_date, bill_no = place
    row = bills.c
    # The first condition alone is a range of the index.
    return and_(
        row.customer_no >= customer_no,
        or_(
            row.customer_no > customer_no,
            row.due_date > due_date,
            and_(row.due_date == due_date, row.bill_no > bill_no),
        ),
    )


_decision = row_reader(
    Decision,
    mandates.columns.keys(),
    {"state": MandateState, "party": lambda word: None if word is None else Party(word)},
)
_REFERENCE = mandates.columns.keys().index("reference")
_CUSTOMER_END = len(customers.columns)
_MANDATE_REF = customers.columns.keys().index("mandate_ref")


def _payer(values: Sequence[Any]) -> Payer:
    customer = customer_record(values[:_CUSTOMER_END])
    assert customer.mandate_ref is not None, "only those with a mandate are read"
    decided = values[_CUSTOMER_END:]
    decision = None if decided[_REFERENCE] is None else _decision(decided)
    return Payer(customer, mandate_of(customer.mandate_ref, customer, decision))


def debited_in_cycle(mandate: Mandate, debited: Mapping[str, list[tuple[dt.date, int]]], on: dt.date) -> int:
    """Return what is debited from a mandate in the cycle of a day."""
    if mandate.cycle is None:
        return 0
    first = mandate.cycle.first_day(on)
    return sum(
        amount for day, amount in debited.get(mandate.reference, ()) if mandate.cycle.first_day(day) == first
    )
