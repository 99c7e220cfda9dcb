"""The first tables: merchants and their customers and bills, payments, the ledger, the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Document, Flag, Instant, Minor, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "business_days",
    "serial_counters",
    "merchants",
    "payment_forms",
    "customers",
    "customer_keys",
    "bills",
    "transactions",
    "payments",
    "reversals",
    "entries",
    "outbox",
    "reconciliation_items",
    "audit_trail",
)


def upgrade() -> None:
    _business_days()
    _serial_counters()
    _merchants()
    _payment_forms()
    _customers()
    _customer_keys()
    _bills()
    _transactions()
    _payments()
    _reversals()
    _entries()
    _outbox()
    _reconciliation_items()
    _audit_trail()
    _seed()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _business_days() -> None:
    op.create_table(
        "business_days",
        sa.Column("business_date", Day()),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("previous", Day()),
        sa.Column("closed_at", Instant()),
        sa.Column("open_slot", Flag()),
        sa.PrimaryKeyConstraint("business_date", name="pk_business_days"),
        sa.UniqueConstraint("open_slot", name="uq_business_days_open_slot"),
        sa.CheckConstraint(
            "open_slot IS NULL OR (open_slot = 1 AND state = 'OPEN')", name=op.f("ck_business_days_open_slot")
        ),
    )


def _serial_counters() -> None:
    op.create_table(
        "serial_counters",
        sa.Column("name", Code(20)),
        sa.Column("next_number", Minor(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_serial_counters"),
    )


def _merchants() -> None:
    op.create_table(
        "merchants",
        sa.Column("merchant_id", Code(15)),
        sa.Column("name", Words(60), nullable=False),
        sa.Column("trade", Words(20), nullable=False),
        sa.Column("settlement_account", Code(32), nullable=False),
        sa.Column("status", Code(10), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("rules", Document(), nullable=False),
        sa.Column("notices", Flag(), nullable=False),
        sa.Column("form_version", sa.Integer()),
        sa.PrimaryKeyConstraint("merchant_id", name="pk_merchants"),
        sa.CheckConstraint("notices IN (0, 1)", name=op.f("ck_merchants_notices")),
    )


def _payment_forms() -> None:
    op.create_table(
        "payment_forms",
        sa.Column("merchant_id", Code(15)),
        sa.Column("version", sa.Integer(), autoincrement=False),
        sa.Column("document", Document(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "version", name="pk_payment_forms"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_payment_forms_merchant_id"
        ),
    )


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("merchant_id", Code(15)),
        sa.Column("customer_no", Code(32)),
        sa.Column("name", Words(60), nullable=False),
        sa.Column("inputs", Document(), nullable=False),
        sa.Column("mobile", Code(32)),
        sa.Column("email", Words(254)),
        sa.Column("app_user", Words(64)),
        sa.Column("consent", Flag(), nullable=False),
        sa.Column("debit_account", Code(32)),
        sa.Column("account_name", Words(60)),
        sa.Column("mandate_status", Code(10), nullable=False),
        sa.Column("mandate_ref", Code(32)),
        sa.Column("mandate_limit_minor", Minor()),
        sa.PrimaryKeyConstraint("merchant_id", "customer_no", name="pk_customers"),
        sa.CheckConstraint("consent IN (0, 1)", name=op.f("ck_customers_consent")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"], name="fk_customers_merchant_id"),
    )


def _customer_keys() -> None:
    op.create_table(
        "customer_keys",
        sa.Column("merchant_id", Code(15)),
        sa.Column("lookup_key", Code(64)),
        sa.Column("customer_no", Code(32)),
        sa.PrimaryKeyConstraint("merchant_id", "lookup_key", "customer_no", name="pk_customer_keys"),
        sa.ForeignKeyConstraint(
            ["merchant_id", "customer_no"],
            ["customers.merchant_id", "customers.customer_no"],
            name="fk_customer_keys_merchant_id_customer_no",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_customer_keys_merchant_id_customer_no", "customer_keys", ["merchant_id", "customer_no"]
    )


def _bills() -> None:
    op.create_table(
        "bills",
        sa.Column("bill_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity()),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("bill_no", Code(32), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("due_date", Day(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("description", Words(60)),
        sa.Column("period", Words(20)),
        sa.Column("open_from", Day()),
        sa.Column("expires_on", Day()),
        sa.Column("extra", Document()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mark", Code(10)),
        sa.Column("paid_principal_minor", Minor(), nullable=False),
        sa.Column("paid_late_fee_minor", Minor(), nullable=False),
        sa.Column("waived_late_fee_minor", Minor(), nullable=False),
        sa.Column("fee_base", Minor(), nullable=False),
        sa.Column("fee_through", Day()),
        sa.Column("late_fee_left_minor", Minor(), nullable=False),
        sa.PrimaryKeyConstraint("bill_id", name="pk_bills"),
        sa.UniqueConstraint("merchant_id", "bill_no", name="uq_bills_merchant_id_bill_no"),
        sa.ForeignKeyConstraint(
            ["merchant_id", "customer_no"],
            ["customers.merchant_id", "customers.customer_no"],
            name="fk_bills_merchant_id_customer_no",
        ),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "ix_bills_merchant_id_customer_no_due_date_bill_no",
        "bills",
        ["merchant_id", "customer_no", "due_date", "bill_no"],
    )


def _transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("key", Code(120)),
        sa.Column("fingerprint", Code(200), nullable=False),
        sa.Column("trace", Code(120)),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("response_code", Code(20), nullable=False),
        sa.Column("answer", Document(), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("serial_number", Code(20)),
        sa.Column("amount_minor", Minor()),
        sa.Column("currency", Code(3)),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("terminal", Code(16), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("journal", Document(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_transactions"),
    )
    op.create_index("ix_transactions_trace", "transactions", ["trace"])


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("serial_number", Code(20)),
        sa.Column("key", Code(120), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("bill_no", Code(32), nullable=False),
        sa.Column("customer_no", Code(32)),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("principal_minor", Minor(), nullable=False),
        sa.Column("late_fee_minor", Minor(), nullable=False),
        sa.Column("waived_minor", Minor(), nullable=False),
        sa.Column("owed_principal_minor", Minor(), nullable=False),
        sa.Column("owed_late_fee_minor", Minor(), nullable=False),
        sa.Column("channel", Code(10), nullable=False),
        sa.Column("tender", Code(10), nullable=False),
        sa.Column("teller", Words(20)),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("terminal", Code(16), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("approval_code", Code(6), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("state_by", Code(20), nullable=False),
        sa.Column("in_totals", Flag(), nullable=False),
        sa.Column("notified", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("serial_number", name="pk_payments"),
        sa.CheckConstraint("in_totals IN (0, 1)", name=op.f("ck_payments_in_totals")),
        sa.CheckConstraint("notified IN (0, 1)", name=op.f("ck_payments_notified")),
    )
    op.create_index("ix_payments_merchant_id_bill_no", "payments", ["merchant_id", "bill_no"])
    op.create_index(
        "ix_payments_totals",
        "payments",
        ["business_date", "institution", "currency", "in_totals", "amount_minor"],
    )


def _reversals() -> None:
    op.create_table(
        "reversals",
        sa.Column("serial_number", Code(20)),
        sa.Column("key", Code(120), nullable=False),
        sa.Column("original_key", Code(120), nullable=False),
        sa.Column("original_serial", Code(20)),
        sa.Column("reason", Code(2), nullable=False),
        sa.Column("outcome", Code(10), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3)),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("original_business_date", Day()),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("applied_to", Code(20)),
        sa.PrimaryKeyConstraint("serial_number", name="pk_reversals"),
        sa.UniqueConstraint("applied_to", name="uq_reversals_applied_to"),
    )
    op.create_index(
        "ix_reversals_totals",
        "reversals",
        ["business_date", "institution", "currency", "outcome", "amount_minor"],
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("posting", Code(20)),
        sa.Column("line", sa.Integer(), autoincrement=False),
        sa.Column("payment_serial", Code(20), nullable=False),
        sa.Column("account", Code(20), nullable=False),
        sa.Column("owner", Code(15), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.PrimaryKeyConstraint("posting", "line", name="pk_entries"),
        sqlite_with_rowid=False,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("notice_id", Code(40)),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
        sa.Column("bill_no", Code(32), nullable=False),
        sa.Column("payment_serial", Code(20), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name="pk_outbox"),
    )


def _reconciliation_items() -> None:
    op.create_table(
        "reconciliation_items",
        sa.Column("key", Code(120)),
        sa.Column("kind", Code(30), nullable=False),
        sa.Column("payment_serial", Code(20), nullable=False),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_reconciliation_items"),
    )


def _audit_trail() -> None:
    op.create_table(
        "audit_trail",
        sa.Column("sequence", Minor(), autoincrement=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("what", Words(100), nullable=False),
        sa.Column("before", Document()),
        sa.Column("after", Document()),
        sa.Column("hash", Code(64), nullable=False),
        sa.Column("previous_hash", Code(64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_trail"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_trail_previous_hash"),
    )


def _seed() -> None:
    counters = sa.table(
        "serial_counters", sa.column("name", sa.String()), sa.column("next_number", sa.BigInteger())
    )
    op.bulk_insert(
        counters,
        [{"name": "serial_number", "next_number": 1}, {"name": "audit_trail", "next_number": 1}],
    )
