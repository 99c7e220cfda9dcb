"""What an import came to: counts, and every bad row up to a bound."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from offline_collect.files.errors import RowProblem
from offline_collect.merchant.errors import MerchantError
from offline_collect.store import Change, ImportedFile

PROBLEMS_MAX = 100
"""Bad rows that are told; the rest are only counted."""


@dataclass(slots=True)
class Problems:
    """Problems of rows: the first are kept, the rest counted."""

    first: list[RowProblem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: RowProblem) -> None:
        """Take one more."""
        self.count += 1
        if len(self.first) < PROBLEMS_MAX:
            self.first.append(problem)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """An import that was done.

    Attributes:
        kind: ``customers`` or ``bills``.
        counts: rows by what was done with them.
        earlier: the earlier import of the same file; then nothing was done now.
    """

    kind: str
    counts: Counter[Change]
    earlier: ImportedFile | None = None

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self.counts.total()


class ImportRefusedError(MerchantError):
    """A file has bad rows, so nothing of it was taken.

    Attributes:
        rows: how many rows the file has.
        problems: the first of its problems.
        count: of all its problems.
    """

    def __init__(self, name: str, rows: int, problems: Problems) -> None:
        found = "1 problem" if problems.count == 1 else f"{problems.count} problems"
        among = "1 row" if rows == 1 else f"{rows} rows"
        super().__init__(f"{name}: nothing was imported: {found} in {among}; correct the file and try again")
        self.rows = rows
        self.problems = tuple(problems.first)
        self.count = problems.count
