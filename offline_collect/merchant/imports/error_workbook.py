"""The error workbook: the whole file, its bad rows first and in colour, with what is wrong (docs/merchants.md).

Once corrected it can be imported as it is: the import leaves its first column out. It has the sheets of the file that were
read. The good rows are read from the file again, so that they need not be kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby, repeat
from operator import attrgetter
from pathlib import Path

from offline_collect.domain.imports.remembered import title_digests
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import MergedCell, column_letters, sheet_of
from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.row_periods import RowPeriods
from offline_collect.files.columns.stated import period_note, stated_values
from offline_collect.files.columns.title_places import AMOUNT, PERIOD
from offline_collect.files.errors import RowProblem, UnreadableError, UnwritableError
from offline_collect.files.read.open import Table
from offline_collect.files.write.sheet import Kind, MarkedRow, Sheet, SheetCell, SheetColumn
from offline_collect.files.write.xlsx import write_workbook
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.places import places
from offline_collect.merchant.imports.problems import Problems, SheetColumns
from offline_collect.merchant.imports.reason_column import REASON, REASON_TITLES
from offline_collect.translations import Languages, catalogue, said

_NAMES_MAX = 99
_REASON_WIDTH = 60


def write_errors(
    order: ImportOrder, problems: Problems, path: Path, languages: Languages | None = None
) -> None:
    """Write the error workbook of a file that was just imported or previewed.

    Args:
        languages: of what it says; None for the merchant's own.

    Raises:
        FileError: the file changed, or has more rows than a worksheet.
        UnwritableError: a file is there already, or the folder takes none.
    """
    workbook = _Errors(order, problems, languages or problems.own)
    with workbook.table() as table, workbook.table_of_many() as again:
        write_workbook(path, workbook.sheets(table, again))


class _Errors:
    """What the error workbook of one file holds."""

    def __init__(self, order: ImportOrder, problems: Problems, languages: Languages) -> None:
        self._order = order
        self._problems = problems
        self._languages = languages
        self._kept = {
            sheet: list(found)
            for sheet, found in groupby(problems.kept_by_row, key=lambda problem: sheet_of(problem.row))
        }

    def table(self) -> Table:
        """Open the file again.

        Raises:
            FileError: it is not what was imported.
        """
        headers = {title_digests(each.header).in_order for each in self._problems.sheets.values()}
        table = self._order.open_table(
            self._problems.layout, lambda titles: title_digests(titles).in_order in headers
        )
        if table.digest != self._problems.digest:
            table.close()
            reason = Phrase("changed after it was imported")
            raise UnreadableError(reason, path=self._order.file, remedy=Phrase("import it again"))
        return table

    def table_of_many(self) -> AbstractContextManager[Table | None]:
        """Open the file once more if it has more bad rows than were kept: they come before the good ones."""
        problems = self._problems
        return nullcontext() if len(problems.kept) == problems.count else self.table()

    def sheets(self, table: Table, again: Table | None) -> Iterator[Sheet]:
        """Yield the sheets of a table, each to be written before the next one.

        Args:
            again: the same file, which is read along with it; None if all bad rows were kept.
        """
        others: Iterable[Table | None] = repeat(None) if again is None else again.sheets()
        for each, other in zip(table.sheets(), others, strict=False):
            yield self._sheet(each, other)

    def _sheet(self, table: Table, again: Table | None) -> Sheet:
        """Return the sheet: the bad rows, then the good rows of a table as it is read."""
        problems = self._problems
        here = _ErrorSheet(
            problems.sheets[table.sheet], self._languages, mapped=self._order.mapping is not None
        )
        how = Phrase(
            "Correct the coloured rows, then import this workbook as it is. An import leaves this column out."
        )
        reason = SheetColumn(
            said(REASON, self._languages), width=_REASON_WIDTH, note=here.lines(how), wrapped=True
        )
        return Sheet(
            table.sheet or self._order.sheet or said(Phrase("Errors"), self._languages),
            [reason, *(SheetColumn(title, Kind.CELL) for title in here.titles)],
            (["", *here.cells(row.cells)] for row in table if not problems.refuses(row.number)),
            notes=self._above(table),
            marked=self._marked(here, table.sheet, again),
            in_one=True,
        )

    def _above(self, table: Table) -> list[str]:
        """Return what stands above the header: the period or year that the file states there: numbers are made of it."""
        layout, mapping = self._problems.layout, self._order.mapping
        periods: list[str] = []
        if layout is not None:
            header = match_header(table, layout)
            found = stated_values(table, header, layout)
            periods = [period_note(each) for each in found if each.column.key == PERIOD]
            periods += RowPeriods(table, header).notes()
        if mapping is None or mapping.header_row is None:
            return periods
        # The mapping says in which row the header is.
        return [*periods, *[""] * (mapping.header_row - 1)][: mapping.header_row - 1]

    def _marked(self, here: _ErrorSheet, sheet: str | None, again: Table | None) -> Iterator[MarkedRow]:
        told = set()
        for row, found in groupby(self._kept.get(sheet, ()), key=attrgetter("row")):
            told.add(row)
            yield here.bad_row(list(found))
        many = Phrase(
            "is refused, too: there are too many bad rows to give each reason; correct the others first"
        )
        for number, cells in again or ():
            if self._problems.refuses(number) and number not in told:
                yield MarkedRow([here.lines(many), *here.cells(cells)])


class _ErrorSheet:
    """The bad and the good rows of one sheet, as the error workbook has them.

    Attributes:
        titles: of its columns.
    """

    def __init__(self, columns: SheetColumns, languages: Languages, *, mapped: bool) -> None:
        self._columns = columns
        self._languages = languages
        self._amount_at = columns.places.get(AMOUNT)
        titles = [*columns.header, *[""] * (columns.width - len(columns.header))]
        # An error workbook that is refused again has its old reasons.
        self._places = [at for at, title in enumerate(titles) if plain_title(title) not in REASON_TITLES]
        # A mapping may name columns by their letters: blank columns before the table stay.
        self._before = columns.first if mapped else 0
        self.titles = [""] * self._before + [titles[at] for at in self._places]

    def bad_row(self, same: Sequence[RowProblem]) -> MarkedRow:
        """Return a row with all of its problems."""
        lines: list[str] = []
        notes: dict[int, list[str]] = {}
        for problem in same:
            lines.append(
                self.lines(
                    Phrase(
                        "row {row}, {column}: {reason}; {remedy}",
                        row=problem.row,
                        column=self._column(problem.column),
                        reason=problem.reason,
                        remedy=problem.remedy,
                    )
                )
            )
            note = Phrase("{reason}; {remedy}", reason=problem.reason, remedy=problem.remedy)
            for place in self._here(problem.column):
                notes.setdefault(place, []).append(self.lines(note))
        cells = ["\n".join(lines), *self.cells(same[0].cells)]
        return MarkedRow(cells, {place: "\n".join(told) for place, told in notes.items()})

    def _here(self, column: str) -> list[int]:
        """Return the places in the workbook of a problem's columns."""
        found = places(column, self._columns.places, self._columns.width)
        return [self._places.index(place) + 1 + self._before for place in found]

    def _column(self, column: str) -> str:
        """Return what the workbook calls a column: the letter of one without a title is another than the file's."""
        here = self._here(column)
        nameless = column.isdecimal() and here and not self.titles[here[0] - 1]
        return column_letters(here[0]) if nameless else column

    def cells(self, cells: Sequence[SheetCell]) -> list[SheetCell]:
        """Return the cells of a row, without an old reason."""
        # The workbook has no merged cells: each one has what it shows, except an amount, which is still refused.
        shown = [
            cell.above if isinstance(cell, MergedCell) and place != self._amount_at else cell
            for place, cell in enumerate(cells)
        ]
        blank: list[SheetCell] = [None] * self._before
        return blank + [shown[place] if place < len(shown) else None for place in self._places]

    def lines(self, phrase: Phrase) -> str:
        """Return a text in each language, one line for each."""
        return "\n".join(phrase.said(catalogue(language)) for language in self._languages)


def free_name(file: Path, folder: Path) -> Path:
    """Return the path of a file's error workbook: ``bills-errors.xlsx``, with a number if that exists.

    Raises:
        UnwritableError: a hundred exist already.
    """
    first = folder / f"{file.stem}-errors.xlsx"
    numbered = (folder / f"{file.stem}-errors-{number}.xlsx" for number in range(2, _NAMES_MAX + 1))
    for path in (first, *numbered):
        if not path.exists():
            return path
    remedy = Phrase("name another file with --errors")
    raise UnwritableError(Phrase("is there already"), path=first, remedy=remedy)
