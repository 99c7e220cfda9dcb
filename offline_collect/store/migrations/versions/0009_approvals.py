"""Requests that wait for another user, and the operating system's accounts of users.

Cost: an empty table, a counter, and an empty column and an index of users, which are locked until it ends. It reads no
payments, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Document, Instant, Minor, Words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("approval_id", Minor(), autoincrement=False, nullable=False),
        sa.Column("action", Code(40), nullable=False),
        sa.Column("merchant_id", Code(15)),
        sa.Column("organisation_id", Code(15), nullable=False),
        sa.Column("subject", Words(120), nullable=False),
        sa.Column("payload", Document(), nullable=False),
        sa.Column("asked_by", Words(60), nullable=False),
        sa.Column("asked_through", Words(60)),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("decided_by", Words(60)),
        sa.Column("decided_through", Words(60)),
        sa.Column("decided_at", Instant()),
        sa.Column("reason", Words(200)),
        sa.PrimaryKeyConstraint("approval_id", name="pk_approvals"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.organisation_id"],
            name="fk_approvals_organisation_id",
        ),
    )
    op.create_index("ix_approvals_state_asked_by", "approvals", ["state", "asked_by"])
    op.execute("INSERT INTO serial_counters (name, next_number) VALUES ('approvals', 1)")
    op.add_column("users", sa.Column("os_account", Words(60)))
    op.create_index("ix_users_os_account", "users", ["os_account"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_users_os_account", "users")
    op.drop_column("users", "os_account")
    op.execute("DELETE FROM serial_counters WHERE name = 'approvals'")
    op.drop_table("approvals")
