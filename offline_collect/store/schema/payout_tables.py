"""The tables of payouts to merchants, in the metadata of ``tables``.

Every import from the store imports this module too: ``offline_collect.store.schema`` does so.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, UniqueConstraint

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

# Entries of settlements and payouts, in postings of their own: `entries` belong to payments.
settlement_entries = Table(
    "settlement_entries",
    metadata,
    Column("posting", Code(20), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("account", Code(20), nullable=False),
    Column("owner", Code(15), nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("business_date", Day, nullable=False),
    sqlite_with_rowid=False,
)

payout_runs = Table(
    "payout_runs",
    metadata,
    Column("run_no", Code(20), primary_key=True),
    Column("organisation_id", Code(15), nullable=False),
    # The bank as its files name it, as it was when the run was made.
    Column("bank_number", Code(11), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("payout_count", Minor, nullable=False),
    # Of all amounts, regardless of their sign, as the file's header has it.
    Column("total_minor", Minor, nullable=False),
    Column("state", Code(10), nullable=False),
    Column("made_by", Words(60), nullable=False),
    Column("made_at", Instant, nullable=False),
    # Of the file as it was first written: it is the same each time.
    Column("file_sha256", Code(64)),
    Column("file_bytes", Minor),
    Column("written_by", Words(60)),
    Column("written_at", Instant),
    Column("result_sha256", Code(64)),
    Column("result_bytes", Minor),
    Column("booked_count", Minor),
    Column("booked_minor", Minor),
    Column("taken_by", Words(60)),
    Column("taken_at", Instant),
    UniqueConstraint("result_sha256"),
    UniqueConstraint("business_date", "organisation_id", "currency"),
    ForeignKeyConstraint(["organisation_id"], ["organisations.organisation_id"]),
)

payouts = Table(
    "payouts",
    metadata,
    Column("run_no", Code(20), primary_key=True),
    Column("sequence", Minor, primary_key=True, autoincrement=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("kind", Code(10), nullable=False),
    # Negative where the merchant's account is debited.
    Column("amount_minor", Minor, nullable=False),
    # As they were when the run was made.
    Column("account", Code(32), nullable=False),
    Column("account_bank", Code(14)),
    Column("account_name", Words(60), nullable=False),
    Column("remark", Words(90)),
    Column("posting", Code(20), nullable=False),
    Column("state", Code(10), nullable=False),
    Column("return_code", Code(4)),
    Column("core_serial", Words(32)),
    Column("reason", Words(60)),
    # The posting that made the money payable again.
    Column("failed_posting", Code(20)),
    # Where a failed payout goes next; NULL for the merchant's own account.
    Column("retry_account", Code(32)),
    Column("retry_bank", Code(14)),
    Column("retry_name", Words(60)),
    # The failed payout that this one pays again.
    Column("again_run", Code(20)),
    Column("again_sequence", Minor),
    UniqueConstraint("again_run", "again_sequence"),
    ForeignKeyConstraint(["run_no"], ["payout_runs.run_no"]),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    Index(None, "merchant_id", "state"),
    Index(None, "state"),
    sqlite_with_rowid=False,
)

# What a merchant is owed for a settled day, and what it owes in fees that are billed by the month: each until a payout
# has it.
settlement_dues = Table(
    "settlement_dues",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("merchant_id", Code(15), primary_key=True),
    # The bank, not its branch.
    Column("organisation_id", Code(15), nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("payable_minor", Minor, nullable=False),
    # NULL where the fees are taken off what is payable.
    Column("fees_minor", Minor),
    Column("paid_run", Code(20)),
    Column("paid_sequence", Minor),
    Column("charged_run", Code(20)),
    Column("charged_sequence", Minor),
    ForeignKeyConstraint(["paid_run", "paid_sequence"], ["payouts.run_no", "payouts.sequence"]),
    ForeignKeyConstraint(["charged_run", "charged_sequence"], ["payouts.run_no", "payouts.sequence"]),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    # What is not paid or charged yet is found by these, whatever there was before.
    Index(None, "paid_run", "merchant_id", "business_date"),
    Index(None, "charged_run", "fees_minor"),
)
