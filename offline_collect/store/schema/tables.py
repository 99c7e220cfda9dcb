"""The tables, as SQLAlchemy metadata; ``migrations/`` creates them.

The tables that a payment writes (transactions, payments, entries, reversals, outbox) have no foreign keys:
they would cost a look-up for each row on the hot path, and ``verify`` proves what they would guarantee. The
back office's tables have them. No column depends on one database: if a unique index should hold for some rows
only, it gets a separate column, which is NULL for the others.

Bills and customers have versions: several rows of one number, of which one is in effect; see ``standing``. So
no foreign key can reference a customer's number, and ``verify`` checks that every bill has its customer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from offline_collect.store.database.types import (
    Code,
    Day,
    Document,
    Flag,
    Instant,
    Minor,
    SurrogateKey,
    Words,
)

SCHEMA_VERSION = "0032"
"""The migration that creates these tables."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

business_days = Table(
    "business_days",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("state", Code(10), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("previous", Day),
    Column("closed_at", Instant),
    Column("open_slot", Flag),
    # Only an OPEN day takes the slot, so that a second OPEN day collides.
    UniqueConstraint("open_slot"),
    CheckConstraint("open_slot IS NULL OR (open_slot = 1 AND state = 'OPEN')", name="open_slot"),
)

serial_counters = Table(
    "serial_counters",
    metadata,
    Column("name", Code(20), primary_key=True),
    Column("next_number", Minor, nullable=False),
)

merchants = Table(
    "merchants",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("name", Words(60), nullable=False),
    Column("trade", Words(20), nullable=False),
    Column("settlement_account", Code(32), nullable=False),
    Column("status", Code(10), nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("rules", Document, nullable=False),
    Column("notices", Flag, nullable=False),
    Column("form_version", Integer),
    *(Column(name, Words(100)) for name in ("contact_mobile", "contact_email", "contact_app_user")),
    Column("organisation_id", Code(15), nullable=False),
    ForeignKeyConstraint(["organisation_id"], ["organisations.organisation_id"]),
    Index(None, "organisation_id"),
    CheckConstraint("notices IN (0, 1)", name="notices"),
)

payment_forms = Table(
    "payment_forms",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Document, nullable=False),
    Column("published_at", Instant, nullable=False),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
)

imports = Table(
    "imports",
    metadata,
    Column("import_id", Minor, primary_key=True, autoincrement=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("kind", Code(10), nullable=False),
    Column("sha256", Code(64), nullable=False),
    Column("name", Words(200), nullable=False),
    Column("size_bytes", Minor, nullable=False),
    Column("options", Document, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("state", Code(10), nullable=False),
    # The last row that the present step has handled; NULL once it has handled them all.
    Column("rows_through", Minor),
    Column("rows_read", Minor, nullable=False),
    Column("rows_new", Minor, nullable=False),
    Column("rows_changed", Minor, nullable=False),
    Column("rows_unchanged", Minor, nullable=False),
    Column("rows_withdrawn", Minor, nullable=False),
    Column("rows_refused", Minor, nullable=False),
    Column("rows_overtaken", Minor, nullable=False),
    Column("decided_by", Words(60)),
    Column("decided_at", Instant),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    Index(None, "merchant_id", "kind", "sha256"),
)


def _standing_columns() -> tuple[Column[Any], ...]:
    """Return the columns that say whether a row is in effect; see ``standing``."""
    return (
        Column("import_id", Minor),
        Column("standing", Code(6)),
        Column("supersedes", Minor),
        Column("superseded_by", Minor),
    )


customers = Table(
    "customers",
    metadata,
    Column("customer_id", SurrogateKey, Identity(), primary_key=True),
    Column("merchant_id", Code(15), nullable=False),
    Column("customer_no", Code(32), nullable=False),
    Column("name", Words(60), nullable=False),
    Column("inputs", Document, nullable=False),
    Column("mobile", Code(32)),
    Column("email", Words(254)),
    Column("app_user", Words(64)),
    Column("consent", Flag, nullable=False),
    Column("debit_account", Code(32)),
    Column("debit_bank", Code(14)),
    Column("account_name", Words(60)),
    Column("mandate_ref", Code(32)),
    Column("mandate_signed_on", Day),
    Column("mandate_from", Day),
    Column("mandate_to", Day),
    Column("mandate_purpose", Words(90)),
    Column("mandate_cycle", Code(10)),
    Column("mandate_limit_minor", Minor),
    Column("mandate_cycle_limit_minor", Minor),
    Column("version", Integer, nullable=False),
    *_standing_columns(),
    UniqueConstraint("merchant_id", "customer_no", "version"),
    Index(None, "import_id", "customer_id"),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    CheckConstraint("consent IN (0, 1)", name="consent"),
)

customer_keys = Table(
    "customer_keys",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("lookup_key", Code(64), primary_key=True),
    Column("customer_id", Minor, primary_key=True, autoincrement=False),
    ForeignKeyConstraint(["customer_id"], ["customers.customer_id"]),
    Index(None, "customer_id"),
    sqlite_with_rowid=False,
)

bills = Table(
    "bills",
    metadata,
    Column("bill_id", SurrogateKey, Identity(), primary_key=True),
    Column("merchant_id", Code(15), nullable=False),
    Column("bill_no", Code(32), nullable=False),
    Column("customer_no", Code(32), nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("due_date", Day, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("description", Words(60)),
    Column("period", Words(20)),
    Column("open_from", Day),
    Column("expires_on", Day),
    Column("extra", Document),
    Column("version", Integer, nullable=False),
    Column("mark", Code(10)),
    Column("paid_principal_minor", Minor, nullable=False),
    Column("paid_late_fee_minor", Minor, nullable=False),
    Column("waived_late_fee_minor", Minor, nullable=False),
    Column("fee_base", Minor, nullable=False),
    Column("fee_through", Day),
    Column("late_fee_left_minor", Minor, nullable=False),
    *_standing_columns(),
    UniqueConstraint("merchant_id", "bill_no", "version"),
    Index(None, "merchant_id", "customer_no", "due_date", "bill_no"),
    Index(None, "import_id", "bill_id"),
    # Free space in every page for a second version of each row: a bill's new amounts stay on its page, so no
    # index changes. With 80, two thirds of the bills paid in the order of their import left their pages.
    postgresql_with={"fillfactor": 45},
)

transactions = Table(
    "transactions",
    metadata,
    Column("key", Code(120), primary_key=True),
    Column("fingerprint", Code(200), nullable=False),
    Column("kind", Code(10), nullable=False),
    Column("response_code", Code(20), nullable=False),
    Column("answer", Document, nullable=False),
    Column("business_date", Day, nullable=False),
    Column("serial_number", Code(20)),
    Column("amount_minor", Minor),
    Column("currency", Code(3)),
    Column("institution", Code(11), nullable=False),
    Column("terminal", Code(16), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("journal", Document, nullable=False),
)

# Of two messages decided at the same time at most one has a row; see domain.traces.
traces = Table(
    "traces",
    metadata,
    Column("trace", Code(120), primary_key=True),
    Column("fingerprint", Code(16), primary_key=True),
    Column("business_date", Day, primary_key=True),
    Column("key", Code(120), nullable=False),
    Column("repeat", Flag, nullable=False),
    Column("received_at", Instant, nullable=False),
    CheckConstraint("repeat IN (0, 1)", name="repeat"),
    sqlite_with_rowid=False,
)

payments = Table(
    "payments",
    metadata,
    Column("serial_number", Code(20), primary_key=True),
    Column("key", Code(120), nullable=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("bill_no", Code(32), nullable=False),
    Column("customer_no", Code(32)),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("principal_minor", Minor, nullable=False),
    Column("late_fee_minor", Minor, nullable=False),
    Column("waived_minor", Minor, nullable=False),
    Column("owed_principal_minor", Minor, nullable=False),
    Column("owed_late_fee_minor", Minor, nullable=False),
    Column("channel", Code(10), nullable=False),
    Column("tender", Code(10), nullable=False),
    Column("teller", Words(20)),
    Column("institution", Code(11), nullable=False),
    Column("terminal", Code(16), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("approval_code", Code(6), nullable=False),
    Column("state", Code(10), nullable=False),
    Column("state_by", Code(20), nullable=False),
    Column("in_totals", Flag, nullable=False),
    Column("payer_fee_minor", Minor, nullable=False, server_default="0"),
    Column("line", Integer, primary_key=True, autoincrement=False, server_default="1"),
    # Whether a notice was written with the payment: merchants switch notices on and off.
    Column("notified", Flag, nullable=False),
    # Totals are read from this index alone.
    Index(
        "ix_payments_totals", "business_date", "institution", "currency", "in_totals", "line", "amount_minor"
    ),
    Index(None, "merchant_id", "bill_no"),
    CheckConstraint("in_totals IN (0, 1)", name="in_totals"),
    CheckConstraint("notified IN (0, 1)", name="notified"),
)

reversals = Table(
    "reversals",
    metadata,
    Column("serial_number", Code(20), primary_key=True),
    Column("key", Code(120), nullable=False),
    Column("original_key", Code(120), nullable=False),
    Column("original_serial", Code(20)),
    Column("reason", Code(2), nullable=False),
    Column("outcome", Code(10), nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3)),
    Column("institution", Code(11), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("original_business_date", Day),
    Column("posted_at", Instant, nullable=False),
    # The original's serial number if the outcome is APPLIED: an original is reversed at most once.
    Column("applied_to", Code(20)),
    UniqueConstraint("applied_to"),
    Index("ix_reversals_totals", "business_date", "institution", "currency", "outcome", "amount_minor"),
)

entries = Table(
    "entries",
    metadata,
    Column("posting", Code(20), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("payment_serial", Code(20), nullable=False),
    Column("account", Code(20), nullable=False),
    Column("owner", Code(15), nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("payment_line", Integer, nullable=False, server_default="1"),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("notice_id", Code(40), primary_key=True),
    Column("kind", Code(20), nullable=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("customer_no", Code(32), nullable=False),
    Column("bill_no", Code(32), nullable=False),
    Column("payment_serial", Code(20)),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("payment_line", Integer, nullable=False, server_default="1"),
)

reconciliation_items = Table(
    "reconciliation_items",
    metadata,
    Column("key", Code(120), primary_key=True),
    Column("kind", Code(30), nullable=False),
    Column("payment_serial", Code(20)),
    Column("institution", Code(11), nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("opened_at", Instant, nullable=False),
)

# Oracle reserves the word AUDIT.
