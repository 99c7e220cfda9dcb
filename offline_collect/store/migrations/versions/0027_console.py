"""The console: users' passwords and second factors, sessions, forms that were sent.

Cost: three empty tables; nothing else is read or locked.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Instant, Words

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_credentials()
    _create_sessions()
    op.create_table(
        "console_forms",
        sa.Column("token", Code(64), nullable=False),
        sa.Column("digest", Code(64), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("location", Words(500)),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_console_forms")),
    )
    op.create_index(op.f("ix_console_forms_sent_at"), "console_forms", ["sent_at"])


def _create_credentials() -> None:
    op.create_table(
        "user_credentials",
        sa.Column("name", Code(60), nullable=False),
        sa.Column("password_hash", Code(200)),
        sa.Column("must_change", sa.SmallInteger(), nullable=False),
        sa.Column("proposed_hash", Code(200)),
        sa.Column("totp_secret", Code(64)),
        sa.Column("proposed_totp", Code(64)),
        sa.Column("totp_step", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", Instant()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_user_credentials")),
        sa.ForeignKeyConstraint(["name"], ["users.name"], name=op.f("fk_user_credentials_name")),
        sa.CheckConstraint("must_change IN (0, 1)", name=op.f("ck_user_credentials_must_change")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_user_credentials_failures")),
    )


def _create_sessions() -> None:
    op.create_table(
        "console_sessions",
        sa.Column("digest", Code(64), nullable=False),
        sa.Column("name", Code(60), nullable=False),
        sa.Column("state", Code(10), nullable=False),
        sa.Column("address", Words(60), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_sessions")),
        sa.ForeignKeyConstraint(["name"], ["users.name"], name=op.f("fk_console_sessions_name")),
        sa.CheckConstraint(
            "state IN ('PREPARING', 'OPEN', 'EXPIRED', 'ENDED')", name=op.f("ck_console_sessions_state")
        ),
    )
    op.create_index(op.f("ix_console_sessions_name_began_at"), "console_sessions", ["name", "began_at"])


def downgrade() -> None:
    for name in ("console_forms", "console_sessions", "user_credentials"):
        op.drop_table(name)
