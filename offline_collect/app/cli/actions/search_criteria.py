"""Reads the options of searches; the use case checks whether the user may search by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from offline_collect.app.errors import UsageError
from offline_collect.domain.bills import BillState
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.merchant.entry.search import SearchInputError


@contextmanager
def inputs_as_options() -> Iterator[None]:
    """Report an input that cannot be searched as a wrong ``--input``."""
    try:
        yield
    except SearchInputError as error:
        raise UsageError(Phrase("--input {reason}", reason=words_of(error) or str(error))) from None


def bill_state(text: str | None) -> BillState | None:
    """Return a bill's state by its name.

    Raises:
        UsageError: there is no such state.
    """
    if text is None:
        return None
    try:
        return BillState(text.upper())
    except ValueError:
        names = ", ".join(state.value for state in BillState)
        raise UsageError(
            Phrase("{option}: {text} is none of {known}", option="--state", text=text, known=names)
        ) from None


def date_range(text: str | None) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of ``FROM..TO``; either may be left out; a single day is both.

    Raises:
        UsageError: it is not a range of days.
    """
    if text is None:
        return None, None
    first, dots, last = text.partition("..")
    try:
        start = dt.date.fromisoformat(first) if first else None
        end = (dt.date.fromisoformat(last) if last else None) if dots else start
    except ValueError:
        raise UsageError(Phrase("--due: {text}: write it like 2026-11-01..2026-11-30", text=text)) from None
    if start is not None and end is not None and end < start:
        raise UsageError(Phrase("--due: {text}: ends before it begins", text=text))
    return start, end
