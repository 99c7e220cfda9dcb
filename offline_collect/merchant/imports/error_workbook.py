"""The error workbook: each refused row as it was, with the column, the reason and the remedy (docs/merchants.md).

The reasons are in Chinese for the merchant, and in English for the bank's staff.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import RowProblem, UnwritableError
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, SheetColumn
from offline_collect.files.write.xlsx import write_workbook
from offline_collect.merchant.imports.result import Problems
from offline_collect.translations import BOTH, Language, catalogue, said

_NAMES_MAX = 99


def told_columns() -> tuple[SheetColumn, ...]:
    """Return the columns after the file's own, which an import ignores."""
    return (
        SheetColumn(said(Phrase("Row"), BOTH), Kind.COUNT, width=8),
        SheetColumn(said(Phrase("Column"), BOTH), width=16),
        SheetColumn(said(Phrase("Reason"), BOTH), width=48),
        SheetColumn(said(Phrase("Remedy"), BOTH), width=48),
        SheetColumn("Reason (English)", width=48),
        SheetColumn("Remedy (English)", width=48),
    )


def write_errors(problems: Problems, path: Path) -> None:
    """Write the error workbook.

    Raises:
        UnwritableError: a file is there already, or the folder takes none.
    """
    write_workbook(path, [errors_sheet(problems)])


def errors_sheet(problems: Problems) -> Sheet:
    """Return the workbook's sheet: the file's own columns, then the problems; each row appears once."""
    width = max([len(problems.header), *(len(problem.cells) for problem in problems.kept)])
    titles = problems.header + ("",) * (width - len(problems.header))
    return Sheet(
        said(Phrase("Errors"), BOTH),
        [*(SheetColumn(title, Kind.CELL) for title in titles), *told_columns()],
        _rows(problems, width),
    )


def _rows(problems: Problems, width: int) -> Iterator[list[SheetCell]]:
    by_row = sorted(problems.kept, key=attrgetter("row"))
    for row, found in groupby(by_row, key=attrgetter("row")):
        same = list(found)
        cells: list[SheetCell] = list(same[0].cells)
        yield [*cells, *[None] * (width - len(cells)), row, *_told(same)]


def _told(same: Sequence[RowProblem]) -> list[SheetCell]:
    """Return columns, reasons and remedies of one row's problems, one line for each."""
    chinese = catalogue(Language.ZH)
    told = [
        (
            problem.column,
            problem.reason.said(chinese),
            problem.remedy.said(chinese),
            str(problem.reason),
            str(problem.remedy),
        )
        for problem in same
    ]
    return ["\n".join(lines) for lines in zip(*told, strict=True)]


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
    raise UnwritableError("is there already", path=first, remedy="name another file with --errors")
