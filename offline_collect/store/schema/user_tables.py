"""The tables of users and of what they did; they are of ``tables``' metadata.

Whoever imports anything of the store imports this module too: ``offline_collect.store`` does.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Table

from offline_collect.store.database.types import Code, Document, Flag, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("sequence", Minor, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("what", Words(100), nullable=False),
    Column("before", Document),
    Column("after", Document),
    Column("hash", Code(64), nullable=False),
    # A row is chained to one row only, so that two writers never fork the chain.
    Column("previous_hash", Code(64), nullable=False, unique=True),
)

users = Table(
    "users",
    metadata,
    Column("name", Code(60), primary_key=True),
    # Roles by their names, in alphabetical order, a comma between two.
    Column("roles", Words(60), nullable=False),
    Column("disabled", Flag, nullable=False),
    Column("added_at", Instant, nullable=False),
    CheckConstraint("disabled IN (0, 1)", name="disabled"),
)
