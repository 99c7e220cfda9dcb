"""Bills: the amount owed on a date, and the changes by a payment or its reversal.

:mod:`offline_collect.domain.late_fee` computes late fees. A bill stores the fee's base (``fee_base``, minor units
times days) and the last day in it (``fee_through``). For an earlier day (a quote that is still valid), the
principal unpaid now is assumed to have been unpaid then, so a payment reversed on the same day does not change
the quote.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule, late_fee_base
from offline_collect.domain.merchants import AmountRule
from offline_collect.domain.values import value


class BillMark(StrEnum):
    """Events of a bill that its amounts do not show."""

    IN_BATCH = "IN_BATCH"
    WITHDRAWN = "WITHDRAWN"


class BillState(StrEnum):
    """Derived from amounts, marks and the date; never stored."""

    OPEN = "OPEN"
    PARTIAL = "PARTIAL"
    PAID = "PAID"
    IN_BATCH = "IN_BATCH"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


@value
class Dues:
    """The amount due on a bill on a date, in minor units."""

    principal_minor: int
    late_fee_minor: int

    @property
    def payable_minor(self) -> int:
        """Principal and late fee together."""
        return self.principal_minor + self.late_fee_minor


@value
class Parts:
    """The parts that one payment covers, in minor units; ``waived_minor`` is late fee waived for an older quote."""

    principal_minor: int
    late_fee_minor: int
    waived_minor: int = 0


_PERIOD_DIGITS = 6


def year_and_month(period: str) -> str:
    """Return the first six digits of a period: `202611` of `2026-11`; zeros if it has none."""
    plain = period.isascii() and period.isdigit()
    digits = period if plain else "".join(char for char in period if char.isascii() and char.isdigit())
    return digits[:_PERIOD_DIGITS].ljust(_PERIOD_DIGITS, "0")


@value
class Bill:
    """A bill of a merchant's customer.

    Attributes:
        bill_id: the store's number for it.
        bill_no: unique in its merchant, at most 32 printable ASCII characters.
        amount_minor: the principal when it was issued.
        open_from: first business date for payments; None means at once.
        expires_on: last business date for payments; None means no end.
        extra: the merchant's further columns, by their label.
        version: counts changes by imports.
        fee_base: unpaid principal times days until ``fee_through``.
        late_fee_left_minor: late fee that a reversal left unpaid on a bill whose principal is paid.
    """

    bill_id: int
    merchant_id: str
    bill_no: str
    customer_no: str
    amount_minor: int
    due_date: dt.date
    currency: str = "156"
    description: str | None = None
    period: str | None = None
    open_from: dt.date | None = None
    expires_on: dt.date | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    mark: BillMark | None = None
    paid_principal_minor: int = 0
    paid_late_fee_minor: int = 0
    waived_late_fee_minor: int = 0
    fee_base: int = 0
    fee_through: dt.date | None = None
    late_fee_left_minor: int = 0

    @property
    def outstanding_minor(self) -> int:
        """Principal not yet paid."""
        return self.amount_minor - self.paid_principal_minor

    def state(self, on: BusinessDate) -> BillState:
        """Return the state on a business date; marks take precedence."""
        if self.mark is not None:
            return BillState(self.mark.value)
        if not self.outstanding_minor and not self.late_fee_left_minor:
            return BillState.PAID
        if self.expires_on is not None and on > self.expires_on:
            return BillState.EXPIRED
        if self.paid_principal_minor or self.paid_late_fee_minor:
            return BillState.PARTIAL
        return BillState.OPEN

    def opened(self, on: BusinessDate) -> bool:
        """Whether ``on`` is at or after its first day for payments."""
        return self.open_from is None or on >= self.open_from

    def dues(self, rule: LateFeeRule, on: dt.date) -> Dues:
        """Return the amount owed on ``on``; a late fee stops growing once the principal is paid."""
        if not self.outstanding_minor:
            return Dues(0, self.late_fee_left_minor)
        if rule.former is not None:
            rule = rule.on(self.due_date)
        if rule.kind is LateFeeKind.NONE:
            return Dues(self.outstanding_minor, 0)
        fee = rule.fee_minor(
            late_fee_base(rule, self.fee_base, self.outstanding_minor, self.due_date, self.fee_through, on)
        )
        late = fee - self.paid_late_fee_minor - self.waived_late_fee_minor
        return Dues(self.outstanding_minor, max(late, 0))

    def paid(self, parts: Parts, rule: LateFeeRule, on: BusinessDate) -> Bill:
        """Return the bill after ``parts`` were paid on ``on``."""
        return self._moved(parts, 1, rule, on)

    def unpaid(self, parts: Parts, rule: LateFeeRule, on: BusinessDate) -> Bill:
        """Return the bill after exactly ``parts`` were reversed on ``on``."""
        return self._moved(parts, -1, rule, on)

    def _moved(self, parts: Parts, sign: int, rule: LateFeeRule, on: BusinessDate) -> Bill:
        principal = self.paid_principal_minor + sign * parts.principal_minor
        late = self.paid_late_fee_minor + sign * parts.late_fee_minor
        waived = self.waived_late_fee_minor + sign * parts.waived_minor
        left = 0
        if rule.former is not None:
            rule = rule.on(self.due_date)
        if not self.outstanding_minor and principal == self.amount_minor:
            left = self.late_fee_left_minor - sign * (parts.late_fee_minor + parts.waived_minor)
        # Not dataclasses.replace: it would take a tenth of a payment's decision.
        return Bill(
            bill_id=self.bill_id,
            merchant_id=self.merchant_id,
            bill_no=self.bill_no,
            customer_no=self.customer_no,
            amount_minor=self.amount_minor,
            due_date=self.due_date,
            currency=self.currency,
            description=self.description,
            period=self.period,
            open_from=self.open_from,
            expires_on=self.expires_on,
            extra=self.extra,
            version=self.version,
            mark=self.mark,
            paid_principal_minor=principal,
            paid_late_fee_minor=late,
            waived_late_fee_minor=waived,
            fee_base=late_fee_base(
                rule, self.fee_base, self.outstanding_minor, self.due_date, self.fee_through, on
            ),
            fee_through=on,
            late_fee_left_minor=left,
        )


def split(amount_minor: int, owed: Dues, quoted: Dues | None, rule: AmountRule) -> Parts | None:
    """Return the parts that a payment of ``amount_minor`` covers, or None if the rules do not allow the amount.

    Late fee is covered first, then principal. A payment of exactly the amount quoted for the previous
    business date settles the bill; the rest of the late fee is waived.

    Args:
        amount_minor: the amount paid.
        owed: the amount owed on the open day.
        quoted: the amount owed on the previous date, if that quote is still valid.
        rule: the merchant's amount rule.
    """
    if amount_minor == owed.payable_minor:
        return Parts(owed.principal_minor, owed.late_fee_minor)
    if quoted is not None and amount_minor == quoted.payable_minor:
        return Parts(
            quoted.principal_minor,
            quoted.late_fee_minor,
            owed.late_fee_minor - quoted.late_fee_minor,
        )
    if not rule.takes_part(amount_minor, owed.payable_minor):
        return None
    late = min(amount_minor, owed.late_fee_minor)
    return Parts(amount_minor - late, late)
