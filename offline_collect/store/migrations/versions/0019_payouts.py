"""Payouts to merchants: what settled days owe them, runs, payouts, and settlement entries.

Days that were settled before owe nothing here: their merchants were paid otherwise. Triggers refuse changes of settled
days, as in 0017.

Cost: four empty tables and triggers. It reads no payments, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema import immutable_days

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_COUNTERS = ("payout_runs", "settlement_postings")


def upgrade() -> None:
    _entries()
    _runs()
    _payouts()
    _dues()
    immutable_days.create_for(op, immutable_days.PAYOUTS)
    for name in _COUNTERS:
        op.execute(f"INSERT INTO serial_counters (name, next_number) VALUES ('{name}', 1)")  # noqa: S608 - its own words


def _entries() -> None:
    op.create_table(
        "settlement_entries",
        sa.Column("posting", Code(20), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", Code(20), nullable=False),
        sa.Column("owner", Code(15), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.PrimaryKeyConstraint("posting", "line", name="pk_settlement_entries"),
        sqlite_with_rowid=False,
    )


def _runs() -> None:
    op.create_table(
        "payout_runs",
        sa.Column("run_no", Code(20), nullable=False),
        sa.Column("organisation_id", Code(15), nullable=False),
        sa.Column("bank_number", Code(11), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("payout_count", Minor(), nullable=False),
        sa.Column("total_minor", Minor(), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("made_by", Words(60), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("file_sha256", Code(64)),
        sa.Column("file_bytes", Minor()),
        sa.Column("written_by", Words(60)),
        sa.Column("written_at", Instant()),
        sa.Column("result_sha256", Code(64)),
        sa.Column("result_bytes", Minor()),
        sa.Column("booked_count", Minor()),
        sa.Column("booked_minor", Minor()),
        sa.Column("taken_by", Words(60)),
        sa.Column("taken_at", Instant()),
        sa.PrimaryKeyConstraint("run_no", name="pk_payout_runs"),
        sa.UniqueConstraint("result_sha256", name="uq_payout_runs_result_sha256"),
        sa.UniqueConstraint(
            "business_date",
            "organisation_id",
            "currency",
            name="uq_payout_runs_business_date_organisation_id_currency",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.organisation_id"], name="fk_payout_runs_organisation_id"
        ),
    )


def _payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("run_no", Code(20), nullable=False),
        sa.Column("sequence", Minor(), autoincrement=False, nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("account", Code(32), nullable=False),
        sa.Column("account_bank", Code(14)),
        sa.Column("account_name", Words(60), nullable=False),
        sa.Column("remark", Words(90)),
        sa.Column("posting", Code(20), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("return_code", Code(4)),
        sa.Column("core_serial", Words(32)),
        sa.Column("reason", Words(60)),
        sa.Column("failed_posting", Code(20)),
        sa.Column("retry_account", Code(32)),
        sa.Column("retry_bank", Code(14)),
        sa.Column("retry_name", Words(60)),
        sa.Column("again_run", Code(20)),
        sa.Column("again_sequence", Minor()),
        sa.PrimaryKeyConstraint("run_no", "sequence", name="pk_payouts"),
        sa.UniqueConstraint("again_run", "again_sequence", name="uq_payouts_again_run_again_sequence"),
        sa.ForeignKeyConstraint(["run_no"], ["payout_runs.run_no"], name="fk_payouts_run_no"),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"], name="fk_payouts_merchant_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_payouts_merchant_id_state", "payouts", ["merchant_id", "state"])
    op.create_index("ix_payouts_state", "payouts", ["state"])


def _dues() -> None:
    op.create_table(
        "settlement_dues",
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("organisation_id", Code(15), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("payable_minor", Minor(), nullable=False),
        sa.Column("fees_minor", Minor()),
        sa.Column("paid_run", Code(20)),
        sa.Column("paid_sequence", Minor()),
        sa.Column("charged_run", Code(20)),
        sa.Column("charged_sequence", Minor()),
        sa.PrimaryKeyConstraint("business_date", "merchant_id", name="pk_settlement_dues"),
        sa.ForeignKeyConstraint(
            ["paid_run", "paid_sequence"],
            ["payouts.run_no", "payouts.sequence"],
            name="fk_settlement_dues_paid_run_paid_sequence",
        ),
        sa.ForeignKeyConstraint(
            ["charged_run", "charged_sequence"],
            ["payouts.run_no", "payouts.sequence"],
            name="fk_settlement_dues_charged_run_charged_sequence",
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_settlement_dues_merchant_id"
        ),
    )
    for columns in (["paid_run", "merchant_id", "business_date"], ["charged_run", "fees_minor"]):
        op.create_index(f"ix_settlement_dues_{'_'.join(columns)}", "settlement_dues", columns)


def downgrade() -> None:
    immutable_days.drop_for(op, immutable_days.PAYOUTS)
    for name in _COUNTERS:
        op.execute(f"DELETE FROM serial_counters WHERE name = '{name}'")  # noqa: S608 - its own words
    for table in ("settlement_dues", "payouts", "payout_runs", "settlement_entries"):
        op.drop_table(table)
