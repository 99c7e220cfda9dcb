"""Files of front-end processors: staged in short transactions, and in force from one row's change on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Row, delete, func, insert, or_, select, true, update

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.reconciliation.records import DayFile, FepRow, FileState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.bulk_write import bulk_insert, bulk_insert_stream
from offline_collect.store.database.errors import AlreadyExistsError, WrongStateError
from offline_collect.store.database.statistics import give_memory
from offline_collect.store.schema.reconciliation_tables import recon_files, recon_keys, recon_rows
from offline_collect.store.schema.tables import business_days
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.transaction import StoreTransaction

FILE_NUMBERS = "recon_files"
"""Name of the counter that numbers files."""


def begin_file(tx: StoreTransaction, file: DayFile, now: dt.datetime) -> int:
    """Begin to stage a file and return its number. What a run of this file or day has left is given up.

    Raises:
        AlreadyExistsError: this very file was taken before.
    """
    number = _next_number(tx)
    own = recon_files.c
    earlier = select(own.file_id, own.business_date, own.taken_at).where(
        own.sha256 == file.sha256, own.state != FileState.STAGING.value
    )
    taken = tx.connection.execute(earlier).first()
    if taken is not None:
        raise AlreadyExistsError(
            Phrase(
                "{name} was taken before, as file {file_id}: nothing was done",
                name=file.name,
                file_id=taken.file_id,
            )
        )
    same_day = (own.institution == file.institution) & (own.business_date == file.business_date)
    left = select(own.file_id).where(
        own.state == FileState.STAGING.value, same_day | (own.sha256 == file.sha256)
    )
    for file_id in tx.connection.execute(left).scalars().all():
        give_up_file(tx, file_id)
    row = {
        "file_id": number,
        "sha256": file.sha256,
        "name": file.name,
        "size_bytes": file.size_bytes,
        "institution": file.institution,
        "business_date": file.business_date,
        "state": FileState.STAGING.value,
        "rows_read": 0,
        "rows_matched": 0,
        "payments_minor": 0,
        "reversals_minor": 0,
        "who": file.who,
        "taken_at": now,
    }
    tx.connection.execute(insert(recon_files), row)
    return number


def _next_number(tx: StoreTransaction) -> int:
    counter = {"counter": FILE_NUMBERS}
    number = int(tx.connection.execute(tx.statements.next_number, counter).scalar_one())
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": number + 1})
    return number


def stage_rows(tx: StoreTransaction, file_id: int, parts: Iterable[Sequence[FepRow]]) -> None:
    """Store rows of a file that is being staged, part by part as they come.

    Raises:
        WrongStateError: another run has given the file up.
    """
    require_staging(tx, file_id)
    own = (file_id,)
    bulk_insert_stream(tx.connection, recon_rows, ([own + row for row in part] for part in parts))


def make_keys(tx: StoreTransaction, file_id: int) -> None:
    """Store the keys of all staged rows, where a long transaction keeps nobody waiting.

    Raises:
        WrongStateError: another run has given the file up.
    """
    require_staging(tx, file_id)
    give_memory(tx.connection)
    key, row = recon_keys.c, recon_rows.c
    columns = (key.file_id, key.match_key, key.reverses, key.line)
    rows = select(*(row[column.name] for column in columns)).where(row.file_id == file_id)
    ordered = rows.order_by(row.match_key, row.reverses, row.line)
    tx.connection.execute(insert(recon_keys).from_select([column.name for column in columns], ordered))


def stage_keys(tx: StoreTransaction, file_id: int, keys: Sequence[tuple[str, int, int]]) -> None:
    """Store the keys of staged rows, each with whether it reverses and its line; best in their order.

    Raises:
        WrongStateError: another run has given the file up.
    """
    require_staging(tx, file_id)
    bulk_insert(tx.connection, recon_keys, [(file_id, *key) for key in keys])


def require_staging(tx: StoreTransaction, file_id: int) -> None:
    """Check that a file is still being staged, and hold it so until the transaction ends.

    Raises:
        WrongStateError: another run has given the file up.
    """
    asked = select(recon_files.c.state).where(recon_files.c.file_id == file_id).with_for_update()
    if tx.connection.execute(asked).scalar() != FileState.STAGING.value:
        raise WrongStateError(
            Phrase("file {file_id} was given up by another run of it: start again", file_id=file_id)
        )


def give_up_file(tx: StoreTransaction, file_id: int) -> None:
    """Give up a file that is being staged, so that it can be taken again; :func:`tidy_rows` deletes its rows."""
    own = recon_files.c
    staging = (own.file_id == file_id, own.state == FileState.STAGING.value)
    values = {"state": FileState.GIVEN_UP.value, "sha256": f"given up {file_id}"}
    tx.connection.execute(update(recon_files).where(*staging).values(values))


def tidy_rows(tx: StoreTransaction, most: int) -> bool:
    """Delete some ``most`` rows that no day needs any more; return whether all of them are gone."""
    own, rows, keys = recon_files.c, recon_rows.c, recon_keys.c
    settled = select(func.max(business_days.c.business_date)).where(
        business_days.c.state == DayState.SETTLED.value
    )
    # A day's rows serve the day after it too.
    needless = or_(
        own.state.in_([FileState.GIVEN_UP.value, FileState.REPLACED.value]),
        own.business_date < settled.scalar_subquery(),
    )
    files = tx.connection.execute(select(own.file_id).where(needless)).scalars().all()
    return not any(_delete(tx, of, file_id, most) for file_id in files for of in (rows.line, keys.match_key))


def _delete(tx: StoreTransaction, first: Column[Any], file_id: int, most: int) -> bool:
    """Delete some ``most`` rows of a table that are a file's, in the order of a column; return whether there were any."""
    own = first.table.c.file_id == file_id
    if tx.connection.execute(select(func.min(first)).where(own)).scalar() is None:
        return False
    last = tx.connection.execute(select(first).where(own).order_by(first).offset(most - 1).limit(1)).scalar()
    through = true() if last is None else first <= last
    tx.connection.execute(delete(first.table).where(own, through))
    return True


def put_in_force(tx: StoreTransaction, file: DayFile) -> None:
    """Put a staged file in force, with its counts; an earlier one of its day is REPLACED."""
    own = recon_files.c
    earlier = select(own.file_id).where(
        own.institution == file.institution, own.business_date == file.business_date, own.in_force == 1
    )
    replaced = tx.connection.execute(earlier).scalar()
    if replaced is not None:
        ended = {"state": FileState.REPLACED.value, "in_force": None}
        tx.connection.execute(update(recon_files).where(own.file_id == replaced).values(ended))
    values = {
        "state": FileState.TAKEN.value,
        "in_force": 1,
        "rows_read": file.rows_read,
        "rows_matched": file.rows_matched,
        "payments_minor": file.payments_minor,
        "reversals_minor": file.reversals_minor,
    }
    tx.connection.execute(update(recon_files).where(own.file_id == file.file_id).values(values))


def files_of(tx: StoreTransaction, day: BusinessDate, institution: str | None = None) -> list[DayFile]:
    """Return the files in force of a day, by institution."""
    own = recon_files.c
    asked = select(recon_files).where(own.business_date == day, own.in_force == 1).order_by(own.institution)
    if institution is not None:
        asked = asked.where(own.institution == institution)
    return [_file(row) for row in tx.connection.execute(asked)]


def _file(row: Row[Any]) -> DayFile:
    values = row._asdict()
    del values["taken_at"], values["in_force"]
    return DayFile(
        **values | {"state": FileState(row.state), "business_date": business_date(row.business_date)}
    )


def neighbours(tx: StoreTransaction, date: BusinessDate) -> tuple[BusinessDate | None, BusinessDate | None]:
    """Return the business days before and after a day; None where there is none yet."""
    on = business_days.c.business_date
    before = tx.connection.execute(select(func.max(on)).where(on < date)).scalar()
    after = tx.connection.execute(select(func.min(on)).where(on > date)).scalar()
    return (
        None if before is None else business_date(before),
        None if after is None else business_date(after),
    )
