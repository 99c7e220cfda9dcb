"""Mobile numbers of customers in their usual form: ``+86 138-0000-1234`` becomes ``13800001234``.

So customers who share a number are found, however their merchants wrote it. The rule is that of
``offline_collect.domain.texts.telephones`` as it was then. Digests of some numbers of other countries change with it: what was
said of such an address is said of the new one too.

Cost: reads customers once, and writes those with a number in another form and their index. Imports of customers wait
meanwhile, payments do not.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000

_CUSTOMERS = sa.table("customers", *(sa.column(name) for name in ("customer_id", "merchant_id", "mobile")))
_KEYS = sa.table("address_keys", sa.column("secret"))
_TOLD = (
    sa.table(
        "notice_opt_outs",
        *(
            sa.column(name)
            for name in ("merchant_id", "address", "notice_class", "shown", "source", "opted_out_at")
        ),
    ),
    sa.table(
        "notice_addresses",
        *(
            sa.column(name)
            for name in ("merchant_id", "address", "customer_no", "refused_at", "confirmed_at", "failed")
        ),
    ),
)

_NUMBER = re.compile(r"\+?[0-9]+")
_CHINA = re.compile(r"^\+?86(?=1[0-9]{10}$)")


def upgrade() -> None:
    # Where the migrations are only written down, there is nothing to read.
    if not op.get_context().as_sql:
        _rewrite(op.get_bind())


def _rewrite(connection: sa.Connection) -> None:
    secret = bytes.fromhex(connection.execute(sa.select(_KEYS.c.secret)).scalar_one())
    change = (
        sa.update(_CUSTOMERS)
        .where(_CUSTOMERS.c.customer_id == sa.bindparam("row"))
        .values(mobile=sa.bindparam("usual"))
    )
    for page in _pages(connection):
        changed = [
            {"row": row_id, "usual": usual}
            for row_id, _, mobile in page
            if (usual := _usual(mobile)) != mobile
        ]
        if changed:
            connection.execute(change, changed)
        moved = {
            (merchant_id, _digest(secret, before)): _digest(secret, after)
            for _, merchant_id, mobile in page
            if (before := _compared_before(mobile)) != (after := _compared(_usual(mobile)))
        }
        if moved:
            for table in _TOLD:
                _say_again(connection, table, moved)


def _pages(connection: sa.Connection) -> Iterator[Sequence[sa.Row[Any, Any, Any]]]:
    """Yield the customers whose numbers are not eleven digits, or the like, page by page."""
    own, last = _CUSTOMERS.c, 0
    marked = sa.or_(*(own.mobile.like(like) for like in ("%+%", "% %", "%-%", "00%", "86%")))
    while True:
        asked = sa.select(own.customer_id, own.merchant_id, own.mobile).where(own.customer_id > last, marked)
        page = connection.execute(asked.order_by(own.customer_id).limit(_AT_ONCE)).all()
        if not page:
            return
        yield page
        last = page[-1].customer_id


def _say_again(connection: sa.Connection, table: sa.TableClause, moved: dict[tuple[str, str], str]) -> None:
    """Copy what is said of addresses to those as they are called from now on, where nothing is said of them."""
    own = table.c
    digests = {before for _, before in moved} | set(moved.values())
    rows = connection.execute(sa.select(table).where(own.address.in_(digests))).mappings().all()
    there = {(row["merchant_id"], row["address"], row.get("notice_class")) for row in rows}
    copies: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    for row in rows:
        address = moved.get((row["merchant_id"], row["address"]))
        if address is not None:
            copies[row["merchant_id"], address, row.get("notice_class")] = {**row, "address": address}
    new = [row for key, row in copies.items() if key not in there]
    if new:
        connection.execute(sa.insert(table), new)


def _usual(text: str) -> str:
    plain = re.sub(r"[ ()-]", "", text)
    if not _NUMBER.fullmatch(plain):
        return text
    return _CHINA.sub("", re.sub(r"^00(?=[1-9])", "+", plain))


def _compared(usual: str) -> str:
    digits = re.sub(r"[^0-9]", "", usual)
    return f"+{digits}" if usual.startswith("+") and re.fullmatch(r"1[0-9]{10}", digits) else digits


def _compared_before(text: str) -> str:
    return re.sub(r"^(?:00)?86(?=1[0-9]{10}$)", "", re.sub(r"[^0-9]", "", text))


def _digest(secret: bytes, text: str) -> str:
    return hmac.digest(secret, f"MOBILE:{text}".encode(), hashlib.sha256).hex()


def downgrade() -> None:
    """Leave the numbers as they are: every version reads them."""
