"""Refusals of rows: of a list as a whole, or of a customer or bill that was typed by hand."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.texts.counts import problems_counted, rows_counted
from offline_collect.domain.texts.phrases import Phrase, in_lines
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.errors import TranslatableError


class ListRefusedError(TranslatableError):
    """A list has bad rows, so none of it was posted.

    Attributes:
        problems: the first of them, at most :data:`PROBLEMS_MAX`.
        count: of all of them.
    """

    PROBLEMS_MAX = 100

    def __init__(self, name: str, rows: int, problems: Sequence[RowProblem]) -> None:
        told = Phrase("it has no rows")
        if rows:
            told = Phrase(
                "{problems} in {rows}; correct the list and try again",
                problems=problems_counted(len(problems)),
                rows=rows_counted(rows),
            )
        super().__init__(Phrase("{name}: nothing was posted: {told}", name=name, told=told))
        self.problems = tuple(problems[: self.PROBLEMS_MAX])
        self.count = len(problems)


class ListTooLongError(TranslatableError):
    """A list has too many rows."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(
            Phrase(
                "{name}: has more than {most} rows: split it into several lists; nothing was posted",
                name=name,
                most=most,
            )
        )


class EntryRefusedError(TranslatableError):
    """A customer or bill typed by hand breaks the rules for rows of a file.

    Attributes:
        problems: everything that is wrong with it.
    """

    def __init__(self, number: str, problems: Sequence[RowProblem]) -> None:
        super().__init__(in_lines([_entry_problem(number, each) for each in problems]))
        self.problems = tuple(problems)


def _entry_problem(number: str, problem: RowProblem) -> Phrase:
    place = f"{problem.column} {problem.value}".rstrip()
    return Phrase(
        "{number}: {place}: {reason}; {remedy}",
        number=number,
        place=place,
        reason=problem.reason,
        remedy=problem.remedy,
    )


class EntryExistsError(TranslatableError):
    """A customer or bill of this number exists already."""
