"""The stateful test of the day's end, with what follows a settlement: payouts, the voucher, and totals instead of a file."""

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import TotalsFigures
from tests.model import reconciling
from tests.model.day_end import DayEnd, ended, faults, institutions, numbers
from tests.model.payouts import Payout
from tests.model.world import TERMINALS

failing = st.lists(st.booleans(), min_size=4, max_size=4)
accounts = st.sampled_from([None, None, "6222000000000042"])
paying = precondition(lambda self: bool(self.model.payouts.runs))


class PayingOut(DayEnd):
    """An operator who pays merchants, and a bank that books payouts or does not, beside all that ends a day."""

    @invariant()
    def payouts_and_their_entries_agree(self) -> None:
        """Run by run; and to the cent, every account of settlements on every business day."""
        assert self.system.treasury.runs() == self.model.payouts.seen()
        assert self.system.treasury.balances() == self.model.payouts.balances()

    def _settle(self, day: dt.date) -> None:
        before = set(self.model.settled)
        super()._settle(day)
        if self.model.settled != before:
            self.model.payouts.settle(self.model, day)
            assert self.system.treasury.voucher(day) == self.model.payouts.turnover(self.model, day)

    @paying
    @rule(nth=numbers, failed=failing, fault=faults)
    def bank_pays(self, nth: int, failed: list[bool], fault: str) -> None:
        """A result that does not match in anything has no effect, and no result is taken twice."""
        runs = self.model.payouts.runs
        waiting = [each for each in runs if each.state != "TAKEN"] or runs
        run = waiting[nth % len(waiting)]
        place, answers = runs.index(run) + 1, [failed[at % len(failed)] for at in range(len(run.payouts))]
        if fault and fault != "digest":
            assert self.system.treasury.answer(place, answers, fault) == "REFUSED"
        expected = self.model.payouts.answer(self.model, run, answers)
        assert self.system.treasury.answer(place, answers) == expected
        assert self.system.treasury.answer(place, answers) == "REFUSED", "it is taken once"

    @paying
    @rule(nth=numbers, account=accounts)
    def pay_again(self, nth: int, account: str | None) -> None:
        """A payout that failed; or another one, which is refused."""
        places = [
            ((run, sequence), each)
            for run, paid in enumerate(self.model.payouts.runs, 1)
            for sequence, each in enumerate(paid.payouts, 1)
        ]
        failed = [found for found in places if found[1].state == "FAILED"] or places
        self._pay_again(*failed[nth % len(failed)], account)

    def _pay_again(self, place: tuple[int, int], payout: Payout, account: str | None) -> None:
        assert self.system.treasury.retry(place, account) == self.model.payouts.retry(payout)

    @ended
    @rule(institution=institutions, nth=numbers, right=st.booleans())
    def send_totals(self, institution: str, nth: int, right: bool) -> None:
        """A front end that has no file sends its totals of a day."""
        day = self._day(nth)
        figures = TotalsFigures(**self.model.ledger.totals(institution, "156", day))
        if not right:
            figures = replace(figures, credits=figures.credits + 1)
        who = next(at for at, (owner, _) in enumerate(TERMINALS) if owner == institution)
        self._submit(self.terminals[who].totals(self._tick(), BusinessDate.of(day), figures))
        if right and day != self.model.today:
            self.model.agreed.add((institution, day))

    @ended
    @rule(nth=numbers)
    def reconcile_by_totals(self, nth: int) -> None:
        """With the totals of all institutions for a file."""
        day = self._day(nth)
        expected = reconciling.reconcile(self.model, day, by_totals=True)
        assert self.system.evening.reconcile(day, by_totals=True) == expected
