"""The problems of a file's rows, counted by cause; memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Self

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import sheet_of
from offline_collect.files.columns.layout import Layout
from offline_collect.files.digest import Digest
from offline_collect.files.errors import RowProblem
from offline_collect.files.read.open import Table
from offline_collect.merchant.common.own_language import own_languages
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.places import places_of
from offline_collect.translations import BOTH, Languages

PROBLEMS_KEPT_MAX = 10_000
"""Problems of rows that are kept for the error workbook; the rest are only counted."""

CAUSES_MAX = 100
"""Causes of problems that are told apart; the problems of others are only counted."""

ROWS_NAMED = 5
"""How many rows of a cause are named."""

_DIFFERS = "…"
"""Stands in a cause's words for what differs from row to row."""

_ALWAYS_DIFFERS = "row"
"""The part of a reason that names another row."""


@dataclass(slots=True)
class Cause:
    """One cause, and the rows that have it.

    Attributes:
        column: title or label of the column.
        value: of the first row.
        reason: what is wrong, with … for what differs from row to row.
        remedy: likewise.
        count: how many rows have it.
        rows: the first of them.
        values_differ: whether others have another value.
    """

    column: str
    value: str = field(repr=False)
    reason: Phrase
    remedy: Phrase
    count: int = 0
    rows: list[int] = field(default_factory=list)
    values_differ: bool = False

    def add(self, problem: RowProblem) -> None:
        """Count a row."""
        self.count += 1
        if len(self.rows) < ROWS_NAMED:
            self.rows.append(problem.row)
        self.values_differ |= problem.value != self.value
        self.reason = _common(self.reason, problem.reason)
        self.remedy = _common(self.remedy, problem.remedy)


@dataclass(slots=True)
class SheetColumns:
    """The columns of a sheet.

    Attributes:
        header: their titles.
        places: of the columns, by the names that problems give them.
        width: the most cells that a row has.
        first: the place of the first one in the sheet, from 0.
    """

    header: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    width: int = 0
    first: int = 0


@dataclass(slots=True)
class Problems:
    """Problems of rows: the first are kept, the rest only counted.

    Attributes:
        digest: of the file.
        own: the languages of the file's merchant.
        sheets: the columns of the sheets that were read so far, by the sheet's name; None for a file of one.
        kept: the first problems, with their rows.
        count: of all problems.
        rows: how many rows have one.
        causes: by their words without what differs from row to row.
        is_text: whether cells beyond the header are told: in a workbook they are left out.
        layout: by which the file is read; None for a file that is not read again.
    """

    digest: Digest | None = None
    own: Languages = BOTH
    sheets: dict[str | None, SheetColumns] = field(default_factory=dict)
    kept: list[RowProblem] = field(default_factory=list)
    count: int = 0
    rows: int = 0
    causes: dict[Any, Cause] = field(default_factory=dict)
    is_text: bool = True
    layout: Layout | None = None
    _refused: bytearray = field(default_factory=bytearray)

    @classmethod
    def of(cls, table: Table, target: Target) -> Self:
        """Return the problems of a table that is still to be read: none yet.

        Raises:
            HeaderError: its header does not fit the layout.
        """
        made = cls(
            digest=table.digest,
            own=own_languages(target.merchant),
            is_text=table.is_text,
            layout=target.layout,
        )
        made.begin(table, target)
        return made

    def begin(self, table: Table, target: Target) -> None:
        """Take the columns of a sheet whose rows follow.

        Raises:
            HeaderError: its header does not fit the layout.
        """
        places = places_of(table, target)
        # A mapping may name columns beyond the titles by their letters.
        width = max([len(table.header), *(place + 1 for place in places.values())])
        self.sheets[table.sheet] = SheetColumns(table.header, places, width, table.hidden.first_column)

    def columns(self, row: int) -> SheetColumns:
        """Return the columns of a row's sheet."""
        return self.sheets.setdefault(sheet_of(row), SheetColumns())

    def add(self, problem: RowProblem) -> None:
        """Add a problem."""
        self.count += 1
        if len(self.kept) < PROBLEMS_KEPT_MAX:
            self.kept.append(problem)
        if self.is_text:
            columns = self.columns(problem.row)
            columns.width = max(columns.width, len(problem.cells))
        # One byte for each row: a file may have a million bad ones.
        self._refused.extend(bytes(max(problem.row + 1 - len(self._refused), 0)))
        self.rows += not self._refused[problem.row]
        self._refused[problem.row] = 1
        key = (problem.column, _shape(problem.reason), _shape(problem.remedy))
        if key not in self.causes and len(self.causes) < CAUSES_MAX:
            self.causes[key] = Cause(problem.column, problem.value, problem.reason, problem.remedy)
        if key in self.causes:
            self.causes[key].add(problem)

    def add_all(self, problems: Iterable[RowProblem]) -> None:
        """Add problems."""
        for problem in problems:
            self.add(problem)

    def refuses(self, row: int) -> bool:
        """Return whether a row has a problem."""
        return row < len(self._refused) and bool(self._refused[row])

    @property
    def kept_by_row(self) -> list[RowProblem]:
        """The kept problems, by row: those from the store are found later than those of the row itself."""
        return sorted(self.kept, key=attrgetter("row"))

    @property
    def by_row(self) -> list[Cause]:
        """The causes in the order of their first rows."""
        return sorted(self.causes.values(), key=lambda cause: min(cause.rows))


def _shape(phrase: Phrase) -> tuple[Any, ...]:
    """Return what makes two reasons one: their template, and the numbers in it, such as an import's."""
    return (
        phrase.template,
        *(
            _shape(part) if isinstance(part, Phrase) else part
            for name, part in phrase.parts.items()
            if isinstance(part, Phrase | int) and name != _ALWAYS_DIFFERS
        ),
    )


def _common(one: Phrase, other: Phrase) -> Phrase:
    """Return two phrases of one shape as one, with … for the parts that differ."""
    if one == other:
        return one
    parts: dict[str, str | int] = {}
    for name, part in one.parts.items():
        theirs = other.parts[name]
        if isinstance(part, Phrase) and isinstance(theirs, Phrase):
            parts[name] = _common(part, theirs)
        else:
            parts[name] = part if part == theirs else _DIFFERS
    return one.filled(parts)
