"""The raw drivers, for comparison: the rows of payments written in batches on one connection, and nothing else.

The rows are made before the clock starts. No message is read, no rule is applied, nothing is answered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

import psycopg
from data import AMOUNT_MINOR, BILLS_A_CUSTOMER, INSTITUTION, NOW, TODAY
from order import BILL, TERMINALS, merchant_of

from offline_collect.store.schema import tables

Row = tuple[object, ...]

COPIED_FROM = 4
"""Batches of this size and more are written by COPY, smaller ones in a pipeline: each is faster there."""

_DAY, _NOW = str(TODAY), NOW.isoformat(timespec="microseconds")
_COLUMNS = {
    tables.transactions: (
        "key, fingerprint, kind, response_code, answer, business_date, serial_number, amount_minor, currency,"
        " institution, terminal, received_at, journal"
    ),
    tables.traces: "trace, fingerprint, business_date, key, repeat, received_at",
    tables.payments: (
        "serial_number, key, merchant_id, bill_no, customer_no, amount_minor, currency, principal_minor,"
        " late_fee_minor, waived_minor, owed_principal_minor, owed_late_fee_minor, channel, tender, teller,"
        " institution, terminal, business_date, posted_at, approval_code, state, state_by, in_totals,"
        " payer_fee_minor, line, notified"
    ),
    tables.entries: (
        "posting, line, payment_serial, account, owner, amount_minor, currency, business_date, payment_line"
    ),
}


class Rows(NamedTuple):
    """The rows of one payment."""

    merchant: str
    bill: str
    transaction: Row
    trace: Row
    payment: Row
    entries: tuple[Row, Row]


class RawDriver(Protocol):
    """Pays by a driver alone."""

    def pay(self, batch: Sequence[Rows]) -> None:
        """Pay a batch in one transaction."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def payment_rows(
    numbers: Iterable[int], bills: int, merchants: int, serials: Iterator[int]
) -> Iterator[Rows]:
    """Yield the rows of payments of these bills, as the platform writes them."""
    for number in numbers:
        merchant, bill, serial = merchant_of(number, bills, merchants), BILL.format(number), next(serials)
        terminal, stan = f"T{serial % TERMINALS + 1:07d}", f"{serial % 1_000_000:06d}"
        key = f"P|{INSTITUTION}|{terminal}|{stan}|20261122083000"
        serial_number, approval = f"{_DAY.replace('-', '')}{serial:012d}", f"A{serial:05d}"
        posting = (serial_number, serial_number)
        yield Rows(
            merchant,
            bill,
            transaction=(
                *(key, f"500000|{AMOUNT_MINOR:012d}|{merchant}|156|{bill}", "PAYMENT", "APPROVED"),
                _answer(approval, bill, serial_number),
                *(_DAY, serial_number, AMOUNT_MINOR, "156", INSTITUTION, terminal, _NOW),
                _journal(stan, terminal, merchant, bill),
            ),
            trace=(f"{key[:-14]}{serial:012d}", f"{serial * 2_654_435_761 % 2**64:016x}", _DAY, key, 0, _NOW),
            payment=(
                *(serial_number, key, merchant, bill, f"C{number // BILLS_A_CUSTOMER:08d}"),
                *(AMOUNT_MINOR, "156", AMOUNT_MINOR, 0, 0, AMOUNT_MINOR, 0, "TELLER", "CASH", "T001"),
                *(INSTITUTION, terminal, _DAY, _NOW, approval, "APPROVED", serial_number, 1, 0, 1, 0),
            ),
            entries=(
                (posting[0], 1, posting[1], "CLEARING", INSTITUTION, AMOUNT_MINOR, "156", _DAY, 1),
                (posting[0], 2, posting[1], "PAYABLE", merchant, -AMOUNT_MINOR, "156", _DAY, 1),
            ),
        )


def _answer(approval: str, bill: str, serial_number: str) -> str:
    return (
        f'{{"code":"APPROVED","business_date":"{_DAY}","values":{{"approval_code":"{approval}",'
        f'"bill_no":"{bill}","serial_number":"{serial_number}","posted_at":"{_NOW}",'
        '"receipt":"十一月餐费 2026-11"}}'
    )


def _journal(stan: str, terminal: str, merchant: str, bill: str) -> str:
    return (
        f"0200 3=500000 4={AMOUNT_MINOR:012d} 7=1122083000 11={stan} 12=163000 13=1122 32={INSTITUTION}"
        f" 37=632616{stan} 41={terminal} 42={merchant:15} 48=[0030={bill} 0060=T001 0061=CASH 0062=TELLER] 49=156"
    )


def _rows_by_table(batch: Sequence[Rows]) -> Iterator[tuple[str, str, list[Row]]]:
    """Yield table, columns and rows of a batch."""
    found: tuple[list[Row], ...] = (
        [each.transaction for each in batch],
        [each.trace for each in batch],
        [each.payment for each in batch],
        list(chain.from_iterable(each.entries for each in batch)),
    )
    for (table, columns), rows in zip(_COLUMNS.items(), found, strict=True):
        yield table.name, columns, rows


class SqliteDriver:
    """Python's own driver of SQLite: WAL, every commit on the disk."""

    def __init__(self, file: str) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")

    def pay(self, batch: Sequence[Rows]) -> None:
        """See :class:`RawDriver`."""
        run = self._connection
        run.execute("BEGIN IMMEDIATE")
        find = "SELECT bill_id, amount_minor FROM bills WHERE merchant_id = ? AND bill_no = ?"
        found = [run.execute(find, (each.merchant, each.bill)).fetchone() for each in batch]
        for table, columns, rows in _rows_by_table(batch):
            marks = ", ".join("?" * len(rows[0]))
            run.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our own names
        run.executemany(
            "UPDATE bills SET paid_principal_minor = ?, paid_late_fee_minor = 0, waived_late_fee_minor = 0,"
            " fee_base = 0, fee_through = ?, late_fee_left_minor = 0 WHERE bill_id = ?",
            [(amount, _DAY, bill_id) for bill_id, amount in found],
        )
        run.execute("COMMIT")

    def close(self) -> None:
        """See :class:`RawDriver`."""
        self._connection.close()


class PostgresqlDriver:
    """psycopg."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo)

    def pay(self, batch: Sequence[Rows]) -> None:
        """See :class:`RawDriver`."""
        if len(batch) >= COPIED_FROM:
            self._write(batch, self._find(batch), self._copy)
            self._connection.commit()
            return
        with self._connection.pipeline():
            self._write(batch, self._find(batch), self._insert)
            self._connection.commit()

    def _find(self, batch: Sequence[Rows]) -> list[Row]:
        return self._connection.execute(
            "SELECT b.bill_id, b.amount_minor FROM bills b"
            " JOIN unnest(%s::text[], %s::text[]) w (merchant_id, bill_no) USING (merchant_id, bill_no)"
            " ORDER BY b.bill_id FOR UPDATE OF b",
            ([each.merchant for each in batch], [each.bill for each in batch]),
        ).fetchall()

    def _write(
        self, batch: Sequence[Rows], found: list[Row], insert: Callable[[str, str, list[Row]], None]
    ) -> None:
        for table, columns, rows in _rows_by_table(batch):
            insert(table, columns, rows)
        self._connection.execute(
            "UPDATE bills b SET paid_principal_minor = p.paid, paid_late_fee_minor = 0,"
            " waived_late_fee_minor = 0, fee_base = 0, fee_through = %s, late_fee_left_minor = 0"
            " FROM unnest(%s::bigint[], %s::bigint[]) p (bill_id, paid) WHERE b.bill_id = p.bill_id",
            (_DAY, [each[0] for each in found], [each[1] for each in found]),
        )

    def _copy(self, table: str, columns: str, rows: list[Row]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _insert(self, table: str, columns: str, rows: list[Row]) -> None:
        marks = ", ".join(["%s"] * len(rows[0]))
        with self._connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - likewise

    def close(self) -> None:
        """See :class:`RawDriver`."""
        self._connection.close()
