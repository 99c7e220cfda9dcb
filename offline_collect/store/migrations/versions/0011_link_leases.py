"""Leases of connections to partners that listen.

Cost: one empty table; no other table is read or changed, so it takes milliseconds whatever the store holds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Minor, Words

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_leases",
        sa.Column("link_name", Code(31), nullable=False),
        sa.Column("holder", Words(80)),
        sa.Column("beat", Minor(), nullable=False),
        sa.PrimaryKeyConstraint("link_name", name="pk_link_leases"),
    )


def downgrade() -> None:
    op.drop_table("link_leases")
