"""Where notices to a merchant itself go.

Cost: three empty columns; it locks the merchants for a moment.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Words

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_CONTACTS = ("contact_mobile", "contact_email", "contact_app_user")


def upgrade() -> None:
    for name in _CONTACTS:
        op.add_column("merchants", sa.Column(name, Words(100)))


def downgrade() -> None:
    # A program of before does not know this kind, and its senders would stop at the first.
    for name in ("outbox", "notice_deliveries", "notice_templates"):
        op.execute(f"DELETE FROM {name} WHERE kind = 'STATEMENT_READY'")  # noqa: S608 - the names are written here
    with op.batch_alter_table("merchants") as table:
        for name in _CONTACTS:
            table.drop_column(name)
