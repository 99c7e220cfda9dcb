"""The year of a month that stands below 月份 without one: from the year of the list, its period or the last day of payment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable

from offline_collect.domain.imports.period_spans import MONTHS, Span, month_at, span_of
from offline_collect.domain.imports.stated_period import without_periods

_BEFORE = 3
"""A bill is due at most so many months after its month, and not before it: January beside a day of December may be either."""

_WHOLE_YEAR = re.compile(
    r"(?<!\d)(20\d\d)\s*年(?:度|(?!\s*[\d初末底级届款]))|^\s*(20\d\d)(?:\s+[A-Za-z ]+)?\s*$|[A-Za-z]\s+(20\d\d)\s*$"
)
"""2030年度, 2030年水费, Dues 2030; 2030年底 is a day."""

_TWO_YEARS = re.compile(r"(?<!\d)20\d\d\s*年?度?\s*[-~～—–/至到、和及]\s*(?:20)?\d\d(?!\d|\s*月)")


def stated_years(texts: Iterable[str]) -> frozenset[int]:
    """Return the years that texts state for a whole list: 2030年度, 2030年水费; not that of a month, a day or a term.

    Of several years, such as 2030-2031年度, none is that of the list.
    """
    years: set[int] = set()
    for text in map(without_periods, texts):
        if _TWO_YEARS.search(text):
            return frozenset()
        years |= {int("".join(found)) for found in _WHOLE_YEAR.findall(text)}
    return frozenset(years) if len(years) == 1 else frozenset()


def year_of_month(
    month: int, *, years: Collection[int], period: str | None, due_date: dt.date | None
) -> int | None:
    """Return the year of a bill's month; None if nothing tells it, or not all that tells it agrees.

    Args:
        month: 1 to 12.
        years: that the table states for all of its rows, as :func:`stated_years` returns them.
        period: that the table states, as :func:`~offline_collect.domain.imports.stated_period.stated_period` returns it.
        due_date: until when the bill is to be paid.
    """
    found = set(years)
    spans = [None if period is None else span_of(period)]
    if due_date is not None:
        at = month_at(due_date.year, due_date.month)
        spans.append(Span(at, at))
    for span in spans:
        if span is not None:
            found |= _year_within(month, span)
    return found.pop() if len(found) == 1 else None


def _year_within(month: int, span: Span) -> set[int]:
    """Return the year in which a month is one of a span, or of the few before it; none if it is in no such year."""
    # What spans many months, such as a term, has its own months only.
    first = span.first - (_BEFORE if span.first == span.last else 0)
    years = range(first // MONTHS, span.last // MONTHS + 1)
    return {year for year in years if first <= month_at(year, month) <= span.last}
