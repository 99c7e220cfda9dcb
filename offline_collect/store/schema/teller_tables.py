"""The table of what tellers' drawers were counted at, in the metadata of ``tables``.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Table

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

teller_counts = Table(
    "teller_counts",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("institution", Code(11), primary_key=True),
    Column("teller", Words(20), primary_key=True),
    Column("tender", Code(10), primary_key=True),
    Column("currency", Code(3), primary_key=True),
    Column("amount_minor", Minor, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("counted_at", Instant, nullable=False),
    ForeignKeyConstraint(["business_date"], ["business_days.business_date"]),
)
