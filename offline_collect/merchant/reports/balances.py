"""The balances and figures of a merchant's business days, proved before use.

The ledger's figures of a day are compared with its payments, reversals and postings by hand.
If they differ, the merchant gets nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
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
    PostingKind.REFUNDED: ManualPostingKind.REFUNDED,
    PostingKind.APPLIED: ManualPostingKind.APPLIED,
    PostingKind.OUTSIDE_REVERSED: ManualPostingKind.UNDONE,
}
_OWED = {PostingKind.PAID: 1, PostingKind.APPLIED: 1, PostingKind.REVERSED: -1}
"""Kinds that change what the bank owes the merchant, and that bear fees."""


@dataclass(slots=True)
class DayBalance:
    """The figures of one business day, in minor units.

    Attributes:
        opening_minor: what the bank owed the merchant at the start of the day, before fees.
        tallies: count and sum of the postings of each kind.
        fees_minor: by the fee rule of each payment's own business date; a reversal returns its fee.
    """

    date: BusinessDate
    state: DayState
    opening_minor: int
    tallies: dict[PostingKind, Tally] = field(default_factory=dict)
    fees_minor: int = 0

    def of(self, *kinds: PostingKind) -> Tally:
        """Return the total of postings of some kinds."""
        found = [self.tallies.get(kind, _NONE) for kind in kinds]
        return Tally(sum(tally.count for tally in found), sum(tally.amount_minor for tally in found))

    @property
    def owed_minor(self) -> int:
        """What the bank owes the merchant for this day, before fees."""
        return sum(sign * self.of(kind).amount_minor for kind, sign in _OWED.items())

    @property
    def net_minor(self) -> int:
        """What the bank owes the merchant for this day, less fees."""
        return self.owed_minor - self.fees_minor

    @property
    def closing_minor(self) -> int:
        """What the bank owed the merchant at the end of the day, before fees."""
        return self.opening_minor + self.owed_minor


def fee_of(merchant: Merchant, kind: PostingKind, amount_minor: int, paid_on: BusinessDate) -> int:
    """Return what one posting adds to the merchant's fees; negative if it returns a fee.

    There is no fee for money in suspense, nor for payments at the merchant's office.
    """
    sign = _OWED.get(kind, 0)
    return sign * merchant.fee.fee_of(amount_minor, paid_on) if sign else 0


def day_balances(
    tx: StoreTransaction, merchant: Merchant, first: BusinessDate, last: BusinessDate
) -> list[DayBalance]:
    """Return the figures of each business day from ``first`` to ``last``, proved.

    Args:
        tx: one snapshot, which is also used to read the postings.

    Raises:
        NoBusinessDayError: none of the days was ever opened.
        LedgerDiffersError: the ledger and the payments differ.
    """
    days = business_days_between(tx, first, last)
    if not days:
        raise NoBusinessDayError(first, last)
    figures = {day.date: DayBalance(day.date, day.state, 0) for day in days}
    for found in posting_sums(tx, merchant.merchant_id, first, last):
        if found.business_date not in figures:
            raise LedgerDiffersError(merchant.merchant_id, found.business_date, "is not a business day")
        _add(figures[found.business_date], merchant, found)
    _carry(figures.values(), owed_before(tx, merchant.merchant_id, first))
    _prove(tx, merchant, figures)
    return list(figures.values())


def _add(day: DayBalance, merchant: Merchant, found: PostingSum) -> None:
    known = day.of(found.kind)
    amount = found.count * found.amount_minor
    day.tallies[found.kind] = Tally(known.count + found.count, known.amount_minor + amount)
    day.fees_minor += found.count * fee_of(merchant, found.kind, found.amount_minor, found.paid_on)
    if amount != _in_ledger(found):
        shown = _compared(merchant, Tally(0, _in_ledger(found)), Tally(0, amount))
        raise LedgerDiffersError(merchant.merchant_id, day.date, f"{found.kind.value}: {shown}")


def _in_ledger(found: PostingSum) -> int:
    """Return the sums of some postings' ledger entries."""
    moved = found.credited_minor if found.kind is PostingKind.APPLIED else found.collected_minor
    return abs(moved)


def _carry(days: Iterable[DayBalance], opening_minor: int) -> None:
    for day in days:
        day.opening_minor = opening_minor
        opening_minor = day.closing_minor


def _prove(tx: StoreTransaction, merchant: Merchant, figures: Mapping[BusinessDate, DayBalance]) -> None:
    """Compare the ledger's figures with independent tables."""
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
