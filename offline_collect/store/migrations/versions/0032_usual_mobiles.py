"""Mobile numbers of customers in their usual form: ``+86 138-0000-1234`` becomes ``13800001234``.

So customers who share a number are found, however their merchants wrote it. The rule is that of
:func:`offline_collect.domain.imports.telephones.usual_mobile`.

Cost: reads customers twice, and writes those with a number in another form and their index. Imports of customers wait
meanwhile, payments do not.
"""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_CODES = ("+86", "0086", "86")
_MOBILE = "1__________"


def upgrade() -> None:
    op.execute(
        "UPDATE customers SET mobile = REPLACE(REPLACE(mobile, ' ', ''), '-', '')"
        " WHERE mobile LIKE '% %' OR mobile LIKE '%-%'"
    )
    begin = " ".join(f"WHEN mobile LIKE '{code}{_MOBILE}' THEN {len(code) + 1}" for code in _CODES)
    coded = " OR ".join(f"mobile LIKE '{code}{_MOBILE}'" for code in _CODES)
    op.execute(f"UPDATE customers SET mobile = SUBSTR(mobile, CASE {begin} END) WHERE {coded}")  # noqa: S608 - words of ours


def downgrade() -> None:
    """Leave the numbers as they are: every version reads them."""
