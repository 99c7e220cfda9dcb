"""Payments with everything that was stored about them: found by their own data or by their terminal, and told one by one.

Each search reads a range of an index: a bill's payments, a customer's bills, the payments of some business days, by
their serial numbers, or the messages of a terminal, whose keys begin with its institution and its own number. Conditions that only narrow that range
are written so that no planner takes their indexes instead (``unindexed``): a merchant's index holds all years.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.decisions.traces import Trace
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.payment_story import FoundMessage, PaymentCriteria, PaymentStory
from offline_collect.domain.transactions import PostedPayment, PostedReversal, Transaction
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import (
    bills,
    business_days,
    payments,
    reversals,
    traces,
    transactions,
)
from offline_collect.store.sql.manual_posting_rows import posting_from_row
from offline_collect.store.sql.reading_bounds import AFTER_ALL, last_to_read, unindexed
from offline_collect.store.sql.row_mapping import (
    day_from_row,
    payment_from_row,
    reversal_from_row,
    trace_from_row,
    transaction_from_row,
)
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_STAN, _RRN = 11, 37

_CLASSES = ("P", "R")
"""The first parts of keys: payments and reversals."""

_AFTER_BAR = "}"
"""The character after the bar that ends each part of a key."""


def find_paid(
    tx: StoreTransaction,
    criteria: PaymentCriteria,
    most: int,
    *,
    after: tuple[str, int] | None = None,
    until: tuple[str, int] | None = None,
) -> list[FoundMessage]:
    """Return payments with the messages that posted them, by serial number; a payment of several bills has several.

    Args:
        after: serial number and line of the payment that the page comes after; None for the first page.
        until: those of the last payment that the page may read; None for all.
    """
    seen = in_scope(unindexed(payments.c.merchant_id), tx.scope)
    page = (
        select(transactions, payments, literal(0))
        .join_from(payments, transactions, transactions.c.key == payments.c.key)
        .where(seen, *_read(criteria, after, until), *_of_payments(criteria), *_of_messages(criteria))
        .order_by(payments.c.serial_number, payments.c.line)
        .limit(most)
    )
    return _found(tx, page)


def last_paid_to_read(
    tx: StoreTransaction, criteria: PaymentCriteria, after: tuple[str, int] | None, most: int
) -> tuple[str, int] | None:
    """Return the place of the last of so many payments of the criteria's days; None if there are no more.

    Args:
        after: as for :func:`find_paid`.
    """
    among = _read(criteria, after)
    place = last_to_read(tx, (payments.c.serial_number, payments.c.line), among, most)
    return None if place is None else (place[0], place[1])


def find_sent(
    tx: StoreTransaction,
    institution: str,
    terminal: str,
    criteria: PaymentCriteria,
    most: int,
    *,
    after: str | None = None,
) -> list[FoundMessage]:
    """Return a terminal's stored messages, refused ones too, by their keys: class, STAN, time.

    Args:
        after: key of the message that the page comes after; None for the first page.
    """
    end = "" if criteria.stan is None else f"{criteria.stan}|"
    ranges = [_begins(transactions.c.key, f"{each}|{institution}|{terminal}|{end}") for each in _CLASSES]
    further = payments.alias("further")
    posted = and_(payments.c.serial_number == transactions.c.serial_number, payments.c.line == 1)
    others = (
        select(func.count())
        .where(further.c.serial_number == transactions.c.serial_number, further.c.line > 1)
        .scalar_subquery()
    )
    page = (
        select(transactions, payments, others)
        .outerjoin_from(transactions, payments, posted)
        .where(or_(*ranges), *_of_messages(criteria), *_of_sent(criteria))
        .order_by(transactions.c.key)
        .limit(most)
    )
    if after is not None:
        page = page.where(transactions.c.key > after)
    if not tx.scope.whole:
        page = page.where(in_scope(unindexed(payments.c.merchant_id), tx.scope))
    return _found(tx, page)


def payment_story(tx: StoreTransaction, serial_number: str) -> PaymentStory | None:
    """Return the story of a payment, by its own serial number or its reversal's; None if none in scope has it."""
    lines = _lines(tx, serial_number)
    if not lines:
        original = select(reversals.c.original_serial).where(reversals.c.serial_number == serial_number)
        named = tx.connection.execute(original).scalar()
        lines = [] if named is None else _lines(tx, named)
    if not lines:
        return None
    key, serial_number = lines[0].key, lines[0].serial_number
    undone = select(reversals).where(reversals.c.applied_to == serial_number)
    row = tx.connection.execute(undone).first()
    reversal = None if row is None else reversal_from_row(row)
    dates = {lines[0].business_date} | (set() if reversal is None else {reversal.business_date})
    return PaymentStory(
        lines=tuple(lines),
        messages=_messages(tx, key, serial_number, reversal),
        attempts=_attempts(tx, key),
        reversal=reversal,
        days=_days(tx, dates),
        by_hand=tuple(_postings(tx, serial_number)),
    )


def _postings(tx: StoreTransaction, serial_number: str) -> list[ManualPosting]:
    own = select(office_postings).where(office_postings.c.payment_serial == serial_number)
    rows = tx.connection.execute(own.order_by(office_postings.c.posted_at, office_postings.c.serial_number))
    return [posting_from_row(row) for row in rows]


def _lines(tx: StoreTransaction, serial_number: str) -> list[PostedPayment]:
    own = select(payments).where(payments.c.serial_number == serial_number)
    seen = own.where(in_scope(payments.c.merchant_id, tx.scope)).order_by(payments.c.line)
    return [payment_from_row(row) for row in tx.connection.execute(seen)]


def _messages(
    tx: StoreTransaction, key: str, serial_number: str, reversal: PostedReversal | None
) -> tuple[Transaction, ...]:
    keys = {key} | (set() if reversal is None else {reversal.key})
    confirming = and_(
        _begins(transactions.c.key, _but_time(key)), transactions.c.serial_number == serial_number
    )
    found = select(transactions).where(or_(transactions.c.key.in_(sorted(keys)), confirming))
    rows = tx.connection.execute(found.order_by(transactions.c.received_at, transactions.c.key))
    return tuple(transaction_from_row(row) for row in rows)


def _attempts(tx: StoreTransaction, key: str) -> tuple[Trace, ...]:
    found = select(traces).where(_begins(traces.c.trace, _but_time(key)), traces.c.key == key)
    rows = tx.connection.execute(found.order_by(traces.c.received_at, traces.c.trace))
    return tuple(trace_from_row(row) for row in rows)


def _days(tx: StoreTransaction, dates: Iterable[BusinessDate]) -> dict[BusinessDate, BusinessDay]:
    found = select(business_days).where(business_days.c.business_date.in_(sorted(dates)))
    days = (day_from_row(row) for row in tx.connection.execute(found))
    return {day.date: day for day in days}


def _found(tx: StoreTransaction, page: Select[Any]) -> list[FoundMessage]:
    width = len(transactions.columns)
    return [
        FoundMessage(
            transaction_from_row(row[:width]),
            None if row[width] is None else payment_from_row(row[width:-1]),
            row[-1],
        )
        for row in tx.connection.execute(page)
    ]


def _read(
    criteria: PaymentCriteria, after: tuple[str, int] | None, until: tuple[str, int] | None = None
) -> list[ColumnElement[bool]]:
    """Return which payments a page reads: those of the days, after one place and up to another.

    Days are a range of serial numbers, which begin with them; of bills, which have an index, they are only a condition.
    SQLite begins at the first limit that it is given, so each end of the range has one.
    """
    own, on, line = payments.c.serial_number, payments.c.business_date, payments.c.line
    first, last = criteria.first, criteria.last
    found = []
    if after is not None:
        found += [own >= after[0], or_(own > after[0], and_(own == after[0], line > after[1]))]
    if until is not None:
        found += [own <= until[0], or_(own < until[0], and_(own == until[0], line <= until[1]))]
    if first is not None and (after is None or criteria.of_bills):
        found.append(on >= first if criteria.of_bills else own >= first.compact)
    if last is not None and (until is None or criteria.of_bills):
        found.append(on <= last if criteria.of_bills else own < f"{last.compact}{AFTER_ALL}")
    return found


def _of_payments(criteria: PaymentCriteria) -> list[ColumnElement[bool]]:
    merchant = payments.c.merchant_id
    same = {
        merchant if criteria.of_bills else unindexed(merchant): criteria.merchant_id,
        payments.c.bill_no: criteria.bill_no,
        payments.c.institution: criteria.institution,
        payments.c.terminal: criteria.terminal,
    }
    found = [column == wanted for column, wanted in same.items() if wanted is not None]
    if criteria.customer_no is not None:
        owned = select(bills.c.bill_no).where(
            bills.c.merchant_id == criteria.merchant_id, bills.c.customer_no == criteria.customer_no
        )
        found.append(payments.c.bill_no.in_(owned))
    if criteria.amount_minor is not None:
        found.append(transactions.c.amount_minor == criteria.amount_minor)
    if criteria.stan is not None:
        found.append(_has_element(_STAN, criteria.stan))
    return found


def _of_sent(criteria: PaymentCriteria) -> list[ColumnElement[bool]]:
    same = {
        unindexed(payments.c.merchant_id): criteria.merchant_id,
        unindexed(payments.c.bill_no): criteria.bill_no,
        transactions.c.amount_minor: criteria.amount_minor,
    }
    found = [column == wanted for column, wanted in same.items() if wanted is not None]
    if criteria.first is not None:
        found.append(transactions.c.business_date >= criteria.first)
    if criteria.last is not None:
        found.append(transactions.c.business_date <= criteria.last)
    return found


def _of_messages(criteria: PaymentCriteria) -> list[ColumnElement[bool]]:
    found = []
    if criteria.rrn is not None:
        found.append(_has_element(_RRN, criteria.rrn))
    if criteria.code is not None:
        found.append(transactions.c.response_code == criteria.code.value)
    return found


def _has_element(number: int, text: str) -> ColumnElement[bool]:
    """Whether the stored message has an element with this text: the key has its parts in the dialect's own order."""
    element, journal = f" {number}={text}", transactions.c.journal
    return or_(journal.contains(f"{element} ", autoescape=True), journal.endswith(element, autoescape=True))


def _but_time(key: str) -> str:
    """Return a key up to its last part, in the usual identity DE 7: a repeat may have another."""
    return f"{key.rpartition('|')[0]}|"


def _begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    """Whether an identifier begins so: a range of its index, which is ordered by bytes."""
    return and_(column >= start, column < start[:-1] + _AFTER_BAR)
