"""Slices: where one row of a table has several records, as a bill for each month, or tables side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from offline_collect.domain.imports.column_names import RANGE, range_ends
from offline_collect.domain.imports.month_columns import years_later
from offline_collect.domain.imports.titles import Month, loose_title, month_of, plain_title, year_month
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import column_letters
from offline_collect.files.columns.converters import column_value
from offline_collect.files.columns.layout import Column, Layout, Months
from offline_collect.files.columns.stated_dates import stated_year
from offline_collect.files.columns.title_places import AMOUNT, PERIOD, Places, Reach, written_places
from offline_collect.files.columns.values import Value
from offline_collect.files.errors import CellProblemError, HeaderError
from offline_collect.files.read.open import Table

_ANY_YEAR = 2030


@dataclass(frozen=True, slots=True)
class Found:
    """A column of the layout in the file.

    Attributes:
        index: its place, from 0.
        title: as the header has it.
        guessed: whether it only counts in rows that lack what names the customer otherwise.
    """

    column: Column
    index: int
    title: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """The columns of a row that belong to one of its records.

    Attributes:
        columns: that only this record has.
        inputs: likewise, of the merchant's form.
        constants: values of all its records, by key.
        is_table: whether it is a table beside others; otherwise the rest of the row is of all its records.
    """

    columns: tuple[Found, ...]
    inputs: tuple[Found, ...] = ()
    constants: Mapping[str, Value] = field(default_factory=dict)
    is_table: bool = False

    @property
    def own(self) -> frozenset[int]:
        """The places of its columns."""
        return frozenset(found.index for found in (*self.columns, *self.inputs))


def title_at(table: Table, place: int) -> str:
    """Return the title of a column, or its letters if it has none."""
    title = table.header[place] if place < len(table.header) else ""
    return title or column_letters(table.hidden.first_column + place)


def reach_of(table: Table) -> Reach:
    """Return the columns that a mapping can name by their letters."""
    return Reach(table.hidden.first_column, table.width)


def slices_of(table: Table, layout: Layout, places: Places) -> tuple[Slice, ...]:
    """Return the slices of a table's rows; none if each row is one record.

    Raises:
        HeaderError: a mapping names columns that are not there, or months that are in doubt.
    """
    if layout.tables:
        alike = layout.table_constants or ({},) * len(layout.tables)
        return tuple(_table(table, layout, *each) for each in zip(layout.tables, alike, strict=True))
    if layout.months is None and not places.months:
        return ()
    return _months(table, layout, places)


def _table(table: Table, layout: Layout, where: Mapping[str, str], constants: Mapping[str, Value]) -> Slice:
    def found(columns: Sequence[Column]) -> tuple[Found, ...]:
        named = [(column, where[column.key]) for column in columns if column.key in where]
        return tuple(_found(table, layout, column, text) for column, text in named)

    return Slice(found(layout.columns), found(layout.inputs), constants, is_table=True)


def _found(table: Table, layout: Layout, column: Column, text: str) -> Found:
    place = _written(table, layout, text)
    return Found(column, place, title_at(table, place))


def _written(table: Table, layout: Layout, text: str) -> int:
    reach = reach_of(table)
    found = written_places(text, table.header, reach, layout.ours)
    if len(found) != 1:
        reason = (
            Phrase("is there twice, but the mapping names it")
            if found
            else Phrase("is not there, but the mapping names it")
        )
        remedy = Phrase(
            "write the column's letters into the mapping; the table has the columns {letters}",
            letters=reach.letters,
        )
        _refuse(table, reason, remedy, text)
    return found[0]


def _months(table: Table, layout: Layout, places: Places) -> tuple[Slice, ...]:
    amount = next(column for column in layout.columns if column.key == AMOUNT)
    period = next(column for column in layout.columns if column.key == PERIOD)
    if layout.months is None:
        _refuse_doubts(table, places)
        at, names = places.months, Months((), "{year}-{month}", None)
    else:
        at, names = _columns(table, layout, layout.months), layout.months
    slices = []
    for place, text in zip(at, _periods(table, at, names), strict=True):
        try:
            value = column_value(period, text, layout.currency)
        except CellProblemError as error:
            _refuse(table, error.reason, error.remedy, title_at(table, place))
        found = Found(amount, place, title_at(table, place))
        slices.append(Slice((found,), constants={} if value is None else {PERIOD: value}))
    return tuple(slices)


def _refuse_doubts(table: Table, places: Places) -> None:
    """Refuse months that nobody has said are bills, unless their titles have the year and nothing else is a period."""
    titles = [table.header[place] for place in places.months]
    if all(year_month(loose_title(title)) for title in titles) and not places.has_period:
        return
    both = f"{titles[0]}{RANGE}{titles[-1]}"
    months = f'months: {{columns: "{both}", period: "{{year}}-{{month}}", year: {_year_of(table)}}}'
    remedy = Phrase(
        "if each cell is a bill, say it in a mapping: {months}; if not, name the column of the amount: {amount}",
        months=months,
        amount="columns: {amount: …}",
    )
    _refuse(table, Phrase("the columns {both} may be the amounts of months", both=both), remedy, None)


def _year_of(table: Table) -> int:
    """Return the year that the rows above a table name, for an example; any other if they name none."""
    return stated_year(table.above) or _ANY_YEAR


def _columns(table: Table, layout: Layout, months: Months) -> list[int]:
    """Return the places of the columns that a mapping names for months."""
    ends = range_ends(months.columns[0]) if len(months.columns) == 1 else None
    if ends is None:
        return [_written(table, layout, text) for text in months.columns]
    places = [_written(table, layout, text) for text in ends]
    between = range(min(places), max(places) + 1)
    # Between the months there may be sums: 一季度.
    named = [place for place in between if month_of(title_at(table, place)) is not None]
    return named or list(between)


def _periods(table: Table, at: Sequence[int], names: Months) -> list[str]:
    """Return the period of each column of months."""
    titles = [title_at(table, place) for place in at]
    found = [month_of(title) for title in titles]
    # Columns that no title calls months are the first ones of their year.
    months = [each or Month(None, number) for number, each in enumerate(found, 1)]
    if any(found) and not all(found):
        reason = Phrase("is no month, although others of the columns are")
        remedy = Phrase("name the month in each title, such as 2030-09")
        _refuse(table, reason, remedy, titles[found.index(None)])
    numbers = [each.number for each in months]
    dated = [each.year for each in months]
    later = years_later(numbers)
    stated = [names.year and names.year + each for each in later or [0] * len(numbers)]
    years = [own if year is None else year for year, own in zip(dated, stated, strict=True)]
    if None in years and "{year}" in names.period:
        setting = f"months: {{…, year: {_year_of(table)}}}"
        remedy = Phrase("say it in the mapping: {setting}", setting=setting)
        _refuse(table, Phrase("the titles of the months lack the year"), remedy, titles[0])
    if not all(dated) and (later is None or (any(later) and any(dated))):
        remedy = Phrase("write the year into each title, such as 2030-09")
        _refuse(table, Phrase("the months do not follow each other in one year"), remedy, titles[0])
    made = [
        names.period.replace("{year}", str(year)).replace("{month}", f"{number:02d}")
        for year, number in zip(years, numbers, strict=True)
    ]
    for place, text in enumerate(made):
        if text in made[:place]:
            reason = Phrase(
                "{one} and {other} are both the period {period}",
                one=titles[made.index(text)],
                other=titles[place],
                period=text,
            )
            _refuse(table, reason, Phrase("leave out one of the two"), titles[place])
    return made


def hidden_from(mine: Slice, slices: Sequence[Slice], shared: Sequence[Found], width: int) -> frozenset[int]:
    """Return the places of cells that say nothing about one record of a row: they are other records'."""
    others = frozenset().union(*(each.own for each in slices)) - mine.own
    if not all(each.is_table for each in slices):
        return others - {found.index for found in shared}
    # Columns that nothing names are divided as the tables are: all begin with the same columns.
    first = min(slices[0].own)
    starts = [min(each.own) - first for each in slices]
    start = starts[slices.index(mine)]
    end = min((each for each in starts if each > start), default=width)
    mine_too = mine.own | {found.index for found in shared} | set(range(max(start, 0), end))
    if any(found.index < first for found in shared):
        # The tables are items of one customer, and what stands before them is of all.
        mine_too |= set(range(first))
    return frozenset(range(width)) - (mine_too - others)


def is_sum(title: str, layout: Layout) -> bool:
    """Whether a title beside months is that of their sum or of what is left to pay."""
    amount = next(column for column in layout.columns if column.key == AMOUNT)
    names = {plain_title(amount.label), *amount.also, *layout.doubtful.get(AMOUNT, frozenset())}
    return plain_title(title) in names or loose_title(title) in names


def _refuse(table: Table, reason: Phrase, remedy: Phrase, column: str | None) -> NoReturn:
    raise HeaderError(reason, path=table.path, row=table.header_row, column=column, remedy=remedy)
