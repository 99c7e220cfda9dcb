"""The table of the group, its banks and their branches, in the metadata of ``tables``.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Table, UniqueConstraint

from offline_collect.store.database.types import Code, Words
from offline_collect.store.schema.tables import metadata

organisations = Table(
    "organisations",
    metadata,
    Column("organisation_id", Code(15), primary_key=True),
    Column("kind", Code(10), nullable=False),
    Column("name", Words(60), nullable=False),
    Column("parent_id", Code(15)),
    # A subtree is a range of this index; see sql/scope.
    Column("path", Code(64), nullable=False),
    UniqueConstraint("path"),
    ForeignKeyConstraint(["parent_id"], ["organisations.organisation_id"]),
    CheckConstraint("kind IN ('GROUP', 'BANK', 'BRANCH')", name="kind"),
)
