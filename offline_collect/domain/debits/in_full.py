"""Results that pay all that a bill owes, without any late fee: most of a batch.

Of two such results only names, numbers and amounts differ, so one of them is decided by
:func:`~offline_collect.domain.debits.results.decide_result`, and the others are written as it is. A test compares them
with the decision of each.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from offline_collect.domain.bills import BillMark, Dues
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect, ReturnCode
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule, new_days_late


class Debited(NamedTuple):
    """What decides of a bill whether a result is one of these."""

    bill_id: int
    amount_minor: int
    due_date: dt.date
    mark: BillMark | str | None
    paid_principal_minor: int
    paid_late_fee_minor: int
    waived_late_fee_minor: int
    fee_base: int
    fee_through: dt.date | None


class InFull:
    """Finds these results among those of a day.

    Args:
        rule: the merchant's.
        on: the day up to which late fee was asked.
    """

    def __init__(self, rule: LateFeeRule, on: dt.date) -> None:
        self._rule = rule
        self._on = on
        self._days: dict[tuple[dt.date, dt.date | None], tuple[int, bool]] = {}

    def fee_base(self, bill: Debited, code: ReturnCode, settled_minor: int, asked: Dues) -> int | None:
        """Return the base of a bill's late fee after its payment; None if a result is not one of these."""
        if (
            code.bill is not BillEffect.SETTLED
            or code.mandate is not MandateEffect.KEPT
            or bill.mark != BillMark.IN_BATCH
        ):
            return None
        owed = bill.amount_minor - bill.paid_principal_minor
        if asked.late_fee_minor or not 0 < settled_minor == asked.principal_minor == owed:
            return None
        days, is_free = self._late(bill.due_date, bill.fee_through)
        base = bill.fee_base + owed * days
        return base if is_free or base <= 0 else None

    def _late(self, due_date: dt.date, through: dt.date | None) -> tuple[int, bool]:
        """Return the days that are new in a bill's base, and whether its rule has no fee; many bills have the same."""
        found = self._days.get((due_date, through))
        if found is None:
            rule = self._rule.on(due_date)
            days = new_days_late(rule, due_date, through, self._on)
            found = self._days[due_date, through] = days, rule.kind is LateFeeKind.NONE
        return found
