"""The stateful test of imports: files are staged, wait, apply and are undone while terminals pay the same bills."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from offline_collect.domain.bills import Bill
from offline_collect.domain.commands import Payment, ReversalReason
from tests.model import importing
from tests.model.drafts import LIKELY, MOVES, OWNERS, Draft, drafts, row
from tests.model.files import BillsFile, Told
from tests.model.stored import StoredSystem
from tests.model.terminals import Terminals, amounts, payments, terminals
from tests.model.world import World

Pick = tuple[int, bool]
"""Which one of all that are in the state that a rule is about, or of all."""

Paying = tuple[int, str, bool]
"""Which bill of an import is paid with what, and whether the money goes back at once."""

people = st.sampled_from(["clerk", "checker"])
ways = st.sampled_from(["whole", "whole", "valid", "missing"])
states = st.sampled_from(["WAITING", "RELEASED"])
deaths = st.sampled_from(["", "at once", "half way"])
"""Where a process dies that releases an import."""

choices = st.integers(0, 9)
paying: st.SearchStrategy[Paying] = st.tuples(
    choices,
    st.sampled_from(["payable", "payable", "part", "too much"]),
    st.sampled_from([False, False, True]),
)
meanings = st.sampled_from([True, False])
picks: st.SearchStrategy[Pick] = st.tuples(choices, st.sampled_from([False, False, False, True]))
imported = precondition(lambda self: bool(self.model.imports))
waiting = precondition(lambda self: bool(self._in_state("WAITING")))
released = precondition(lambda self: bool(self._in_state("RELEASED")))


class BackOffice(Terminals):
    """A merchant that imports, releases, rejects and undoes, and terminals that do not know about it."""

    make_system: Callable[[World], StoredSystem]
    system: StoredSystem

    def __init__(self) -> None:
        super().__init__()
        self._half_undone: set[int] = set()

    @rule(draft=drafts, who=people, how=ways, checked=st.booleans(), meant=meanings)
    def import_bills(self, draft: Draft, who: str, how: str, checked: bool, meant: bool = True) -> None:
        """A file of new and changed bills, previewed first; whether they may go to others or another period."""
        merchant_id, rows = draft
        self._ask_for_a_checker(merchant_id, asks=checked)
        file = BillsFile(
            merchant_id,
            tuple(self._row((merchant_id, bill_no), content) for bill_no, content in rows.items()),
            accept_valid=how == "valid",
            withdraw_missing=how == "missing",
            identity_changes=meant,
        )
        self._finish_undoing(merchant_id)
        self._told(importing.preview(self.model, file), self.system.office.preview(file))
        self._take(file, who)

    @rule(bill=st.sampled_from(LIKELY), content=st.sampled_from(MOVES), checked=st.booleans(), meant=meanings)
    def move_a_bill(self, bill: tuple[str, str], content: str, checked: bool, meant: bool) -> None:
        """To another customer or period: unless that is meant, nothing of the file is taken."""
        merchant_id, bill_no = bill
        self.import_bills((merchant_id, {bill_no: content}), "clerk", "whole", checked=checked, meant=meant)

    @initialize(waits=drafts, counts=drafts)
    def leave_one_waiting_and_take_one(self, waits: Draft, counts: Draft) -> None:
        """So that each game has both."""
        self.import_bills(waits, "clerk", "valid", checked=True)
        self.import_bills(counts, "clerk", "valid", checked=False)

    @rule(draft=drafts, how=ways, pays=paying, dies=deaths)
    def pay_while_it_waits(self, draft: Draft, how: str, pays: Paying, dies: str) -> None:
        """The change of that bill is overtaken, although the money may have gone back."""
        self.import_bills(draft, "clerk", how, checked=True)
        if self.model.imports:
            latest = max(self.model.imports)
            self._pay_one_of(latest, *pays)
            self._release(latest, "checker", dies=dies)

    @released
    @rule(pick=picks, pays=paying, dies=st.booleans())
    def pay_and_undo(self, pick: Pick, pays: Paying, dies: bool) -> None:
        """It is undone only if nothing is left on the bill."""
        number = self._number(pick, "RELEASED")
        self._pay_one_of(number, *pays)
        self._undo(number, "checker", dies=dies)

    @released
    @rule(pick=picks, nth=choices, releases=st.booleans(), dies=deaths)
    def change_once_more_and_undo(self, pick: Pick, nth: int, releases: bool, dies: str) -> None:
        """Rows that a later import has changed are not undone before it, tidied or not."""
        number = self._number(pick, "RELEASED")
        there = self._row_of(number, nth)
        before = set(self.model.imports)
        self.import_bills((there.merchant_id, {there.bill_no: "dearer"}), "clerk", "valid", checked=True)
        for later in set(self.model.imports) - before:
            if releases:
                self._release(later, "checker", dies=dies)
        self._undo(number, "checker")

    @imported
    @rule(pick=picks, who=people)
    def import_the_same_file(self, pick: Pick, who: str) -> None:
        file = self.model.imports[self._number(pick, "REJECTED")].file
        self._finish_undoing(file.merchant_id)
        self._take(file, who)

    @waiting
    @rule(pick=picks, who=people, dies=deaths)
    def release(self, pick: Pick, who: str, dies: str) -> None:
        self._release(self._number(pick, "WAITING"), who, dies=dies)

    @waiting
    @rule(pick=picks, who=people, dies=st.booleans())
    def reject(self, pick: Pick, who: str, dies: bool) -> None:
        number = self._number(pick, "WAITING")
        self._told(importing.reject(self.model, number), self.system.office.reject(number, who, dies=dies))
        self._look_around(number)

    @released
    @rule(pick=picks, who=people, dies=st.booleans())
    def undo(self, pick: Pick, who: str, dies: bool) -> None:
        self._undo(self._number(pick, "RELEASED"), who, dies=dies)

    @released
    @rule(pick=picks)
    def begin_to_undo(self, pick: Pick) -> None:
        """The process of the undo is killed: the bills do not change, and a payment of one may end the undo."""
        number = self._number(pick, "RELEASED")
        if self.model.imports[number].can_be_undone:
            self.system.office.begin_to_undo(number)
            self._half_undone.add(number)
            self._look_around(number)

    @imported
    @rule(target=payments, pick=picks, state=states, nth=choices, who=terminals, amount=amounts)
    def pay_a_bill_of(self, pick: Pick, state: str, nth: int, who: int, amount: str) -> Payment:
        """As it is in effect, if it is."""
        there = self._row_of(self._number(pick, state), nth)
        payment = self._payment(who, (there.merchant_id, there.bill_no), amount)
        self._submit(payment)
        return payment

    @imported
    @rule(target=payments, pick=picks, state=states, nth=choices, who=terminals)
    def pay_what_the_file_asks_for(self, pick: Pick, state: str, nth: int, who: int) -> Payment:
        """Whether that is in effect, or not yet, or no more."""
        there = self._row_of(self._number(pick, state), nth)
        bill, today = (there.merchant_id, there.bill_no), self.model.today
        payment = self.terminals[who].payment(self._tick(), *bill, there.amount_minor, local_date=today)
        self._submit(payment)
        return payment

    def _pay_one_of(self, number: int, nth: int, amount: str, back: bool) -> None:
        """Pay a bill of an import; money that is reversed still counts as moved."""
        named = [(each.merchant_id, each.bill_no) for each in self.model.imports[number].file.rows]
        payable = [bill for bill in named if self.model.is_payable(*bill)] or named
        payment = self._payment(0, payable[nth % len(payable)], amount)
        self._submit(payment)
        if back:
            self._submit(self._reversal(payment, ReversalReason.ERROR))

    def _ask_for_a_checker(self, merchant_id: str, *, asks: bool) -> None:
        self.system.office.ask_for_a_checker(merchant_id, asks)
        (self.model.checked.add if asks else self.model.checked.discard)(merchant_id)

    def _take(self, file: BillsFile, who: str) -> None:
        told = self.system.office.take(file, who)
        self._told(importing.take(self.model, file, who, told.number), told)
        if told.number is not None:
            self._look_around(told.number)

    def _release(self, number: int, who: str, *, dies: str) -> None:
        told = self.system.office.release(number, who, dies=dies)
        self._told(importing.release(self.model, number, who), told)
        self._look_around(number)

    def _undo(self, number: int, who: str, *, dies: bool = False) -> None:
        self._half_undone.discard(number)
        self._told(importing.undo(self.model, number), self.system.office.undo(number, who, dies=dies))
        self._look_around(number)

    def _finish_undoing(self, merchant_id: str) -> None:
        """Continue after a killed process: until then, an import may not change these bills."""
        for number in sorted(self._half_undone):
            if self.model.imports[number].file.merchant_id == merchant_id:
                self._undo(number, "clerk")

    def _told(self, due: Told, told: Told) -> None:
        if told.word == "KILLED":
            assert due.word in {"RELEASED", "REJECTED", "UNDONE"}, f"not {due}"
            return
        assert told.word == due.word, f"{told}, not {due}"
        assert (told.number, told.counts) == (due.number or told.number, due.counts), f"{told}, not {due}"
        assert told.moved == due.moved, f"{told}, not {due}"
        assert told.later == due.later, f"{told}, not {due}"
        # The first page with any of them is reported.
        assert told.in_the_way <= due.in_the_way, f"{told}, not {due}"
        assert told.word != "IN_THE_WAY" or told.in_the_way or told.later, f"{told} names nothing"

    def _look_around(self, number: int) -> None:
        """Look up all bills of a file, and the whole list of its merchant's customer."""
        file = self.model.imports[number].file
        self.look_up(0, (file.merchant_id, OWNERS[file.merchant_id]))
        asked = [
            self.terminals[1].lookup(self._tick(), each.merchant_id, bill_no=each.bill_no)
            for each in file.rows
        ]
        for lookup, answer in zip(asked, self.system.submit(asked), strict=True):
            self._judge(self.model.step(lookup, answer, self.system.now), lookup)

    def _number(self, pick: Pick, state: str) -> int:
        """Return the number of an import in a state, or of any."""
        nth, anyhow = pick
        of_state = self._in_state(state)
        found = list(self.model.imports) if anyhow or not of_state else of_state
        return found[nth % len(found)]

    def _in_state(self, state: str) -> list[int]:
        return [number for number, each in self.model.imports.items() if each.state == state]

    def _row_of(self, number: int, nth: int) -> Bill:
        rows = self.model.imports[number].file.rows
        return rows[nth % len(rows)]

    def _row(self, bill: tuple[str, str], content: str) -> Bill:
        owing = self.model.bills.get(bill)
        return row(bill, None if owing is None else owing.bill, content, self.model.today)
