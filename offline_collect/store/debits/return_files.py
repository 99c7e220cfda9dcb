"""Files of debits that came back: each is taken once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from sqlalchemy import and_, insert, or_, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store.schema.debit_tables import debit_return_files
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """A file that was taken.

    Attributes:
        file_no: the bank's number for it.
        business_date: the day on which its debits were taken back.
    """

    institution: str
    file_no: str
    file_date: dt.date
    sha256: str
    file_bytes: int
    record_count: int
    total_minor: int
    business_date: BusinessDate
    taken_by: str
    taken_at: dt.datetime


_file = row_reader(ReturnFile, debit_return_files.columns.keys(), {"business_date": business_date})


def add_return_file(tx: StoreTransaction, taken: ReturnFile) -> None:
    """Store a file, in the transaction that takes it."""
    tx.connection.execute(
        insert(debit_return_files), {each.name: getattr(taken, each.name) for each in fields(taken)}
    )


def find_return_file(tx: StoreTransaction, institution: str, file_no: str, sha256: str) -> ReturnFile | None:
    """Return a file that was taken with a number or with the same bytes; None if none was."""
    row = debit_return_files.c
    same = or_(and_(row.institution == institution, row.file_no == file_no), row.sha256 == sha256)
    found = tx.connection.execute(select(debit_return_files).where(same)).first()
    return None if found is None else _file(found)
