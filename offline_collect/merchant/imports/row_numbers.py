"""Finds files whose numbers count their rows: 1, 2, 3, …, also as 001, No.1, from 0, or from the last row up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.row_numbers import IDENTIFYING, may_number_rows
from offline_collect.files.read.open import Table
from offline_collect.merchant.common.errors import TranslatableError

ROWS_MIN = 2
"""Of a file of one row, 1 may well be the number of the only bill."""

_AFFIXED_MIN = 3
"""Two bills may well be called A1 and A2."""

_PARTS = re.compile(r"(\D*)(\d{1,18})(\D*)", re.ASCII)
"""A number that may count rows: a prefix with digits, such as a period, makes it another in the next file."""


class CountedRows:
    """Whether the numbers of a file are those of its rows, bad rows counted too; each sheet may count its own.

    Attributes:
        first: the first two of them.
    """

    def __init__(self, *, plain: bool) -> None:
        """Begin.

        Args:
            plain: whether only 1, 2, 3, … is meant, not 001, No.1, or n, …, 2, 1.
        """
        self._in_file = _Steps(plain=plain)
        self._in_sheet = _Steps(plain=plain)
        self._each_sheet = True
        self._plain = plain
        self.first: list[str] = []

    def note(self, number: str) -> None:
        """Take the number of the next row."""
        if len(self.first) < ROWS_MIN:
            self.first.append(number)
        self._in_file.note(number)
        self._in_sheet.note(number)

    def pass_over(self) -> None:
        """Count a row whose number is not known."""
        self._in_file.rows += 1
        self._in_sheet.rows += 1

    def end_sheet(self) -> None:
        """Begin to count anew."""
        self._each_sheet = self._each_sheet and self._in_sheet.count_rows
        self._in_sheet = _Steps(plain=self._plain)

    @property
    def found(self) -> bool:
        """Whether each number is the place of its row, once all sheets have ended."""
        file = self._in_file
        return file.numbers >= file.least and (self._each_sheet or file.count_rows)


class _Steps:
    """Numbers that go up or down by one with each row.

    Attributes:
        rows: so far.
        numbers: of these rows, those whose number is known.
        least: so many numbers are needed to tell.
    """

    def __init__(self, *, plain: bool) -> None:
        self._plain = plain
        self._affixes: tuple[str, str] | None = None
        self._before_first: set[int] = set()
        self._sums: set[int] = set()
        self._differ = False
        self.rows = 0
        self.numbers = 0

    def note(self, number: str) -> None:
        """Compare the number of the next row with its place, from 1."""
        self.rows += 1
        self.numbers += 1
        if self._differ:
            return
        parts = _PARTS.fullmatch(number)
        if parts is None or (self._plain and number != str(self.rows)):
            self._differ = True
            return
        before, digits, after = parts.groups()
        self._affixes = self._affixes or (before, after)
        # Each set has one element as long as the numbers are in step.
        self._before_first.add(int(digits) - self.rows)
        self._sums.add(int(digits) + self.rows)
        self._differ = self._affixes != (before, after) or min(len(self._before_first), len(self._sums)) > 1

    @property
    def least(self) -> int:
        """With a prefix or suffix more are needed."""
        return _AFFIXED_MIN if any(self._affixes or ()) else ROWS_MIN

    @property
    def count_rows(self) -> bool:
        """Whether they begin with 0 or 1, or end with it; a sheet without numbers contradicts nothing."""
        if self._differ:
            return False
        up = self._before_first <= {0} or self._before_first <= {-1}
        down = {each - self.rows for each in self._sums}
        return up or down <= {0} or down <= {1}


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """Numbers of a file that count its rows.

    Attributes:
        key: our column that has them: ``bill_no`` or ``customer_no``.
        title: the column's title in the file.
        first: the first two of them.
    """

    key: str
    title: str
    first: tuple[str, str]

    @property
    def refused(self) -> bool:
        """Whether the file is refused unless the numbers are meant.

        A bill's number must be no other bill's, now or later. Customers of a small merchant may well be numbered
        1, 2, 3, …, and the import that would rename them stops; only a title that means either is refused.
        """
        return self.key == "bill_no" or may_number_rows(plain_title(self.title))

    def words(self) -> Phrase:
        """Say what they are, and what to do."""
        return Phrase(
            "the numbers in the column {title} are {first}, {second}, … in the order of the rows: a file that counts its"
            " rows anew gives them to others; {remedy}",
            title=self.title,
            first=self.first[0],
            second=self.first[1],
            remedy=IDENTIFYING[self.key],
        )


def row_numbers(rows: CountedRows, table: Table, layout: Layout, key: str) -> RowNumbers | None:
    """Return the numbers of a file that has been read to its end, if they count its rows; None if they do not."""
    if not rows.found:
        return None
    columns = match_header(table, layout).columns
    title = next((each.title for each in columns if each.column.key == key), key)
    return RowNumbers(key, title, (rows.first[0], rows.first[1]))


class RowNumbersError(TranslatableError):
    """The numbers of a file count its rows, so nothing of it was imported."""

    def __init__(self, name: str, numbers: RowNumbers) -> None:
        self.numbers = numbers
        super().__init__(
            Phrase(
                "{name}: nothing was imported: {numbers}; if they stay as they are in all files, import it with"
                " --identity-changes",
                name=name,
                numbers=numbers.words(),
            )
        )
