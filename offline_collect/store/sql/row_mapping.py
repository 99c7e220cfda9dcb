"""Conversions between rows and domain objects, by the names of columns.

``str()`` gives the values of enumerations: ``value`` is looked up in Python, which takes three times as long, eight
times for each payment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from offline_collect.domain.answers import Answer, from_document, to_document
from offline_collect.domain.bills import Bill, BillMark
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.customers import Customer
from offline_collect.domain.decisions.traces import Trace
from offline_collect.domain.effects import AgreedTotals, Notice, ReconciliationItem
from offline_collect.domain.ledger.ledger import Entry
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.transactions import (
    PaymentState,
    PostedPayment,
    PostedReversal,
    ReversalOutcome,
    Transaction,
    TransactionKind,
)
from offline_collect.store.database.json import from_json, to_json
from offline_collect.store.schema.tables import (
    bills,
    payments,
    reversals,
    traces,
    transactions,
)
from offline_collect.store.sql.by_name import Row, row_reader

_CHANNELS = {channel.value: channel for channel in Channel}
_TENDERS = {tender.value: tender for tender in Tender}
_STATES = {state.value: state for state in PaymentState}
_KINDS = {kind.value: kind for kind in TransactionKind}
_MARKS = {None: None} | {mark.value: mark for mark in BillMark}


@lru_cache(maxsize=1024)
def business_date(date: dt.date) -> BusinessDate:
    """Return a stored date as a business date."""
    return BusinessDate.of(date)


def day_from_row(row: Sequence[Any]) -> BusinessDay:
    """Read a row of business_days."""
    date, state, opened_at, previous = row[:4]
    return BusinessDay(
        business_date(date),
        DayState(state),
        opened_at,
        None if previous is None else business_date(previous),
    )


def customer_from_row(row: Sequence[Any]) -> Customer:
    """Read merchant, number, name and inputs of a customer."""
    merchant_id, customer_no, name, inputs = row
    return Customer(merchant_id, customer_no, name, from_json(inputs))


bill_from_row = row_reader(
    Bill,
    bills.columns.keys(),
    {"extra": lambda extra: {} if extra is None else from_json(extra), "mark": _MARKS.__getitem__},
)
"""Reads a row of bills."""


BILL_CHANGES = (
    "paid_principal_minor",
    "paid_late_fee_minor",
    "waived_late_fee_minor",
    "fee_base",
    "fee_through",
    "late_fee_left_minor",
)
"""The columns of a bill that a payment or its reversal changes."""


def bill_change(bill: Bill) -> Row:
    """Return what a payment or its reversal changes of a bill, the bill's number last."""
    return (
        bill.paid_principal_minor,
        bill.paid_late_fee_minor,
        bill.waived_late_fee_minor,
        bill.fee_base,
        bill.fee_through,
        bill.late_fee_left_minor,
        bill.bill_id,
    )


def transaction_row(transaction: Transaction) -> Row:
    """Return a row of transactions."""
    answer = transaction.answer
    return (
        transaction.key,
        transaction.fingerprint,
        str(transaction.kind),
        str(answer.code),
        to_json(to_document(answer)),
        transaction.business_date,
        transaction.serial_number,
        transaction.amount_minor,
        transaction.currency,
        transaction.institution,
        transaction.terminal,
        transaction.received_at,
        transaction.journal,
    )


def _answer(document: str) -> Answer:
    return from_document(from_json(document))


transaction_from_row = row_reader(
    Transaction,
    transactions.columns.keys(),
    {
        # In the wire's present form: rows of older versions may hold a card's number in clear text.
        "fingerprint": mask_cards,
        "kind": _KINDS.__getitem__,
        "answer": _answer,
        "business_date": business_date,
    },
)
"""Reads a row of transactions."""


def trace_row(trace: Trace) -> Row:
    """Return a row of traces."""
    return (
        trace.trace,
        trace.fingerprint,
        trace.business_date,
        trace.key,
        int(trace.repeat),
        trace.received_at,
    )


trace_from_row = row_reader(Trace, traces.columns.keys(), {"business_date": business_date, "repeat": bool})
"""Reads a row of traces."""


def payment_row(payment: PostedPayment, *, notified: bool) -> Row:
    """Return a row of payments.

    Args:
        notified: whether a notice is written with it.
    """
    return (
        payment.serial_number,
        payment.key,
        payment.merchant_id,
        payment.bill_no,
        payment.customer_no,
        payment.amount_minor,
        payment.currency,
        payment.principal_minor,
        payment.late_fee_minor,
        payment.waived_minor,
        payment.owed_principal_minor,
        payment.owed_late_fee_minor,
        str(payment.channel),
        str(payment.tender),
        payment.teller,
        payment.institution,
        payment.terminal,
        payment.business_date,
        payment.posted_at,
        payment.approval_code,
        str(payment.state),
        payment.state_by,
        int(payment.in_totals),
        payment.payer_fee_minor,
        payment.line,
        int(notified),
    )


payment_from_row = row_reader(
    PostedPayment,
    payments.columns.keys(),
    {
        "channel": _CHANNELS.__getitem__,
        "tender": _TENDERS.__getitem__,
        "business_date": business_date,
        "state": _STATES.__getitem__,
        "in_totals": bool,
    },
)
"""Reads a row of payments."""


def reversal_row(reversal: PostedReversal) -> Row:
    """Return a row of reversals; an APPLIED reversal claims its original."""
    applied = reversal.outcome is ReversalOutcome.APPLIED
    return (
        reversal.serial_number,
        reversal.key,
        reversal.original_key,
        reversal.original_serial,
        str(reversal.reason),
        str(reversal.outcome),
        reversal.amount_minor,
        reversal.currency,
        reversal.institution,
        reversal.business_date,
        reversal.original_business_date,
        reversal.posted_at,
        reversal.original_serial if applied else None,
    )


reversal_from_row = row_reader(
    PostedReversal,
    reversals.columns.keys(),
    {
        "reason": ReversalReason,
        "outcome": ReversalOutcome,
        "business_date": business_date,
        "original_business_date": lambda date: None if date is None else business_date(date),
    },
)
"""Reads a row of reversals."""


def entry_row(entry: Entry) -> Row:
    """Return a row of entries."""
    return (
        entry.posting,
        entry.line,
        entry.payment_serial,
        str(entry.account),
        entry.owner,
        entry.amount_minor,
        entry.currency,
        entry.business_date,
        entry.payment_line,
    )


def notice_row(notice: Notice) -> Row:
    """Return a row of the outbox."""
    return (
        notice.notice_id,
        str(notice.kind),
        notice.merchant_id,
        notice.customer_no,
        notice.bill_no,
        notice.payment_serial,
        notice.amount_minor,
        notice.currency,
        notice.created_at,
        notice.payment_line,
    )


def agreed_row(agreed: AgreedTotals) -> Row:
    """Return a row of agreed_totals."""
    return (
        agreed.institution,
        agreed.business_date,
        agreed.currency,
        agreed.link,
        agreed.agreed_at,
    )


def item_row(item: ReconciliationItem) -> Row:
    """Return a row of reconciliation_items."""
    return (
        item.key,
        str(item.kind),
        item.payment_serial,
        item.institution,
        item.amount_minor,
        item.currency,
        item.business_date,
        item.opened_at,
    )
