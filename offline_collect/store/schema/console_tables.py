"""The tables of the console: how users sign in, their sessions, and forms that were sent.

Every import from the store imports this module too: ``offline_collect.store`` does so.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table

from offline_collect.store.database.types import Code, Flag, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

user_credentials = Table(
    "user_credentials",
    metadata,
    Column("name", Code(60), primary_key=True),
    # Argon2id, with its parameters and salt; NULL until a password was set and approved.
    Column("password_hash", Code(200)),
    Column("must_change", Flag, nullable=False),
    # A password that waits for a second person.
    Column("proposed_hash", Code(200)),
    # The secret of the second factor, under the master key; a proposed one counts once its user has given a code of it.
    Column("totp_secret", Code(300)),
    Column("proposed_totp", Code(300)),
    # The time step of the last code that was taken: no code is taken twice.
    Column("totp_step", Minor),
    # Wrong passwords in a row.
    Column("failures", Integer, nullable=False),
    Column("failed_at", Instant),
    ForeignKeyConstraint(["name"], ["users.name"]),
    CheckConstraint("must_change IN (0, 1)", name="must_change"),
    CheckConstraint("failures >= 0", name="failures"),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    # SHA-256 of what the browser has: a copy of the table opens no session.
    Column("digest", Code(64), primary_key=True),
    Column("name", Code(60), nullable=False),
    Column("state", Code(10), nullable=False),
    Column("address", Words(60), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("confirmed_at", Instant, nullable=False),
    Column("ended_at", Instant),
    ForeignKeyConstraint(["name"], ["users.name"]),
    Index(None, "name", "began_at"),
    CheckConstraint("state IN ('PREPARING', 'OPEN', 'EXPIRED', 'ENDED')", name="state"),
)

# One row for each form that was sent: a form that comes twice makes one change.
console_forms = Table(
    "console_forms",
    metadata,
    Column("token", Code(64), primary_key=True),
    Column("digest", Code(64), nullable=False),
    Column("sent_at", Instant, nullable=False),
    # Where its answer is; NULL while it is carried out.
    Column("location", Words(500)),
    Index(None, "sent_at"),
)
