"""The stateful test: hypothesis plays a front end against any System, and the model judges every answer."""

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
    TotalsFigures,
    WriteCommand,
)
from offline_collect.domain.dates import BusinessDate
from tests.model.model import Model
from tests.model.orders import possible_orders
from tests.model.system import System
from tests.model.world import TERMINALS, World
from tests.support.commands import Terminal, changed, repeated, stamped_afresh

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


class FrontEnd(RuleBasedStateMachine):
    """Terminals that pay, repeat, reverse, ask and race, in any order that hypothesis can think of."""

    make_system: Callable[[World], System]
    payments: Bundle[Payment] = Bundle("payments")
    reversals: Bundle[Reversal] = Bundle("reversals")

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

    @rule(target=payments, who=terminals, bill=any_bill, amount=amounts, channel=channels)
    def compose(self, who: int, bill: tuple[str, str], amount: str, channel: Channel) -> Payment:
        """A payment that is made out, but not sent yet: it may come late, or never."""
        return self._payment(who, bill, amount, channel=channel)

    @rule(target=payments, who=terminals, bill=bills, amount=amounts, channel=channels)
    def pay(self, who: int, bill: tuple[str, str], amount: str, channel: Channel) -> Payment:
        payment = self._payment(who, bill, amount, channel=channel)
        self._submit(payment)
        return payment

    @rule(target=payments, who=terminals, bill=bills)
    def pay_in_another_currency(self, who: int, bill: tuple[str, str]) -> Payment:
        payment = self._payment(who, bill, "payable", currency="840")
        self._submit(payment)
        return payment

    @rule(target=payments, who=terminals, bill=any_bill, amount=amounts, yesterday=st.booleans())
    def advise(self, who: int, bill: tuple[str, str], amount: str, yesterday: bool) -> PaymentAdvice:
        advice = self._advice(who, bill, self._amount(bill, amount), yesterday=yesterday)
        self._submit(advice)
        return advice

    @rule(target=payments, payment=payments, yesterday=st.booleans())
    def advise_what_was_requested(self, payment: Payment, yesterday: bool) -> PaymentAdvice:
        """DE 90 names the request, whatever became of it."""
        advice = self._completing(payment, yesterday=yesterday)
        self._submit(advice)
        return advice

    @rule(target=payments, payment=payments)
    def advise_under_the_same_key(self, payment: Payment) -> PaymentAdvice:
        advice = self._completing(payment, original_key=None, original_institution=None)
        same = {name: getattr(payment, name) for name in ("key", "trace", "stan", "sent_at", "rrn")}
        advice = replace(advice, **same)
        self._submit(advice)
        return advice

    @rule(payment=payments)
    def advise_something_else_than_was_requested(self, payment: Payment) -> None:
        advice = self._completing(payment)
        self._submit(changed(advice, amount_minor=advice.amount_minor + 500))

    @rule(payment=payments)
    def advise_for_another_institution(self, payment: Payment) -> None:
        self._submit(self._completing(payment, original_institution="99999999"))

    @rule(payment=payments)
    def send(self, payment: Payment) -> None:
        """The message as it was made out, for the first time or once more."""
        self._submit(replace(payment, received_at=self._tick()))

    @rule(payment=payments)
    def repeat(self, payment: Payment) -> None:
        self._submit(repeated(payment, self._tick()))

    @rule(payment=payments)
    def repeat_with_a_new_time(self, payment: Payment) -> None:
        self._submit(stamped_afresh(payment, self._tick()))

    @rule(payment=payments, field=st.sampled_from(["amount_minor", "bill_no"]))
    def repeat_something_else(self, payment: Payment, field: str) -> None:
        other: dict[str, Any] = {"amount_minor": payment.amount_minor + 500, "bill_no": "W-DUE"}
        if other[field] != getattr(payment, field):
            self._submit(changed(repeated(payment, self._tick()), **{field: other[field]}))

    @rule(target=reversals, payment=payments, reason=reasons, advice=st.booleans())
    def reverse(self, payment: Payment, reason: ReversalReason, advice: bool) -> Reversal:
        """Of whatever became of the payment, also if it was never sent."""
        reversal = self._reversal(payment, reason, advice=advice)
        self._submit(reversal)
        return reversal

    @rule(payment=payments, reason=reasons)
    def reverse_a_part(self, payment: Payment, reason: ReversalReason) -> None:
        self._submit(self._reversal(payment, reason, amount_minor=payment.amount_minor + 1))

    @rule(payment=payments, reason=reasons, advice=st.booleans())
    def reverse_for_another_institution(self, payment: Payment, reason: ReversalReason, advice: bool) -> None:
        self._submit(self._reversal(payment, reason, advice=advice, original_institution="99999999"))

    @rule(reversal=reversals, afresh=st.booleans())
    def repeat_the_reversal(self, reversal: Reversal, afresh: bool) -> None:
        now = self._tick()
        self._submit(stamped_afresh(reversal, now) if afresh else repeated(reversal, now))

    @rule(reversal=reversals)
    def reverse_something_else(self, reversal: Reversal) -> None:
        other = f"{reversal.fingerprint}0"
        self._submit(replace(reversal, amount_minor=reversal.amount_minor * 10, fingerprint=other))

    @rule(payment=payments, late=st.booleans())
    def ask_what_became_of(self, payment: Payment, late: bool) -> None:
        if late:
            self.system.advance(71)
        self._submit(self._terminal_of(payment).status(self._tick(), payment))

    @rule(payment=payments)
    def ask_for_another_institution(self, payment: Payment) -> None:
        other = {"original_institution": "99999999"}
        self._submit(self._terminal_of(payment).status(self._tick(), payment, **other))

    @rule(who=terminals, customer=st.sampled_from(CUSTOMERS))
    def look_up(self, who: int, customer: tuple[str, str]) -> None:
        """Every page, held against the whole list."""
        lookup = self.terminals[who].lookup(self._tick(), *customer)
        answer = self._pages(lookup)
        self._judge(self.model.step(lookup, answer, self.system.now), lookup)

    @rule(who=terminals, bill=any_bill)
    def look_one_bill_up(self, who: int, bill: tuple[str, str]) -> None:
        merchant_id, bill_no = bill
        self._submit(self.terminals[who].lookup(self._tick(), merchant_id, bill_no=bill_no))

    @rule(who=terminals, which=st.integers(0, 9), right=st.booleans())
    def compare_totals(self, who: int, which: int, right: bool) -> None:
        """Of one of the days so far, the open one among them."""
        days = self.model.days
        self._compare(self.terminals[who], days[which % len(days)], right=right)

    @rule(who=terminals)
    def compare_totals_of_no_day(self, who: int) -> None:
        self._compare(self.terminals[who], self.model.days[0] - dt.timedelta(days=1), right=True)

    @rule()
    def cut_over_and_compare_totals(self) -> None:
        """Both institutions, as at the end of each day."""
        day = self.model.today
        self.cut_over()
        for terminal in self.terminals:
            self._compare(terminal, day, right=True)

    @rule(target=payments, bill=bills, reason=reasons)
    def settle_in_two_and_reverse_the_first(self, bill: tuple[str, str], reason: ReversalReason) -> Payment:
        """The first may be of late fee alone, which is left when the principal is paid."""
        first = self._payment(0, bill, "least")
        self._submit(first)
        self._submit(self._payment(1, bill, "payable"))
        self._submit(self._reversal(first, reason))
        return first

    @rule(target=payments, bill=bills, first=amounts, second=amounts)
    def race_for_a_bill(self, bill: tuple[str, str], first: str, second: str) -> Payment:
        racers = [
            self._payment(0, bill, first),
            self._payment(1, bill, second),
            self._payment(2, bill, first),
        ]
        self._submit(*racers)
        return racers[0]

    @rule(bill=bills, amount=amounts, reason=reasons, advice=st.booleans())
    def pay_repeat_and_reverse_at_once(
        self, bill: tuple[str, str], amount: str, reason: ReversalReason, advice: bool
    ) -> None:
        payment = self._payment(0, bill, amount)
        reversal = self._reversal(payment, reason, advice=advice)
        rival = self._payment(1, bill, amount)
        self._submit(payment, rival, stamped_afresh(payment, self._tick()), reversal, repeated(reversal))

    @rule(target=payments, payment=payments, reason=reasons)
    def advise_and_reverse_at_once(self, payment: Payment, reason: ReversalReason) -> PaymentAdvice:
        """The reversal names the advice's key, which nobody knew when the batch began."""
        advice = self._completing(payment)
        self._submit(advice, self._reversal(advice, reason), repeated(advice, self._tick()))
        return advice

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

    def _compare(self, terminal: Terminal, on: dt.date, *, right: bool) -> None:
        figures = TotalsFigures(**self.model.totals(terminal.institution, "156", on))
        if not right:
            figures = replace(figures, credits=figures.credits + 1)
        self._submit(terminal.totals(self._tick(), BusinessDate.of(on), figures))

    def _tick(self) -> dt.datetime:
        """Let a second pass, so that no two messages bear the same DE 7."""
        self.system.advance(1)
        return self.system.now

    def _amount(self, bill: tuple[str, str], kind: str) -> int:
        if bill in NO_BILLS:
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

    def _completing(self, payment: Payment, *, yesterday: bool = False, **more: Any) -> PaymentAdvice:
        """Return an advice that says what ``payment`` says and names it in DE 90."""
        named = {
            "original_key": payment.key,
            "original_institution": payment.institution,
            "currency": payment.currency,
        }
        who = TERMINALS.index((payment.institution, payment.terminal))
        bill = (payment.merchant_id, payment.bill_no)
        return self._advice(who, bill, payment.amount_minor, yesterday=yesterday, **named | more)

    def _reversal(self, payment: Payment, reason: ReversalReason, **more: Any) -> Reversal:
        return self._terminal_of(payment).reversal(self._tick(), payment, reason, **more)

    def _terminal_of(self, command: WriteCommand) -> Terminal:
        return self.terminals[TERMINALS.index((command.institution, command.terminal))]

    def _submit(self, *commands: Command) -> None:
        """Hand commands in at once; they may be decided in any order that keeps each terminal's own."""
        answers = self.system.submit(commands)
        now = self.system.now
        complaints: list[str] = []
        for order in possible_orders(commands):
            model = deepcopy(self.model)
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
