"""The table of notices on their way to payers, in the metadata of ``tables``.

A posting writes its notice to the outbox, and nothing else. The sender moves it here: so the outbox stays as short as
what has not been looked at yet, and payments pay for no index of the delivery.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from offline_collect.domain.notices.deliveries import REASON_MAX, RECEIPT_MAX
from offline_collect.store.database.types import Code, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata

notice_deliveries = Table(
    "notice_deliveries",
    metadata,
    Column("notice_id", Code(40), primary_key=True),
    Column("kind", Code(20), nullable=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("customer_no", Code(32), nullable=False),
    Column("bill_no", Code(32), nullable=False),
    Column("payment_serial", Code(20)),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Code(3), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("payment_line", Integer, nullable=False),
    Column("state", Code(12), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("message_id", Code(40)),
    Column("channel", Code(12)),
    Column("recipient", Code(64)),
    Column("claimed_by", Code(80)),
    Column("claimed_until", Instant),
    Column("sent_at", Instant),
    Column("reason", Words(REASON_MAX)),
    Column("receipt", Code(RECEIPT_MAX)),
    Column("reported_at", Instant),
    # What is due, and what a dead sender left.
    Index("ix_notice_deliveries_due", "state", "due_at", "notice_id"),
    # Others of a customer.
    Index("ix_notice_deliveries_customer", "merchant_id", "customer_no", "state"),
    Index("ix_notice_deliveries_message", "message_id"),
    # How much a payer got on a day, and a channel in a minute.
    Index("ix_notice_deliveries_recipient", "recipient", "sent_at"),
    Index("ix_notice_deliveries_sent", "channel", "sent_at"),
    # Reports of receivers that know a message by their own id.
    Index("ix_notice_deliveries_receipt", "receipt"),
)
