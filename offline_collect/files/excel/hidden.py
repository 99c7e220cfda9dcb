"""What a sheet hides, by hand or by a filter, and is read all the same: a hidden row is still a bill."""

from __future__ import annotations

from dataclasses import dataclass, field

SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
"""As many as Excel has."""


@dataclass(slots=True)
class Hidden:
    """Which rows and columns of a sheet are hidden.

    Attributes:
        rows: a byte a row up to the last hidden one, 1 where it is hidden: a filter hides all but a few of a
            million, of which a set would take a hundred megabytes.
        columns: those that are hidden, from 0.
        read: how many of the rows that were read so far are hidden.
    """

    rows: bytearray = field(default_factory=bytearray)
    columns: set[int] = field(default_factory=set)
    read: int = 0

    def hide_row(self, index: int) -> None:
        """Note a hidden row, from 0."""
        if index < SHEET_ROWS:
            self.rows.extend(bytes(max(index + 1 - len(self.rows), 0)))
            self.rows[index] = 1

    def hide_columns(self, first: int, last: int) -> None:
        """Note hidden columns, from 0."""
        self.columns.update(range(first, min(last + 1, SHEET_COLUMNS)))

    def take(self, found: Hidden) -> None:
        """Note what another has found, in the place of which this one was handed out before."""
        self.rows[:] = found.rows
        self.columns.update(found.columns)
