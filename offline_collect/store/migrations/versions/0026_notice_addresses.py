"""What payers say about notices: opt-outs, addresses that are not theirs or fail, consents with their proof.

Cost: empty tables, and one index of the customers with a mobile. It reads customers once and locks them against writes
meanwhile: imports of customers wait, payments do not.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

from offline_collect.store.database.types import Code, Instant, Words

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_INDEX = "ix_customers_merchant_id_mobile"
_WITH_MOBILE = sa.text("mobile IS NOT NULL")


def upgrade() -> None:
    keys = op.create_table(
        "address_keys",
        sa.Column("name", Code(10), nullable=False),
        sa.Column("secret", Code(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_address_keys")),
    )
    op.bulk_insert(keys, [{"name": "ADDRESS", "secret": secrets.token_hex(32)}])
    _create_opt_outs()
    _create_addresses()
    _create_consents()
    columns = ["merchant_id", "mobile"]
    op.create_index(_INDEX, "customers", columns, postgresql_where=_WITH_MOBILE, sqlite_where=_WITH_MOBILE)


def _create_opt_outs() -> None:
    op.create_table(
        "notice_opt_outs",
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("address", Code(64), nullable=False),
        sa.Column("notice_class", Code(10), nullable=False),
        sa.Column("shown", Words(254), nullable=False),
        sa.Column("source", Code(10), nullable=False),
        sa.Column("opted_out_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "address", "notice_class", name=op.f("pk_notice_opt_outs")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name=op.f("fk_notice_opt_outs_merchant_id")
        ),
        sa.CheckConstraint(
            "notice_class IN ('SERVICE', 'COMMERCIAL')", name=op.f("ck_notice_opt_outs_notice_class")
        ),
    )


def _create_addresses() -> None:
    op.create_table(
        "notice_addresses",
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("address", Code(64), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
        sa.Column("refused_at", Instant()),
        sa.Column("confirmed_at", Instant()),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "address", name=op.f("pk_notice_addresses")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name=op.f("fk_notice_addresses_merchant_id")
        ),
        sa.CheckConstraint("failed >= 0", name=op.f("ck_notice_addresses_failed")),
    )
    op.create_index(
        op.f("ix_notice_addresses_merchant_id_customer_no"),
        "notice_addresses",
        ["merchant_id", "customer_no"],
    )


def _create_consents() -> None:
    op.create_table(
        "notice_consents",
        sa.Column("merchant_id", Code(15), nullable=False),
        sa.Column("customer_no", Code(32), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("how", Words(60), nullable=False),
        sa.Column("proof", Words(500), nullable=False),
        sa.Column("withdrawn_at", Instant()),
        sa.PrimaryKeyConstraint("merchant_id", "customer_no", name=op.f("pk_notice_consents")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.merchant_id"], name=op.f("fk_notice_consents_merchant_id")
        ),
    )


def downgrade() -> None:
    op.drop_index(_INDEX, "customers")
    for name in ("notice_consents", "notice_addresses", "notice_opt_outs", "address_keys"):
        op.drop_table(name)
