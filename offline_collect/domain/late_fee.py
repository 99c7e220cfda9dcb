"""The late fee: what it is charged by, and the base that it is computed from (domain.md, Amounts).

A late fee accrues on the principal unpaid at the start of each day after the grace days. A bill keeps the
sum of principal times days so far, its base (minor units times days), and the day that it reaches; both move only
when the principal changes, so a fee is exact however often it is asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.dated_rules import DatedRule
from offline_collect.domain.errors import RuleError
from offline_collect.domain.money import times_rate


class LateFeeKind(StrEnum):
    """How lateness is charged."""

    NONE = "NONE"
    FLAT = "FLAT"
    DAILY = "DAILY"


@dataclass(frozen=True, slots=True)
class LateFeeRule(DatedRule):
    """A late fee on unpaid principal.

    A bill is charged by the rule that holds on its due date, however long it stays unpaid: what payers were
    told when it fell due stays true, and a change touches no fee that has accrued.

    Attributes:
        kind: none, a flat amount, or a daily rate.
        flat_minor: FLAT's amount.
        rate_billionths: DAILY's rate a day, in 10⁻⁹.
        grace_days: days after the due date that cost nothing.
        cap_minor: what the fee of one bill never exceeds; None means no cap.
    """

    kind: LateFeeKind = LateFeeKind.NONE
    flat_minor: int = 0
    rate_billionths: int = 0
    grace_days: int = 0
    cap_minor: int | None = None

    def __post_init__(self) -> None:
        DatedRule.__post_init__(self)
        if min(self.flat_minor, self.rate_billionths, self.grace_days, self.cap_minor or 0) < 0:
            raise RuleError("late_fee: no part of it may be negative")

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
        base: what it was on the day ``through``; None where nothing has been paid yet.
        outstanding_minor: the principal that has been unpaid since.
        on: may be before ``through``: then what is unpaid now is taken to have been unpaid then.
    """
    days = _days_late(rule, due_date, on)
    if through is not None:
        days -= _days_late(rule, due_date, through)
    return base + outstanding_minor * days


def _days_late(rule: LateFeeRule, due_date: dt.date, on: dt.date) -> int:
    return max((on - due_date).days - rule.grace_days, 0)
