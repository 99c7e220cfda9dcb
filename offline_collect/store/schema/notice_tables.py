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
    """Return an index of some notices; Oracle, which has none such, indexes all that have one of the columns.

    A condition is of columns that the step from CLAIMED to SENT does not change.
    """
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
    # The state, if notices are looked for by it: NULL for CLAIMED and SENT, as nearly all are. No index has the state
    # itself, nor anything else that a channel's answer changes: PostgreSQL then writes no place in any index again.
    Column("indexed_state", Code(12)),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("message_id", Code(40)),
    Column("channel", Code(12)),
    Column("recipient", Code(64)),
    Column("claimed_by", Code(80)),
    Column("tried_at", Instant),
    Column("sent_at", Instant),
    # A code and its values as JSON, or no code and a text.
    Column("reason_code", Code(30)),
    Column("reason", Words(REASON_MAX)),
    Column("receipt", Code(RECEIPT_MAX)),
    Column("reported_at", Instant),
    # What is due, and lists by state.
    _index("due", "indexed_state", "due_at", "notice_id", where="indexed_state IS NOT NULL"),
    _index("state", "indexed_state", "created_at", "notice_id", where="indexed_state IS NOT NULL"),
    # All, a merchant's, a bill's and a customer's, page by page.
    Index("ix_notice_deliveries_time", "created_at", "notice_id"),
    Index("ix_notice_deliveries_merchant", "merchant_id", "created_at", "notice_id"),
    Index("ix_notice_deliveries_bill", "merchant_id", "bill_no"),
    Index("ix_notice_deliveries_payer", "merchant_id", "customer_no", "created_at"),
    # Those of a customer that were never tried, and those in the message of another.
    _index("customer", "merchant_id", "customer_no", where="message_id IS NULL"),
    _index("message", "message_id", where="message_id <> notice_id"),
    # How much a payer got on a day; how much a channel sent, and what a claim has.
    _index("recipient", "recipient", "tried_at", where="recipient IS NOT NULL"),
    _index("tried", "channel", "tried_at", where="channel IS NOT NULL"),
    # Reports of receivers that know a message by their own id.
    _index("receipt", "receipt", where="receipt IS NOT NULL"),
    # Each notice is written a second time with its result: PostgreSQL keeps room for that on its page.
    postgresql_with={"fillfactor": 50},
)

# What senders have claimed: a row for each channel of a batch, kept for a minute after its end for the channel's rate.
notice_claims = Table(
    "notice_claims",
    metadata,
    Column("claimed_by", Code(80), primary_key=True),
    Column("channel", Code(12), primary_key=True),
    Column("claimed_at", Instant, nullable=False),
    Column("claimed_until", Instant, nullable=False),
    # Claimed ones, and once it has ended those that were sent.
    Column("messages", Integer, nullable=False),
    Column("ended_at", Instant),
    sqlite_with_rowid=False,
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
