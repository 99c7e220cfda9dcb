"""Reads business days from the command line."""

from __future__ import annotations

from offline_collect.app.errors import UsageError
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.reports.view_statement import PERIOD_MAX

Period = tuple[BusinessDate, BusinessDate]
"""The first and the last day."""


def business_day(text: str) -> Period:
    """Return a single day as a period.

    Raises:
        UsageError: it is not a date.
    """
    day = _parse(text)
    return day, day


def business_days(text: str) -> Period:
    """Return ``FROM..TO``, or a single day.

    Raises:
        UsageError: it is not a period, goes backwards, or is longer than :data:`PERIOD_MAX` days.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return business_day(text)
    period = _parse(first), _parse(last)
    days = (period[1] - period[0]).days + 1
    if days < 1:
        raise UsageError(
            Phrase("{text}: ends before it begins; write FROM..TO, the earlier day first", text=text)
        )
    if days > PERIOD_MAX:
        raise UsageError(
            Phrase(
                "{text}: is {days} days long; {period_max} at most: ask for each year by itself",
                text=text,
                days=days,
                period_max=PERIOD_MAX,
            )
        )
    return period


def _parse(text: str) -> BusinessDate:
    try:
        return BusinessDate.parse(text.strip())
    except ValueError:
        raise UsageError(Phrase("{text} is not a date: write it like 2026-11-30", text=repr(text))) from None
