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
