"""The steps of every stateful game: terminals that pay, reverse and look up, days and restarts, and the comparison."""

import datetime as dt
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import (
    Channel,
    Command,
    Lookup,
    Payment,
    PaymentAdvice,
    Reversal,
    ReversalReason,
    WriteCommand,
)
from tests.messages.commands import Terminal
from tests.model.model import Model
from tests.model.orders import possible_orders
from tests.model.system import System
from tests.model.world import TERMINALS, World

PAGES_MAX = 10
BILLS = [(bill.merchant_id, bill.bill_no) for bill in World().bills]
OPEN_BILLS = [bill for bill in BILLS if bill[1][2:] in {"DUE", "LATE", "TURNING"} and bill[0] != "HALTED01"]
NO_BILLS = [("SCHOOL01", "S-NOWHERE"), ("GONE0001", "G-1"), ("NOBODY01", "N-1")]
CUSTOMERS = [(each.merchant_id, each.customer_no) for each in World().customers] + [("SCHOOL01", "nobody")]

terminals = st.sampled_from(range(len(TERMINALS)))
bills = st.one_of(st.sampled_from(OPEN_BILLS), st.sampled_from(OPEN_BILLS), st.sampled_from(BILLS))
any_bill = st.one_of(bills, st.sampled_from(NO_BILLS))
amounts = st.sampled_from(
    ["payable", "payable", "payable", "quoted", "part", "least", "too much", "too little"]
)
channels = st.sampled_from([Channel.TELLER, Channel.TELLER, Channel.KIOSK])
reasons = st.sampled_from(ReversalReason)
payments: Bundle[Payment] = Bundle("payments")
reversals: Bundle[Reversal] = Bundle("reversals")


class Terminals(RuleBasedStateMachine):
    """A front end whose terminals pay, reverse and look up, against any System."""

    make_system: Callable[[World], System]

    def __init__(self) -> None:
        super().__init__()
        world = World()
        self.system = type(self).make_system(world)
        self.model = Model(world)
        self.terminals = [Terminal(terminal, institution) for institution, terminal in TERMINALS]

    def teardown(self) -> None:
        self.system.close()

    @invariant()
    def the_store_is_whole(self) -> None:
        assert self.system.verify() == []

    @invariant()
    def the_ledger_agrees(self) -> None:
        """To the cent: every account of every business day."""
        assert self.system.balances() == self.model.ledger.balances()

    @rule(target=payments, who=terminals, bill=bills, amount=amounts, channel=channels)
    def pay(self, who: int, bill: tuple[str, str], amount: str, channel: Channel) -> Payment:
        payment = self._payment(who, bill, amount, channel=channel)
        self._submit(payment)
        return payment

    @rule(target=payments, who=terminals, bill=any_bill, amount=amounts, yesterday=st.booleans())
    def advise(self, who: int, bill: tuple[str, str], amount: str, yesterday: bool) -> PaymentAdvice:
        advice = self._advice(who, bill, self._amount(bill, amount), yesterday=yesterday)
        self._submit(advice)
        return advice

    @rule(target=reversals, payment=payments, reason=reasons, advice=st.booleans())
    def reverse(self, payment: Payment, reason: ReversalReason, advice: bool) -> Reversal:
        """Of a payment with any outcome, also if it was never sent."""
        reversal = self._reversal(payment, reason, advice=advice)
        self._submit(reversal)
        return reversal

    @rule(who=terminals, customer=st.sampled_from(CUSTOMERS))
    def look_up(self, who: int, customer: tuple[str, str]) -> None:
        """Every page, compared with the whole list."""
        lookup = self.terminals[who].lookup(self._tick(), *customer)
        answer = self._pages(lookup)
        self._judge(self.model.step(lookup, answer, self.system.now), lookup)

    @rule(who=terminals, bill=any_bill)
    def look_one_bill_up(self, who: int, bill: tuple[str, str]) -> None:
        merchant_id, bill_no = bill
        self._submit(self.terminals[who].lookup(self._tick(), merchant_id, bill_no=bill_no))

    @rule()
    def cut_over(self) -> None:
        self._tick()
        self.model.cut(self.system.cutover(), self.system.now)

    @rule(minutes=st.sampled_from([1, 29, 31, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.system.advance(minutes * 60)

    @rule()
    def restart(self) -> None:
        self.system.restart()

    def _tick(self) -> dt.datetime:
        """Let a second pass, so that no two messages have the same DE 7."""
        self.system.advance(1)
        return self.system.now

    def _amount(self, bill: tuple[str, str], kind: str) -> int:
        if bill not in self.model.bills:
            return 1_000
        payable = self.model.payable(*bill)
        return {
            "payable": payable,
            "quoted": self.model.quoted(*bill),
            "part": max(payable // 2 // 500 * 500, 500),
            "least": 1_000,
            "too much": payable + 500,
            "too little": 501,
        }[kind] or 1_000

    def _payment(self, who: int, bill: tuple[str, str], amount: str, **more: Any) -> Payment:
        minor = self._amount(bill, amount)
        return self.terminals[who].payment(self._tick(), *bill, minor, local_date=self.model.today, **more)

    def _advice(
        self, who: int, bill: tuple[str, str], amount: int, *, yesterday: bool = False, **more: Any
    ) -> PaymentAdvice:
        dated = self.model.days[-2:][0] if yesterday else self.model.today
        return self.terminals[who].advice(self._tick(), *bill, amount, local_date=dated, **more)

    def _reversal(self, payment: Payment, reason: ReversalReason, **more: Any) -> Reversal:
        return self._terminal_of(payment).reversal(self._tick(), payment, reason, **more)

    def _terminal_of(self, command: WriteCommand) -> Terminal:
        return self.terminals[TERMINALS.index((command.institution, command.terminal))]

    def _submit(self, *commands: Command) -> None:
        """Submit commands together; they may be decided in any order that keeps each terminal's order."""
        answers = self.system.submit(commands)
        now = self.system.now
        complaints: list[str] = []
        orders = possible_orders(commands)
        for order in orders:
            model = deepcopy(self.model) if len(orders) > 1 else self.model
            wrong = [(place, model.step(commands[place], answers[place], now)) for place in order]
            if not any(found for _, found in wrong):
                self.model = model
                return
            complaints = complaints or [f"{commands[at]}: {'; '.join(found)}" for at, found in wrong if found]
        raise AssertionError("\n".join(complaints))

    def _judge(self, wrong: Sequence[str], command: Command) -> None:
        assert not wrong, f"{command}: {'; '.join(wrong)}"

    def _pages(self, lookup: Lookup) -> Answer:
        (answer,) = self.system.submit([lookup])
        records, cursor = answer.records, answer.beyond
        for _ in range(PAGES_MAX):
            if cursor is None:
                return replace(answer, records=records)
            (page,) = self.system.submit([replace(lookup, cursor=cursor)])
            records, cursor = records + page.records, page.beyond
        raise AssertionError("the pages never end")
