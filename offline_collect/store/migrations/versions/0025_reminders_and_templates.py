"""Reminders of bills, and merchants' own templates of notices.

Cost: empty tables. It reads no bills and no notices, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_reminders",
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("bill_no", Code(32), nullable=False),
        sa.Column("due_date", Day(), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reminded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "bill_no", "due_date", "days", name="pk_notice_reminders"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_notice_reminders_merchant_id"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice_reminder_days",
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("reminded_on", Day(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", name="pk_notice_reminder_days"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_notice_reminder_days_merchant_id"
        ),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "notice_templates",
        sa.Column("template_id", Minor(), autoincrement=False, nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("kind", Code(20), nullable=False),
        sa.Column("channel", Code(12), nullable=False),
        sa.Column("language", Code(2), nullable=False),
        sa.Column("notice_class", Code(10), nullable=False),
        sa.Column("text", Words(300), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("made_by", Words(60), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("submitted_by", Words(60)),
        sa.Column("decided_by", Words(60)),
        sa.Column("decided_at", Instant()),
        sa.Column("gateway_id", Code(64)),
        sa.Column("reason", Words(200)),
        sa.PrimaryKeyConstraint("template_id", name="pk_notice_templates"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_notice_templates_merchant_id"
        ),
    )
    op.execute("INSERT INTO serial_counters (name, next_number) VALUES ('notice_templates', 1)")
    op.create_index("ix_notice_templates_merchant_id_state", "notice_templates", ["merchant_id", "state"])


def downgrade() -> None:
    # A program of before knows none of these kinds, and its senders would stop at the first.
    for table in ("outbox", "notice_deliveries"):
        op.execute(
            f"DELETE FROM {table} WHERE kind IN"  # noqa: S608 - both names are written here
            " ('BILL_IMPORTED', 'DUE_SOON', 'OVERDUE', 'DEBIT_DUE', 'MANDATE_CHANGED')"
        )
    op.drop_table("notice_templates")
    op.execute("DELETE FROM serial_counters WHERE name = 'notice_templates'")
    op.drop_table("notice_reminder_days")
    op.drop_table("notice_reminders")
