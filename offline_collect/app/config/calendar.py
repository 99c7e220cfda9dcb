"""The business calendar of operators: a YAML file of weekends, holidays, and working weekend days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from offline_collect.app.config.settings import Settings
from offline_collect.app.config.yaml import read_yaml
from offline_collect.domain.business_days.calendar import EVERY_DAY, BusinessCalendar
from offline_collect.merchant.common.yaml_documents import Document, check_document

DATES_MAX = 10_000
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

Weekday = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


def _date(value: object) -> dt.date:
    # YAML reads an unquoted date as a date, and one with a time as a datetime.
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise ValueError("must be a date such as 2026-10-01") from None


Dates = Annotated[
    tuple[Annotated[dt.date, BeforeValidator(_date)], ...], Field(strict=False, max_length=DATES_MAX)
]


class CalendarFile(Document):
    """The file that defines business days."""

    weekend: Annotated[tuple[Weekday, ...], Field(strict=False)] = ()
    holidays: Dates = ()
    workdays: Dates = ()

    @model_validator(mode="after")
    def _some_weekday_is_worked(self) -> Self:
        if len(set(self.weekend)) == len(_WEEKDAYS):
            raise ValueError("weekend: names every day of the week: none would be a business day")
        return self

    @model_validator(mode="after")
    def _workdays_are_exceptions(self) -> Self:
        weekend = self.calendar.weekend
        for i, date in enumerate(self.workdays):
            if date.weekday() not in weekend:
                raise ValueError(
                    f"workdays[{i}]: {date} is a {_WEEKDAYS[date.weekday()]}, not of the weekend"
                )
            if date in self.holidays:
                raise ValueError(f"workdays[{i}]: {date} is one of the holidays too")
        return self

    @property
    def calendar(self) -> BusinessCalendar:
        """The calendar that the file describes."""
        weekend = frozenset(_WEEKDAYS.index(day) for day in self.weekend)
        return BusinessCalendar(weekend, frozenset(self.holidays), frozenset(self.workdays))


def read_calendar(settings: Settings) -> BusinessCalendar:
    """Return the configured calendar; without one every date is a business day.

    Raises:
        YamlError, DocumentError: the file is unreadable or is not a calendar; names the place and the reason.
    """
    if settings.business.calendar is None:
        return EVERY_DAY
    file = Path(settings.business.calendar)
    return check_document(CalendarFile, read_yaml(file), str(file)).calendar
