"""The amount that a bill owes, counted day by day from its history, independent of the platform's code."""

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from offline_collect.domain.bills import Bill
from offline_collect.domain.merchants import Merchant


@dataclass(eq=False)
class Paying:
    """A payment as the model knows it.

    Attributes:
        state: as PDS 0080 says it.
        counts: whether totals count it.
        on_bill: whether its bill took it; what no bill took is in suspense.
        batch: whether a bank has debited it.
        lines: those of a payment of several bills.
    """

    merchant_id: str
    bill_no: str
    institution: str
    amount: int
    currency: str
    date: dt.date
    state: str
    principal: int = 0
    late: int = 0
    waived: int = 0
    counts: bool = True
    on_bill: bool = False
    batch: bool = False
    serial: str = ""
    approval_code: str = ""
    lines: list["Paying"] = field(default_factory=list)


@dataclass(eq=False)
class Owing:
    """A bill with all its payments and reversals.

    Attributes:
        moves: date, principal, late fee and waiver of each payment; negative for a reversal.
    """

    bill: Bill
    merchant: Merchant
    moves: list[tuple[dt.date, int, int, int]] = field(default_factory=list)

    def principal(self) -> int:
        """The unpaid part of the amount."""
        return self.bill.amount_minor - sum(principal for _, principal, _, _ in self.moves)

    def payable(self, on: dt.date) -> int:
        """The amount that settles the bill today."""
        return self.principal() + self.late(on)

    def late(self, on: dt.date) -> int:
        """The late fee that is left today."""
        return self._left(self._fee(self._accrued(on)))

    def quoted_late(self, on: dt.date, earlier: dt.date) -> int:
        """The late fee that is left today, had no fee been charged since ``earlier``."""
        since = self._days_late(on) - self._days_late(earlier)
        return self._left(self._fee(self._accrued(on) - since * self.principal()))

    def state(self, on: dt.date) -> str:
        """The bill's state, as PDS 0056 says it."""
        if self.bill.mark:
            return self.bill.mark.value
        if self.payable(on) == 0:
            return "PAID"
        if self.bill.expires_on and on > self.bill.expires_on:
            return "EXPIRED"
        paid = sum(principal + late for _, principal, late, _ in self.moves)
        return "PARTIAL" if paid else "OPEN"

    def parts(self, amount: int, on: dt.date, earlier: dt.date | None) -> tuple[int, int, int] | None:
        """Principal, late fee and waiver of a payment; None if the amount is wrong.

        Args:
            earlier: the date whose payable is taken too.
        """
        late, principal = self.late(on), self.principal()
        if amount == principal + late:
            return principal, late, 0
        if earlier is not None:
            quoted = self.quoted_late(on, earlier)
            if amount == principal + quoted:
                return principal, quoted, late - quoted
        rule = self.merchant.amount_rule
        in_steps = amount >= rule.least_minor and amount % rule.step_minor == 0
        if rule.kind.value == "EXACT" or not in_steps or amount > principal + late:
            return None
        return (amount - late, late, 0) if amount > late else (0, amount, 0)

    def least(self, on: dt.date) -> int:
        """The smallest amount that is accepted, found by trying."""
        if self.merchant.amount_rule.kind.value == "EXACT":
            return self.payable(on)
        amounts = range(1, self.payable(on) + 1)
        return next(amount for amount in amounts if self.parts(amount, on, None) is not None)

    def _left(self, fee: int) -> int:
        return max(fee - sum(late + waived for _, _, late, waived in self.moves), 0)

    def _days_late(self, on: dt.date) -> int:
        return max((on - self.bill.due_date).days - self.merchant.late_fee.grace_days, 0)

    def _accrued(self, on: dt.date) -> int:
        """Add up the principal that was unpaid at the start of each late day."""
        total = 0
        for day in range(self._days_late(on)):
            start = on - dt.timedelta(days=day)
            before = sum(principal for date, principal, _, _ in self.moves if date < start)
            total += self.bill.amount_minor - before
        return total

    def _fee(self, accrued: int) -> int:
        rule = self.merchant.late_fee
        if accrued <= 0 or rule.kind.value == "NONE":
            return 0
        rate = Fraction(rule.rate_billionths, 10**9)
        fee = rule.flat_minor if rule.kind.value == "FLAT" else floor(accrued * rate + Fraction(1, 2))
        return fee if rule.cap_minor is None else min(fee, rule.cap_minor)
