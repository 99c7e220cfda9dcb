"""Stages a front-end processor's file: its rows as they are read, then their keys in order, in short transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.reconciliation.records import FepRow
from offline_collect.files.fixed_width.layout import Values
from offline_collect.files.fixed_width.read import FixedDetails, FixedProblem, FixedRecord
from offline_collect.files.sorted_runs import SortedRuns
from offline_collect.settlement.reconciliation.rows import RowReader
from offline_collect.store import SqlStore, StoreTransaction
from offline_collect.store.reconciliation.files import stage_keys, stage_rows

CHUNK = 20_000
"""Rows that one transaction stages, and a few of those that are read together."""

PROBLEMS_SHOWN = 20


def refused(path: Path, problems: list[str], count: int) -> ReconciliationError:
    """Return the refusal of a file, with its first problems."""
    more = [f"and {count - len(problems)} more problems"] if count > len(problems) else []
    return ReconciliationError(f"{path}: the file is refused as a whole:", [*problems, *more])


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
        with SortedRuns(place=0) as keys:
            counted, trailer = self._rows(records, reader, keys)
            for chunk in keys.chunks(CHUNK):
                self._put(stage_keys, chunk)
        return counted, trailer

    def _rows(
        self,
        records: Iterator[FixedRecord | FixedDetails | FixedProblem],
        reader: RowReader,
        keys: SortedRuns,
    ) -> tuple[int, Values]:
        problems: list[str] = []
        wrong, chunk, counted = 0, list[FepRow](), 0
        trailer: Values = {}
        for found in records:
            if isinstance(found, FixedRecord):
                trailer = found.values
                continue
            rows, errors = reader.read(found) if isinstance(found, FixedDetails) else ([], [str(found)])
            wrong += len(errors)
            problems += errors[: PROBLEMS_SHOWN - len(problems)]
            keys.add((row.match_key, row.reverses, row.line) for row in rows)
            chunk += rows
            counted += len(rows)
            if len(chunk) >= CHUNK:
                if not wrong:
                    self._put(stage_rows, chunk)
                chunk.clear()
        if wrong:
            raise refused(self.path, problems, wrong)
        self._put(stage_rows, chunk)
        return counted, trailer

    def _put(self, write: Callable[[StoreTransaction, int, list[Any]], None], rows: list[Any]) -> None:
        begun = self.monotonic()
        with self.store.transaction() as tx:
            write(tx, self.file_id, rows)
        self.store.throttle(self.monotonic() - begun)
