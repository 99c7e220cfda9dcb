"""The tables of what settled days leave behind: vouchers, and which files were written; in the metadata of ``tables``.

Every import from the store imports this module too: the settling of days does so.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Table

from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

# Written with the settlement; triggers refuse every change (``immutable_days``).
voucher_lines = Table(
    "voucher_lines",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("organisation_id", Code(15), primary_key=True),
    Column("currency", Code(3), primary_key=True),
    Column("account", Code(20), primary_key=True),
    Column("owner", Code(15), primary_key=True),
    Column("debits_minor", Minor, nullable=False),
    Column("credits_minor", Minor, nullable=False),
    sqlite_with_rowid=False,
)

# The last time that the files of a settled day were written whole, by kind.
day_documents = Table(
    "day_documents",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("kind", Code(12), primary_key=True),
    Column("files", Minor, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("written_at", Instant, nullable=False),
    ForeignKeyConstraint(["business_date"], ["business_days.business_date"]),
)
