"""Records the SQL statements of a block on SQLite, to count them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.pool import Pool


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Yield a list that gets each statement of the block, in order; one for each row of an executemany.

    The database reports them itself, because the store runs many statements without SQLAlchemy's events.
    """
    found: list[str] = []
    traced: list[sqlite3.Connection] = []

    def trace(connection: sqlite3.Connection, *_) -> None:
        connection.set_trace_callback(found.append)
        traced.append(connection)

    event.listen(Pool, "checkout", trace)
    try:
        yield found
    finally:
        event.remove(Pool, "checkout", trace)
        for connection in traced:
            connection.set_trace_callback(None)
