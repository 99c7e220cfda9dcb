"""The register of files that merchants have sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Instant, Minor, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
            ["merchant_id"],
            ["merchants.merchant_id"],
            name="fk_imported_files_merchant_id",
        ),
    )


def downgrade() -> None:
    op.drop_table("imported_files")
