"""What receivers of notices report: their own id of a message, and when they told what became of it.

Cost: two empty columns and an index of one of them. PostgreSQL reads the notices once for the index, and writes to them
wait for it; SQLite does not write them again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Instant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "notice_deliveries", "ix_notice_deliveries_receipt"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("receipt", Code(64)))
    op.add_column(_TABLE, sa.Column("reported_at", Instant()))
    some = sa.text("receipt IS NOT NULL")
    op.create_index(_INDEX, _TABLE, ["receipt"], postgresql_where=some, sqlite_where=some)


def downgrade() -> None:
    # A program of before knows no reports: it has sent these, and what the receiver told is forgotten.
    op.execute(f"UPDATE {_TABLE} SET state = 'SENT' WHERE state = 'DELIVERED'")  # noqa: S608 - a name of ours
    op.execute(f"UPDATE {_TABLE} SET state = 'DEAD' WHERE state = 'FAILED'")  # noqa: S608 - likewise
    op.drop_index(_INDEX, _TABLE)
    with op.batch_alter_table(_TABLE) as table:
        table.drop_column("reported_at")
        table.drop_column("receipt")
