"""The tables of users and of their actions, in the metadata of ``tables``.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table

from offline_collect.store.database.types import Code, Document, Flag, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("sequence", Minor, primary_key=True, autoincrement=False),
    # 1: ``action`` is one text with action and subject; the subject columns were read from it and are not hashed.
    Column("version", Flag, nullable=False, server_default="1"),
    Column("at", Instant, nullable=False),
    Column("actor", Words(60), nullable=False),
    Column("acting_through", Words(60)),
    Column("action", Words(100), nullable=False),
    Column("subject_type", Code(20)),
    Column("subject_id", Words(120)),
    Column("merchant_id", Code(15)),
    Column("before", Document),
    Column("after", Document),
    Column("hash", Code(64), nullable=False),
    # At most one row is chained to a row, so that two writers never fork the chain.
    Column("previous_hash", Code(64), nullable=False, unique=True),
    Index("ix_audit_trail_merchant_id", "merchant_id", "sequence"),
)

users = Table(
    "users",
    metadata,
    Column("name", Code(60), primary_key=True),
    # Names of roles in alphabetical order, separated by commas.
    Column("roles", Words(60), nullable=False),
    Column("disabled", Flag, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("organisation_id", Code(15), nullable=False),
    ForeignKeyConstraint(["organisation_id"], ["organisations.organisation_id"]),
    # The user's account of the operating system; NULL for none.
    Column("os_account", Words(60)),
    Index(None, "os_account", unique=True),
    CheckConstraint("disabled IN (0, 1)", name="disabled"),
)

# The merchants of merchant users; users of a bank have none.
user_merchants = Table(
    "user_merchants",
    metadata,
    Column("name", Code(60), primary_key=True),
    Column("merchant_id", Code(15), primary_key=True),
    ForeignKeyConstraint(["name"], ["users.name"]),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    Index(None, "merchant_id"),
)
