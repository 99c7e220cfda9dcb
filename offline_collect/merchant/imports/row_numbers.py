"""Finds files whose numbers are 1, 2, 3, … in the order of their rows: those count the rows of one file."""

from __future__ import annotations

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


class CountedRows:
    """Whether the numbers of a file are those of its rows, bad rows counted too; each sheet may count its own."""

    def __init__(self) -> None:
        self._in_step = 0
        self._differ = False

    def note(self, number: str, place: int, in_sheet: int) -> None:
        """Compare the number of a row with its place in the file, and in its sheet, from 1."""
        if self._differ or number not in {str(place), str(in_sheet)}:
            self._differ = True
        else:
            self._in_step += 1

    @property
    def found(self) -> bool:
        """Whether each number so far is the place of its row."""
        return self._in_step >= ROWS_MIN and not self._differ


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """Numbers of a file that are 1, 2, 3, … in the order of its rows.

    Attributes:
        key: our column that has them: ``bill_no`` or ``customer_no``.
        title: the column's title in the file.
    """

    key: str
    title: str

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
            "the numbers in the column {title} are 1, 2, 3, … in the order of the rows: a file that counts its rows anew"
            " gives them to others; {remedy}",
            title=self.title,
            remedy=IDENTIFYING[self.key],
        )


def row_numbers(rows: CountedRows, table: Table, layout: Layout, key: str) -> RowNumbers | None:
    """Return the numbers of a file that has been read to its end, if they count its rows; None if they do not."""
    if not rows.found:
        return None
    columns = match_header(table, layout).columns
    return RowNumbers(key, next((each.title for each in columns if each.column.key == key), key))


class RowNumbersError(TranslatableError):
    """The numbers of a file count its rows, so nothing of it was imported."""

    def __init__(self, name: str, numbers: RowNumbers) -> None:
        super().__init__(
            Phrase(
                "{name}: nothing was imported: {numbers}; if they stay as they are in all files, import it with"
                " --identity-changes",
                name=name,
                numbers=numbers.words(),
            )
        )
