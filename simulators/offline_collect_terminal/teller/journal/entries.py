"""The shell's record of a payment, and its changes by the platform's answers. Pure.

An outcome without proof stays unresolved: an answer that only concerns its own message (91, 68 …) does not
resolve an earlier message without an answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from offline_collect.domain.codes import NOT_STORED, ResponseCode
from offline_collect.wire.messages.dates import nearest_date
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.link.answers import Told
from offline_collect_terminal.teller.link.requests import PaidBill
from offline_collect_terminal.teller.screen.model import plain


class State(StrEnum):
    """The known state of a payment."""

    QUEUED = "QUEUED"
    """An advice that is not sent yet."""
    SENT = "SENT"
    """It was or may have been sent; its result is unknown."""
    REVERSING = "REVERSING"
    """A reversal of it was or may have been sent; the reversal's result is unknown."""
    APPROVED = "APPROVED"
    SUSPENSE = "SUSPENSE"
    APPLIED = "APPLIED"
    REFUNDED = "REFUNDED"
    DECLINED = "DECLINED"
    REVERSED = "REVERSED"
    NEVER = "NEVER"
    """Nothing was paid under its key, and nothing will be."""
    UNSENT = "UNSENT"
    """It was never sent."""


UNRESOLVED = frozenset({State.QUEUED, State.SENT, State.REVERSING})
REVERSIBLE = frozenset({State.APPROVED, State.SUSPENSE, State.APPLIED})
_ORIGINAL_STATES = {
    "APPROVED": State.APPROVED,
    "DECLINED": State.DECLINED,
    "REVERSED": State.REVERSED,
    "SUSPENSE": State.SUSPENSE,
    "REFUNDED": State.REFUNDED,
    "APPLIED": State.APPLIED,
    "TOMBSTONE": State.NEVER,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A payment or advice of this terminal.

    Attributes:
        number: its number in the journal.
        session: the run of the shell that made it.
        platform: ``host:port`` that it was sent to.
        began_at: when it was first written.
        request: the payment or advice; repeats, status requests and reversals name it.
        bill_no: the bill; of several, the first one and how many more there are.
        amount_minor: DE 4: of several bills for all of them, with the payer's fee.
        bills: the bills of a payment of several; empty for one bill.
        fee_minor: the part of the amount that is the payer's fee.
        received_minor: the cash that the teller was given; 0 if the teller did not say.
        completes: the unanswered payment that an advice completes.
        reversal: the last reversal of it.
        before_reversal: the state to restore if the reversal is refused.
        code: DE 39 of the last answer that resolved it.
        business_date: the business date of its posting.
        reversed_on: business date of its reversal; None also if only a status reported the reversal.
    """

    number: int
    session: str
    platform: str
    began_at: dt.datetime
    state: State
    request: Message
    merchant_id: str
    merchant_name: str
    bill_no: str
    description: str
    amount_minor: int
    currency: str
    completes: Message | None = None
    reversal: Message | None = None
    before_reversal: State | None = None
    code: str = ""
    reason: str = ""
    serial: str = ""
    approval: str = ""
    posted_at: str = ""
    receipt: str = ""
    business_date: dt.date | None = None
    reversed_on: dt.date | None = None
    bills: tuple[PaidBill, ...] = ()
    fee_minor: int = 0
    received_minor: int = 0

    @property
    def bill_numbers(self) -> frozenset[str]:
        """The numbers of its bills."""
        return frozenset(bill.bill_no for bill in self.bills) or frozenset({self.bill_no})

    def amount_of(self, bill_no: str) -> int:
        """What it pays for one of its bills; of one bill alone all of it."""
        return next((bill.amount_minor for bill in self.bills if bill.bill_no == bill_no), self.amount_minor)

    @property
    def unresolved(self) -> bool:
        """Whether its result must still be found out."""
        return self.state in UNRESOLVED

    @property
    def is_advice(self) -> bool:
        """Whether it is an advice: the money was taken before the platform was asked."""
        return self.request.mti.startswith("022")

    @property
    def stan(self) -> str:
        """DE 11 of its request."""
        return self.request.elements[11]


def after_payment(entry: Entry, told: Told, today: dt.date, *, repeated: bool) -> Entry:
    """Return a payment after an answer to it.

    Args:
        today: gives DE 15 its year.
        repeated: whether it was sent before, without an answer.
    """
    if told.approved:
        return _posted(entry, told, State.APPROVED, today)
    if told.code is ResponseCode.ALREADY_REVERSED:
        return replace(entry, state=State.REVERSED, code=told.digits, reason=told.reason)
    if repeated and (told.code is None or told.code in NOT_STORED):
        return replace(entry, reason=told.reason)
    return replace(entry, state=State.DECLINED, code=told.digits, reason=told.reason)


def after_advice(entry: Entry, told: Told, today: dt.date) -> Entry:
    """Return an advice after an answer to it: the money is taken, so a refused advice must be sent again."""
    if told.approved:
        return _posted(entry, told, _original_state(told, State.APPROVED), today)
    if told.code in {ResponseCode.DUPLICATE, ResponseCode.NOT_FOUND}:
        return replace(entry, state=State.DECLINED, code=told.digits, reason=told.reason)
    return replace(entry, reason=told.reason)


def after_status(entry: Entry, told: Told, today: dt.date) -> Entry:
    """Return a payment after a status answer; a resolved payment stays resolved."""
    if told.code is ResponseCode.NOT_FOUND and entry.unresolved:
        return replace(entry, state=State.NEVER, code=told.digits, reason=told.reason)
    if not told.approved:
        return replace(entry, reason=told.reason)
    state = _original_state(told, entry.state)
    if state in {State.DECLINED, State.NEVER}:
        return replace(entry, state=state, code=plain(told.tags.get("0081", "")), reason="")
    return _posted(entry, told, state, today)


def reversing(entry: Entry, reversal: Message) -> Entry:
    """Return an entry whose reversal is about to be sent."""
    before = entry.before_reversal if entry.state is State.REVERSING else entry.state
    return replace(entry, state=State.REVERSING, reversal=reversal, before_reversal=before)


def not_reversing(entry: Entry) -> Entry:
    """Return an entry after a failed reversal: as it was before."""
    assert entry.before_reversal is not None, "a reversal that was begun says what was before it"
    return replace(entry, state=entry.before_reversal, before_reversal=None)


def after_reversal(entry: Entry, told: Told, today: dt.date, *, repeated: bool) -> Entry:
    """Return an entry after an answer to its reversal.

    Args:
        repeated: whether the reversal was sent before, without an answer.
    """
    did = told.tags.get("0082")
    if did == "TOMBSTONE":
        return replace(entry, state=State.NEVER, before_reversal=None, reason=told.reason)
    if told.approved and did == "NOTHING":
        never = entry.before_reversal not in REVERSIBLE
        state = State.NEVER if never else State.REVERSED
        return replace(entry, state=state, before_reversal=None, reason=told.reason)
    if told.approved:
        on = business_date(told, today)
        date = entry.business_date or on
        return replace(
            entry, state=State.REVERSED, before_reversal=None, business_date=date, reversed_on=on, reason=""
        )
    if repeated and (told.code is None or told.code in NOT_STORED):
        return replace(entry, reason=told.reason)
    return replace(not_reversing(entry), reason=told.reason)


def business_date(told: Told, today: dt.date) -> dt.date | None:
    """Return DE 15 with its year; None if it is not a date."""
    return nearest_date(told.date, today) if told.date.isascii() and len(told.date) == len("MMDD") else None


def _posted(entry: Entry, told: Told, state: State, today: dt.date) -> Entry:
    tags = told.tags
    return replace(
        entry,
        state=state,
        code=told.digits,
        reason="",
        serial=plain(tags.get("0070", entry.serial)),
        approval=plain(told.elements.get(38, entry.approval)).strip(),
        posted_at=plain(tags.get("0071", entry.posted_at)),
        receipt=plain(tags.get("0072", entry.receipt)),
        business_date=business_date(told, today),
    )


def _original_state(told: Told, otherwise: State) -> State:
    return _ORIGINAL_STATES.get(told.tags.get("0080", ""), otherwise)
