"""Secrets of second factors are encrypted under the master key: room for them.

Secrets that are there stay as they are until the console starts, which has the master key and encrypts them.

Cost: the credentials are locked for a moment; there are as many as users.
"""

from __future__ import annotations

from alembic import op

from offline_collect.store.database.types import Code

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_SECRETS = ("totp_secret", "proposed_totp")


def upgrade() -> None:
    _widen(64, 300)


def downgrade() -> None:
    # A program of before cannot read an encrypted secret. Nobody signs in with a password alone who had a second
    # factor: an ADMIN sets him a new password.
    op.execute(
        "UPDATE user_credentials SET password_hash = NULL, totp_secret = NULL WHERE totp_secret LIKE '%:%'"
    )
    op.execute("UPDATE user_credentials SET proposed_totp = NULL WHERE proposed_totp LIKE '%:%'")
    _widen(300, 64)


def _widen(before: int, after: int) -> None:
    with op.batch_alter_table("user_credentials") as table:
        for name in _SECRETS:
            table.alter_column(name, existing_type=Code(before), type_=Code(after), existing_nullable=True)
