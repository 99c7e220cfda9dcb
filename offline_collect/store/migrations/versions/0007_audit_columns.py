"""Audit rows have columns for their subject (type, id and merchant), and for the user who acted as another one.

Older rows keep their text, which holds action and subject, and their hash: version 1. Their subject is read from the
text into the columns, so that searches find them; it is not hashed. The rows are read and written once, 2,000 at a
time, and the table is locked until it ends. A trail grows with the actions of users and files, not with payments.

With 2,000,000 rows, on two shared cores that others kept busy, it took 674 s on PostgreSQL and 228 s on SQLite; 312 s
and 73 s of it were processor time. The disk space grew by 2.1 GiB on PostgreSQL and 1.2 GiB on SQLite, and the program
took 85 MiB of memory. 10,000,000 rows were not measured. It was not run on Oracle.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Flag, Words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000
_TRAIL = sa.table(
    "audit_trail",
    sa.column("sequence", sa.BigInteger()),
    sa.column("action", sa.Text()),
    sa.column("subject_type", sa.Text()),
    sa.column("subject_id", sa.Text()),
    sa.column("merchant_id", sa.Text()),
)
_PAYMENTS = sa.table("payments", sa.column("serial_number", sa.Text()), sa.column("merchant_id", sa.Text()))
_NUMBERED = {"bills": "bill", "customers": "customer"}
_REPORTS = ("details", "statement")
_COLUMNS = ("subject_type", "subject_id", "merchant_id")

Subject = tuple[str | None, str | None, str | None]


def upgrade() -> None:
    op.execute("ALTER TABLE audit_trail RENAME COLUMN who TO actor")
    op.execute("ALTER TABLE audit_trail RENAME COLUMN what TO action")
    for column in (
        sa.Column("version", Flag(), server_default="1", nullable=False),
        sa.Column("acting_through", Words(60)),
        sa.Column("subject_type", Code(20)),
        sa.Column("subject_id", Words(120)),
        sa.Column("merchant_id", Code(15)),
    ):
        op.add_column("audit_trail", column)
    if not op.get_context().as_sql:
        _fill(op.get_bind())
    # Built when the rows are filled, which takes less than to keep it up row by row.
    op.create_index("ix_audit_trail_merchant_id", "audit_trail", ["merchant_id", "sequence"])


def _fill(connection: sa.Connection) -> None:
    rows = sa.select(_TRAIL.c.sequence, _TRAIL.c.action).order_by(_TRAIL.c.sequence).limit(_AT_ONCE)
    fill = (
        sa.update(_TRAIL)
        .where(_TRAIL.c.sequence == sa.bindparam("row"))
        .values({name: sa.bindparam(f"new_{name}") for name in _COLUMNS})
    )
    last = 0
    while page := connection.execute(rows.where(_TRAIL.c.sequence > last)).all():
        last = page[-1].sequence
        filled = [
            {"row": number, **{f"new_{name}": part for name, part in zip(_COLUMNS, found, strict=True)}}
            for number, text in page
            if (found := _subject(connection, text)) is not None
        ]
        if filled:
            connection.execute(fill, filled)


def _subject(connection: sa.Connection, text: str) -> Subject | None:
    """Read what a row is about; None where this program has not written it."""
    match text.split(" "):
        case ["store", _]:
            return "store", None, None
        case ["day", "cutover", date]:
            return "day", date, None
        case ["user", _, name]:
            return "user", name, None
        case ["suspense", _, serial]:
            found = sa.select(_PAYMENTS.c.merchant_id).where(_PAYMENTS.c.serial_number == serial)
            return "payment", serial, connection.execute(found).scalar()
        case words:
            return _of_merchant(words)


def _of_merchant(words: list[str]) -> Subject | None:
    match words:
        case ["merchant" | "form" as thing, _, merchant]:
            return thing, merchant, merchant
        case ["bills" | "customers", "import", merchant]:
            return "import", None, merchant
        case ["imports", _, number, merchant]:
            return "import", number, merchant
        case ["bills", "settle-outside", "--file", merchant]:
            return "merchant", merchant, merchant
        case ["bills", "settle-outside", "--undo", merchant, *number] if number:
            return "bill", " ".join(number), merchant
        case ["bills" | "customers" as thing, _, merchant, *number] if number:
            return _NUMBERED[thing], " ".join(number), merchant
        case [report, merchant, dates] if report in _REPORTS:
            return "report", dates, merchant
        case _:
            return None


def downgrade() -> None:
    """Take the columns away; the chain no longer holds where rows of version 2 hashed them."""
    op.drop_index("ix_audit_trail_merchant_id", "audit_trail")
    for name in ("version", "acting_through", *_COLUMNS):
        op.drop_column("audit_trail", name)
    op.execute("ALTER TABLE audit_trail RENAME COLUMN actor TO who")
    op.execute("ALTER TABLE audit_trail RENAME COLUMN action TO what")
