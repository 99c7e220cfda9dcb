"""Keys of links, encrypted.

Cost: an empty table and a counter; it locks nothing that is in use. It reads no payments, so the time does not depend
on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Instant, Minor, Words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_keys",
        sa.Column("key_name", Code(31), nullable=False),
        sa.Column("key_number", Minor(), autoincrement=False, nullable=False),
        sa.Column("purpose", Code(3), nullable=False),
        sa.Column("state", Code(8), nullable=False),
        sa.Column("cipher", Code(3), nullable=False),
        sa.Column("check_value", Code(6), nullable=False),
        sa.Column("sealed", Code(200)),
        sa.Column("master_check_value", Code(6), nullable=False),
        sa.Column("made_by", Words(60), nullable=False),
        sa.Column("made_through", Words(60)),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("completed_by", Words(60)),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("retires_at", Instant()),
        sa.PrimaryKeyConstraint("key_name", "key_number", name="pk_link_keys"),
    )
    op.create_index("ix_link_keys_state", "link_keys", ["state"])
    op.execute("INSERT INTO serial_counters (name, next_number) VALUES ('link keys', 1)")


def downgrade() -> None:
    op.execute("DELETE FROM serial_counters WHERE name = 'link keys'")
    op.drop_table("link_keys")
