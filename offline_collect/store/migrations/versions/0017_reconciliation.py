"""Reconciliation and settlement: files of front-end processors, their rows, the items of a day, and settled days.

Items that reversals have opened (`reconciliation_items`) become open items. Triggers refuse changes of settled days.
SQLite drops the triggers of a table that a later migration writes again (`batch_alter_table`): create them again there,
with `immutable_days.create`.

Cost: six tables, triggers, and a row for each of those reversals. It reads no payments, so the time does not depend on their
number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Flag, Instant, Minor, SurrogateKey, Words
from offline_collect.store.schema import immutable_days

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_EARLIER_ITEMS = """
    INSERT INTO recon_items (difference, follow_up, state, institution, business_date, kind, match_key, message_key,
        ours_minor, currency, payment_serial, opened_at)
    SELECT kind, 'NOTE', 'OPEN', institution, business_date, 'REVERSAL', key, key, amount_minor, currency,
        payment_serial, opened_at
    FROM reconciliation_items
    WHERE business_date NOT IN (SELECT business_date FROM business_days WHERE state = 'OPEN')
"""
"""Those of the open day follow when it is cut."""


def upgrade() -> None:
    _files()
    _rows()
    _items()
    _settled()
    immutable_days.create(op)
    op.execute("INSERT INTO serial_counters (name, next_number) VALUES ('recon_files', 1)")
    op.execute(_EARLIER_ITEMS)


def _files() -> None:
    op.create_table(
        "recon_files",
        sa.Column("file_id", Minor(), autoincrement=False, nullable=False),
        sa.Column("sha256", Code(64), nullable=False),
        sa.Column("name", Words(200), nullable=False),
        sa.Column("size_bytes", Minor(), nullable=False),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("rows_read", Minor(), nullable=False),
        sa.Column("rows_matched", Minor(), nullable=False),
        sa.Column("payments_minor", Minor(), nullable=False),
        sa.Column("reversals_minor", Minor(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.Column("in_force", Flag()),
        sa.PrimaryKeyConstraint("file_id", name="pk_recon_files"),
        sa.UniqueConstraint("sha256", name="uq_recon_files_sha256"),
        sa.UniqueConstraint(
            "institution",
            "business_date",
            "in_force",
            name="uq_recon_files_institution_business_date_in_force",
        ),
    )


def _rows() -> None:
    op.create_table(
        "recon_rows",
        sa.Column("file_id", Minor(), autoincrement=False, nullable=False),
        sa.Column("line", Minor(), autoincrement=False, nullable=False),
        sa.Column("reverses", Flag(), nullable=False),
        sa.Column("match_key", Code(120), nullable=False),
        sa.Column("message_key", Code(120)),
        sa.Column("terminal", Code(16), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("bill_no", Code(32)),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "line", name="pk_recon_rows"),
        sa.CheckConstraint("reverses IN (0, 1)", name="reverses"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recon_keys",
        sa.Column("file_id", Minor(), autoincrement=False, nullable=False),
        sa.Column("match_key", Code(120), nullable=False),
        sa.Column("reverses", Flag(), nullable=False),
        sa.Column("line", Minor(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("file_id", "match_key", "reverses", "line", name="pk_recon_keys"),
        sqlite_with_rowid=False,
    )


def _items() -> None:
    op.create_table(
        "recon_items",
        sa.Column("item_no", SurrogateKey, sa.Identity(), nullable=False),
        sa.Column("difference", Code(30), nullable=False),
        sa.Column("follow_up", Code(12), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("match_key", Code(120), nullable=False),
        sa.Column("message_key", Code(120), nullable=False),
        sa.Column("terminal", Code(16)),
        sa.Column("merchant_id", Code(15)),
        sa.Column("bill_no", Code(32)),
        sa.Column("theirs_minor", Minor()),
        sa.Column("ours_minor", Minor()),
        sa.Column("currency", Code(3)),
        sa.Column("payment_serial", Code(20)),
        sa.Column("ours_date", Day()),
        sa.Column("file_id", Minor()),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("event", Code(10)),
        sa.Column("resolved_as", Code(12)),
        sa.Column("posting", Code(20)),
        sa.Column("matched_by", Minor()),
        sa.Column("note", Words(200)),
        sa.Column("ended_by", Words(60)),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("item_no", name="pk_recon_items"),
    )
    for columns in (["business_date", "institution"], ["state", "business_date"], ["match_key"]):
        op.create_index(f"ix_recon_items_{'_'.join(columns)}", "recon_items", columns)


def _settled() -> None:
    op.create_table(
        "settled_days",
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("entries", Minor(), nullable=False),
        sa.Column("debits_minor", Minor(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("settled_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("business_date", name="pk_settled_days"),
    )
    op.create_table(
        "settlements",
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("gross_minor", Minor(), nullable=False),
        sa.Column("reversed", sa.Integer(), nullable=False),
        sa.Column("reversals_minor", Minor(), nullable=False),
        sa.Column("fees_minor", Minor(), nullable=False),
        sa.Column("net_minor", Minor(), nullable=False),
        sa.PrimaryKeyConstraint("business_date", "merchant_id", name="pk_settlements"),
    )


def downgrade() -> None:
    immutable_days.drop(op)
    op.execute("DELETE FROM serial_counters WHERE name = 'recon_files'")
    for table in ("settlements", "settled_days", "recon_items", "recon_keys", "recon_rows", "recon_files"):
        op.drop_table(table)
