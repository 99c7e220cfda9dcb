"""An index of the debits that came back: a merchant's statement finds those of its days without reading all its debits.

Cost: reads debit_records once. Locks them against writes meanwhile: results and batches wait, payments do not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INDEX = "ix_debit_records_merchant_id_return_serial"
_CAME_BACK = sa.text("return_serial IS NOT NULL")


def upgrade() -> None:
    columns = ["merchant_id", "return_serial"]
    op.create_index(_INDEX, "debit_records", columns, postgresql_where=_CAME_BACK, sqlite_where=_CAME_BACK)


def downgrade() -> None:
    op.drop_index(_INDEX, "debit_records")
