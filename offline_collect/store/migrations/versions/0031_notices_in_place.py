"""Claims of senders in a table of their own, and indexes of notices that no result of a channel changes.

What a sender has claimed waits again: no sender runs meanwhile. Reasons get a code.

Cost: each notice on its way is written again and indexed anew, and writes to them wait for it. The time and the room that
are needed grow with the notices that were ever taken.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Instant

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TABLE = "notice_deliveries"
_Indexes = dict[str, tuple[list[str], str | None]]
_BEFORE: _Indexes = {
    "due": (["state", "due_at", "notice_id"], None),
    "merchant": (["merchant_id", "notice_id"], None),
    "message": (["message_id"], "message_id IS NOT NULL"),
    "recipient": (["recipient", "sent_at"], "recipient IS NOT NULL"),
    "sent": (["channel", "sent_at"], "sent_at IS NOT NULL"),
}
_SINCE: _Indexes = {
    "due": (["indexed_state", "due_at", "notice_id"], "indexed_state IS NOT NULL"),
    "state": (["indexed_state", "created_at", "notice_id"], "indexed_state IS NOT NULL"),
    "time": (["created_at", "notice_id"], None),
    "merchant": (["merchant_id", "created_at", "notice_id"], None),
    "bill": (["merchant_id", "bill_no"], None),
    "payer": (["merchant_id", "customer_no", "created_at"], None),
    "message": (["message_id"], "message_id <> notice_id"),
    "recipient": (["recipient", "tried_at"], "recipient IS NOT NULL"),
    "tried": (["channel", "tried_at"], "channel IS NOT NULL"),
}
_UNCHANGED: _Indexes = {
    "customer": (["merchant_id", "customer_no"], "message_id IS NULL"),
    "receipt": (["receipt"], "receipt IS NOT NULL"),
}


def upgrade() -> None:
    _drop(_BEFORE | _UNCHANGED)
    with op.batch_alter_table(_TABLE) as table:
        table.drop_column("claimed_until")
        table.add_column(sa.Column("tried_at", Instant()))
        table.add_column(sa.Column("indexed_state", Code(12)))
        table.add_column(sa.Column("reason_code", Code(30)))
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {_TABLE} SET (fillfactor = 50)")
    op.execute(f"UPDATE {_TABLE} SET state = 'WAITING', claimed_by = NULL WHERE state = 'CLAIMED'")  # noqa: S608 - a name of ours
    op.execute(
        f"UPDATE {_TABLE} SET tried_at = sent_at,"  # noqa: S608 - likewise
        " indexed_state = CASE WHEN state = 'SENT' THEN NULL ELSE state END"
    )
    _create(_SINCE | _UNCHANGED)
    op.create_table(
        "notice_claims",
        sa.Column("claimed_by", Code(80), nullable=False),
        sa.Column("channel", Code(12), nullable=False),
        sa.Column("claimed_at", Instant(), nullable=False),
        sa.Column("claimed_until", Instant(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("claimed_by", "channel", name="pk_notice_claims"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("notice_claims")
    _drop(_SINCE | _UNCHANGED)
    # A program of before knows reasons as words: a code alone says more than nothing.
    op.execute(f"UPDATE {_TABLE} SET reason = reason_code WHERE reason_code IS NOT NULL")  # noqa: S608 - likewise
    op.execute(f"UPDATE {_TABLE} SET state = 'WAITING', claimed_by = NULL WHERE state = 'CLAIMED'")  # noqa: S608 - likewise
    with op.batch_alter_table(_TABLE) as table:
        table.drop_column("tried_at")
        table.drop_column("indexed_state")
        table.drop_column("reason_code")
        table.add_column(sa.Column("claimed_until", Instant()))
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {_TABLE} RESET (fillfactor)")
    _create(_BEFORE | _UNCHANGED)


def _drop(indexes: _Indexes) -> None:
    for name in indexes:
        op.drop_index(f"ix_{_TABLE}_{name}", _TABLE)


def _create(indexes: _Indexes) -> None:
    for name, (columns, where) in indexes.items():
        some = None if where is None else sa.text(where)
        op.create_index(f"ix_{_TABLE}_{name}", _TABLE, columns, postgresql_where=some, sqlite_where=some)
