"""Manual postings: paid at the merchant's office, refunded or applied from suspense."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_postings",
        sa.Column("serial_number", Code(20), nullable=False),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("payment_serial", Code(20), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("bill_no", Code(32)),
        sa.Column("customer_no", Code(32)),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("principal_minor", Minor(), nullable=False),
        sa.Column("late_fee_minor", Minor(), nullable=False),
        sa.Column("waived_minor", Minor(), nullable=False),
        sa.Column("owed_principal_minor", Minor(), nullable=False),
        sa.Column("owed_late_fee_minor", Minor(), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("reason", Words(200)),
        sa.Column("reference", Words(60)),
        sa.Column("paid_on", Day()),
        sa.Column("settles", Code(20)),
        sa.PrimaryKeyConstraint("serial_number", name="pk_office_postings"),
        sa.UniqueConstraint("settles", name="uq_office_postings_settles"),
    )
    op.create_index("ix_office_postings_payment_serial", "office_postings", ["payment_serial"])
    op.create_index("ix_office_postings_merchant_id_bill_no", "office_postings", ["merchant_id", "bill_no"])


def downgrade() -> None:
    op.drop_table("office_postings")
