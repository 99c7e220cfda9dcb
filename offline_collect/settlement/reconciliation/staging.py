"""Stages a front-end processor's file: its rows as they are read, then their keys in order.

The rows go in short transactions. On PostgreSQL they are written while others are read, and the database makes the keys; on
SQLite, where a writer keeps payments waiting, no transaction waits for a file or a sort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.reconciliation.records import FepRow
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.fixed_width.layout import Values
from offline_collect.files.fixed_width.read import FixedDetails, FixedProblem, FixedRecord
from offline_collect.files.sorted_runs import SortedRuns
from offline_collect.settlement.reconciliation.rows import RowReader
from offline_collect.store import SqlStore, StoreTransaction
from offline_collect.store.reconciliation.files import make_keys, stage_keys, stage_rows

CHUNK = 20_000
"""Rows that one transaction stages, and a few of those that are read together."""

PROBLEMS_SHOWN = 20


def refused(path: Path, problems: list[str], count: int) -> ReconciliationError:
    """Return the refusal of a file, with its first problems."""
    more = [Phrase("and {count} more problems", count=count - len(problems))] if count > len(problems) else []
    return ReconciliationError(
        Phrase("{path}: the file is refused as a whole:", path=str(path)), [*problems, *more]
    )


@dataclass(frozen=True, slots=True)
class Staging:
    """The staging of a file.

    Attributes:
        monotonic: seconds, to pause for payments.
    """

    store: SqlStore
    path: Path
    file_id: int
    monotonic: Callable[[], float]

    def stage(
        self, records: Iterator[FixedRecord | FixedDetails | FixedProblem], reader: RowReader
    ) -> tuple[int, Values]:
        """Stage all rows; return their number, and the file's trailer.

        Raises:
            ReconciliationError: something in the file is wrong.
            WrongStateError: another run has given the file up.
        """
        if not self.store.has_one_writer:
            reading = _Reading(self.path, records, reader)
            for parts in _grouped(reading.parts()):
                self._put(stage_rows, parts)
            with self.store.transaction() as tx:
                make_keys(tx, self.file_id)
            return reading.counted, reading.trailer
        with SortedRuns(place=0) as keys:
            reading = _Reading(self.path, records, reader, keys)
            for parts in _grouped(reading.parts()):
                # Read before the transaction begins.
                self._put(stage_rows, list(parts))
            for chunk in keys.chunks(CHUNK):
                self._put(stage_keys, chunk)
        return reading.counted, reading.trailer

    def _put(self, write: Callable[[StoreTransaction, int, Any], None], rows: Iterable[Any]) -> None:
        begun = self.monotonic()
        with self.store.transaction() as tx:
            write(tx, self.file_id, rows)
        self.store.throttle(self.monotonic() - begun)


class _Reading:
    """The reading of a file.

    Args:
        keys: takes the keys of all rows; None if the database makes them.

    Attributes:
        counted: rows so far.
        trailer: known at the end.
    """

    def __init__(
        self,
        path: Path,
        records: Iterator[FixedRecord | FixedDetails | FixedProblem],
        reader: RowReader,
        keys: SortedRuns | None = None,
    ) -> None:
        self._path = path
        self._records = records
        self._reader = reader
        self._keys = keys
        self.counted = 0
        self.trailer: Values = {}

    def parts(self) -> Iterator[list[FepRow]]:
        """Yield the rows, those together that are read together, until something is wrong; then all that is wrong is read.

        Raises:
            ReconciliationError: something is wrong.
        """
        problems: list[str] = []
        wrong = 0
        for found in self._records:
            if isinstance(found, FixedRecord):
                self.trailer = found.values
                continue
            rows, errors = self._reader.read(found) if isinstance(found, FixedDetails) else ([], [str(found)])
            wrong += len(errors)
            problems += errors[: PROBLEMS_SHOWN - len(problems)]
            if rows and not wrong:
                self.counted += len(rows)
                if self._keys is not None:
                    self._keys.add((row.match_key, row.reverses, row.line) for row in rows)
                yield rows
        if wrong:
            raise refused(self._path, problems, wrong)


def _grouped(parts: Iterator[list[FepRow]]) -> Iterator[Iterator[list[FepRow]]]:
    """Yield the parts of each transaction; each has to be read before the next."""
    for first in parts:
        yield _some(first, parts)


def _some(first: list[FepRow], parts: Iterator[list[FepRow]]) -> Iterator[list[FepRow]]:
    yield first
    rows = len(first)
    while rows < CHUNK and (part := next(parts, None)) is not None:
        yield part
        rows += len(part)
