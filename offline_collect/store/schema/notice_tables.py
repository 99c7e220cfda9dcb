"""The tables of notices on their way to payers, and of their templates, in the metadata of ``tables``.

A posting writes its notice to the outbox, and nothing else. The sender moves it here: so the outbox stays as short as
what has not been looked at yet, and payments pay for no index of the delivery.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, text

from offline_collect.domain.notices.deliveries import REASON_MAX, RECEIPT_MAX
from offline_collect.domain.notices.wording import TEMPLATE_MAX
from offline_collect.store.database.types import Code, Day, Instant, Minor, Words
from offline_collect.store.schema.tables import metadata


def _index(name: str, *columns: str, where: str) -> Index:
    """Return an index of some notices; Oracle, which has none such, indexes all that have one of the columns."""
    some = text(where)
    return Index(f"ix_notice_deliveries_{name}", *columns, postgresql_where=some, sqlite_where=some)


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
    # A merchant's, page by page.
    Index("ix_notice_deliveries_merchant", "merchant_id", "notice_id"),
    # Those of a customer that were never tried, and the others: each step changes only the indexes that it must.
    _index("customer", "merchant_id", "customer_no", where="message_id IS NULL"),
    _index("message", "message_id", where="message_id IS NOT NULL"),
    # How much a payer got on a day, and a channel in a minute.
    _index("recipient", "recipient", "sent_at", where="recipient IS NOT NULL"),
    _index("sent", "channel", "sent_at", where="sent_at IS NOT NULL"),
    # Reports of receivers that know a message by their own id.
    _index("receipt", "receipt", where="receipt IS NOT NULL"),
)

# Of which bill a payer was reminded, and when: at most once for a due date and a number of days.
notice_reminders = Table(
    "notice_reminders",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("bill_no", Code(32), primary_key=True),
    Column("due_date", Day, primary_key=True),
    # After the due date; before it, with a minus.
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("reminded_at", Instant, nullable=False),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    sqlite_with_rowid=False,
)

# Templates of merchants; of several that are approved for the same messages, the one that was decided last counts.
notice_templates = Table(
    "notice_templates",
    metadata,
    Column("template_id", Minor, primary_key=True, autoincrement=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("kind", Code(20), nullable=False),
    Column("channel", Code(12), nullable=False),
    Column("language", Code(2), nullable=False),
    Column("notice_class", Code(10), nullable=False),
    Column("text", Words(TEMPLATE_MAX), nullable=False),
    Column("state", Code(10), nullable=False),
    Column("made_by", Words(60), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("submitted_by", Words(60)),
    Column("decided_by", Words(60)),
    Column("decided_at", Instant),
    Column("gateway_id", Code(64)),
    Column("reason", Words(REASON_MAX)),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    Index(None, "merchant_id", "state"),
)

# The business day up to which all bills of a merchant have been looked at for reminders.
notice_reminder_days = Table(
    "notice_reminder_days",
    metadata,
    Column("merchant_id", Code(15), primary_key=True),
    Column("reminded_on", Day, nullable=False),
    ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    sqlite_with_rowid=False,
)
