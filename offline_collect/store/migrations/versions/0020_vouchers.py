"""Vouchers and files of settled days, days whose totals agree, and notices and items of debits without a payment.

Days that are settled already get their vouchers from their entries.

Cost: three tables and triggers; it reads the entries and payments of settled days once. The outbox and the items of
reversals are locked: two of their columns change, for which SQLite writes them again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema import immutable_days

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_EARLIER_VOUCHERS = """
    INSERT INTO voucher_lines (business_date, organisation_id, currency, account, owner, debits_minor, credits_minor)
    SELECT moved.business_date, moved.bank, moved.currency, moved.account, moved.owner,
        SUM(CASE WHEN moved.amount_minor > 0 THEN moved.amount_minor ELSE 0 END),
        SUM(CASE WHEN moved.amount_minor < 0 THEN -moved.amount_minor ELSE 0 END)
    FROM (
        SELECT e.business_date, e.currency, e.account, e.owner, e.amount_minor,
            COALESCE(CASE WHEN o.kind = 'BRANCH' THEN o.parent_id ELSE o.organisation_id END, 'BANK') AS bank
        FROM entries e
        JOIN settled_days s ON s.business_date = e.business_date
        JOIN payments p ON p.serial_number = e.payment_serial AND p.line = e.payment_line
        LEFT JOIN merchants m ON m.merchant_id = p.merchant_id
        LEFT JOIN organisations o ON o.organisation_id = m.organisation_id
    ) moved
    GROUP BY moved.business_date, moved.bank, moved.currency, moved.account, moved.owner
"""


def upgrade() -> None:
    op.create_table(
        "voucher_lines",
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("organisation_id", Code(15), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("account", Code(20), nullable=False),
        sa.Column("owner", Code(15), nullable=False),
        sa.Column("debits_minor", Minor(), nullable=False),
        sa.Column("credits_minor", Minor(), nullable=False),
        sa.PrimaryKeyConstraint(
            "business_date", "organisation_id", "currency", "account", "owner", name="pk_voucher_lines"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "day_documents",
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("kind", Code(12), nullable=False),
        sa.Column("files", Minor(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("business_date", "kind", name="pk_day_documents"),
        sa.ForeignKeyConstraint(
            ["business_date"], ["business_days.business_date"], name="fk_day_documents_business_date"
        ),
    )
    op.create_table(
        "agreed_totals",
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("link", Words(60), nullable=False),
        sa.Column("agreed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "business_date", "currency", name="pk_agreed_totals"),
    )
    _without_payment(nullable=True, kind=Code(20))
    op.execute(_EARLIER_VOUCHERS)
    immutable_days.create_for(op, immutable_days.VOUCHERS)


def _without_payment(*, nullable: bool, kind: Code) -> None:
    """Let notices and items be of no payment."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("payment_serial", existing_type=Code(20), nullable=nullable)
        outbox.alter_column("kind", type_=kind, existing_type=Code(10), existing_nullable=False)
    with op.batch_alter_table("reconciliation_items") as items:
        items.alter_column("payment_serial", existing_type=Code(20), nullable=nullable)


def downgrade() -> None:
    for table in ("outbox", "reconciliation_items"):
        op.execute(f"DELETE FROM {table} WHERE payment_serial IS NULL")  # noqa: S608 - the names are of this module
    _without_payment(nullable=False, kind=Code(10))
    immutable_days.drop_for(op, immutable_days.VOUCHERS)
    op.drop_table("agreed_totals")
    op.drop_table("day_documents")
    op.drop_table("voucher_lines")
