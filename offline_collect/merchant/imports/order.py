"""What imports of customers and of bills share: the file's merchant, and how it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from offline_collect.domain.access.actor import Actor
from offline_collect.files.columns.header import header_finder
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.mapping import FileMapping, map_layout
from offline_collect.files.columns.records import Record
from offline_collect.files.columns.same_header import titles_reader
from offline_collect.files.errors import RowProblem
from offline_collect.files.read.open import Table, open_table
from offline_collect.merchant.common.target import Target, target_for
from offline_collect.merchant.imports.reason_column import REASON_TITLES
from offline_collect.merchant.profile.closed import refuse_closed
from offline_collect.store import RowOutcome, SeenLookups, StoreTransaction

Watch = Callable[[str, int, float | None], None]
"""Receives an import's step, the rows read so far, and the share of the step that is done, if known."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported.

    Attributes:
        file: CSV or workbook.
        sheet: of a workbook; None for all visible ones with the same header.
        layout: content of the layout's schema file, and that file's name.
        mapping: the merchant's names of our columns; None if they are the same, or remembered.
        constants: values of every row, by our key, as the user typed them.
        actor: the user who imports.
        clock: gives the time of each step.
        again: import a file even if it was imported before.
        accept_valid: import the good rows even if others are bad.
        withdraw_missing: withdraw bills of the file's periods that are missing from it.
        identity_changes: import a file although it gives bills to others, renames customers, or counts its rows.
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
    identity_changes: bool = False
    mapping: FileMapping | None = None
    constants: Mapping[str, str] = field(default_factory=dict)

    def open_table(
        self, layout: Layout | None, remembers: Callable[[Sequence[str]], bool] | None = None
    ) -> Table:
        """Open the file and find the header of a layout in it; without one the first row of its first sheet.

        Args:
            layout: the columns.
            remembers: whether some titles are a header that was read before.

        Raises:
            FileError: it cannot be read, or holds no table.
        """
        header_row = None if self.mapping is None else self.mapping.header_row
        find = None if layout is None else header_finder(layout, remembers, headless=header_row == 0)
        # Without titles nothing tells whether another sheet is the same table.
        reads = None if layout is None or header_row == 0 else titles_reader(layout, remembers)
        return open_table(self.file, sheet=self.sheet, header_row=header_row or None, find=find, reads=reads)


class Kind(Protocol):
    """The differences between imports of customers and of bills."""

    name: str
    key_column: str

    def check(self, record: Record, target: Target) -> Sequence[RowProblem]:
        """Return a row's own problems, without looking at the store."""
        ...

    def resolve(
        self, tx: StoreTransaction, records: Sequence[Record], target: Target
    ) -> tuple[list[Record], list[Any], list[RowProblem]]:
        """Return the rows that can be stored, as the store takes them, and the problems of the others."""
        ...

    def stage(self, tx: StoreTransaction, import_id: int, rows: Sequence[Any]) -> Sequence[RowOutcome]:
        """Stage rows; return the outcome of each."""
        ...

    def preview(
        self,
        tx: StoreTransaction,
        merchant_id: str,
        rows: Sequence[Any],
        import_id: int | None,
        seen: SeenLookups,
    ) -> Sequence[RowOutcome]:
        """Return the outcome that staging each row would have.

        Args:
            import_id: the import that has staged earlier rows of the file; None if no import has.
            seen: lookup keys of the file's rows that were previewed.
        """
        ...

    def before(self, tx: StoreTransaction, merchant_id: str, key: str) -> Mapping[str, object]:
        """Return the record in effect for a number, as a preview shows it."""
        ...

    def after(self, row: Any) -> Mapping[str, object]:
        """Return the record that a row would create, likewise."""
        ...


def find_target(tx: StoreTransaction, order: ImportOrder) -> Target:
    """Return the merchant, form and layout that the file is for.

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
    return replace(target, layout=for_imports(layout))


def for_imports(layout: Layout) -> Layout:
    """Return a layout by which an error workbook can be imported as it is, once its rows are corrected."""
    return replace(layout, ignored=layout.ignored | REASON_TITLES, ours=REASON_TITLES)
