"""Mappings of merchants' files, remembered by the titles of the header.

Cost: an empty table and a counter. It reads no payments, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Document, Instant, Minor, Words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mappings",
        sa.Column("mapping_id", Minor(), autoincrement=False, nullable=False),
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("kind", Code(10), nullable=False),
        sa.Column("titles_digest", Code(64), nullable=False),
        sa.Column("titles", Document(), nullable=False),
        sa.Column("document", Document(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("remembered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("mapping_id", name="pk_mappings"),
        sa.UniqueConstraint(
            "merchant_id",
            "kind",
            "titles_digest",
            name="uq_mappings_merchant_id_kind_titles_digest",
        ),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"], name="fk_mappings_merchant_id"),
    )
    op.execute("INSERT INTO serial_counters (name, next_number) VALUES ('mappings', 1)")


def downgrade() -> None:
    op.execute("DELETE FROM serial_counters WHERE name = 'mappings'")
    op.drop_table("mappings")
