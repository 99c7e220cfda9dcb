"""A merchant's business days in figures, proved before anybody is shown them (files.md, To merchants).

What the ledger says of a day is compared with what the payments, the reversals and the postings by hand say.
Where they differ nothing goes to the merchant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.ledger.manual_postings import OfficePostingKind
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.money import format_major
from offline_collect.merchant.common.errors import LedgerDiffersError, NoBusinessDayError
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.day_totals import (
    PostingSum,
    Tally,
    business_days_between,
    office_tallies,
    owed_before,
    owed_more,
    payment_tallies,
    posting_sums,
    reversal_tallies,
)
from offline_collect.store.reports.ledger_postings import PostingKind

_NONE = Tally()
_TAKEN = (PostingKind.PAID, PostingKind.SUSPENSE, PostingKind.OUTSIDE)
_TAKEN_BACK = (PostingKind.REVERSED, PostingKind.SUSPENSE_REVERSED)
_BY_HAND = {
    PostingKind.REFUNDED: OfficePostingKind.REFUNDED,
    PostingKind.APPLIED: OfficePostingKind.APPLIED,
    PostingKind.OUTSIDE_REVERSED: OfficePostingKind.UNDONE,
}
_OWED = {PostingKind.PAID: 1, PostingKind.APPLIED: 1, PostingKind.REVERSED: -1}
"""Kinds that the bank comes to owe the merchant for, and charges for."""


@dataclass(slots=True)
class DayFigures:
    """What one business day came to, in minor units.

    Attributes:
        opening_minor: what the merchant was owed when the day began, before fees.
        tallies: how many postings there were of a kind, and the sum of their payments.
        fees_minor: by the fee rule of each payment's own business date; a reversal gives its fee back.
    """

    date: BusinessDate
    state: DayState
    opening_minor: int
    tallies: dict[PostingKind, Tally] = field(default_factory=dict)
    fees_minor: int = 0

    def of(self, *kinds: PostingKind) -> Tally:
        """Return what postings of some kinds came to together."""
        found = [self.tallies.get(kind, _NONE) for kind in kinds]
        return Tally(sum(tally.count for tally in found), sum(tally.amount_minor for tally in found))

    @property
    def owed_minor(self) -> int:
        """What the merchant came to be owed on this day, before fees."""
        return sum(sign * self.of(kind).amount_minor for kind, sign in _OWED.items())

    @property
    def net_minor(self) -> int:
        """What the merchant came to be owed on this day, less fees."""
        return self.owed_minor - self.fees_minor

    @property
    def closing_minor(self) -> int:
        """What the merchant was owed when the day ended, before fees."""
        return self.opening_minor + self.owed_minor


def fee_of(merchant: Merchant, kind: PostingKind, amount_minor: int, paid_on: BusinessDate) -> int:
    """Return what one posting adds to the merchant's fees; below 0 where it gives a fee back.

    Nothing is charged for money in suspense, nor for what the merchant took itself.
    """
    sign = _OWED.get(kind, 0)
    return sign * merchant.fee.fee_of(amount_minor, paid_on) if sign else 0


def day_figures(
    tx: StoreTransaction, merchant: Merchant, first: BusinessDate, last: BusinessDate
) -> list[DayFigures]:
    """Return the figures of each business day from ``first`` to ``last``, proved.

    Args:
        tx: one snapshot, in which the postings themselves are read too.

    Raises:
        NoBusinessDayError: none of the days was ever opened.
        LedgerDiffersError: the ledger and the payments differ.
    """
    days = business_days_between(tx, first, last)
    if not days:
        raise NoBusinessDayError(first, last)
    figures = {day.date: DayFigures(day.date, day.state, 0) for day in days}
    for found in posting_sums(tx, merchant.merchant_id, first, last):
        if found.business_date not in figures:
            raise LedgerDiffersError(merchant.merchant_id, found.business_date, "is not a business day")
        _add(figures[found.business_date], merchant, found)
    _carry(figures.values(), owed_before(tx, merchant.merchant_id, first))
    _prove(tx, merchant, figures)
    return list(figures.values())


def _add(day: DayFigures, merchant: Merchant, found: PostingSum) -> None:
    known = day.of(found.kind)
    amount = found.count * found.amount_minor
    day.tallies[found.kind] = Tally(known.count + found.count, known.amount_minor + amount)
    day.fees_minor += found.count * fee_of(merchant, found.kind, found.amount_minor, found.paid_on)
    if amount != _in_ledger(found):
        shown = _compared(merchant, Tally(0, _in_ledger(found)), Tally(0, amount))
        raise LedgerDiffersError(merchant.merchant_id, day.date, f"{found.kind.value}: {shown}")


def _in_ledger(found: PostingSum) -> int:
    """Return what the entries of some postings moved."""
    moved = found.credited_minor if found.kind is PostingKind.APPLIED else found.collected_minor
    return abs(moved)


def _carry(days: Iterable[DayFigures], opening_minor: int) -> None:
    for day in days:
        day.opening_minor = opening_minor
        opening_minor = day.closing_minor


def _prove(tx: StoreTransaction, merchant: Merchant, figures: Mapping[BusinessDate, DayFigures]) -> None:
    """Compare the ledger's figures with the tables that they do not come from."""
    merchant_id, first, last = merchant.merchant_id, min(figures), max(figures)
    taken = payment_tallies(tx, merchant_id, first, last)
    back = reversal_tallies(tx, merchant_id, first, last)
    by_hand = office_tallies(tx, merchant_id, first, last)
    for on, day in figures.items():
        _same(merchant, on, "payments", day.of(*_TAKEN), taken.get(on, _NONE))
        _same(merchant, on, "reversals", day.of(*_TAKEN_BACK), back.get(on, _NONE))
        for kind, posted in _BY_HAND.items():
            _same(merchant, on, kind.value, day.of(kind), by_hand.get((on, posted), _NONE))
    owed = sum(day.owed_minor for day in figures.values())
    in_account = owed_more(tx, merchant_id, first, last)
    if owed != in_account:
        shown = _compared(merchant, Tally(0, in_account), Tally(0, owed))
        raise LedgerDiffersError(merchant_id, last, f"what the merchant is owed: {shown}")


def _same(merchant: Merchant, on: BusinessDate, what: str, ledger: Tally, others: Tally) -> None:
    if ledger != others:
        shown = _compared(merchant, ledger, others)
        raise LedgerDiffersError(merchant.merchant_id, on, f"{what}: {shown}")


def _compared(merchant: Merchant, ledger: Tally, others: Tally) -> str:
    sums = [format_major(tally.amount_minor, merchant.currency) for tally in (ledger, others)]
    if ledger.count or others.count:
        return f"{ledger.count} over {sums[0]} in the ledger, {others.count} over {sums[1]} by the payments"
    return f"{sums[0]} in the ledger, {sums[1]} by the payments"
