"""The stateful test of the day's end: batch debits, cutover, reconciliation and settlement, while terminals pay.

After every step the independent ledger must agree to the cent, bill by bill and account by account; a day that is
settled never changes again.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from offline_collect.domain.bills import Bill
from offline_collect.domain.commands import Payment, ReversalReason
from tests.model import debits, reconciling
from tests.model.debits import Batch, Debit
from tests.model.evening import Answered
from tests.model.front_ends import FrontEnds, Planted, planted
from tests.model.items import Item
from tests.model.owing import Owing
from tests.model.stored import StoredSystem
from tests.model.terminals import Terminals
from tests.model.world import INSTITUTIONS, MANDATES, World

merchants = st.sampled_from(["SCHOOL01", "WATER001", "WATER001", "ESTATE01", "HALTED01"])
attempts = st.sampled_from(["FIRST", "FIRST", "RETRY", "ANY"])
due = st.sampled_from([None, 30, 30, 30, -10])
"""Days from today to the last due date."""

answers = st.lists(
    st.sampled_from(["0000", "0000", "part", "1001", "1002", "2001", "3001", "4001", "7777", "9001"]),
    min_size=4,
    max_size=4,
)
faults = st.sampled_from(["", "", "", "", "amount", "missing", "twice", "digest"])
return_codes = st.sampled_from(["1001", "1002", "3001"])
numbers = st.integers(0, 9)
institutions = st.sampled_from([*INSTITUTIONS, INSTITUTIONS[0]])

doubts = st.sampled_from(["all", "part", "nothing"])

Trades = list[tuple[int, str, str]]
"""Which of the payable bills, what of it, and what becomes of the payment."""

trades: st.SearchStrategy[Trades] = st.lists(
    st.tuples(
        numbers,
        st.sampled_from(["payable", "payable", "payable", "part", "too much"]),
        st.sampled_from(["kept", "kept", "kept", "advised", "reversed"]),
    ),
    min_size=2,
    max_size=5,
)
made = precondition(lambda self: bool(self.model.debits.batches))
ended = precondition(lambda self: len(self.model.days) > 1)
differing = precondition(lambda self: bool(self.model.items.there))


class DayEnd(Terminals):
    """Operators, a bank and front ends, beside terminals that pay and reverse."""

    make_system: Callable[[World], StoredSystem]
    system: StoredSystem

    def __init__(self) -> None:
        super().__init__()
        self.system.evening.forget_files()
        self._frozen: dict[dt.date, object] = {}
        self.front_ends = FrontEnds()

    @invariant()
    def bills_items_and_settled_days_agree(self) -> None:
        """Bill by bill; item by item; and what was settled is as it was."""
        today = self.model.today
        found = self.system.evening.bills()
        for key, owing in self.model.bills.items():
            due = (owing.bill.mark.value if owing.bill.mark else None, owing.principal())
            assert found[key] == due, f"{key} on {today}: {found[key]}, not {due}"
        items = Counter(seen for _, seen in self.system.evening.items())
        assert items == Counter(each.seen for each in self.model.items.there)
        self._settled_days_never_change()

    def _settled_days_never_change(self) -> None:
        balances = self.system.balances()
        sums = self.system.evening.settled()
        for day in self.model.settled:
            now = (
                {key: amount for key, amount in balances.items() if key[0] == day},
                {key: amounts for key, amounts in sums.items() if key[0] == day},
            )
            assert self._frozen.setdefault(day, now) == now

    @initialize()
    def owe_again(self) -> None:
        """Begin with a batch, and an answer with one debit of each kind that a school can have."""
        self.export("SCHOOL01", "FIRST", 30)
        self.bank_answers(0, ["0000", "1001", "4001", "part"], "")

    @rule(merchant_id=merchants, attempt=attempts, days=due)
    def export(self, merchant_id: str, attempt: str, days: int | None) -> None:
        due_by = None if days is None else self.model.today + dt.timedelta(days=days)
        expected, taken = debits.order(self.model, merchant_id, attempt, due_by)
        found, number = self.system.evening.export(merchant_id, attempt, due_by)
        assert found == expected
        if taken:
            debits.register(self.model, number, merchant_id, taken)

    @made
    @rule(nth=numbers, codes=answers, fault=faults)
    def bank_answers(self, nth: int, codes: list[str], fault: str) -> None:
        """With one code a record; a file that does not match in anything has no effect."""
        batch = self._batch(nth)
        told = [self._told(each, codes[place % len(codes)]) for place, each in enumerate(batch.debits)]
        if fault:
            assert self.system.evening.answer(batch.number, told, fault) == "REFUSED"
            return
        expected = debits.answer(self.model, batch, told)
        assert self.system.evening.answer(batch.number, told) == expected
        assert self.system.evening.answer(batch.number, told) == "REFUSED", "it is taken once"

    @made
    @rule(nth=numbers)
    def write_again(self, nth: int) -> None:
        """Byte for byte the same; the evening compares it with the first one."""
        batch = self._batch(nth)
        if batch.state == "OUT":
            self.system.evening.write(batch.number)

    @made
    @rule(nth=numbers)
    def cancel(self, nth: int) -> None:
        batch = self._batch(nth)
        assert self.system.evening.cancel(batch.number) == debits.cancel(self.model, batch)

    @made
    @rule(nth=numbers, settled=doubts)
    def resolve_doubt(self, nth: int, settled: str) -> None:
        """Of a debit in doubt, or of another one."""
        batch, sequence, debit = self._debit(nth, "LOCKED")
        amount = {"all": debit.asked, "part": self._part(debit), "nothing": None}[settled]
        expected = debits.resolve(self.model, debit, amount)
        assert self.system.evening.resolve_debit(batch.number, sequence, amount) == expected

    @made
    @rule(nth=numbers, code=return_codes, wrong=st.sampled_from([False, False, False, True]))
    def debits_come_back(self, nth: int, code: str, wrong: bool) -> None:
        """Also those of settled days."""
        batch, sequence, debit = self._debit(nth, "SETTLED")
        record = (batch.number, sequence, debit.owing.bill.bill_no, debit.settled + wrong)
        file_no = f"R-{self.model.debits.returned}"
        expected = "REFUSED" if wrong else debits.come_back(self.model, [debit], code)
        assert self.system.evening.come_back(file_no, [record], code) == expected
        if expected == "RETURNED":
            again = self.system.evening.come_back(f"{file_no}-again", [record], code)
            assert again == "REFUSED", "it has come back already"

    @rule(which=st.sampled_from(MANDATES[:3]))
    def sign_a_new_mandate(self, which: debits.Mandate) -> None:
        """After the bank has suspended or cancelled the former one, or before."""
        mandate = self.model.debits.sign(which)
        self.system.evening.sign(mandate.merchant_id, mandate.customer_no, mandate.reference)

    @ended
    @rule(institution=institutions, nth=numbers, differs=planted)
    def hand_over(self, institution: str, nth: int, differs: Planted) -> None:
        """A front end hands over a day, once more or for the first time, with what it counts otherwise."""
        self._hand_over(institution, self._day(nth), differs)

    def _hand_over(self, institution: str, day: dt.date, differs: Planted) -> None:
        rows = self.front_ends.rows(self.model, (institution, day), differs)
        expected = reconciling.ingest(self.model, institution, day, rows)
        assert self.system.evening.ingest(institution, day, rows) == expected

    @differing
    @rule(nth=numbers, note=st.sampled_from([False, False, True]))
    def resolve(self, nth: int, note: bool) -> None:
        """An item, open or not, as it is proposed or by a note; two people where money is concerned."""
        waiting = [each for each in self.model.items.there if not each.ended] or self.model.items.there
        self._resolve(waiting[nth % len(waiting)], note=note)

    def _resolve(self, item: Item, *, note: bool) -> str:
        number = self._number(item)
        expected = reconciling.resolve(self.model, item, note=note)
        assert self.system.evening.resolve(number, note=note) == expected, f"{item}"
        return expected

    @ended
    @rule(nth=numbers)
    def reconcile(self, nth: int) -> None:
        day = self._day(nth)
        assert self.system.evening.reconcile(day) == reconciling.reconcile(self.model, day)

    @ended
    @rule(nth=numbers)
    def settle(self, nth: int) -> None:
        self._settle(self._day(nth))

    def _settle(self, day: dt.date) -> None:
        expected = reconciling.settle(self.model, day)
        assert self.system.evening.settle(day) == expected
        if expected != "SETTLED":
            return
        sums = {
            (day, merchant_id): (
                each.paid,
                each.gross,
                each.reversed,
                each.reversals,
                each.fees,
                each.gross - each.reversals - each.fees,
            )
            for merchant_id, each in self.model.ledger.settled(day, self.model.merchants).items()
        }
        settled = self.system.evening.settled()
        assert {key: amounts for key, amounts in settled.items() if key[0] == day} == sums

    @rule(trade=trades, differs=planted, corrected=planted, back=st.sampled_from([None, *ReversalReason]))
    def end_a_busy_day(
        self, trade: Trades, differs: Planted, corrected: Planted, back: ReversalReason | None
    ) -> None:
        """All of a day and its evening: files, a corrected one, differences, settlement, and a late reversal."""
        payment = self._trade(trade)
        self.cut_over()
        self._end(self.model.days[-2], differs, corrected)
        if back is not None:
            self._submit(self._reversal(payment, back, advice=back is not ReversalReason.WRITE_OFF))

    def _trade(self, trade: Trades) -> Payment:
        """Pay bills; return the last payment."""
        for nth, amount, fate in trade:
            merchant_id, bill_no = self._payable(nth)
            advised = fate == "advised"
            payment = (
                self._advice(nth % 3, (merchant_id, bill_no), self._amount((merchant_id, bill_no), amount))
                if advised
                else self._payment(nth % 3, (merchant_id, bill_no), amount)
            )
            self._submit(payment)
            if fate == "reversed":
                self._submit(self._reversal(payment, ReversalReason.ERROR))
        return payment

    def _payable(self, nth: int) -> tuple[str, str]:
        """Return a bill that can be paid; the merchant issues a new one if few are left."""
        payable = [key for key in self.model.bills if self.model.is_payable(*key)]
        if nth < len(payable):
            return payable[nth]
        today = self.model.today
        merchant_id, customer_no = (("SCHOOL01", "pupil"), ("WATER001", "tenant"))[nth % 2]
        number = f"{merchant_id[0]}-NEW{len(self.model.bills)}"
        bill = Bill(
            0, merchant_id, number, customer_no, 4_000 + 500 * nth, today + dt.timedelta(days=nth - 5)
        )
        self.system.evening.issue(bill)
        self.model.bills[merchant_id, number] = Owing(bill, self.model.merchants[merchant_id])
        return merchant_id, number

    def _end(self, day: dt.date, differs: Planted, corrected: Planted) -> None:
        """Reconcile and settle, as far as it goes, what was not settled until now."""
        for institution in INSTITUTIONS:
            self._hand_over(institution, day, differs)
        if corrected:
            self._hand_over(INSTITUTIONS[0], day, corrected)
        for date in [each for each in self.model.days[:-1] if each not in self.model.settled]:
            for item in self.model.items.open_of(date):
                if self._resolve(item, note=False) == "GONE":
                    self._resolve(item, note=True)
            assert self.system.evening.reconcile(date) == reconciling.reconcile(self.model, date)
            self._settle(date)

    @rule(merchant_id=merchants, codes=answers, settled=doubts, code=return_codes, come_back=st.booleans())
    def debit_and_hear_of_it(
        self, merchant_id: str, codes: list[str], settled: str, code: str, come_back: bool
    ) -> None:
        """All of a batch: made, answered, its doubts resolved, and one debit that comes back."""
        self.export(merchant_id, "FIRST", 30)
        self.bank_answers(len(self.model.debits.batches) - 1, codes, "")
        self.resolve_doubt(0, settled)
        if come_back:
            self.debits_come_back(len(codes), code, wrong=False)

    def _told(self, debit: Debit, code: str) -> Answered:
        settled = {"0000": debit.asked, "part": self._part(debit)}.get(code, 0)
        return ("0000" if settled else code, settled)

    def _part(self, debit: Debit) -> int:
        return max(debit.asked // 2 // 500 * 500, 1)

    def _batch(self, nth: int) -> Batch:
        """Return a batch, mostly one that waits for its result."""
        batches = self.model.debits.batches
        waiting = [each for each in batches if each.state == "OUT"] or batches
        return waiting[nth % len(waiting)]

    def _debit(self, nth: int, state: str) -> tuple[Batch, int, Debit]:
        """Return a debit, one in a state if there is any."""
        all_of_them = [
            (batch, sequence, debit)
            for batch in self.model.debits.batches
            for sequence, debit in enumerate(batch.debits, 1)
        ]
        found = [each for each in all_of_them if each[2].state == state] or all_of_them
        return found[nth % len(found)]

    def _day(self, nth: int) -> dt.date:
        """Return one of the last days, mostly one that is not settled, or the open one."""
        days = [each for each in self.model.days if each not in self.model.settled] or self.model.days
        return days[nth % len(days)]

    def _number(self, item: Item) -> int:
        """Return the number of an item: the first of those that look the same is as good as any."""
        like = [each for each in self.model.items.there if each.seen == item.seen]
        found = [number for number, seen in self.system.evening.items() if seen == item.seen]
        return found[like.index(item)]
