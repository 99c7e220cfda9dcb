"""Numbers of things in phrases: the plural is another text, as other languages form it otherwise or not at all."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase


def problems_counted(count: int) -> Phrase:
    """Return a number of problems."""
    return Phrase("1 problem") if count == 1 else Phrase("{count} problems", count=count)


def rows_counted(count: int) -> Phrase:
    """Return a number of rows."""
    return Phrase("1 row") if count == 1 else Phrase("{count} rows", count=count)


def unpaid_bills_counted(count: int) -> Phrase:
    """Return a number of unpaid bills."""
    return Phrase("1 unpaid bill") if count == 1 else Phrase("{count} unpaid bills", count=count)


def customers_counted(count: int) -> Phrase:
    """Return a number of customers."""
    return Phrase("1 customer") if count == 1 else Phrase("{count} customers", count=count)


def bills_counted(count: int) -> Phrase:
    """Return a number of bills."""
    return Phrase("1 bill") if count == 1 else Phrase("{count} bills", count=count)


def columns_counted(count: int) -> Phrase:
    """Return a number of columns."""
    return Phrase("1 column") if count == 1 else Phrase("{count} columns", count=count)


def payments_counted(count: int) -> Phrase:
    """Return a number of payments."""
    return Phrase("1 payment") if count == 1 else Phrase("{count} payments", count=count)


def amounts_counted(count: int) -> Phrase:
    """Return a number of amounts."""
    return Phrase("1 amount") if count == 1 else Phrase("{count} amounts", count=count)


def texts_counted(count: int) -> Phrase:
    """Return a number of texts."""
    return Phrase("1 text") if count == 1 else Phrase("{count} texts", count=count)


def dates_counted(count: int) -> Phrase:
    """Return a number of dates."""
    return Phrase("1 date") if count == 1 else Phrase("{count} dates", count=count)


def months_counted(count: int) -> Phrase:
    """Return a number of months."""
    return Phrase("1 month") if count == 1 else Phrase("{count} months", count=count)


def sheets_counted(count: int) -> Phrase:
    """Return a number of sheets."""
    return Phrase("1 sheet") if count == 1 else Phrase("{count} sheets", count=count)


def debits_counted(count: int) -> Phrase:
    """Return a number of debits."""
    return Phrase("1 debit") if count == 1 else Phrase("{count} debits", count=count)


def payouts_counted(count: int) -> Phrase:
    """Return a number of payouts."""
    return Phrase("1 payout") if count == 1 else Phrase("{count} payouts", count=count)


def files_counted(count: int) -> Phrase:
    """Return a number of files."""
    return Phrase("1 file") if count == 1 else Phrase("{count} files", count=count)


def merchants_counted(count: int) -> Phrase:
    """Return a number of merchants."""
    return Phrase("1 merchant") if count == 1 else Phrase("{count} merchants", count=count)


def other_merchants_counted(count: int) -> Phrase:
    """Return a number of further merchants."""
    return Phrase("1 other merchant") if count == 1 else Phrase("{count} other merchants", count=count)


def business_days_counted(count: int) -> Phrase:
    """Return a number of business days."""
    return Phrase("1 business day") if count == 1 else Phrase("{count} business days", count=count)


def days_counted(count: int) -> Phrase:
    """Return a number of days."""
    return Phrase("1 day") if count == 1 else Phrase("{count} days", count=count)


def reminders_counted(count: int) -> Phrase:
    """Return a number of reminders."""
    return Phrase("1 reminder") if count == 1 else Phrase("{count} reminders", count=count)


def places_counted(count: int) -> Phrase:
    """Return a number of places."""
    return Phrase("1 place") if count == 1 else Phrase("{count} places", count=count)


def items_counted(count: int) -> Phrase:
    """Return a number of items."""
    return Phrase("1 item") if count == 1 else Phrase("{count} items", count=count)


def open_items_counted(count: int) -> Phrase:
    """Return a number of open items."""
    return Phrase("1 open item") if count == 1 else Phrase("{count} open items", count=count)


def keys_counted(count: int) -> Phrase:
    """Return a number of keys."""
    return Phrase("1 key") if count == 1 else Phrase("{count} keys", count=count)


def second_factors_counted(count: int) -> Phrase:
    """Return a number of second factors."""
    return Phrase("1 second factor") if count == 1 else Phrase("{count} second factors", count=count)


def findings_counted(count: int) -> Phrase:
    """Return a number of findings."""
    return Phrase("1 finding") if count == 1 else Phrase("{count} findings", count=count)


def imports_counted(count: int) -> Phrase:
    """Return a number of imports."""
    return Phrase("1 import") if count == 1 else Phrase("{count} imports", count=count)


def notices_counted(count: int) -> Phrase:
    """Return a number of notices."""
    return Phrase("1 notice") if count == 1 else Phrase("{count} notices", count=count)


def messages_counted(count: int) -> Phrase:
    """Return a number of messages."""
    return Phrase("1 message") if count == 1 else Phrase("{count} messages", count=count)
