"""The model's expectation of payouts: what runs pay, what a bank's result does, and what is paid again.

Every settled day is owed until a run has it, and a payout that failed is owed again; written in plain sums, with entries
of its own.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.model.items import Item
from tests.model.ledger import Balances

if TYPE_CHECKING:
    from tests.model.model import Model

OWN_BANK = "BANK"
Turnover = dict[tuple[str, str, str], tuple[int, int]]
"""By account, owner and currency: what was debited, and what was credited."""

Seen = tuple[dt.date, str, list[tuple[str, int, str, tuple[int, int] | None]]]
"""What a user sees of a run: day, state, and of each payout the merchant, the amount, the state and what it pays again."""


@dataclass(eq=False)
class Payout:
    """A payout.

    Attributes:
        again: the place of the failed one that it pays again: which run, and which of its payouts.
        item: which is open because it failed.
    """

    merchant_id: str
    amount: int
    again: tuple[int, int] | None = None
    state: str = "OUT"
    item: Item | None = None


@dataclass(eq=False)
class Run:
    """A run of the one bank that there is."""

    date: dt.date
    payouts: list[Payout] = field(default_factory=list)
    state: str = "MADE"


class Payouts:
    """All runs, and the entries of settlements.

    Attributes:
        owed: what no run has yet, by merchant.
    """

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.owed = Counter[str]()
        self._moved: list[tuple[dt.date, str, str, int]] = []

    def settle(self, model: "Model", day: dt.date) -> None:
        """Take the fees of a day, and pay in a run what is owed and what is to be paid again."""
        for merchant_id, each in model.ledger.settled(day, model.merchants).items():
            if each.fees:
                self._move(day, ("PAYABLE", merchant_id), ("FEE_INCOME", OWN_BANK), each.fees)
            self.owed[merchant_id] += each.gross - each.reversals - each.fees
        run = Run(day)
        for place, failed in self._places("WAITING"):
            run.payouts.append(Payout(failed.merchant_id, failed.amount, place))
            failed.state = "REPLACED"
        run.payouts += [
            Payout(merchant_id, self.owed[merchant_id]) for merchant_id in sorted(+self.owed | -self.owed)
        ]
        self.owed.clear()
        for each in run.payouts:
            self._pay(day, each, each.amount)
        if run.payouts:
            self.runs.append(run)

    def answer(self, model: "Model", run: Run, failed: Sequence[bool]) -> str:
        """Take a bank's result: each payout is booked, or owed again from today on."""
        if run.state == "TAKEN":
            return "REFUSED"
        run.state = "TAKEN"
        for each, fails in zip(run.payouts, failed, strict=True):
            each.state = "FAILED" if fails else "BOOKED"
            if fails:
                self._pay(model.today, each, -each.amount)
                each.item = Item(OWN_BANK, run.date, "PAYMENT", (), "PAYOUT_FAILED", "NOTE", ours=each.amount)
                model.items.there.append(each.item)
        return "TAKEN"

    def retry(self, payout: Payout) -> str:
        """Put a failed payout into the next run."""
        if payout.state not in {"FAILED", "WAITING"}:
            return "REFUSED"
        assert payout.item is not None
        payout.state, payout.item.ended = "WAITING", "RETRIED"
        return "RETRIED"

    def seen(self) -> list[Seen]:
        """Return what a user sees of all runs."""
        return [
            (
                run.date,
                run.state,
                [(each.merchant_id, each.amount, each.state, each.again) for each in run.payouts],
            )
            for run in self.runs
        ]

    def balances(self) -> Balances:
        """Return the sums of all entries of settlements."""
        sums = Counter[tuple[dt.date, str, str, str]]()
        for date, account, owner, amount in self._moved:
            sums[date, account, owner, "156"] += amount
        return {key: amount for key, amount in sums.items() if amount}

    def turnover(self, model: "Model", day: dt.date) -> Turnover:
        """Return what each account was debited and credited on a day, by payments as well."""
        found: Turnover = {}
        own = [(account, owner, "156", amount) for date, account, owner, amount in self._moved if date == day]
        for *key, amount in [*own, *model.ledger.moved_on(day)]:
            account, owner, currency = key
            debited, credited = found.get((account, owner, currency), (0, 0))
            found[account, owner, currency] = (debited + max(amount, 0), credited + max(-amount, 0))
        return found

    def _places(self, state: str) -> list[tuple[tuple[int, int], Payout]]:
        """Return the payouts in a state, with the places of them."""
        return [
            ((nth, sequence), each)
            for nth, run in enumerate(self.runs, 1)
            for sequence, each in enumerate(run.payouts, 1)
            if each.state == state
        ]

    def _pay(self, day: dt.date, payout: Payout, amount: int) -> None:
        self._move(day, ("PAYABLE", payout.merchant_id), ("PAYOUT_CLEARING", OWN_BANK), amount)

    def _move(self, day: dt.date, debited: tuple[str, str], credited: tuple[str, str], amount: int) -> None:
        self._moved += [(day, *debited, amount), (day, *credited, -amount)]
