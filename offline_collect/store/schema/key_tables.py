"""The table of links' keys; its metadata is that of ``tables``."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from offline_collect.store.database.types import Code, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

link_keys = Table(
    "link_keys",
    metadata,
    # The name that links use in the configuration; the store has no table of links.
    Column("key_name", Code(31), primary_key=True),
    Column("key_number", Minor, primary_key=True, autoincrement=False),
    Column("purpose", Code(3), nullable=False),
    Column("state", Code(8), nullable=False),
    Column("cipher", Code(3), nullable=False),
    Column("check_value", Code(6), nullable=False),
    # Encrypted under the master key with master_check_value; null in a retired key.
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
