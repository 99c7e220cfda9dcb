"""The comparison for reconciliation: the same file, plainly read and loaded, and one join with the day's payments."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from data import CHUNK, INSTITUTION, TODAY
from sqlalchemy import BigInteger, Column, MetaData, String, Table, and_, func, select

from offline_collect.store import StoreSettings, open_store
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.schema.tables import payments

_ROWS = Table(
    "plain_rows",
    MetaData(),
    Column("key", String(120), primary_key=True),
    Column("amount_minor", BigInteger),
)


def main(url: str, file: Path) -> None:
    """Print the seconds of reading, of loading, and of the join."""
    store = open_store(StoreSettings(url))
    begun = time.perf_counter()
    with file.open("rb") as stream:
        rows = dict(_rows(stream))
    read = time.perf_counter()
    with store.transaction() as tx:
        _ROWS.create(tx.connection)
        left = iter(rows.items())
        while chunk := list(islice(left, CHUNK)):
            bulk_insert(tx.connection, _ROWS, chunk)
    loaded = time.perf_counter()
    with store.transaction() as tx:
        alike = and_(_ROWS.c.key == payments.c.key, _ROWS.c.amount_minor == payments.c.amount_minor)
        join = select(func.count()).select_from(payments).outerjoin(_ROWS, alike)
        unlike = join.where(payments.c.business_date == TODAY, _ROWS.c.key.is_(None))
        found = tx.connection.execute(unlike).scalar_one()
    joined = time.perf_counter()
    assert found, "differences are planted"
    print(read - begun, loaded - read, joined - loaded)
    store.dispose()


def _rows(stream: Iterator[bytes]) -> Iterator[tuple[str, int]]:
    next(stream)
    for line in stream:
        if line.startswith(b"D"):
            terminal, stan, sent = line[15:23], line[23:29], line[29:43]
            yield f"P|{INSTITUTION}|{terminal.decode()}|{stan.decode()}|{sent.decode()}", int(line[90:106])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
