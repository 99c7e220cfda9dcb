"""Finds duplicate numbers in a file: the later row is refused, and its problem names the first."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem

_PARTS = 64


class SeenNumbers:
    """The numbers seen in a file, each with its first row, in a hundred bytes for a number of any length.

    Only 64-bit hashes are kept: among a million numbers, two share one in one file of thirty million.
    They are in many small tables, so that no large table is ever copied at once to grow.
    """

    def __init__(self) -> None:
        self._parts: list[dict[int, int]] = [{} for _ in range(_PARTS)]

    def first_row(self, number: str, row: int) -> int:
        """Return the first row with a number: ``row`` if the number is new."""
        hashed = hash(number)
        return self._parts[hashed % _PARTS].setdefault(hashed, row)

    def __contains__(self, number: str) -> bool:
        hashed = hash(number)
        return hashed in self._parts[hashed % _PARTS]


def repeated_number_problem(
    record: Record, title: str, number: str, first_row: int, lacking: str = ""
) -> RowProblem:
    """Return the problem of a row whose number, in the column ``title``, is in an earlier row too.

    Args:
        lacking: our name of the column, if the title is another one that may not tell customers apart: 房号.
    """
    remedy = Phrase("keep one of the two rows")
    if lacking:
        remedy = Phrase(
            "keep one of the two rows; if they are two customers, add a column {title} with a number for each",
            title=lacking,
        )
    return RowProblem(
        row=record.row,
        column=title,
        value=number,
        reason=Phrase("is in row {row} already", row=first_row),
        remedy=remedy,
        cells=record.cells,
    )
