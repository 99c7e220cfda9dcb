"""Payouts to merchants: what a run pays, and the lives of runs and payouts as tables.

docs/architecture.md draws the lives (a test compares the two). What a merchant is owed for a settled day is paid by exactly
one payout, whatever becomes of its terms meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from offline_collect.domain.business_days.calendar import BusinessCalendar
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.cycles import SettlementTerms, payout_date
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value


class RunState(StrEnum):
    """The states of a run."""

    MADE = "MADE"
    WRITTEN = "WRITTEN"
    TAKEN = "TAKEN"


class RunEvent(StrEnum):
    """The events that move a run from one state to another."""

    WRITTEN = "written"
    TAKEN = "result taken"


_WAITING = frozenset({RunState.MADE, RunState.WRITTEN})

RUN_LIFE: Mapping[RunEvent, Transition[RunState]] = {
    RunEvent.WRITTEN: Transition(
        _WAITING,
        RunState.WRITTEN,
        "`settle write`",
        "its file is in its folder, whole; the bank can have it",
    ),
    RunEvent.TAKEN: Transition(
        _WAITING,
        RunState.TAKEN,
        "`settle ingest`, with a result that matches it in every record",
        "each payout follows its return code",
    ),
}
"""The transitions of a run; it begins MADE, and ends TAKEN."""


class PayoutState(StrEnum):
    """The states of a payout."""

    OUT = "OUT"
    BOOKED = "BOOKED"
    FAILED = "FAILED"
    WAITING = "WAITING"
    REPLACED = "REPLACED"


class PayoutEvent(StrEnum):
    """The events that move a payout from one state to another."""

    BOOKED = "booked"
    FAILED = "failed"
    RETRIED = "retried"
    REPLACED = "paid again"


PAYOUT_LIFE: Mapping[PayoutEvent, Transition[PayoutState]] = {
    PayoutEvent.BOOKED: Transition(
        frozenset({PayoutState.OUT}),
        PayoutState.BOOKED,
        "the bank's result",
        "the merchant has the money",
    ),
    PayoutEvent.FAILED: Transition(
        frozenset({PayoutState.OUT}),
        PayoutState.FAILED,
        "the bank's result",
        "the money is payable again, posted on the open day; an item is open",
    ),
    PayoutEvent.RETRIED: Transition(
        frozenset({PayoutState.FAILED, PayoutState.WAITING}),
        PayoutState.WAITING,
        "two users: one asks with `settle retry`, another one approves",
        "it goes into the next run, to the account that they name; its item is resolved",
    ),
    PayoutEvent.REPLACED: Transition(
        frozenset({PayoutState.WAITING}),
        PayoutState.REPLACED,
        "the next run of its bank and currency",
        "another payout of that run has its money",
    ),
}
"""The transitions of a payout; it begins OUT."""

PAID = frozenset({PayoutState.OUT, PayoutState.BOOKED})
"""States in which the money is with the bank: it is not payable."""


class PayoutKind(StrEnum):
    """What a payout is about."""

    PAYOUT = "PAYOUT"
    """What days owe the merchant; its account is debited if they owe less than nothing."""
    FEES = "FEES"
    """The fees of a month: the merchant's account is debited."""


@value
class Due:
    """What a merchant is owed for a settled day, and owes in fees of its own; None for what a payout has, or never will."""

    business_date: BusinessDate
    payable_minor: int | None
    fees_minor: int | None


def due_of(day: MerchantDay, business_date: BusinessDate, terms: SettlementTerms) -> Due:
    """Return what a day that is being settled owes by the terms of this day."""
    if terms.fees_monthly:
        return Due(business_date, day.owed_minor, day.fees_minor or None)
    return Due(business_date, day.net_minor, None)


@value
class Line:
    """A line of a run.

    Attributes:
        amount_minor: what the merchant's account is credited with; negative if it is debited.
        days: whose dues it has.
    """

    kind: PayoutKind
    amount_minor: int
    days: tuple[BusinessDate, ...]


def plan_payouts(
    terms: SettlementTerms,
    dues: Sequence[Due],
    settling: BusinessDate,
    calendar: BusinessCalendar,
    *,
    month_ends: bool,
) -> tuple[Line, ...]:
    """Return the lines of a merchant in the run of a day; dues that no line has are carried over.

    Args:
        dues: of all settled days up to ``settling``, by date.
        settling: the day that is being settled.
        month_ends: whether the business day after it is in another month.
    """
    lines = []
    ripe = [
        (due.business_date, due.payable_minor)
        for due in dues
        if due.payable_minor is not None and payout_date(terms.cycle, due.business_date, calendar) <= settling
    ]
    total = sum(minor for _, minor in ripe)
    if abs(total) >= max(terms.least_minor, 1):
        lines.append(Line(PayoutKind.PAYOUT, total, tuple(date for date, _ in ripe)))
    charged = [(due.business_date, due.fees_minor) for due in dues if due.fees_minor is not None]
    fees = sum(minor for _, minor in charged)
    if month_ends and fees:
        lines.append(Line(PayoutKind.FEES, -fees, tuple(date for date, _ in charged)))
    return tuple(lines)


@value
class Run:
    """A run of payouts, as its file's header has it, and where it stands.

    Attributes:
        organisation_id: the bank.
        bank_number: the bank in its files.
        total_minor: of all amounts, regardless of their sign.
    """

    run_no: str
    organisation_id: str
    bank_number: str
    business_date: BusinessDate
    currency: str
    payout_count: int
    total_minor: int
    state: RunState = RunState.MADE


@value
class PayoutAccount:
    """Where a payout goes.

    Attributes:
        bank: number of the bank that has the account; None for the bank that pays.
    """

    number: str = field(repr=False)
    name: str = field(repr=False)
    bank: str | None = None


@value
class Payout:
    """A payout.

    Attributes:
        amount_minor: negative if the account is debited.
        posting: its serial number in the settlement entries.
        reason: the bank's words about a failed one.
        failed_posting: the posting that made the money payable again.
        retry: where a failed one goes next, if users have named it.
        again: the run and sequence of the failed payout that this one pays again.
    """

    run_no: str
    sequence: int
    merchant_id: str
    kind: PayoutKind
    amount_minor: int
    account: PayoutAccount
    remark: str | None
    posting: str
    state: PayoutState = PayoutState.OUT
    return_code: str | None = None
    core_serial: str | None = None
    reason: str | None = None
    failed_posting: str | None = None
    retry: PayoutAccount | None = None
    again: tuple[str, int] | None = None

    @property
    def reference(self) -> str:
        """Its name in the file and in commands."""
        return reference_of(self.run_no, self.sequence)


@value
class LeftOut:
    """A payout that a run does not have, as it does not fit the file; its money is carried over.

    Attributes:
        bank_number: the bank in its files.
        why: which field, and what is wrong with it; it has nothing of the field's content.
    """

    merchant_id: str
    bank_number: str
    currency: str
    amount_minor: int
    why: str


def reference_of(run_no: str, sequence: int) -> str:
    """Return the name of a payout."""
    return f"{run_no}-{sequence}"


def place_of(reference: str) -> tuple[str, int] | None:
    """Return the run and sequence that a payout's name says; None if it is no such name."""
    run_no, _, sequence = reference.rpartition("-")
    if not run_no or not (sequence.isascii() and sequence.isdecimal()) or len(sequence) > _SEQUENCE_DIGITS:
        return None
    return run_no, int(sequence)


_SEQUENCE_DIGITS = 10
