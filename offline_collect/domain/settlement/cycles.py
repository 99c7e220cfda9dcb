"""When a merchant is paid what it is owed: its terms of settlement, and the day on which they pay."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from offline_collect.domain.business_days.calendar import ONE_DAY, BusinessCalendar
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import RuleError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LAST_DAY = 31


class CycleKind(StrEnum):
    """How often a merchant is paid."""

    SAME_DAY = "T+0"
    NEXT_DAY = "T+1"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@value
class Cycle:
    """How often a merchant is paid, and on which day.

    Attributes:
        day: of the week, Monday is 0, or of the month; 0 for the other kinds.
    """

    kind: CycleKind = CycleKind.SAME_DAY
    day: int = 0

    def __str__(self) -> str:
        match self.kind:
            case CycleKind.WEEKLY:
                return f"weekly: {WEEKDAYS[self.day]}"
            case CycleKind.MONTHLY:
                return f"monthly: {self.day}"
        return self.kind.value


def parse_cycle(text: str) -> Cycle:
    """Return the cycle that a text says, such as ``T+1``, ``weekly: friday`` or ``monthly: 31``.

    Raises:
        RuleError: it is none.
    """
    kind, _, day = (part.strip() for part in text.partition(":"))
    if not day and kind in {CycleKind.SAME_DAY, CycleKind.NEXT_DAY}:
        return Cycle(CycleKind(kind))
    if kind == CycleKind.WEEKLY and day.lower() in WEEKDAYS:
        return Cycle(CycleKind.WEEKLY, WEEKDAYS.index(day.lower()))
    if kind == CycleKind.MONTHLY and day.isascii() and day.isdecimal() and 1 <= int(day[:3]) <= _LAST_DAY:
        return Cycle(CycleKind.MONTHLY, int(day))
    raise RuleError(
        Phrase("must be T+0, T+1, a weekday such as `weekly: friday`, or a day such as `monthly: 31`")
    )


def payout_date(cycle: Cycle, date: BusinessDate, calendar: BusinessCalendar) -> BusinessDate:
    """Return the business date on which a cycle pays what a business date owes; a day off rolls to the next day.

    It never goes back: a later date is not paid earlier than an earlier one.
    """
    match cycle.kind:
        case CycleKind.SAME_DAY:
            # Whatever the calendar says: it was a business day.
            return date
        case CycleKind.NEXT_DAY:
            return calendar.next_after(date)
        case CycleKind.WEEKLY:
            return calendar.first_from(date + (cycle.day - date.weekday()) % len(WEEKDAYS) * ONE_DAY)
    return calendar.first_from(_in_month(cycle.day, date))


def _in_month(day: int, date: dt.date) -> dt.date:
    """Return the first date from ``date`` on that is a day of a month, or the last of a shorter one."""
    found = date.replace(day=min(day, _last_of(date)))
    if found >= date:
        return found
    following = date.replace(day=_last_of(date)) + ONE_DAY
    return following.replace(day=min(day, _last_of(following)))


def _last_of(date: dt.date) -> int:
    return months.monthrange(date.year, date.month)[1]


@value
class SettlementTerms:
    """How a merchant is paid.

    Attributes:
        least_minor: a smaller sum, either way, is carried over.
        fees_monthly: the bank's fees are charged once a month, instead of being taken off each payout.
    """

    cycle: Cycle = Cycle()
    least_minor: int = 0
    fees_monthly: bool = False


def terms_to_document(terms: SettlementTerms) -> dict[str, Any]:
    """Return the JSON document of a merchant's terms; none for the usual ones."""
    if terms == SettlementTerms():
        return {}
    settled = {"cycle": str(terms.cycle), "least": terms.least_minor, "fees_monthly": terms.fees_monthly}
    return {"settlement": settled}


def terms_from_document(document: Mapping[str, Any]) -> SettlementTerms:
    """Return the terms that :func:`terms_to_document` wrote into a document."""
    settled = document.get("settlement")
    if settled is None:
        return SettlementTerms()
    return SettlementTerms(parse_cycle(settled["cycle"]), settled["least"], settled["fees_monthly"])
