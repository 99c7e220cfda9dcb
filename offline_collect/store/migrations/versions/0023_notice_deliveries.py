"""Notices on their way to payers, which the sender takes from the outbox.

Cost: an empty table. It reads no notices, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Instant, Minor, Words

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_notice_deliveries_due": (["state", "due_at", "notice_id"], None),
    "ix_notice_deliveries_merchant": (["merchant_id", "notice_id"], None),
    "ix_notice_deliveries_customer": (["merchant_id", "customer_no"], "message_id IS NULL"),
    "ix_notice_deliveries_message": (["message_id"], "message_id IS NOT NULL"),
    "ix_notice_deliveries_recipient": (["recipient", "sent_at"], "recipient IS NOT NULL"),
    "ix_notice_deliveries_sent": (["channel", "sent_at"], "sent_at IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "notice_deliveries",
        sa.Column("notice_id", Code(40), nullable=False),
        sa.Column("kind", Code(20), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
        sa.Column("bill_no", Code(32), nullable=False),
        sa.Column("payment_serial", Code(20)),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("payment_line", sa.Integer(), nullable=False),
        sa.Column("state", Code(12), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message_id", Code(40)),
        sa.Column("channel", Code(12)),
        sa.Column("recipient", Code(64)),
        sa.Column("claimed_by", Code(80)),
        sa.Column("claimed_until", Instant()),
        sa.Column("sent_at", Instant()),
        sa.Column("reason", Words(200)),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notice_deliveries"),
    )
    for name, (columns, where) in _INDEXES.items():
        some = None if where is None else sa.text(where)
        op.create_index(name, "notice_deliveries", columns, postgresql_where=some, sqlite_where=some)


def downgrade() -> None:
    # What is on its way goes back to the outbox: a program of before sends nothing, and misses no row of a payment.
    op.execute(
        "INSERT INTO outbox (notice_id, kind, merchant_id, customer_no, bill_no, payment_serial, amount_minor,"
        " currency, created_at, payment_line)"
        " SELECT notice_id, kind, merchant_id, customer_no, bill_no, payment_serial, amount_minor, currency,"
        " created_at, payment_line FROM notice_deliveries"
    )
    op.drop_table("notice_deliveries")
