"""Bills, for the back office: imports chunk by chunk, and one bill with all that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from offline_collect.domain.bills import Bill
from offline_collect.domain.customers import Customer
from offline_collect.domain.transactions import PostedPayment
from offline_collect.store.bulk import Row, bulk_insert, bulk_update
from offline_collect.store.customers import CHUNK_MAX, Change
from offline_collect.store.documents import to_json
from offline_collect.store.rows import bill_from_row, customer_from_row, payment_from_row
from offline_collect.store.statements import PAIRS
from offline_collect.store.tables import bills, payments
from offline_collect.store.transaction import StoreTransaction
from offline_collect.store.wanted import wanted

_CONTENT = (
    "customer_no",
    "amount_minor",
    "due_date",
    "currency",
    "description",
    "period",
    "open_from",
    "expires_on",
    "extra",
)
_RESET = ("version", "fee_base", "fee_through")


@dataclass(frozen=True, slots=True)
class BillRecord:
    """A bill as a merchant gives it; see :class:`offline_collect.domain.bills.Bill`."""

    bill_no: str
    customer_no: str
    amount_minor: int
    due_date: dt.date
    currency: str = "156"
    description: str | None = None
    period: str | None = None
    open_from: dt.date | None = None
    expires_on: dt.date | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BillOutcome:
    """What was done with a bill.

    Attributes:
        reason: why it was refused; None where it was not.
    """

    change: Change
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BillDetails:
    """A bill with its customer and the payments made for it, oldest first."""

    bill: Bill
    customer: Customer | None
    payments: tuple[PostedPayment, ...]


def put_bills(tx: StoreTransaction, merchant_id: str, chunk: Sequence[BillRecord]) -> list[BillOutcome]:
    """Add or change bills; return what was done with each.

    A bill is changed only while nothing is paid on it and nothing was done to it; then it counts another
    version and its late fee begins anew. Bills that are there stay locked until the transaction ends.

    Args:
        chunk: at most :data:`offline_collect.store.customers.CHUNK_MAX`, no number twice.
    """
    assert len(chunk) <= CHUNK_MAX, "bills are written in chunks"
    present = _present(tx, merchant_id, chunk)
    known = _known_customers(tx, merchant_id, chunk)
    outcomes = [_judge(record, present.get(record.bill_no), known) for record in chunk]
    judged = list(zip(chunk, outcomes, strict=True))
    new = [_new_row(merchant_id, record) for record, outcome in judged if outcome.change is Change.NEW]
    changed = [
        (*_content(record), bill.version + 1, 0, None, bill.bill_id)
        for record, outcome in judged
        if outcome.change is Change.CHANGED and (bill := present[record.bill_no])
    ]
    bulk_insert(tx.connection, bills, new)
    bulk_update(tx.connection, bills, _CONTENT + _RESET, ("bill_id",), changed)
    return outcomes


def bill_details(tx: StoreTransaction, merchant_id: str, bill_no: str) -> BillDetails | None:
    """Return a bill with its customer and payments; None if the merchant has no such bill."""
    one = wanted(tuple(PAIRS), [(merchant_id, bill_no)])
    row = tx.connection.execute(tx.statements.bills, one).first()
    if row is None:
        return None
    bill = bill_from_row(row)
    paid = (
        select(payments)
        .where(payments.c.merchant_id == merchant_id, payments.c.bill_no == bill_no)
        .order_by(payments.c.posted_at, payments.c.serial_number)
    )
    return BillDetails(
        bill,
        _customer(tx, merchant_id, bill.customer_no),
        tuple(map(payment_from_row, tx.connection.execute(paid))),
    )


def _customer(tx: StoreTransaction, merchant_id: str, customer_no: str) -> Customer | None:
    one = wanted(tuple(PAIRS), [(merchant_id, customer_no)])
    row = tx.connection.execute(tx.statements.numbered_customers, one).first()
    return None if row is None else customer_from_row(row)


def _present(tx: StoreTransaction, merchant_id: str, chunk: Sequence[BillRecord]) -> dict[str, Bill]:
    asked = wanted(tuple(PAIRS), [(merchant_id, record.bill_no) for record in chunk])
    found = map(bill_from_row, tx.connection.execute(tx.statements.bills_locked, asked))
    return {bill.bill_no: bill for bill in found}


def _known_customers(tx: StoreTransaction, merchant_id: str, chunk: Sequence[BillRecord]) -> set[str]:
    asked = {(merchant_id, record.customer_no) for record in chunk}
    found = tx.connection.execute(tx.statements.numbered_customers, wanted(tuple(PAIRS), asked))
    return {row[1] for row in found}


def _judge(record: BillRecord, present: Bill | None, customers: set[str]) -> BillOutcome:
    if record.customer_no not in customers:
        return _refused(f"there is no customer {record.customer_no}: import customers first")
    if present is None:
        return BillOutcome(Change.NEW)
    if _content(record) == _content(present):
        return BillOutcome(Change.UNCHANGED)
    if present.mark is not None:
        return _refused(f"bill {record.bill_no} is {present.mark.value} and cannot be changed")
    if present.paid_principal_minor or present.paid_late_fee_minor:
        return _refused(f"bill {record.bill_no} has been paid at least in part and cannot be changed")
    return BillOutcome(Change.CHANGED)


def _refused(reason: str) -> BillOutcome:
    return BillOutcome(Change.REFUSED, reason)


def _content(record: BillRecord | Bill) -> Row:
    """Return what a merchant says of a bill, in the order of ``_CONTENT``."""
    return (
        record.customer_no,
        record.amount_minor,
        record.due_date,
        record.currency,
        record.description,
        record.period,
        record.open_from,
        record.expires_on,
        to_json(dict(sorted(record.extra.items()))) if record.extra else None,
    )


def _new_row(merchant_id: str, record: BillRecord) -> Row:
    nothing_yet = (1, None, 0, 0, 0, 0, None, 0)
    return (merchant_id, record.bill_no, *_content(record), *nothing_yet)
