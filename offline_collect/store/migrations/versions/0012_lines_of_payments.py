"""Payments of several bills: a payment is named by its serial number and line; rows of before are line 1.

Payments get the payer's fee too. PostgreSQL and Oracle add the columns without writing rows, and build the payments'
key and the index of the totals anew. SQLite cannot change a key: it writes the payments and manual postings once
more. The tables are locked until it ends, so servers have to be stopped.

With 10,000,000 payments it took 20 s on PostgreSQL and 240 s on SQLite (two shared cores, other work beside it), and
76 MiB of memory; SQLite needs the space of the payments once more. On Oracle it was not run.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Flag, Instant, Minor, Words

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Statements are made of names in this module alone.
# ruff: noqa: S608

_TOTALS = ["business_date", "institution", "currency", "in_totals"]
_PAYMENT = (
    "serial_number, key, merchant_id, bill_no, customer_no, amount_minor, currency, principal_minor, "
    "late_fee_minor, waived_minor, owed_principal_minor, owed_late_fee_minor, channel, tender, teller, "
    "institution, terminal, business_date, posted_at, approval_code, state, state_by, in_totals, notified"
)


def upgrade() -> None:
    for table in ("entries", "outbox"):
        op.add_column(table, _line("payment_line"))
    op.add_column("office_postings", _line("payment_line"))
    op.add_column("office_postings", sa.Column("settles_line", sa.Integer()))
    op.execute("UPDATE office_postings SET settles_line = 1 WHERE settles IS NOT NULL")
    with op.batch_alter_table("office_postings") as batch:
        batch.drop_constraint("uq_office_postings_settles", type_="unique")
        batch.create_unique_constraint("uq_office_postings_settles_settles_line", ["settles", "settles_line"])
    _rekey_payments(lines=True)


def downgrade() -> None:
    """Take the lines away: of several bills only the first one stays, which `verify` says."""
    op.execute("DELETE FROM payments WHERE line > 1")
    _rekey_payments(lines=False)
    with op.batch_alter_table("office_postings") as batch:
        batch.drop_constraint("uq_office_postings_settles_settles_line", type_="unique")
        batch.create_unique_constraint("uq_office_postings_settles", ["settles"])
    op.drop_column("office_postings", "settles_line")
    for table in ("office_postings", "outbox", "entries"):
        op.drop_column(table, "payment_line")


def _line(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="1", nullable=False)


def _rekey_payments(*, lines: bool) -> None:
    if op.get_context().dialect.name == "sqlite":
        _copy_payments(lines=lines)
        return
    op.drop_index("ix_payments_totals", "payments")
    if lines:
        op.add_column("payments", sa.Column("payer_fee_minor", Minor(), server_default="0", nullable=False))
        op.add_column("payments", _line("line"))
    op.drop_constraint("pk_payments", "payments", type_="primary")
    op.create_primary_key(
        "pk_payments", "payments", ["serial_number", "line"] if lines else ["serial_number"]
    )
    if not lines:
        op.drop_column("payments", "line")
        op.drop_column("payments", "payer_fee_minor")
    _index_totals(lines=lines)


def _copy_payments(*, lines: bool) -> None:
    op.rename_table("payments", "kept_payments")
    further: list[sa.schema.SchemaItem] = [sa.PrimaryKeyConstraint("serial_number", name="pk_payments")]
    if lines:
        further = [
            sa.Column("payer_fee_minor", Minor(), server_default="0", nullable=False),
            sa.Column("line", sa.Integer(), server_default="1", autoincrement=False, nullable=False),
            sa.PrimaryKeyConstraint("serial_number", "line", name="pk_payments"),
        ]
    op.create_table(
        "payments",
        sa.Column("serial_number", Code(20), nullable=False),
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
        sa.CheckConstraint("in_totals IN (0, 1)", name=op.f("ck_payments_in_totals")),
        sa.CheckConstraint("notified IN (0, 1)", name=op.f("ck_payments_notified")),
        *further,
    )
    op.execute(f"INSERT INTO payments ({_PAYMENT}) SELECT {_PAYMENT} FROM kept_payments ORDER BY rowid")
    op.drop_table("kept_payments")
    op.create_index("ix_payments_merchant_id_bill_no", "payments", ["merchant_id", "bill_no"])
    _index_totals(lines=lines)


def _index_totals(*, lines: bool) -> None:
    columns = [*_TOTALS, "line", "amount_minor"] if lines else [*_TOTALS, "amount_minor"]
    op.create_index("ix_payments_totals", "payments", columns)
