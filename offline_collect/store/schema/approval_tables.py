"""The table of requests that wait for another user, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table

from offline_collect.store.database.types import Code, Document, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

approvals = Table(
    "approvals",
    metadata,
    Column("approval_id", Minor, primary_key=True, autoincrement=False),
    Column("action", Code(40), nullable=False),
    # No foreign key: a requested merchant does not exist yet.
    Column("merchant_id", Code(15)),
    Column("organisation_id", Code(15), nullable=False),
    Column("subject", Words(120), nullable=False),
    Column("payload", Document, nullable=False),
    Column("asked_by", Words(60), nullable=False),
    Column("asked_through", Words(60)),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", Code(10), nullable=False),
    Column("decided_by", Words(60)),
    Column("decided_through", Words(60)),
    Column("decided_at", Instant),
    Column("reason", Words(200)),
    ForeignKeyConstraint(["organisation_id"], ["organisations.organisation_id"]),
    Index(None, "state", "asked_by"),
)
