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
