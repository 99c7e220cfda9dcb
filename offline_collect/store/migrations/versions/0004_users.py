"""Users of the back office and their roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Flag, Instant, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("name", Code(60), nullable=False),
        sa.Column("roles", Words(60), nullable=False),
        sa.Column("disabled", Flag(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
        sa.CheckConstraint("disabled IN (0, 1)", name=op.f("ck_users_disabled")),
    )


def downgrade() -> None:
    op.drop_table("users")
