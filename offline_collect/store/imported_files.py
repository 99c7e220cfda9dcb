"""The register of files that merchants handed over: the same digest is never taken twice (files.md)."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, dataclass

from sqlalchemy import ColumnElement, delete, insert, select

from offline_collect.store.tables import imported_files
from offline_collect.store.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that has been taken.

    Attributes:
        kind: ``customers`` or ``bills``.
        sha256: of its bytes, 64 hex digits.
        name: as the person named it, without its folder.
    """

    merchant_id: str
    kind: str
    sha256: str
    name: str
    size_bytes: int
    rows_read: int
    who: str
    imported_at: dt.datetime


def find_imported_file(tx: StoreTransaction, merchant_id: str, kind: str, sha256: str) -> ImportedFile | None:
    """Return when and by whom a file was taken for a merchant; None if it never was."""
    taken = select(imported_files).where(*_same(merchant_id, kind, sha256))
    row = tx.connection.execute(taken).first()
    return None if row is None else ImportedFile(*row)


def register_file(tx: StoreTransaction, file: ImportedFile) -> None:
    """Write down that a file was taken; taken again, only the last time counts."""
    tx.connection.execute(delete(imported_files).where(*_same(file.merchant_id, file.kind, file.sha256)))
    names = [column.name for column in imported_files.columns]
    tx.connection.execute(insert(imported_files), dict(zip(names, astuple(file), strict=True)))


def _same(merchant_id: str, kind: str, sha256: str) -> tuple[ColumnElement[bool], ...]:
    columns = imported_files.c
    return (columns.merchant_id == merchant_id, columns.kind == kind, columns.sha256 == sha256)
