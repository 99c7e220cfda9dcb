"""The tables of reconciliation, in the metadata of ``tables``.

Every import from the store imports this module too: cutover does so.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Identity, Index, Integer, Table, UniqueConstraint

from offline_collect.store.database.types import Code, Day, Flag, Instant, Minor, SurrogateKey, Words
from offline_collect.store.schema.tables import metadata

recon_files = Table(
    "recon_files",
    metadata,
    Column("file_id", Minor, primary_key=True, autoincrement=False),
    Column("sha256", Code(64), nullable=False),
    Column("name", Words(200), nullable=False),
    Column("size_bytes", Minor, nullable=False),
    Column("institution", Code(11), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("state", Code(10), nullable=False),
    Column("rows_read", Minor, nullable=False),
    Column("rows_matched", Minor, nullable=False),
    Column("payments_minor", Minor, nullable=False),
    Column("reversals_minor", Minor, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("taken_at", Instant, nullable=False),
    # Only the file in force takes the slot (1), so that an institution has one a day.
    Column("in_force", Flag),
    UniqueConstraint("sha256"),
    UniqueConstraint("institution", "business_date", "in_force"),
)

# A front-end processor's rows in the order of its file, as long as a neighbouring day may need them.
recon_rows = Table(
    "recon_rows",
    metadata,
    Column("file_id", Minor, primary_key=True, autoincrement=False),
    Column("line", Minor, primary_key=True, autoincrement=False),
    Column("reverses", Flag, nullable=False),
    # The key of the payment: of the row itself, or of the original that it reverses.
    Column("match_key", Code(120), nullable=False),
    # The key of the row's own message, if it is another.
    Column("message_key", Code(120)),
    Column("terminal", Code(16), nullable=False),
    Column("merchant_id", Code(15), nullable=False),
    Column("bill_no", Code(32)),
    Column("amount_minor", Minor, nullable=False),
    CheckConstraint("reverses IN (0, 1)", name="reverses"),
    sqlite_with_rowid=False,
)

# The keys of these rows. They are written in their order when a file has been read: an index of recon_rows would grow
# in the file's order, and each transaction would write nearly all of its pages again.
recon_keys = Table(
    "recon_keys",
    metadata,
    Column("file_id", Minor, primary_key=True, autoincrement=False),
    Column("match_key", Code(120), primary_key=True),
    Column("reverses", Flag, primary_key=True),
    Column("line", Minor, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

recon_items = Table(
    "recon_items",
    metadata,
    Column("item_no", SurrogateKey, Identity(), primary_key=True),
    Column("difference", Code(30), nullable=False),
    Column("follow_up", Code(12), nullable=False),
    Column("state", Code(10), nullable=False),
    Column("institution", Code(11), nullable=False),
    Column("business_date", Day, nullable=False),
    Column("kind", Code(10), nullable=False),
    Column("match_key", Code(120), nullable=False),
    Column("message_key", Code(120), nullable=False),
    Column("terminal", Code(16)),
    Column("merchant_id", Code(15)),
    Column("bill_no", Code(32)),
    Column("theirs_minor", Minor),
    Column("ours_minor", Minor),
    Column("currency", Code(3)),
    Column("payment_serial", Code(20)),
    Column("ours_date", Day),
    Column("file_id", Minor),
    Column("opened_at", Instant, nullable=False),
    Column("event", Code(10)),
    Column("resolved_as", Code(12)),
    Column("posting", Code(20)),
    Column("matched_by", Minor),
    Column("note", Words(200)),
    Column("ended_by", Words(60)),
    Column("ended_at", Instant),
    Index(None, "business_date", "institution"),
    Index(None, "state", "business_date"),
    Index(None, "match_key"),
)

# Days whose figures an institution's totals message (0500, 0520) had as we have them, by currency.
agreed_totals = Table(
    "agreed_totals",
    metadata,
    Column("institution", Code(11), primary_key=True),
    Column("business_date", Day, primary_key=True),
    Column("currency", Code(3), primary_key=True),
    Column("link", Words(60), nullable=False),
    Column("agreed_at", Instant, nullable=False),
)

# What a settled day held when it was settled: triggers keep it so, and `verify` compares.
settled_days = Table(
    "settled_days",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("entries", Minor, nullable=False),
    Column("debits_minor", Minor, nullable=False),
    Column("who", Words(60), nullable=False),
    Column("settled_at", Instant, nullable=False),
)

settlements = Table(
    "settlements",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("merchant_id", Code(15), primary_key=True),
    Column("currency", Code(3), nullable=False),
    Column("paid", Integer, nullable=False),
    Column("gross_minor", Minor, nullable=False),
    Column("reversed", Integer, nullable=False),
    Column("reversals_minor", Minor, nullable=False),
    Column("fees_minor", Minor, nullable=False),
    Column("net_minor", Minor, nullable=False),
)
