"""What became of the records of a batch, in numbers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import case, func, select

from offline_collect.domain.debits.batches import RecordState
from offline_collect.domain.debits.report_standings import Standing
from offline_collect.store.debits.reported import stood
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.sql.transaction import StoreTransaction


def counts_by_code(
    tx: StoreTransaction, batch_no: str
) -> list[tuple[RecordState, Standing, str | None, int, int, int]]:
    """Return a batch's records by state, standing and return code: how many, what was asked for, and what was settled."""
    row = debit_records.c
    asked, settled = func.sum(row.principal_minor + row.late_fee_minor), func.sum(row.settled_minor)
    found = (
        select(row.state, row.reported, row.return_code, func.count(), asked, settled)
        .where(row.batch_no == batch_no)
        .group_by(row.state, row.reported, row.return_code)
        .order_by(row.state, row.reported, row.return_code)
    )
    rows = tx.connection.execute(found)
    return [
        (RecordState(state), stood(reported, None).standing, code, int(count), int(amount), int(taken or 0))
        for state, reported, code, count, amount, taken in rows
    ]


def count_in(tx: StoreTransaction, batch_no: str, state: RecordState) -> int:
    """Return how many records of a batch are in a state."""
    own = (debit_records.c.batch_no == batch_no, debit_records.c.state == state.value)
    return int(tx.connection.execute(select(func.count()).where(*own)).scalar_one())


def settled_sums(tx: StoreTransaction, batch_nos: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return what is settled of batches now, and what came back; batches without either are missing."""
    row = debit_records.c
    states = (RecordState.SETTLED.value, RecordState.RETURNED.value)
    settled, returned = (func.sum(case((row.state == state, row.settled_minor), else_=0)) for state in states)
    found = (
        select(row.batch_no, settled, returned)
        .where(row.batch_no.in_(list(batch_nos)), row.state.in_(states))
        .group_by(row.batch_no)
    )
    return {batch_no: (int(kept), int(back)) for batch_no, kept, back in tx.connection.execute(found)}
