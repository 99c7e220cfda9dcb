"""Debit batches: their numbers, and where each stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.batches import NO_PARTIES, Batch, BatchFormat, BatchState, MessageParties
from offline_collect.domain.debits.report_standings import Stood
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import NotFoundError
from offline_collect.store.debits.reported import reported_values, stood
from offline_collect.store.schema.debit_tables import debit_batches
from offline_collect.store.sql.by_name import picker, row_reader
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

BATCH_NUMBERS = "debit_batches"
"""Name of the counter of batches."""

_DIGITS = 6
_NAMES = debit_batches.columns.keys()


@dataclass(frozen=True, slots=True)
class BatchStory:
    """Who did what with a batch, and with which files.

    Attributes:
        file_sha256: of its file, the same each time; None before it was first written.
        result_sha256: of the result that was taken; None if none was.
        ended_by: who took the result, or cancelled the batch.
    """

    registered_by: str
    registered_at: dt.datetime
    file_sha256: str | None
    file_bytes: int | None
    written_by: str | None
    written_at: dt.datetime | None
    result_sha256: str | None
    result_bytes: int | None
    settled_count: int | None
    settled_minor: int | None
    ended_by: str | None
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch with its story.

    Attributes:
        reported: how far it is by the bank's reports of the whole batch (ISO 20022).
    """

    batch: Batch
    story: BatchStory
    parties: MessageParties
    reported: Stood


_batch = row_reader(
    Batch, _NAMES, {"business_date": business_date, "state": BatchState, "format": BatchFormat}
)
_story = row_reader(BatchStory, _NAMES, {})
_parties = row_reader(MessageParties, _NAMES, {})
_reported = picker(_NAMES, ("reported", "reported_code"))


def next_batch_no(tx: StoreTransaction, day: BusinessDate) -> str:
    """Take the number of the next batch: the business date and a number; the counter stays locked."""
    counter = {"counter": BATCH_NUMBERS}
    number = int(tx.connection.execute(tx.statements.next_number, counter).scalar_one())
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": number + 1})
    return f"{day.compact}{number:0{_DIGITS}d}"


def add_batch(
    tx: StoreTransaction,
    batch: Batch,
    who: str,
    now: dt.datetime,
    parties: MessageParties = NO_PARTIES,
) -> None:
    """Store a batch whose records follow."""
    row = {
        "batch_no": batch.batch_no,
        "merchant_id": batch.merchant_id,
        "institution": batch.institution,
        "business_date": batch.business_date,
        "collection_date": batch.collection_date,
        "creditor_id": batch.creditor_id,
        "currency": batch.currency,
        "record_count": batch.record_count,
        "total_minor": batch.total_minor,
        "state": batch.state.value,
        "format": batch.format.value,
        **asdict(parties),
        "registered_by": who,
        "registered_at": now,
    }
    tx.connection.execute(insert(debit_batches), row)


def set_batch(tx: StoreTransaction, batch_no: str, values: Mapping[str, Any]) -> None:
    """Change columns of a batch that the transaction has locked or added."""
    own = debit_batches.c.batch_no == batch_no
    tx.connection.execute(update(debit_batches).where(own).values(values))


def set_reported(tx: StoreTransaction, batch_no: str, reported: Stood) -> None:
    """Write how far a batch is by the bank's reports; the transaction has locked it."""
    standing, code = reported_values(reported)
    set_batch(tx, batch_no, {"reported": standing, "reported_code": code})


def find_batch(tx: StoreTransaction, batch_no: str, *, lock: bool = False) -> StoredBatch | None:
    """Return a batch that is in scope; None if there is none.

    Args:
        lock: lock it until the transaction ends.
    """
    own = debit_batches.c.batch_no == batch_no
    statement: Select[Any] = select(debit_batches).where(own, in_scope(debit_batches.c.merchant_id, tx.scope))
    row = tx.connection.execute(statement.with_for_update() if lock else statement).first()
    return None if row is None else _stored(row)


def get_batch(tx: StoreTransaction, batch_no: str, *, lock: bool = False) -> StoredBatch:
    """Return a batch that is in scope; see :func:`find_batch`.

    Raises:
        NotFoundError: there is none of this number.
    """
    found = find_batch(tx, batch_no, lock=lock)
    if found is None:
        raise NotFoundError(
            Phrase(
                "there is no debit batch {batch_no}; `offline-collect debit list` shows them all",
                batch_no=batch_no,
            )
        )
    return found


def list_batches(
    tx: StoreTransaction, merchant_id: str | None, state: BatchState | None, before: str | None, most: int
) -> list[StoredBatch]:
    """Return batches in scope, the latest first.

    Args:
        merchant_id: None for all merchants'.
        state: None for all states.
        before: the batch before which the page begins; None for the first page.
    """
    page = select(debit_batches).where(in_scope(debit_batches.c.merchant_id, tx.scope))
    if merchant_id is not None:
        page = page.where(debit_batches.c.merchant_id == merchant_id)
    if state is not None:
        page = page.where(debit_batches.c.state == state.value)
    if before is not None:
        page = page.where(debit_batches.c.batch_no < before)
    rows = tx.connection.execute(page.order_by(debit_batches.c.batch_no.desc()).limit(most))
    return [_stored(row) for row in rows]


def taken_by_digest(tx: StoreTransaction, sha256: str) -> StoredBatch | None:
    """Return the batch in scope whose result a file was; None if it was taken for none."""
    own = debit_batches.c.result_sha256 == sha256
    seen = in_scope(debit_batches.c.merchant_id, tx.scope)
    row = tx.connection.execute(select(debit_batches).where(own, seen)).first()
    return None if row is None else _stored(row)


def _stored(row: Row[Any]) -> StoredBatch:
    return StoredBatch(_batch(row), _story(row), _parties(row), stood(*_reported(row)))
