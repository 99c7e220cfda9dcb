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
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.payouts import PayoutKind
from offline_collect.merchant.reports.errors import LedgerDiffersError, NoBusinessDayError
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
    settled_more,
)
from offline_collect.store.reports.ledger_postings import PostingKind
from offline_collect.store.reports.settled_sums import PayoutMove, SettledSum, payout_moves, settled_sums

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
        opening_minor: what the bank owed the merchant at the start of the day.
        tallies: count and sum of the postings of each kind.
        fees_minor: by the fee rule of each payment's own business date; a reversal returns its fee.
        monthly_fees_minor: the part of them that is charged with the month, and not taken off.
        moves: payouts that were posted on the day, or came back.
    """

    date: BusinessDate
    state: DayState
    opening_minor: int
    tallies: dict[PostingKind, Tally] = field(default_factory=dict)
    fees_minor: int = 0
    monthly_fees_minor: int = 0
    moves: list[PayoutMove] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether the figures are fixed."""
        return self.state is DayState.SETTLED

    def moved_minor(self, kind: PayoutKind) -> int:
        """Return what payouts of a kind have moved out of the merchant's account, less what came back."""
        return sum(move.amount_minor for move in self.moves if move.kind is kind)

    def of(self, *kinds: PostingKind) -> Tally:
        """Return the total of postings of some kinds."""
        found = [self.tallies.get(kind, _NONE) for kind in kinds]
        return Tally(sum(tally.count for tally in found), sum(tally.amount_minor for tally in found))

    @property
    def owed_minor(self) -> int:
        """What the bank owes the merchant for this day, before fees."""
        return sum(sign * self.of(kind).amount_minor for kind, sign in _OWED.items())

    @property
    def taken_off_minor(self) -> int:
        """The fees that are taken off what the bank owes."""
        return self.fees_minor - self.monthly_fees_minor

    @property
    def net_minor(self) -> int:
        """What the bank owes the merchant for this day, less the fees that are taken off."""
        return self.owed_minor - self.taken_off_minor

    @property
    def settled_more_minor(self) -> int:
        """The change of what the bank owes by fees and payouts; fees are posted with the settlement."""
        fees = self.taken_off_minor if self.settled else 0
        return -fees - self.moved_minor(PayoutKind.PAYOUT)

    @property
    def closing_minor(self) -> int:
        """What the bank owed the merchant at the end of the day; before fees, unless it is settled."""
        return self.opening_minor + self.owed_minor + self.settled_more_minor


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
    _settle(tx, merchant, figures)
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


def _settle(tx: StoreTransaction, merchant: Merchant, figures: Mapping[BusinessDate, DayBalance]) -> None:
    """Add what settlement and payouts say.

    Raises:
        LedgerDiffersError: a day was settled for something else.
    """
    first, last = min(figures), max(figures)
    fixed = settled_sums(tx, merchant.merchant_id, first, last)
    for on, day in figures.items():
        if day.settled:
            was = fixed.get(on) or SettledSum(MerchantDay(merchant.merchant_id, merchant.currency), 0)
            _as_settled(day, was.day)
            day.monthly_fees_minor = was.monthly_fees_minor
        elif merchant.settlement.fees_monthly:
            day.monthly_fees_minor = day.fees_minor
    for move in payout_moves(tx, merchant.merchant_id, first, last):
        figures[move.business_date].moves.append(move)


def _as_settled(day: DayBalance, fixed: MerchantDay) -> None:
    paid, back = day.of(PostingKind.PAID, PostingKind.APPLIED), day.of(PostingKind.REVERSED)
    shown = (paid.count, paid.amount_minor, back.count, back.amount_minor, day.fees_minor)
    was = (fixed.paid, fixed.gross_minor, fixed.reversed, fixed.reversals_minor, fixed.fees_minor)
    if shown != was:
        sums = (day.owed_minor - day.fees_minor, fixed.net_minor)
        net, settled_net = (format_major(minor, fixed.currency) for minor in sums)
        difference = f"net {net} in the statement, {settled_net} settled, or another of its sums"
        raise LedgerDiffersError(fixed.merchant_id, day.date, difference)


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
    said = sum(day.settled_more_minor for day in figures.values())
    booked = settled_more(tx, merchant_id, first, last)
    if said != booked:
        shown = _compared(merchant, Tally(0, booked), Tally(0, said))
        raise LedgerDiffersError(merchant_id, last, f"fees and payouts: {shown}")


def _same(merchant: Merchant, on: BusinessDate, what: str, ledger: Tally, others: Tally) -> None:
    if ledger != others:
        shown = _compared(merchant, ledger, others)
        raise LedgerDiffersError(merchant.merchant_id, on, f"{what}: {shown}")


def _compared(merchant: Merchant, ledger: Tally, others: Tally) -> str:
    sums = [format_major(tally.amount_minor, merchant.currency) for tally in (ledger, others)]
    if ledger.count or others.count:
        return f"{ledger.count} over {sums[0]} in the ledger, {others.count} over {sums[1]} by the payments"
    return f"{sums[0]} in the ledger, {sums[1]} by the payments"
