"""The tables of batch debits, in the metadata of ``tables``.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, UniqueConstraint, text

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

debit_batches = Table(
    "debit_batches",
    metadata,
    Column("batch_no", Code(20), primary_key=True),
    Column("merchant_id", Code(15), nullable=False),
    Column("institution", Code(11), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("collection_date", Day, nullable=False),
    Column("creditor_id", Code(35)),
    Column("currency", Code(3), nullable=False),
    Column("record_count", Minor, nullable=False),
    Column("total_minor", Minor, nullable=False),
    Column("state", Code(10), nullable=False),
    Column("format", Code(8), nullable=False),
    # What the message of ISO 20022 says beside, as it was when the batch was made; NULL in a batch of fixed width.
    Column("initiator", Words(140)),
    Column("creditor_name", Words(140)),
    Column("creditor_account", Code(34)),
    Column("creditor_bank", Code(35)),
    Column("clearing_system", Code(5)),
    # By the bank's reports; NULL before any.
    Column("reported", Code(8)),
    Column("reported_code", Code(4)),
    Column("registered_by", Words(60), nullable=False),
    Column("registered_at", Instant, nullable=False),
    # Of the file as it was first written: it is the same each time.
    Column("file_sha256", Code(64)),
    Column("file_bytes", Minor),
    Column("written_by", Words(60)),
    Column("written_at", Instant),
    # Of the result; NULL for a cancelled batch.
    Column("result_sha256", Code(64)),
    Column("result_bytes", Minor),
    Column("settled_count", Minor),
    Column("settled_minor", Minor),
    Column("ended_by", Words(60)),
    Column("ended_at", Instant),
    UniqueConstraint("result_sha256"),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    Index(None, "merchant_id", "batch_no"),
)

_CAME_BACK = text("return_serial IS NOT NULL")

debit_records = Table(
    "debit_records",
    metadata,
    Column("batch_no", Code(20), primary_key=True),
    Column("sequence", Minor, primary_key=True, autoincrement=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("bill_no", Code(32), nullable=False),
    Column("customer_no", Code(32), nullable=False),
    Column("principal_minor", Minor, nullable=False),
    Column("late_fee_minor", Minor, nullable=False),
    Column("mandate_ref", Code(32), nullable=False),
    Column("mandate_date", Day),
    Column("debit_account", Code(32), nullable=False),
    Column("debit_bank", Code(14)),
    Column("account_name", Words(60), nullable=False),
    Column("remark", Words(90)),
    Column("state", Code(10), nullable=False),
    # The bill's row while the record is OUT or LOCKED, so that no bill is in two batches.
    Column("live_bill", Minor),
    # By the bank's own reports of it; NULL before any.
    Column("reported", Code(8)),
    Column("reported_code", Code(4)),
    Column("return_code", Code(4)),
    Column("settled_minor", Minor),
    Column("core_serial", Words(35)),
    Column("reason", Words(60)),
    Column("retry_on", Day),
    Column("payment_serial", Code(20)),
    # The posting that took the payment back.
    Column("return_serial", Code(20)),
    UniqueConstraint("live_bill"),
    ForeignKeyConstraint(["batch_no"], ["debit_batches.batch_no"]),
    Index(None, "merchant_id", "bill_no"),
    Index(None, "merchant_id", "mandate_ref"),
    # Few debits come back, so the others have no entry.
    Index(None, "merchant_id", "return_serial", postgresql_where=_CAME_BACK, sqlite_where=_CAME_BACK),
    sqlite_with_rowid=False,
)

debit_return_files = Table(
    "debit_return_files",
    metadata,
    Column("institution", Code(11), primary_key=True),
    Column("file_no", Code(35), primary_key=True),
    Column("file_date", Day, nullable=False),
    Column("sha256", Code(64), nullable=False),
    Column("file_bytes", Minor, nullable=False),
    Column("record_count", Minor, nullable=False),
    Column("total_minor", Minor, nullable=False),
    Column("business_date", Day, nullable=False),
    Column("taken_by", Words(60), nullable=False),
    Column("taken_at", Instant, nullable=False),
    UniqueConstraint("sha256"),
)
