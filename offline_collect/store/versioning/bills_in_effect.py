"""The bills in effect among the versions of some numbers; see ``standing``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from offline_collect.domain.bills import Bill
from offline_collect.domain.facts import BillKey
from offline_collect.domain.imports.life import ImportState
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.sql.row_mapping import bill_from_row
from offline_collect.store.sql.statements import NUMBERS, PAIRS, Statements
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import BILL_PLACES, doubted_imports, rows_in_effect

_STANDING, _SUPERSEDED_BY = BILL_PLACES.standing, BILL_PLACES.superseded_by


def load_bills(
    connection: Connection,
    statements: Statements,
    asked: Collection[BillKey],
    rows: Sequence[Sequence[Any]] | None = None,
    *,
    lock: bool,
) -> dict[BillKey, Bill]:
    """Return the bills in effect; numbers without one are missing.

    Args:
        rows: the versions of ``asked`` as the statement of this lock reads them; None if they are not read yet.
        lock: whether they stay locked until the transaction ends. This also ends an undo of the import that
            added one of them, since the lock may be for a payment of that bill.
    """
    found = _load(connection, statements, asked, rows, lock=lock)
    return {key: bill_from_row(row) for key, row in found.items()}


def _load(
    connection: Connection,
    statements: Statements,
    asked: Collection[BillKey],
    rows: Sequence[Sequence[Any]] | None = None,
    *,
    lock: bool,
) -> dict[BillKey, Sequence[Any]]:
    """Return the rows of :func:`load_bills`."""
    if rows is None:
        rows = _read(connection, statements, asked, lock=lock)
    found = _bills(connection, statements, rows, lock=lock)
    if lock and len(found) < len(asked) and connection.dialect.name != "sqlite":
        # During the wait for its lock, a bill may have got a version that this statement's snapshot lacks.
        again = [key for key in asked if key not in found]
        rows = _read(connection, statements, again, lock=lock)
        found |= _bills(connection, statements, rows, lock=lock)
    return found


def free_bills(
    connection: Connection, statements: Statements, asked: Collection[BillKey]
) -> tuple[dict[BillKey, Bill], set[BillKey]]:
    """Lock the bills that no other transaction has locked, without waiting for the others.

    Returns:
        The bills in effect that are locked now, and the numbers of bills with a version that another
        transaction has locked. A bill in neither does not exist.
    """
    parameters = wanted(tuple(PAIRS), asked)
    mine = read_rows(connection, statements.select("bills_skipping"), parameters)
    held = set[BillKey]()
    # SQLite's transaction holds the whole store.
    if connection.dialect.name != "sqlite":
        had = {row[0] for row in mine}
        # Read second: a row that the first read lacks was locked then, or was added since.
        there = read_rows(connection, statements.select("bills"), parameters)
        held = {(row[1], row[2]) for row in there if row[0] not in had}
    rows = _in_effect(
        connection, statements, [row for row in mine if (row[1], row[2]) not in held], lock=True
    )
    return {(row[1], row[2]): bill_from_row(row) for row in rows}, held


def locked_bill_rows(
    tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]
) -> dict[str, Sequence[Any]]:
    """Return what :func:`locked_bills` does, as rows."""
    asked = {(merchant_id, number) for number in numbers}
    rows = _load(tx.connection, tx.statements, asked, lock=True)
    return {bill_no: row for (_, bill_no), row in rows.items()}


def locked_bills(tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> dict[str, Bill]:
    """Return a merchant's bills in effect by number, locked until the transaction ends.

    Code that changes one updates the row of its ``bill_id`` and clears ``superseded_by`` in the same UPDATE.
    """
    asked = {(merchant_id, number) for number in numbers}
    found = load_bills(tx.connection, tx.statements, asked, lock=True)
    return {bill_no: bill for (_, bill_no), bill in found.items()}


def import_states(
    connection: Connection, statements: Statements, import_ids: Iterable[int]
) -> dict[int, ImportState]:
    """Return the states of imports as they are now, by number."""
    listed = wanted(tuple(NUMBERS), [(number,) for number in import_ids])
    rows = read_rows(connection, statements.select("import_states"), listed)
    return {number: ImportState(state) for number, state in rows}


def _read(
    connection: Connection, statements: Statements, asked: Iterable[BillKey], *, lock: bool
) -> Sequence[Sequence[Any]]:
    statement = statements.select("bills_locked" if lock else "bills")
    return read_rows(connection, statement, wanted(tuple(PAIRS), asked))


def _bills(
    connection: Connection, statements: Statements, rows: Sequence[Sequence[Any]], *, lock: bool
) -> dict[BillKey, Sequence[Any]]:
    rows = _in_effect(connection, statements, rows, lock=lock)
    return {(row[1], row[2]): row for row in rows}


def _in_effect(
    connection: Connection, statements: Statements, rows: Sequence[Sequence[Any]], *, lock: bool
) -> Sequence[Sequence[Any]]:
    for row in rows:
        if row[_STANDING] is not None or row[_SUPERSEDED_BY] is not None:
            return _decided(connection, statements, rows, lock=lock)
    return rows


def _decided(
    connection: Connection, statements: Statements, rows: Sequence[Sequence[Any]], *, lock: bool
) -> list[Sequence[Any]]:
    """Return the rows in effect, by the states of the imports after the rows are locked."""
    doubted = doubted_imports(rows, BILL_PLACES)
    states = import_states(connection, statements, doubted)
    undoing = [number for number, state in sorted(states.items()) if state is ImportState.UNDOING]
    if lock and undoing:
        for number in undoing:
            connection.execute(statements.end_undo, {"number": number})
        states = import_states(connection, statements, doubted)
    return rows_in_effect(rows, states, BILL_PLACES)
