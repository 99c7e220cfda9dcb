"""The table of remembered mappings, in the metadata of ``tables``.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint

from offline_collect.store.database.types import Code, Document, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

mappings = Table(
    "mappings",
    metadata,
    Column("mapping_id", Minor, primary_key=True, autoincrement=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("kind", Code(10), nullable=False),
    # Of the set of the header's plain titles; see domain.imports.titles.
    Column("titles_digest", Code(64), nullable=False),
    Column("titles", Document, nullable=False),
    Column("document", Document, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("remembered_at", Instant, nullable=False),
    UniqueConstraint("merchant_id", "kind", "titles_digest"),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
)
