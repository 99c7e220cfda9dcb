"""Payouts of settled days are fixed: triggers refuse changes of where their money goes, and of their runs, as in 0017.

What a result says of a payout, and where a failed one goes next, is written as before.

Cost: triggers. It reads no rows, so the time does not depend on their number.
"""

from __future__ import annotations

from alembic import op

from offline_collect.store.schema import immutable_days

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    immutable_days.create_of_runs(op)


def downgrade() -> None:
    immutable_days.drop_of_runs(op)
