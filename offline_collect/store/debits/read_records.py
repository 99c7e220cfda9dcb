"""Records of debit batches, read as what their results are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from offline_collect.domain.bills import Dues
from offline_collect.domain.debits.batches import DebitRecord, RecordState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import NotFoundError
from offline_collect.store.database.list_parameter import CODE, NUMBER, Columns, wanted, wanted_rows
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.debits.reported import stood
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_PLACES: Columns = {"b": CODE, "n": NUMBER}


def records_at(
    tx: StoreTransaction, places: Iterable[tuple[str, int]], institution: str | None = None
) -> dict[tuple[str, int], DebitRecord]:
    """Return records in scope by batch number and sequence; those that do not exist are missing.

    Args:
        institution: only those of its batches; None for all.
    """
    asked = wanted(tuple(_PLACES), places)
    statement = placed_records(tx.connection.dialect.name)
    statement = statement.where(in_scope(debit_records.c.merchant_id, tx.scope))
    if institution is not None:
        same_batch = debit_batches.c.batch_no == debit_records.c.batch_no
        statement = statement.join(debit_batches, same_batch).where(
            debit_batches.c.institution == institution
        )
    found = map(_record, tx.connection.execute(statement, asked))
    return {(each.batch_no, each.sequence): each for each in found}


@dataclass(frozen=True, slots=True)
class AnsweredRecord:
    """A record with what the bank has said about it.

    Attributes:
        core_serial: the number of the debit at the bank.
        reason: the bank's own words.
    """

    record: DebitRecord
    return_code: str | None
    core_serial: str | None
    reason: str | None


def get_answered(tx: StoreTransaction, batch_no: str, sequence: int, *, lock: bool = False) -> AnsweredRecord:
    """Return a record of a batch that is in scope.

    Args:
        lock: lock it until the transaction ends.

    Raises:
        NotFoundError: the batch has none of this sequence number.
    """
    row = debit_records.c
    own = (row.batch_no == batch_no, row.sequence == sequence, in_scope(row.merchant_id, tx.scope))
    said = (row.return_code, row.core_serial, row.reason)
    statement = select(*_RECORD, *said).where(*own)
    found = tx.connection.execute(statement.with_for_update() if lock else statement).first()
    if found is None:
        raise NotFoundError(
            Phrase("batch {batch_no} has no debit {sequence}", batch_no=batch_no, sequence=sequence)
        )
    *record, code, serial, reason = found
    return AnsweredRecord(_record(record), code, serial, reason)


@cache
def placed_records(dialect: str) -> Select[Any]:
    """Return the query of the records in a list."""
    asked = wanted_rows(dialect, _PLACES)
    same = and_(debit_records.c.batch_no == asked.c.b, debit_records.c.sequence == asked.c.n)
    return select(*_RECORD).join_from(asked, debit_records, same)


class RecordRow(NamedTuple):
    """A record as it is stored, of which a :class:`DebitRecord` is made where one is needed."""

    batch_no: str
    sequence: int
    merchant_id: str
    bill_no: str
    customer_no: str
    principal_minor: int
    late_fee_minor: int
    mandate_ref: str
    state: str
    payment_serial: str | None
    settled_minor: int | None
    reported: str | None
    reported_code: str | None

    @property
    def record(self) -> DebitRecord:
        """The record."""
        return _record(self)


def records_between(tx: StoreTransaction, batch_no: str, first: int, last: int) -> list[RecordRow]:
    """Return the records of a batch from one sequence number to another, in their order."""
    rows = read_rows(tx.connection, _ranged(_RECORD), {"batch": batch_no, "first": first, "last": last})
    return list(map(RecordRow._make, rows))


Asked = tuple[int, str, int]
"""What a record asks for: its sequence number, bill number and amount."""


def asked_of(record: RecordRow) -> Asked:
    """Return what a record asks for."""
    return (record.sequence, record.bill_no, record.principal_minor + record.late_fee_minor)


def asked_between(tx: StoreTransaction, batch_no: str, first: int, last: int) -> list[Asked]:
    """Return what these records ask for, in their order."""
    rows = read_rows(tx.connection, _ranged(_ASKED), {"batch": batch_no, "first": first, "last": last})
    return [(sequence, bill_no, amount) for sequence, bill_no, amount in rows]


@cache
def _ranged(columns: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    row = debit_records.c
    within = (row.sequence >= bindparam("first"), row.sequence <= bindparam("last"))
    query = select(*columns).where(row.batch_no == bindparam("batch"), *within)
    return query.order_by(row.sequence)


def records_in(
    tx: StoreTransaction, batch_no: str, state: RecordState, most: int, after: int = 0
) -> list[DebitRecord]:
    """Return the first records of a batch in a state, in their order.

    Args:
        after: only those behind this sequence number.
    """
    row = debit_records.c
    own = (row.batch_no == batch_no, row.state == state.value, row.sequence > after)
    found = select(*_RECORD).where(*own).order_by(debit_records.c.sequence).limit(most)
    return [_record(row) for row in tx.connection.execute(found)]


_RECORD = (
    debit_records.c.batch_no,
    debit_records.c.sequence,
    debit_records.c.merchant_id,
    debit_records.c.bill_no,
    debit_records.c.customer_no,
    debit_records.c.principal_minor,
    debit_records.c.late_fee_minor,
    debit_records.c.mandate_ref,
    debit_records.c.state,
    debit_records.c.payment_serial,
    debit_records.c.settled_minor,
    debit_records.c.reported,
    debit_records.c.reported_code,
)
_ASKED = (
    debit_records.c.sequence,
    debit_records.c.bill_no,
    debit_records.c.principal_minor + debit_records.c.late_fee_minor,
)
_STATES = {state.value: state for state in RecordState}


def _record(row: Any) -> DebitRecord:
    *named, principal, late, mandate, state, serial, settled, reported, reported_code = row
    batch_no, sequence, merchant_id, bill_no, customer_no = named
    return DebitRecord(
        batch_no=batch_no,
        sequence=sequence,
        merchant_id=merchant_id,
        bill_no=bill_no,
        customer_no=customer_no,
        asked=Dues(principal, late),
        mandate_ref=mandate,
        state=_STATES[state],
        payment_serial=serial,
        settled_minor=settled,
        reported=stood(reported, reported_code),
    )
