"""Staged imports: rows that wait for their import, and versions of bills and customers.

SQLite cannot change a table's keys. So the three tables are created again on every database, and their rows
are copied; children are dropped before their parents. No other table refers to ``bill_id``, which gets new values.

The three tables and merchants are locked until it ends, so servers must be stopped. With 10,000,000
bills of 1,000,000 customers (two shared cores, other work at the same time) it took 434 s on PostgreSQL, of which 323 s
of processor time, and 234 s on SQLite (683 s while the machine was busier); 214 and 244 s of it were processor time. SQLite's file of 2.4 GiB
needed 5.5 GiB more, PostgreSQL 7 GiB with its log. The program took 112 MiB of memory. It was not run on Oracle.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

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

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Statements are made of names in this module alone.
# ruff: noqa: S608

_CUSTOMER = (
    "merchant_id, customer_no, name, inputs, mobile, email, app_user, consent, debit_account, account_name, "
    "mandate_status, mandate_ref, mandate_limit_minor"
)
_BILL = (
    "merchant_id, bill_no, customer_no, amount_minor, due_date, currency, description, period, "
    "open_from, expires_on, extra, version, mark, paid_principal_minor, paid_late_fee_minor, "
    "waived_late_fee_minor, fee_base, fee_through, late_fee_left_minor"
)
_COUNTS = (
    "rows_read",
    "rows_new",
    "rows_changed",
    "rows_unchanged",
    "rows_withdrawn",
    "rows_refused",
    "rows_overtaken",
)


def upgrade() -> None:
    _make_imports()
    _move_files_to_imports()
    _set_aside()
    _make_customers(versions=True)
    op.execute(f"INSERT INTO customers ({_CUSTOMER}, version) SELECT {_CUSTOMER}, 1 FROM kept_customers")
    _make_customer_keys("customer_id", ["customers.customer_id"])
    op.execute(
        "INSERT INTO customer_keys (merchant_id, lookup_key, customer_id) "
        "SELECT k.merchant_id, k.lookup_key, c.customer_id FROM kept_customer_keys k JOIN customers c "
        "ON c.merchant_id = k.merchant_id AND c.customer_no = k.customer_no"
    )
    _make_bills(versions=True)
    op.execute(f"INSERT INTO bills ({_BILL}) SELECT {_BILL} FROM kept_bills")
    _drop_kept()


def downgrade() -> None:
    """Keep what is in effect: an older program knows neither versions nor rows that wait."""
    _set_aside()
    customers, bills = _in_effect("c", "customer"), _in_effect("b", "bill")
    _make_customers(versions=False)
    op.execute(
        f"INSERT INTO customers ({_CUSTOMER}) SELECT {_CUSTOMER} FROM kept_customers c WHERE {customers}"
    )
    _make_customer_keys("customer_no", ["customers.merchant_id", "customers.customer_no"])
    op.execute(
        "INSERT INTO customer_keys (merchant_id, lookup_key, customer_no) "
        "SELECT k.merchant_id, k.lookup_key, c.customer_no FROM kept_customer_keys k "
        f"JOIN kept_customers c ON c.customer_id = k.customer_id WHERE {customers}"
    )
    _make_bills(versions=False)
    op.execute(f"INSERT INTO bills ({_BILL}) SELECT {_BILL} FROM kept_bills b WHERE {bills}")
    _drop_kept()
    _make_imported_files()
    op.drop_table("imports")
    op.execute("DELETE FROM serial_counters WHERE name = 'imports'")


def _in_effect(row: str, thing: str) -> str:
    """Return ``standing.in_effect`` of a row of what is kept, as this version has it."""
    in_force = "(SELECT import_id FROM imports WHERE state IN ('RELEASED', 'UNDOING'))"
    marked = (
        f"EXISTS (SELECT 1 FROM kept_{thing}s o WHERE o.{thing}_id = {row}.supersedes "
        f"AND o.superseded_by = {row}.import_id)"
    )
    return (
        f"({row}.standing IS NULL OR {row}.standing = 'STAGED' AND {row}.import_id IN {in_force} "
        f"AND ({row}.supersedes IS NULL OR {marked})) "
        f"AND ({row}.superseded_by IS NULL OR {row}.superseded_by NOT IN {in_force})"
    )


def _make_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("import_id", Minor(), autoincrement=False, nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("sha256", Code(64), nullable=False),
        sa.Column("name", Words(200), nullable=False),
        sa.Column("size_bytes", Minor(), nullable=False),
        sa.Column("options", Document(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("rows_through", Minor()),
        *(sa.Column(name, Minor(), nullable=False) for name in _COUNTS),
        sa.Column("decided_by", Words(60)),
        sa.Column("decided_at", Instant()),
        sa.PrimaryKeyConstraint("import_id", name="pk_imports"),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"], name="fk_imports_merchant_id"),
    )
    op.create_index("ix_imports_merchant_id_kind_sha256", "imports", ["merchant_id", "kind", "sha256"])


def _move_files_to_imports() -> None:
    """Make an import of every file that was taken; of their rows only the number is known."""
    op.execute(
        "INSERT INTO imports (import_id, merchant_id, kind, sha256, name, size_bytes, options, who, began_at, "
        f"state, {', '.join(_COUNTS)}, decided_by, decided_at) "
        "SELECT ROW_NUMBER() OVER (ORDER BY imported_at, merchant_id, kind, sha256), merchant_id, kind, sha256, "
        "name, size_bytes, '{}', who, imported_at, 'RELEASED', rows_read, 0, 0, 0, 0, 0, 0, who, imported_at "
        "FROM imported_files"
    )
    op.execute(
        "INSERT INTO serial_counters (name, next_number) SELECT 'imports', COUNT(*) + 1 FROM imported_files"
    )
    op.drop_table("imported_files")


def _set_aside() -> None:
    """Keep rows in tables without keys or indexes, and drop their tables."""
    for name in ("customer_keys", "bills", "customers"):
        op.execute(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}")
        op.drop_table(name)


def _drop_kept() -> None:
    for name in ("customer_keys", "bills", "customers"):
        op.drop_table(f"kept_{name}")


def _standing_columns(*, versions: bool) -> list[sa.Column[Any]]:
    columns = [
        sa.Column("import_id", Minor()),
        sa.Column("standing", Code(6)),
        sa.Column("supersedes", Minor()),
        sa.Column("superseded_by", Minor()),
    ]
    return columns if versions else []


def _make_customers(*, versions: bool) -> None:
    own = [sa.Column("customer_id", SurrogateKey, sa.Identity())] if versions else []
    version = [sa.Column("version", sa.Integer(), nullable=False)] if versions else []
    number = ("merchant_id", "customer_no")
    keys: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*number, name="pk_customers")]
    if versions:
        unique = "uq_customers_merchant_id_customer_no_version"
        keys = [
            sa.PrimaryKeyConstraint("customer_id", name="pk_customers"),
            sa.UniqueConstraint(*number, "version", name=unique),
        ]
    op.create_table(
        "customers",
        *own,
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
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
        *version,
        *_standing_columns(versions=versions),
        *keys,
        sa.CheckConstraint("consent IN (0, 1)", name=op.f("ck_customers_consent")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"], name="fk_customers_merchant_id"),
    )
    if versions:
        op.create_index("ix_customers_import_id_customer_id", "customers", ["import_id", "customer_id"])


def _make_customer_keys(customer: str, referred: list[str]) -> None:
    referring = ["merchant_id", customer][-len(referred) :]
    op.create_table(
        "customer_keys",
        sa.Column("merchant_id", Code(15)),
        sa.Column("lookup_key", Code(64)),
        sa.Column(customer, Minor() if customer == "customer_id" else Code(32), autoincrement=False),
        sa.PrimaryKeyConstraint("merchant_id", "lookup_key", customer, name="pk_customer_keys"),
        sa.ForeignKeyConstraint(referring, referred, name=f"fk_customer_keys_{'_'.join(referring)}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_customer_keys_{'_'.join(referring)}", "customer_keys", referring)


def _make_bills(*, versions: bool) -> None:
    number = ("merchant_id", "bill_no", *(["version"] if versions else []))
    owner = sa.ForeignKeyConstraint(
        ["merchant_id", "customer_no"],
        ["customers.merchant_id", "customers.customer_no"],
        name="fk_bills_merchant_id_customer_no",
    )
    op.create_table(
        "bills",
        sa.Column("bill_id", SurrogateKey, sa.Identity()),
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
        *_standing_columns(versions=versions),
        sa.PrimaryKeyConstraint("bill_id", name="pk_bills"),
        sa.UniqueConstraint(*number, name=f"uq_bills_{'_'.join(number)}"),
        *([] if versions else [owner]),
        postgresql_with={"fillfactor": 80},
    )
    due = ["merchant_id", "customer_no", "due_date", "bill_no"]
    op.create_index(f"ix_bills_{'_'.join(due)}", "bills", due)
    if versions:
        op.create_index("ix_bills_import_id_bill_id", "bills", ["import_id", "bill_id"])


def _make_imported_files() -> None:
    op.create_table(
        "imported_files",
        sa.Column("merchant_id", Code(15)),
        sa.Column("kind", Code(10)),
        sa.Column("sha256", Code(64)),
        sa.Column("name", Words(200), nullable=False),
        sa.Column("size_bytes", Minor(), nullable=False),
        sa.Column("rows_read", Minor(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "kind", "sha256", name="pk_imported_files"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_imported_files_merchant_id"
        ),
    )
    op.execute(
        "INSERT INTO imported_files SELECT merchant_id, kind, sha256, name, size_bytes, rows_read, who, began_at "
        "FROM imports i WHERE state = 'RELEASED' AND import_id = (SELECT MAX(import_id) FROM imports l "
        "WHERE l.merchant_id = i.merchant_id AND l.kind = i.kind AND l.sha256 = i.sha256 AND l.state = i.state)"
    )
