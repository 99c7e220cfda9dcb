"""The table of manual postings, and the index of the payments that wait for one, in the metadata of ``tables``.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, text

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata, payments

office_postings = Table(
    "office_postings",
    metadata,
    Column("serial_number", Code(20), primary_key=True),
    Column("kind", Code(10), nullable=False),
    Column("payment_serial", Code(20), nullable=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("bill_no", Code(32)),
    Column("customer_no", Code(32)),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("principal_minor", Minor, nullable=False),
    Column("late_fee_minor", Minor, nullable=False),
    Column("waived_minor", Minor, nullable=False),
    Column("owed_principal_minor", Minor, nullable=False),
    Column("owed_late_fee_minor", Minor, nullable=False),
    Column("business_date", Day, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("reason", Words(200)),
    Column("reference", Words(60)),
    Column("paid_on", Day),
    Column("payment_line", Integer, nullable=False, server_default="1"),
    # The payment's serial number and line if the posting ends the payment's state: this happens at most once.
    # Both are NULL otherwise: on Oracle, a key of which only a part is NULL is unique too.
    Column("settles", Code(20)),
    Column("settles_line", Integer),
    UniqueConstraint("settles", "settles_line"),
    Index(None, "payment_serial"),
    Index(None, "merchant_id", "bill_no"),
)

_IN_SUSPENSE = text("state = 'SUSPENSE'")

# Payments in suspense: few, and other payments do not change it.
Index(
    "ix_payments_suspended",
    *(payments.c.state, payments.c.serial_number, payments.c.line),
    postgresql_where=_IN_SUSPENSE,
    sqlite_where=_IN_SUSPENSE,
)
