"""Half of each page of bills stays free on PostgreSQL, so that a payment's change of a bill stays on its page.

A change that stays on its page (a "HOT" update) writes no index. Of bills paid in the order in which they were
imported, a third stayed on their pages when a fifth of the page was free; with this, all do.

Cost: a change of the catalogue, milliseconds whatever the store holds; reads and payments go on. Pages that are full
already stay as they are: bills imported later profit. On SQLite and Oracle nothing is changed.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FILLED_PERCENT = 45
_FORMER_PERCENT = 80


def upgrade() -> None:
    _fill(_FILLED_PERCENT)


def downgrade() -> None:
    _fill(_FORMER_PERCENT)


def _fill(percent: int) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE bills SET (fillfactor = {percent})")
