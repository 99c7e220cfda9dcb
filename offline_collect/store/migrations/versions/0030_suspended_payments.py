"""An index of the payments in suspense: pages that list them read those alone, not every payment.

Cost: each payment is read once, and payments wait for it. Oracle, which has no index of some rows, indexes all of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_INDEX, _TABLE = "ix_payments_suspended", "payments"


def upgrade() -> None:
    some = sa.text("state = 'SUSPENSE'")
    columns = ["state", "serial_number", "line"]
    op.create_index(_INDEX, _TABLE, columns, postgresql_where=some, sqlite_where=some)


def downgrade() -> None:
    op.drop_index(_INDEX, _TABLE)
