"""A merchant's single postings for its details: streamed, so that memory does not grow with the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.transactions import PaymentState, line_name
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.reports.ledger_postings import (
    AT_ONCE,
    PostingKind,
    kind_of,
    postings,
    same_payment,
)
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import payments, reversals
from offline_collect.store.sql.row_mapping import business_date, customer_from_row
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.versioning.bills_in_effect import load_bills


@dataclass(frozen=True, slots=True)
class PostingDetails:
    """One posting, its payment, and the merchant's references of the bill.

    Attributes:
        serial_number: of the posting: of the payment, of a reversal, or of a manual posting.
        credited_minor: its change of the amount owed to the merchant, by its entries; negative for less.
        suspended_minor: its change of the amount in suspense, likewise.
        collected_minor: its change of the amount collected, likewise.
        principal_minor: the payment's part on its bill, in either direction; 0 in suspense.
        late_fee_minor: likewise.
        amount_minor: of the payment.
        payment_line: its line in its transaction.
        paid_on: the payment's business date; a reversal may be later.
        teller: of the payment; for a manual posting, the user.
        state: the payment's present state, perhaps the result of a later day.
        reason: of a reversal; None for manual postings, and for a payment undone as it was posted.
        remark: the user's reason for a manual posting, or the user's reference.
        customer_name: None if the customer does not exist.
    """

    serial_number: str
    kind: PostingKind
    business_date: BusinessDate
    posted_at: dt.datetime
    credited_minor: int
    suspended_minor: int
    collected_minor: int
    principal_minor: int
    late_fee_minor: int
    amount_minor: int
    payment_serial: str
    payment_line: int
    paid_on: BusinessDate
    bill_no: str
    customer_no: str | None
    channel: Channel
    tender: Tender
    teller: str | None
    state: PaymentState
    reason: ReversalReason | None
    remark: str | None
    customer_name: str | None = field(default=None, repr=False)
    description: str | None = None
    period: str | None = None

    @property
    def name(self) -> str:
        """Return the posting's name; each of several lines that it posts or reverses has its own."""
        by_hand = self.kind in {PostingKind.APPLIED, PostingKind.REFUNDED}
        return self.serial_number if by_hand else line_name(self.serial_number, self.payment_line)

    @property
    def payment(self) -> str:
        """Return the payment's name."""
        return line_name(self.payment_serial, self.payment_line)


_READS: dict[str, Callable[[Any], Any]] = {
    "kind": PostingKind,
    "business_date": business_date,
    # Sums are decimals on PostgreSQL.
    "credited_minor": int,
    "suspended_minor": int,
    "collected_minor": int,
    "paid_on": business_date,
    "channel": Channel,
    "tender": Tender,
    "state": PaymentState,
    "reason": lambda code: None if code is None else ReversalReason(code),
}


def stream_details(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> Iterator[PostingDetails]:
    """Yield a merchant's postings from ``first`` to ``last``, in the order of their serial numbers."""
    found = tx.connection.execute(_query(merchant_id, first, last).execution_options(yield_per=AT_ONCE))
    while chunk := list(islice(found, AT_ONCE)):
        yield from _described(tx, merchant_id, chunk)


def _query(merchant_id: str, first: BusinessDate, last: BusinessDate) -> Select[Any]:
    """Return the query, with columns named like the fields.

    A payment applied from suspense counts with the bill and parts of the posting that applied it.
    """
    moved = postings(merchant_id, first, last).subquery("moved")
    applied = office_postings.alias("applied")
    went = and_(
        applied.c.settles == moved.c.payment_serial,
        applied.c.settles_line == moved.c.payment_line,
        applied.c.kind == ManualPostingKind.APPLIED.value,
        moved.c.credited != 0,
    )
    by_hand = office_postings.c
    return (
        select(
            moved.c.posting.label("serial_number"),
            kind_of(moved).label("kind"),
            moved.c.business_date.label("business_date"),
            func.coalesce(reversals.c.posted_at, by_hand.posted_at, payments.c.posted_at).label("posted_at"),
            moved.c.credited.label("credited_minor"),
            moved.c.suspended.label("suspended_minor"),
            moved.c.collected.label("collected_minor"),
            func.coalesce(applied.c.principal_minor, payments.c.principal_minor).label("principal_minor"),
            func.coalesce(applied.c.late_fee_minor, payments.c.late_fee_minor).label("late_fee_minor"),
            (payments.c.amount_minor - payments.c.payer_fee_minor).label("amount_minor"),
            payments.c.serial_number.label("payment_serial"),
            payments.c.line.label("payment_line"),
            payments.c.business_date.label("paid_on"),
            func.coalesce(applied.c.bill_no, payments.c.bill_no).label("bill_no"),
            func.coalesce(applied.c.customer_no, payments.c.customer_no).label("customer_no"),
            payments.c.channel.label("channel"),
            payments.c.tender.label("tender"),
            func.coalesce(by_hand.who, payments.c.teller).label("teller"),
            payments.c.state.label("state"),
            reversals.c.reason.label("reason"),
            func.coalesce(by_hand.reason, by_hand.reference).label("remark"),
        )
        .join_from(moved, payments, same_payment(moved))
        .outerjoin(reversals, reversals.c.serial_number == moved.c.posting)
        .outerjoin(office_postings, by_hand.serial_number == moved.c.posting)
        .outerjoin(applied, went)
        .order_by(moved.c.posting, moved.c.payment_line)
    )


def _described(tx: StoreTransaction, merchant_id: str, chunk: Sequence[Row[Any]]) -> Iterator[PostingDetails]:
    """Add the data of bills and customers in effect; a payment in suspense may name no such bill."""
    keys = {(merchant_id, row.bill_no) for row in chunk}
    bills = load_bills(tx.connection, tx.statements, keys, lock=False)
    names = _names(tx, merchant_id, {row.customer_no for row in chunk} - {None})
    for row in chunk:
        said = row._asdict()
        for name, read in _READS.items():
            said[name] = read(said[name])
        bill = bills.get((merchant_id, row.bill_no))
        if bill is not None:
            said |= {"description": bill.description, "period": bill.period}
        yield PostingDetails(**said, customer_name=names.get(row.customer_no))


def _names(tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> dict[str, str]:
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in numbers])
    rows = read_rows(tx.connection, tx.statements.numbered_customers, asked)
    return {customer.customer_no: customer.name for customer in map(customer_from_row, rows)}
