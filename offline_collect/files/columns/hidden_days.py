"""Refuses one last day for all rows where a column of the list says another: the list's own days would be lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from offline_collect.domain.imports.seen_columns import is_last_day_of_payment
from offline_collect.domain.imports.titles import ends_span, loose_title, plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell, Row, is_blank, one_line, shown
from offline_collect.files.columns.dates import date
from offline_collect.files.columns.header import Header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.stated_dates import last_days
from offline_collect.files.columns.title_places import AMOUNT, DUE_DATE
from offline_collect.files.errors import CellProblemError, HeaderError
from offline_collect.files.read.open import Table

_DAY_SHOWN_MAX = 20
_LIKE_A_DAY = re.compile(r"\d{1,2}\s*[月./-]\s*\d{1,2}")


def one_day(layout: Layout) -> dt.date | None:
    """Return the last day that a mapping, or the user, gives all rows; None if there is none."""
    found = layout.constants.get(DUE_DATE)
    return found if isinstance(found, dt.date) else None


def other_day(row: Row, layout: Layout) -> dt.date | None:
    """Return the last day that a row outside the table states, if all bills have another one."""
    day = one_day(layout)
    return None if day is None else next((each for each in last_days(row.cells) if each != day), None)


def rows_without_hidden_days(table: Table, header: Header, layout: Layout) -> Iterable[Row]:
    """Return the rows of a table.

    Raises:
        HeaderError: a column is called the last day of payment and says another day than the one of all rows; it is
            raised when the row is reached, and names the column and the day.
    """
    day = one_day(layout)
    places = [] if day is None else _places(table, header, layout)
    return table if day is None or not places else _checked(table, header, places, day)


def _places(table: Table, header: Header, layout: Layout) -> list[int]:
    column = next(each for each in layout.columns if each.key == DUE_DATE)
    taken = {found.index for found in (*header.columns, *header.inputs)}
    return [
        place
        for place, title in enumerate(table.header)
        if place not in taken
        and plain_title(title) not in layout.ignored
        and not ends_span(title, table.header)
        and ({plain_title(title), loose_title(title)} & {*column.also} or is_last_day_of_payment(title))
    ]


def _checked(table: Table, header: Header, places: list[int], day: dt.date) -> Iterator[Row]:
    amounts = [found.index for found in header.columns if found.column.key == AMOUNT]
    for row in table:
        if any(at < len(row.cells) and not is_blank(row.cells[at]) for at in amounts):
            for place in places:
                if place < len(row.cells) and _says_another(row.cells[place], day):
                    _refuse(table, row, place, day)
        yield row


def _says_another(cell: Cell, day: dt.date) -> bool:
    with suppress(CellProblemError):
        return not is_blank(cell) and date(cell, "") != day
    return _LIKE_A_DAY.search(shown(cell)) is not None


def _refuse(table: Table, row: Row, place: int, day: dt.date) -> None:
    title = table.header[place]
    columns, ignore = f"columns: {{{DUE_DATE}: {title}}}", f"ignore: [{title}]"
    remedy = Phrase(
        "leave out the constant, so that the column counts ({columns} in a mapping); if one day is meant for all"
        " rows, leave out the column in a mapping: {ignore}",
        columns=columns,
        ignore=ignore,
    )
    reason = Phrase(
        "says {written}, but {day} is given for all rows",
        written=one_line(shown(row.cells[place]))[:_DAY_SHOWN_MAX],
        day=day.isoformat(),
    )
    raise HeaderError(reason, path=table.path, row=row.number, column=title, remedy=remedy)
