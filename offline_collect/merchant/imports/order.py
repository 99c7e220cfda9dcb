"""Whose file it is and how it is read: what importing customers and importing bills have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from offline_collect.domain.access.actor import Actor
from offline_collect.files.columns.header import plain_title
from offline_collect.files.columns.mapping import FileMapping, map_layout
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.files.read.open import Table, open_table
from offline_collect.merchant.common.target import Target, target_for
from offline_collect.merchant.imports.error_workbook import told_columns
from offline_collect.merchant.profile.closed import refuse_closed
from offline_collect.store import RowOutcome, SeenLookups, StoreTransaction

Watch = Callable[[str, int, float | None], None]
"""Is told which step an import is at, how many rows it has read, and its share of the step, if that is known."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported.

    Attributes:
        file: CSV or workbook.
        sheet: of a workbook; None takes its first visible one.
        layout: what the layout's schema file holds, and that file's name.
        mapping: what the merchant calls our columns; None where it calls them as we do.
        actor: imports it.
        clock: tells when each step is done.
        again: take a file that was taken before all the same.
        accept_valid: take the good rows where others are bad.
        withdraw_missing: withdraw bills of the file's periods that it no longer has.
    """

    merchant_id: str
    file: Path
    sheet: str | None
    layout: tuple[Mapping[str, Any], str]
    actor: Actor
    clock: Callable[[], dt.datetime]
    again: bool = False
    accept_valid: bool = False
    withdraw_missing: bool = False
    mapping: FileMapping | None = None

    def open_table(self) -> Table:
        """Open the file.

        Raises:
            FileError: it cannot be read, or holds no table.
        """
        header_row = None if self.mapping is None else self.mapping.header_row
        return open_table(self.file, sheet=self.sheet, header_row=header_row)


class Kind(Protocol):
    """What differs between customers and bills."""

    name: str
    key_column: str

    def check(self, record: Record, target: Target) -> Sequence[RowProblem]:
        """Return what is wrong with a row by itself."""
        ...

    def resolve(
        self, tx: StoreTransaction, records: Sequence[Record], target: Target
    ) -> tuple[list[Record], list[Any], list[RowProblem]]:
        """Return the rows that can be stored, as the store takes them, and what keeps the others out."""
        ...

    def stage(self, tx: StoreTransaction, import_id: int, rows: Sequence[Any]) -> Sequence[RowOutcome]:
        """Stage rows; return what becomes of each."""
        ...

    def preview(
        self,
        tx: StoreTransaction,
        merchant_id: str,
        rows: Sequence[Any],
        import_id: int | None,
        seen: SeenLookups,
    ) -> Sequence[RowOutcome]:
        """Return what staging would make of each row.

        Args:
            import_id: the import that has staged earlier rows of the file; None where none has.
            seen: what the file had that was only looked at.
        """
        ...

    def before(self, tx: StoreTransaction, merchant_id: str, key: str) -> Mapping[str, object]:
        """Return what is in effect under a number, as a preview shows it."""
        ...

    def after(self, row: Any) -> Mapping[str, object]:
        """Return what a row would make of it, likewise."""
        ...


def find_target(tx: StoreTransaction, order: ImportOrder) -> Target:
    """Return whose file it is.

    Raises:
        NotFoundError: no merchant has this id.
        StatusError: it is closed.
        NoFormError: the merchant has no form yet, whose inputs the file must have.
        LayoutError: the layout, or the mapping into it, cannot work.
    """
    target = target_for(tx, order.merchant_id, order.layout)
    refuse_closed(target.merchant)
    layout = target.layout
    if order.mapping is not None:
        layout = map_layout(layout, order.mapping)
    # So that an error workbook goes in again as it is, once its rows are corrected.
    told = frozenset(plain_title(column.heading) for column in told_columns())
    return replace(target, layout=replace(layout, ignored=layout.ignored | told))
