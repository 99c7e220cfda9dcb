"""The late fee: its rule, and the base that it is computed from.

A late fee accrues on the principal unpaid at the start of each day after the grace days. A bill stores its base,
which is the sum of principal times days so far (minor units times days), and the last day in it. Both change only
when the principal changes, so a fee is exact however often it is computed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.dated_rules import DatedRule
from offline_collect.domain.errors import RuleError
from offline_collect.domain.money import times_rate
from offline_collect.domain.texts.phrases import Phrase


class LateFeeKind(StrEnum):
    """How a late fee is charged."""

    NONE = "NONE"
    FLAT = "FLAT"
    DAILY = "DAILY"


@dataclass(frozen=True, slots=True)
class LateFeeRule(DatedRule):
    """A late fee on unpaid principal.

    The rule that applies on a bill's due date applies to the bill as long as it is unpaid. So information that
    payers got on the due date stays true, and a change of the rule never changes an accrued fee.

    Attributes:
        kind: none, a flat amount, or a daily rate.
        flat_minor: the amount of FLAT.
        rate_billionths: the daily rate of DAILY, in 10⁻⁹.
        grace_days: days after the due date without a fee.
        cap_minor: the maximum fee of one bill; None means no maximum.
    """

    kind: LateFeeKind = LateFeeKind.NONE
    flat_minor: int = 0
    rate_billionths: int = 0
    grace_days: int = 0
    cap_minor: int | None = None

    def __post_init__(self) -> None:
        DatedRule.__post_init__(self)
        if min(self.flat_minor, self.rate_billionths, self.grace_days, self.cap_minor or 0) < 0:
            raise RuleError(Phrase("late_fee: amounts, rate and days may not be negative"))

    def fee_minor(self, base: int) -> int:
        """Return the fee for ``base``: unpaid principal times days, in minor units times days."""
        if self.kind is LateFeeKind.NONE or base <= 0:
            return 0
        fee = self.flat_minor if self.kind is LateFeeKind.FLAT else times_rate(base, self.rate_billionths)
        return fee if self.cap_minor is None else min(fee, self.cap_minor)


def late_fee_base(
    rule: LateFeeRule,
    base: int,
    outstanding_minor: int,
    due_date: dt.date,
    through: dt.date | None,
    on: dt.date,
) -> int:
    """Return a bill's base on a date, in minor units times days.

    Args:
        base: the base on the day ``through``.
        outstanding_minor: the principal unpaid since that day.
        through: the last day in ``base``; None if nothing has been paid yet.
        on: the date; if it is before ``through``, the principal unpaid now is assumed to have been unpaid then.
    """
    return base + outstanding_minor * new_days_late(rule, due_date, through, on)


def new_days_late(rule: LateFeeRule, due_date: dt.date, through: dt.date | None, on: dt.date) -> int:
    """Return the days of late fee that a bill's base gets when it goes from the day ``through`` to ``on``."""
    days = _days_late(rule, due_date, on)
    return days if through is None else days - _days_late(rule, due_date, through)


def _days_late(rule: LateFeeRule, due_date: dt.date, on: dt.date) -> int:
    return max((on - due_date).days - rule.grace_days, 0)
