"""What tellers' drawers were counted at.

Cost: an empty table. It reads no payments, so the time does not depend on their number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teller_counts",
        sa.Column("business_date", Day(), nullable=False),
        sa.Column("institution", Code(11), nullable=False),
        sa.Column("teller", Words(20), nullable=False),
        sa.Column("tender", Code(10), nullable=False),
        sa.Column("currency", Code(3), nullable=False),
        sa.Column("amount_minor", Minor(), nullable=False),
        sa.Column("who", Words(60), nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint(
            "business_date", "institution", "teller", "tender", "currency", name="pk_teller_counts"
        ),
        sa.ForeignKeyConstraint(
            ["business_date"], ["business_days.business_date"], name="fk_teller_counts_business_date"
        ),
    )


def downgrade() -> None:
    op.drop_table("teller_counts")
