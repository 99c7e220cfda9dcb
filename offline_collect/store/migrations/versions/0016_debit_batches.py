"""Batch debits: batches, their records, and files of debits that came back.

Cost: three empty tables and a counter. It reads no payments, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _batches()
    _records()
    op.create_table(
        "debit_return_files",
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("file_no", Code(35), nullable=False),
        sa.Column("file_date", Day(), nullable=False),
        sa.Column("sha256", Code(64), nullable=False),
        sa.Column("file_bytes", Minor(), nullable=False),
        sa.Column("record_count", Minor(), nullable=False),
        sa.Column("total_minor", Minor(), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("taken_by", Words(60), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "file_no", name="pk_debit_return_files"),
        sa.UniqueConstraint("sha256", name="uq_debit_return_files_sha256"),
    )
    op.execute("INSERT INTO serial_counters (name, next_number) VALUES ('debit_batches', 1)")


def _batches() -> None:
    op.create_table(
        "debit_batches",
        sa.Column("batch_no", Code(20), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("collection_date", Day(), nullable=False),
        sa.Column("creditor_id", Code(35)),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("record_count", Minor(), nullable=False),
        sa.Column("total_minor", Minor(), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("format", Code(8), nullable=False),
        sa.Column("initiator", Words(140)),
        sa.Column("creditor_name", Words(140)),
        sa.Column("creditor_account", Code(34)),
        sa.Column("creditor_bank", Code(35)),
        sa.Column("clearing_system", Code(5)),
        sa.Column("reported", Code(8)),
        sa.Column("reported_code", Code(4)),
        sa.Column("registered_by", Words(60), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("file_sha256", Code(64)),
        sa.Column("file_bytes", Minor()),
        sa.Column("written_by", Words(60)),
        sa.Column("written_at", Instant()),
        sa.Column("result_sha256", Code(64)),
        sa.Column("result_bytes", Minor()),
        sa.Column("settled_count", Minor()),
        sa.Column("settled_minor", Minor()),
        sa.Column("ended_by", Words(60)),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("batch_no", name="pk_debit_batches"),
        sa.UniqueConstraint("result_sha256", name="uq_debit_batches_result_sha256"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_debit_batches_merchant_id"
        ),
    )
    op.create_index("ix_debit_batches_merchant_id_batch_no", "debit_batches", ["merchant_id", "batch_no"])


def _records() -> None:
    op.create_table(
        "debit_records",
        sa.Column("batch_no", Code(20), nullable=False),
        sa.Column("sequence", Minor(), autoincrement=False, nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("bill_no", Code(32), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
        sa.Column("principal_minor", Minor(), nullable=False),
        sa.Column("late_fee_minor", Minor(), nullable=False),
        sa.Column("mandate_ref", Code(32), nullable=False),
        sa.Column("mandate_date", Day()),
        sa.Column("debit_account", Code(32), nullable=False),
        sa.Column("debit_bank", Code(14)),
        sa.Column("account_name", Words(60), nullable=False),
        sa.Column("remark", Words(90)),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("live_bill", Minor()),
        sa.Column("reported", Code(8)),
        sa.Column("reported_code", Code(4)),
        sa.Column("return_code", Code(4)),
        sa.Column("settled_minor", Minor()),
        sa.Column("core_serial", Words(35)),
        sa.Column("reason", Words(60)),
        sa.Column("retry_on", Day()),
        sa.Column("payment_serial", Code(20)),
        sa.Column("return_serial", Code(20)),
        sa.PrimaryKeyConstraint("batch_no", "sequence", name="pk_debit_records"),
        sa.UniqueConstraint("live_bill", name="uq_debit_records_live_bill"),
        sa.ForeignKeyConstraint(["batch_no"], ["debit_batches.batch_no"], name="fk_debit_records_batch_no"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_debit_records_merchant_id_bill_no", "debit_records", ["merchant_id", "bill_no"])
    op.create_index(
        "ix_debit_records_merchant_id_mandate_ref", "debit_records", ["merchant_id", "mandate_ref"]
    )


def downgrade() -> None:
    op.execute("DELETE FROM serial_counters WHERE name = 'debit_batches'")
    op.drop_table("debit_return_files")
    op.drop_table("debit_records")
    op.drop_table("debit_batches")
