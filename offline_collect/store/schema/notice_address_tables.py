"""Tables of what is known of payers' addresses and of their consent, in the metadata of ``tables``.

An address is kept as a digest with the store's own key: it is only compared. Who may see it finds it at its customer.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, text

from offline_collect.domain.notices.consent import HOW_MAX, PROOF_MAX
from offline_collect.store.database.types import Code, Instant, Words
from offline_collect.store.schema.tables import customers, metadata

address_keys = Table(
    "address_keys",
    metadata,
    Column("name", Code(10), primary_key=True),
    # 32 random bytes in hex, made by the migration; another one would make the store forget who opted out.
    Column("secret", Code(64), nullable=False),
)

notice_opt_outs = Table(
    "notice_opt_outs",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("address", Code(64), primary_key=True),
    Column("notice_class", Code(10), primary_key=True),
    # The masked address, for people.
    Column("shown", Words(254), nullable=False),
    Column("source", Code(10), nullable=False),
    Column("opted_out_at", Instant, nullable=False),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    CheckConstraint("notice_class IN ('SERVICE', 'COMMERCIAL')", name="notice_class"),
)

notice_addresses = Table(
    "notice_addresses",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("address", Code(64), primary_key=True),
    # The customer whose notice went there last.
    Column("customer_no", Code(32), nullable=False),
    # Its owner said that he is not the customer.
    Column("refused_at", Instant),
    # A user knows that several customers have it.
    Column("confirmed_at", Instant),
    # Messages that failed for good because of the address.
    Column("failed", Integer, nullable=False),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    CheckConstraint("failed >= 0", name="failed"),
    Index(None, "merchant_id", "customer_no"),
)

notice_consents = Table(
    "notice_consents",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("customer_no", Code(32), primary_key=True),
    Column("given_at", Instant, nullable=False),
    Column("how", Words(HOW_MAX), nullable=False),
    Column("proof", Words(PROOF_MAX), nullable=False),
    Column("withdrawn_at", Instant),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
)

_WITH_MOBILE = text("mobile IS NOT NULL")

# Which customers of a merchant have the same mobile number.
Index(
    "ix_customers_merchant_id_mobile",
    customers.c.merchant_id,
    customers.c.mobile,
    postgresql_where=_WITH_MOBILE,
    sqlite_where=_WITH_MOBILE,
)
