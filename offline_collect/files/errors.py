"""Errors of the readers: of a whole file (FileError's tree), a layout, or one row (RowProblem).

The tree::

    FilesError
      CellProblemError
      FileError
        CsvError
        EncodingError
        FontError
        HeaderError
          LikelyHeaderError
        TooLargeError
        UnreadableError
        UnwritableError
        WorkbookError
        XmlFileError
      FixedFieldError
      LayoutError
        MappingError
      MessageFieldError
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell


class FilesError(Exception):
    """Root of this package's errors."""


class FileError(FilesError):
    """A file cannot be read at all: what is wrong, where, and what to do about it.

    Merchants read it in their own language; as a plain text it is English.

    Attributes:
        path: the file.
        row: the row as a spreadsheet numbers it, from 1; None if no row is at fault.
        column: the column at fault, by its letter and title; None if no column is.
        remedy: what the person who sent the file can do.
    """

    def __init__(
        self,
        reason: Phrase,
        *,
        path: Path,
        remedy: Phrase,
        row: int | None = None,
        column: Phrase | str | None = None,
    ) -> None:
        place = _place(path, row, column)
        super().__init__(Phrase("{place}: {reason}; {remedy}", place=place, reason=reason, remedy=remedy))
        self.reason = reason
        self.path = path
        self.remedy = remedy
        self.row = row
        self.column = column

    def replaced(
        self, *, row: int | None = None, remedy: Phrase | None = None, path: Path | None = None
    ) -> Self:
        """Return the same error with another row, remedy or path."""
        return type(self)(
            self.reason,
            path=self.path if path is None else path,
            remedy=self.remedy if remedy is None else remedy,
            row=self.row if row is None else row,
            column=self.column,
        )


def _place(path: Path, row: int | None, column: Phrase | str | None) -> Phrase | str:
    """Return where in a file an error is."""
    file = str(path)
    if row is None:
        return file if column is None else Phrase("{file}, column {column}", file=file, column=column)
    if column is None:
        return Phrase("{file}, row {row}", file=file, row=row)
    return Phrase("{file}, row {row}, column {column}", file=file, row=row, column=column)


class UnreadableError(FileError):
    """The file is missing, not a plain file, empty, not readable, or changed while it was read."""


class TooLargeError(FileError):
    """The file exceeds one of the reader's limits."""


def cell_too_large(most: int, path: Path, row: int) -> TooLargeError:
    """Return the refusal of a cell of more than ``most`` characters."""
    return TooLargeError(
        Phrase("has a cell of more than {most} characters", most=most),
        path=path,
        row=row,
        remedy=Phrase("check that it is one table, or split it"),
    )


class EncodingError(FileError):
    """The text is neither UTF-8 nor GB18030, or a mixture of both."""


class CsvError(FileError):
    """The delimiters and quotes of a CSV file do not make rows."""


class WorkbookError(FileError):
    """The workbook is broken, protected by a password, or lacks the sheet asked for."""


class XmlFileError(FileError):
    """A message in XML is no message that is read here, or has what a bank's never has."""


class HeaderError(FileError):
    """The header row is missing, or its columns do not fit the layout."""


class LikelyHeaderError(HeaderError):
    """The header does not fit the layout, but says whose its rows are, and what or when they pay: it is no other table."""


class UnwritableError(FileError):
    """A file cannot be written to its path: it exists already, or the folder is not writable."""


class FontError(FileError):
    """No font of this machine has a character that a file must show."""


class LayoutError(FilesError):
    """A layout (schemas/files) cannot work; the message names the place in it."""


class MappingError(LayoutError):
    """A mapping (from a file's columns to ours) cannot be used; the message names the place in it."""

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)


class CellProblemError(FilesError):
    """A cell has no valid value for its column; the reader of the row turns it into a RowProblem."""

    def __init__(self, reason: Phrase, remedy: Phrase) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy


class FixedFieldError(FilesError):
    """A value does not fit a fixed-width field, or the field's bytes are no value.

    Attributes:
        reason: what is wrong; people read it in Chinese too.
    """

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason)
        self.reason = reason


class MessageFieldError(FilesError):
    """A value does not fit its element of a message of ISO 20022.

    Attributes:
        reason: what is wrong; people read it in Chinese too.
    """

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is refused.

    Attributes:
        row: as a spreadsheet numbers it, from 1.
        column: header of the column, or its label if the file has no such column.
        value: the cell as text, cut to 60 characters; only the last four of an account.
        reason: what is wrong with it; merchants read it in Chinese too.
        remedy: what to do about it, likewise.
        cells: the whole original row, for the error workbook; never shown by repr.
    """

    row: int
    column: str
    value: str
    reason: Phrase
    remedy: Phrase
    cells: tuple[Cell, ...] = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}, {self.value!r}: {self.reason}; {self.remedy}"
