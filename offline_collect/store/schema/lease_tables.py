"""The table of leases: which server holds the connection to a partner that listens."""

from __future__ import annotations

from sqlalchemy import Column, Table

from offline_collect.store.database.types import Code, Minor, Words
from offline_collect.store.schema.tables import metadata

link_leases = Table(
    "link_leases",
    metadata,
    Column("link_name", Code(31), primary_key=True),
    Column("holder", Words(80)),
    Column("beat", Minor, nullable=False),
)
