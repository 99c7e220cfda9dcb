"""The table of links' keys; it is of ``tables``' metadata."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from offline_collect.store.database.types import Code, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

link_keys = Table(
    "link_keys",
    metadata,
    # What links name; no key of the configuration is a row of the store.
    Column("key_name", Code(31), primary_key=True),
    Column("key_number", Minor, primary_key=True, autoincrement=False),
    Column("purpose", Code(3), nullable=False),
    Column("state", Code(8), nullable=False),
    Column("cipher", Code(3), nullable=False),
    Column("check_value", Code(6), nullable=False),
    # Encrypted under the master key of that check value; gone when the key has retired.
    Column("sealed", Code(200)),
    Column("master_check_value", Code(6), nullable=False),
    Column("made_by", Words(60), nullable=False),
    Column("made_through", Words(60)),
    Column("made_at", Instant, nullable=False),
    Column("completed_by", Words(60)),
    Column("changed_at", Instant, nullable=False),
    Column("retires_at", Instant),
    Index(None, "state"),
)
