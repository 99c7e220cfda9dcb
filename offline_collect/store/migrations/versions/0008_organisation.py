"""The group, its banks and their branches; what each merchant and user belongs to.

Every store gets a group and one bank. The merchants that there are belong to the bank, and so do the users;
administrators belong to the group, so that somebody can add another bank.

Cost: SQLite writes the rows of merchants and users once more; other databases add a column. Both tables are locked
until it ends, so servers must be stopped. It reads no payments, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BANK = "BANK"
_BELONGING = ("merchants", "users")


def upgrade() -> None:
    organisations = op.create_table(
        "organisations",
        sa.Column("organisation_id", Code(15), nullable=False),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("name", Words(60), nullable=False),
        sa.Column("parent_id", Code(15)),
        sa.Column("path", Code(64), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisations"),
        sa.UniqueConstraint("path", name="uq_organisations_path"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisations.organisation_id"], name="fk_organisations_parent_id"
        ),
        sa.CheckConstraint("kind IN ('GROUP', 'BANK', 'BRANCH')", name=op.f("ck_organisations_kind")),
    )
    columns = ("organisation_id", "kind", "name", "parent_id", "path")
    rows = [("GROUP", "GROUP", "Group", None, "/"), (_BANK, "BANK", "Bank", "GROUP", "/BANK/")]
    op.bulk_insert(organisations, [dict(zip(columns, row, strict=True)) for row in rows])
    for table in _BELONGING:
        _belong(table)
    op.create_index("ix_merchants_organisation_id", "merchants", ["organisation_id"])
    op.execute(
        "UPDATE users SET organisation_id = 'GROUP'"
        " WHERE roles = 'ADMIN' OR roles LIKE 'ADMIN,%' OR roles LIKE '%,ADMIN,%' OR roles LIKE '%,ADMIN'"
    )
    op.create_table(
        "user_merchants",
        sa.Column("name", Code(60), nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.PrimaryKeyConstraint("name", "merchant_id", name="pk_user_merchants"),
        sa.ForeignKeyConstraint(["name"], ["users.name"], name="fk_user_merchants_name"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name="fk_user_merchants_merchant_id"
        ),
    )
    op.create_index("ix_user_merchants_merchant_id", "user_merchants", ["merchant_id"])


def _belong(table: str) -> None:
    """Let rows belong to an organisation: those that there are to the bank, later ones to what they name."""
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column("organisation_id", Code(15), nullable=False, server_default=_BANK))
    with op.batch_alter_table(table) as batch:
        batch.alter_column(
            "organisation_id", existing_type=Code(15), existing_nullable=False, server_default=None
        )
        batch.create_foreign_key(
            f"fk_{table}_organisation_id", "organisations", ["organisation_id"], ["organisation_id"]
        )


def downgrade() -> None:
    op.drop_table("user_merchants")
    op.drop_index("ix_merchants_organisation_id", "merchants")
    for table in reversed(_BELONGING):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_organisation_id", type_="foreignkey")
            batch.drop_column("organisation_id")
    op.drop_table("organisations")
