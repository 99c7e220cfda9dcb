"""Locks of the open business day; SQLite locks the whole store. Rows are locked by ``by_key``."""

from __future__ import annotations

from sqlalchemy import text

HOLD_DAY = "LOCK TABLE business_days IN ROW SHARE MODE"
"""Holds the open business day against cutover (PostgreSQL, Oracle): a batch's first statement, before it reads."""

CLOSE_DAYS = text("LOCK TABLE business_days IN EXCLUSIVE MODE")
"""Waits for all batches that hold the open day, and keeps new ones out (PostgreSQL, Oracle)."""
