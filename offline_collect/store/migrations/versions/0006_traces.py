"""Traces in a separate table: they recognise a repeat that has a new DE 7.

The table replaces a column of transactions and its index. Traces are created for transactions that are recent enough
to be repeated. It reads the transactions once; on SQLite and Oracle, dropping the column writes all of them again. The
tables are locked until it ends, so servers must be stopped.

With 10,000,000 transactions, two thirds of a million of them recent, it took 169 s on PostgreSQL and 336 s on SQLite
(two shared cores, with other work at the same time), and 82 MiB of memory. It was not run on Oracle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from offline_collect.domain.decisions.traces import KEPT_FOR, digest
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.store.database.types import Code, Day, Flag, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000

_TRANSACTIONS = sa.table(
    "transactions",
    sa.column("key", Code(120)),
    sa.column("fingerprint", Code(200)),
    sa.column("trace", Code(120)),
    sa.column("kind", Code(10)),
    sa.column("business_date", Day()),
    sa.column("received_at", Instant()),
    sa.column("journal", sa.Text()),
)
_DAYS = sa.table("business_days", sa.column("business_date", Day()))
_POSTED = ("PAYMENT", "ADVICE")
_MARK = "1"
"""The MTI's last digit in a repeat; the journal begins with the MTI."""


def upgrade() -> None:
    traces = op.create_table(
        "traces",
        sa.Column("trace", Code(120), nullable=False),
        sa.Column("fingerprint", Code(16), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("key", Code(120), nullable=False),
        sa.Column("repeat", Flag(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("trace", "fingerprint", "business_date", name="pk_traces"),
        sa.CheckConstraint("repeat IN (0, 1)", name=op.f("ck_traces_repeat")),
        sqlite_with_rowid=False,
    )
    # Where the migrations are only written down, there is nothing to read.
    if not op.get_context().as_sql:
        for rows in _young(op.get_bind()):
            op.bulk_insert(traces, rows)
    op.drop_index("ix_transactions_trace", "transactions")
    op.drop_column("transactions", "trace")


def _young(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """Give the rows of what is young enough, the oldest of each trace and business date."""
    latest = sa.select(_DAYS.c.business_date).order_by(_DAYS.c.business_date.desc()).limit(2)
    days = connection.execute(latest).scalars().all()
    if not days:
        return
    since = dt.datetime.now(dt.UTC) - KEPT_FOR
    found = (
        sa.select(_TRANSACTIONS)
        .where(
            _TRANSACTIONS.c.trace.is_not(None),
            _TRANSACTIONS.c.kind.in_(_POSTED),
            sa.or_(_TRANSACTIONS.c.business_date >= min(days), _TRANSACTIONS.c.received_at >= since),
        )
        .order_by(_TRANSACTIONS.c.trace, _TRANSACTIONS.c.business_date, _TRANSACTIONS.c.received_at)
        .execution_options(yield_per=_AT_ONCE)
    )
    seen: set[tuple[str, ...]] = set()
    for part in connection.execute(found).partitions(_AT_ONCE):
        rows = [_row(each) for each in part]
        # Rows of one trace stand together, so only those of a page and the one before it can be alike.
        alike, seen = seen, {_primary(row) for row in rows}
        fresh = {_primary(row): row for row in reversed(rows)}
        yield [row for primary, row in fresh.items() if primary not in alike]


def _row(each: Sequence[Any]) -> dict[str, Any]:
    key, fingerprint, trace, _kind, date, received_at, journal = each
    return {
        "trace": trace,
        # As the wire makes fingerprints now: repeats of older messages are recognised by it.
        "fingerprint": digest(mask_cards(fingerprint)),
        "business_date": date,
        "key": key,
        "repeat": int(journal[3:4] == _MARK),
        "received_at": received_at,
    }


def _primary(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["trace"], row["fingerprint"], row["business_date"]


def downgrade() -> None:
    op.add_column("transactions", sa.Column("trace", Code(120)))
    op.execute(
        "UPDATE transactions SET trace = (SELECT MIN(t.trace) FROM traces t WHERE t.key = transactions.key)"
    )
    op.create_index("ix_transactions_trace", "transactions", ["trace"])
    op.drop_table("traces")
