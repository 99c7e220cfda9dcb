"""Criteria to search payments by, and the story of one payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Tender
from offline_collect.domain.decisions.traces import Trace
from offline_collect.domain.effects import NoticeKind, notice_id_of
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.transactions import PaymentState, PostedPayment, PostedReversal, Transaction

SEARCH_DAYS_MAX = 31
"""Over how many business days payments can be searched by days alone."""


@dataclass(frozen=True, slots=True)
class PaymentCriteria:
    """Search criteria for payments and messages; None matches any.

    Attributes:
        customer_no: the customer whose bills were paid.
        institution: without leading zeros.
        rrn: DE 37, as it is in the stored message.
        amount_minor: of the whole payment, as its message has it; its bills may be several.
        code: of the answer.
        first: first business date.
        last: last business date.
    """

    merchant_id: str | None = None
    bill_no: str | None = None
    customer_no: str | None = None
    institution: str | None = None
    terminal: str | None = None
    stan: str | None = None
    rrn: str | None = None
    amount_minor: int | None = None
    code: ResponseCode | None = None
    first: BusinessDate | None = None
    last: BusinessDate | None = None

    @property
    def of_bills(self) -> bool:
        """Whether they name a merchant's bill or customer, whose payments have an index."""
        return self.merchant_id is not None and (self.bill_no or self.customer_no) is not None

    @property
    def of_terminal(self) -> bool:
        """Whether they name an institution's terminal, whose messages begin the key of all messages."""
        return bool(self.institution and self.terminal)

    @property
    def bounded(self) -> bool:
        """Whether a search by them reads a part of the store: bills, a terminal, or a few business days."""
        return self.of_bills or self.of_terminal or self._of_few_days

    @property
    def of_messages(self) -> bool:
        """Whether the message of a payment says whether it matches, not the payment alone."""
        return any(each is not None for each in (self.stan, self.rrn, self.amount_minor, self.code))

    @property
    def narrows(self) -> bool:
        """Whether payments of the days may not match."""
        own = (self.merchant_id, self.bill_no, self.customer_no, self.institution, self.terminal)
        return self.of_messages or any(each is not None for each in own)

    @property
    def _of_few_days(self) -> bool:
        if self.first is None or self.last is None:
            return False
        return 0 <= (self.last - self.first).days < SEARCH_DAYS_MAX


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A stored message, and the payment that it posted or confirms.

    Attributes:
        payment: one of its bills; None if it posted none.
        further: how many bills besides that one it paid, if the message was found and not that bill.
    """

    message: Transaction
    payment: PostedPayment | None
    further: int = 0


@dataclass(frozen=True, slots=True)
class PaymentStory:
    """All that is stored about one payment.

    Attributes:
        lines: the payment, one for each bill.
        messages: that posted, confirmed or reversed it, by their time.
        attempts: the messages that were recognised as this payment, with the repeats among them; they are kept for
            some days.
        reversal: that took effect; None if none did.
        days: the business days of payment and reversal.
        by_hand: postings by hand about it, the oldest first.
    """

    lines: tuple[PostedPayment, ...]
    messages: tuple[Transaction, ...]
    attempts: tuple[Trace, ...]
    reversal: PostedReversal | None
    days: Mapping[BusinessDate, BusinessDay]
    by_hand: tuple[ManualPosting, ...] = ()

    @property
    def notice_ids(self) -> tuple[str, ...]:
        """The ids of the notices that it may have caused."""
        by = [(NoticeKind.PAID, self.lines[0].serial_number)]
        by += [] if self.reversal is None else [(NoticeKind.REVERSED, self.reversal.serial_number)]
        first = self.lines[0]
        if first.tender is Tender.BATCH and first.state is PaymentState.REVERSED:
            # A debit that came back (`domain/debits/returns.py`).
            by += [(kind, first.state_by) for kind in (NoticeKind.REVERSED, NoticeKind.DEBIT_FAILED)]
        return tuple(
            notice_id_of(kind, serial_number, line.line) for kind, serial_number in by for line in self.lines
        )
