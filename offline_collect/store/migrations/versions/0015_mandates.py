"""Mandates have a life: their terms are columns of customers, and what was decided about them is kept by reference.

A mandate that was ACTIVE stays so, and a SUSPENDED one too: both become decisions, which no import takes back. The rows
of imports that wait count as well. Where several rows have a reference, a suspension of one holds for it.

Cost: PostgreSQL and Oracle add the columns without writing rows, and read the customers for the index and the decisions.
SQLite writes the customers once more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TERMS: Mapping[str, Any] = {
    "debit_bank": Code(14),
    "mandate_signed_on": Day(),
    "mandate_from": Day(),
    "mandate_to": Day(),
    "mandate_purpose": Words(90),
    "mandate_cycle": Code(10),
    "mandate_cycle_limit_minor": Minor(),
}
_REFERENCES = "ix_customers_merchant_id_mandate_ref"
_customers = sa.table(
    "customers",
    *map(sa.column, ("merchant_id", "customer_no", "mandate_ref", "mandate_status", "standing", "import_id")),
)
_imports = sa.table("imports", sa.column("import_id"), sa.column("state"))
_mandates = sa.table(
    "mandates",
    sa.column("merchant_id", Code(15)),
    sa.column("reference", Code(32)),
    sa.column("customer_no", Code(32)),
    sa.column("state", Code(10)),
    sa.column("decided_by", Words(60)),
    sa.column("decided_at", Instant()),
    sa.column("version", sa.Integer()),
)


def upgrade() -> None:
    op.create_table(
        "mandates",
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("reference", Code(32), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("signed_on", Day()),
        sa.Column("form_digest", Code(64)),
        sa.Column("party", Code(10)),
        sa.Column("reason", Words(200)),
        sa.Column("decided_by", Words(60), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "reference", name=op.f("pk_mandates")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name=op.f("fk_mandates_merchant_id")
        ),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')", name=op.f("ck_mandates_state")
        ),
    )
    _keep_decisions()
    for name, type_ in _TERMS.items():
        op.add_column("customers", sa.Column(name, type_))
    op.drop_column("customers", "mandate_status")
    with_mandate = sa.text("mandate_ref IS NOT NULL")
    op.create_index(
        _REFERENCES,
        "customers",
        ["merchant_id", "mandate_ref"],
        postgresql_where=with_mandate,
        sqlite_where=with_mandate,
    )


def downgrade() -> None:
    """Take the terms away: a mandate that is not ACTIVE or SUSPENDED is none."""
    op.drop_index(_REFERENCES, "customers")
    status: sa.Column[str] = sa.Column("mandate_status", Code(10), server_default="NONE", nullable=False)
    op.add_column("customers", status)
    op.execute(
        "UPDATE customers SET mandate_status = 'ACTIVE' "
        "WHERE mandate_ref IS NOT NULL AND mandate_signed_on IS NOT NULL"
    )
    for state in ("ACTIVE", "SUSPENDED", "CANCELLED", "EXPIRED"):
        former = state if state in {"ACTIVE", "SUSPENDED"} else "NONE"
        op.execute(_set_status(former, state))
    for name in _TERMS:
        op.drop_column("customers", name)
    op.drop_table("mandates")


def _keep_decisions() -> None:
    row = _customers.c
    gone = sa.select(_imports.c.import_id).where(_imports.c.state.in_(["REJECTED", "UNDONE"]))
    staged = sa.and_(row.standing == "STAGED", row.import_id.not_in(gone))
    suspended = sa.func.max(sa.case((row.mandate_status == "SUSPENDED", 1), else_=0))
    decided = sa.case((suspended == 1, "SUSPENDED"), else_="ACTIVE")
    found = (
        sa.select(
            row.merchant_id,
            row.mandate_ref,
            sa.func.min(row.customer_no),
            decided,
            sa.literal("upgrade", Words(60)),
            sa.literal(dt.datetime.now(dt.UTC), Instant()),
            sa.literal(1, sa.Integer()),
        )
        .where(
            row.mandate_ref.is_not(None),
            row.mandate_status.in_(["ACTIVE", "SUSPENDED"]),
            sa.or_(row.standing.is_(None), staged),
        )
        .group_by(row.merchant_id, row.mandate_ref)
    )
    op.execute(_mandates.insert().from_select(list(_mandates.c.keys()), found))


def _set_status(status: str, state: str) -> sa.Update:
    decided = sa.exists().where(
        _mandates.c.merchant_id == _customers.c.merchant_id,
        _mandates.c.reference == _customers.c.mandate_ref,
        _mandates.c.state == state,
    )
    return _customers.update().where(decided).values(mandate_status=status)
