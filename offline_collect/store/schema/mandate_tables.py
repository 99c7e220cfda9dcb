"""The table of what was decided about mandates, in the metadata of ``tables``.

The terms of a mandate are columns of its customer, which imports replace. A decision is kept by the mandate's reference,
so that no import takes it back.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, text

from offline_collect.store.database.types import Code, Day, Instant, Words
from offline_collect.store.schema.tables import customers, metadata

mandates = Table(
    "mandates",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("reference", Code(32), primary_key=True),
    # Of the customer at the first decision: no other customer of the merchant gets the reference.
    Column("customer_no", Code(32), nullable=False),
    Column("state", Code(10), nullable=False),
    # Of the decision that it was signed; else the customer's own columns say it.
    Column("signed_on", Day),
    # SHA-256 of the signed form.
    Column("form_digest", Code(64)),
    # Who wanted it: the payer, or a bank; NULL for an operator, the clock and an upgrade.
    Column("party", Code(10)),
    Column("reason", Words(200)),
    Column("decided_by", Words(60), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    # PROPOSED is the state of a mandate about which nothing was decided.
    CheckConstraint("state IN ('ACTIVE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')", name="state"),
)

_WITH_MANDATE = text("mandate_ref IS NOT NULL")

# Of customers with a mandate alone: imports of others do not write it, and no lane's plan can choose it.
Index(
    "ix_customers_merchant_id_mandate_ref",
    customers.c.merchant_id,
    customers.c.mandate_ref,
    postgresql_where=_WITH_MANDATE,
    sqlite_where=_WITH_MANDATE,
)
