"""The hidden rows and columns of a sheet, which are read too: a hidden row is still a bill."""

from __future__ import annotations

from dataclasses import dataclass, field

SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
"""Excel's limit."""


@dataclass(slots=True)
class Hidden:
    """Which rows and columns of a sheet are hidden.

    Attributes:
        rows: one byte for each row up to the last hidden one, 1 if hidden: a filter may hide nearly a million
            rows, for which a set would take a hundred megabytes.
        columns: the hidden columns, from 0.
        read: how many of the rows read so far are hidden.
        first_column: the place of the first cell of each row in the sheet, from 0.
    """

    rows: bytearray = field(default_factory=bytearray)
    columns: set[int] = field(default_factory=set)
    read: int = 0
    first_column: int = 0

    def hide_row(self, index: int) -> None:
        """Record a hidden row, from 0."""
        if index < SHEET_ROWS:
            self.rows.extend(bytes(max(index + 1 - len(self.rows), 0)))
            self.rows[index] = 1

    def is_hidden(self, number: int) -> bool:
        """Whether a row is hidden, by its number from 1."""
        return number <= len(self.rows) and bool(self.rows[number - 1])

    def hide_columns(self, first: int, last: int) -> None:
        """Record hidden columns, from 0."""
        self.columns.update(range(first, min(last + 1, SHEET_COLUMNS)))
