"""The stateful test: hypothesis plays a front end against any System, and the model checks every answer."""

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import (
    Channel,
    Payment,
    PaymentAdvice,
    Reversal,
    ReversalReason,
    TotalsFigures,
)
from tests.messages.commands import Terminal, changed, repeated, stamped_afresh
from tests.model.terminals import (
    BILLS,
    OPEN_BILLS,
    Terminals,
    amounts,
    any_bill,
    bills,
    channels,
    payments,
    reasons,
    reversals,
    terminals,
)
from tests.model.world import TERMINALS

SeveralBills = tuple[str, list[str]]
"""A merchant, and numbers of its bills."""

MOST_BILLS = 4


def _bills_of(merchant_id: str) -> st.SearchStrategy[SeveralBills]:
    likely, others = (
        [bill_no for owner, bill_no in listed if owner == merchant_id] for listed in (OPEN_BILLS, BILLS)
    )
    numbers = st.sampled_from([*likely, *likely, *others, "NOWHERE"])
    drawn = st.lists(numbers, min_size=2, max_size=MOST_BILLS, unique=True)
    return st.tuples(st.just(merchant_id), drawn)


several_bills = st.one_of([_bills_of(name) for name in ("SCHOOL01", "WATER001", "ESTATE01", "HALTED01")])
kinds = st.lists(
    st.sampled_from(["payable", "payable", "payable", "payable", "quoted", "part", "too much"]),
    min_size=MOST_BILLS,
    max_size=MOST_BILLS,
)
wrong_sums = st.sampled_from([0, 0, 0, 0, 100])


class FrontEnd(Terminals):
    """Terminals that pay, repeat, reverse, ask and race, in any order that hypothesis finds."""

    @rule(target=payments, who=terminals, bill=any_bill, amount=amounts, channel=channels)
    def compose(self, who: int, bill: tuple[str, str], amount: str, channel: Channel) -> Payment:
        """A payment that is prepared, but not sent yet: it may come late, or never."""
        return self._payment(who, bill, amount, channel=channel)

    @rule(
        target=payments, who=terminals, several=several_bills, kinds=kinds, channel=channels, off=wrong_sums
    )
    def pay_several(
        self, who: int, several: SeveralBills, kinds: list[str], channel: Channel, off: int
    ) -> Payment:
        """Bills of one merchant, mostly of one customer, in any order."""
        merchant_id, amounts = self._several(several, kinds)
        total = sum(amounts.values()) + off
        payment = self.terminals[who].payment_of(
            self._tick(),
            merchant_id,
            amounts,
            amount_minor=total,
            channel=channel,
            local_date=self.model.today,
        )
        self._submit(payment)
        return payment

    @rule(target=payments, who=terminals, several=several_bills, kinds=kinds, off=wrong_sums)
    def advise_several(self, who: int, several: SeveralBills, kinds: list[str], off: int) -> PaymentAdvice:
        merchant_id, amounts = self._several(several, kinds)
        total = sum(amounts.values()) + off
        more = {"amount_minor": total, "local_date": self.model.today}
        advice = self.terminals[who].advice_of(self._tick(), merchant_id, amounts, **more)
        self._submit(advice)
        return advice

    @rule(several=several_bills, kinds=kinds, reason=reasons)
    def race_for_several_and_reverse(
        self, several: SeveralBills, kinds: list[str], reason: ReversalReason
    ) -> None:
        """Two terminals with the same bills, in opposite orders, and one that reverses at once."""
        merchant_id, amounts = self._several(several, kinds)
        first, second = (
            self.terminals[who].payment_of(
                self._tick(), merchant_id, dict(order), local_date=self.model.today
            )
            for who, order in ((0, amounts.items()), (1, reversed(amounts.items())))
        )
        self._submit(first, second, self._reversal(first, reason))

    def _several(self, several: SeveralBills, kinds: list[str]) -> tuple[str, dict[str, int]]:
        merchant_id, numbers = several
        amounts = {
            number: self._amount((merchant_id, number), kind)
            for number, kind in zip(numbers, kinds, strict=False)
        }
        return merchant_id, amounts

    @rule(target=payments, who=terminals, bill=bills)
    def pay_in_another_currency(self, who: int, bill: tuple[str, str]) -> Payment:
        payment = self._payment(who, bill, "payable", currency="840")
        self._submit(payment)
        return payment

    @rule(target=payments, payment=payments, yesterday=st.booleans())
    def advise_what_was_requested(self, payment: Payment, yesterday: bool) -> PaymentAdvice:
        """DE 90 names the request, with any outcome."""
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
        """The message as it was prepared, for the first time or again."""
        self._submit(replace(payment, received_at=self._tick()))

    @rule(payment=payments)
    def repeat(self, payment: Payment) -> None:
        self._submit(repeated(payment, self._tick()))

    @rule(target=payments, payment=payments)
    def repeat_with_a_new_time(self, payment: Payment) -> Payment:
        """Perhaps before the payment itself, which may still come."""
        repeat = stamped_afresh(payment, self._tick())
        self._submit(repeat)
        return repeat

    @rule(target=payments, payment=payments)
    def pay_the_same_once_more(self, payment: Payment) -> Payment:
        """A terminal whose trace numbers have started again: another payment that differs only by its time."""
        another = replace(stamped_afresh(payment, self._tick()), repeat=False)
        self._submit(another)
        return another

    @rule(payment=payments, reason=reasons, first=st.booleans())
    def race_a_repeat_with_a_new_time(self, payment: Payment, reason: ReversalReason, first: bool) -> None:
        """In either order, with a reversal of one of the two."""
        both = [replace(payment, received_at=self._tick()), stamped_afresh(payment, self._tick())]
        if first:
            both.reverse()
        self._submit(*both, self._reversal(both[1], reason))

    @rule(payment=payments, field=st.sampled_from(["amount_minor", "bill_no"]))
    def repeat_something_else(self, payment: Payment, field: str) -> None:
        other: dict[str, Any] = {"amount_minor": payment.amount_minor + 500, "bill_no": "W-DUE"}
        if other[field] != getattr(payment, field):
            self._submit(changed(repeated(payment, self._tick()), **{field: other[field]}))

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

    @rule(who=terminals, which=st.integers(0, 9), right=st.booleans())
    def compare_totals(self, who: int, which: int, right: bool) -> None:
        """For one of the days so far, including the open day."""
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
        """The reversal names the advice's key, which was unknown when the batch began."""
        advice = self._completing(payment)
        self._submit(advice, self._reversal(advice, reason), repeated(advice, self._tick()))
        return advice

    def _compare(self, terminal: Terminal, on: dt.date, *, right: bool) -> None:
        figures = TotalsFigures(**self.model.ledger.totals(terminal.institution, "156", on))
        if not right:
            figures = replace(figures, credits=figures.credits + 1)
        self._submit(terminal.totals(self._tick(), BusinessDate.of(on), figures))

    def _completing(self, payment: Payment, *, yesterday: bool = False, **more: Any) -> PaymentAdvice:
        """Return an advice with the content of ``payment`` that names it in DE 90."""
        named = {
            "original_key": payment.key,
            "original_institution": payment.institution,
            "currency": payment.currency,
            "lines": payment.lines,
        }
        who = TERMINALS.index((payment.institution, payment.terminal))
        bill = (payment.merchant_id, payment.bill_no)
        return self._advice(who, bill, payment.amount_minor, yesterday=yesterday, **named | more)
