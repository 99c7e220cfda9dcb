"""The terms of a mandate in a customer's columns: what does not fit together, in a file and by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from offline_collect.domain.debits.mandates import Cycle
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import CustomerRecord

TERMS = {
    "mandate_ref": "mandate_ref",
    "mandate_limit": "mandate_limit_minor",
    "mandate_signed_on": "mandate_signed_on",
    "mandate_from": "mandate_from",
    "mandate_to": "mandate_to",
    "mandate_purpose": "mandate_purpose",
    "mandate_cycle": "mandate_cycle",
    "mandate_cycle_limit": "mandate_cycle_limit_minor",
}
"""Columns of the layout, and the customer's fields for them."""

_NEEDS_REFERENCE = (
    "mandate_signed_on",
    "mandate_from",
    "mandate_to",
    "mandate_purpose",
    "mandate_cycle",
    "mandate_cycle_limit",
)
"""A limit of one debit without a reference was always accepted, and means nothing."""

_CYCLES = {"周": Cycle.WEEK, "月": Cycle.MONTH, "季": Cycle.QUARTER, "季度": Cycle.QUARTER, "年": Cycle.YEAR}


def cycle(word: str) -> Cycle:
    """Return a cycle by a word that the layout's pattern allows."""
    return _CYCLES.get(word.removeprefix("每")) or Cycle(word.upper())


def term_problems(
    values: Mapping[str, object], title: Callable[[str], str]
) -> Iterator[tuple[str, Phrase, Phrase]]:
    """Yield, for each term that cannot stand, its column's key, the reason and the remedy.

    Args:
        values: of a customer, by the layout's keys; blank ones are missing.
        title: of a column, by its key.
    """
    reference = title("mandate_ref")
    if "mandate_ref" in values:
        if "debit_account" not in values:
            reason = Phrase("is blank, but there is a {title}", title=reference)
            yield "debit_account", reason, Phrase("give both, or neither")
    else:
        for key in _NEEDS_REFERENCE:
            if key in values:
                yield (
                    key,
                    Phrase("is given without a {title}", title=reference),
                    Phrase("give both, or neither"),
                )
    first, last = values.get("mandate_from"), values.get("mandate_to")
    if first is not None and last is not None and last < first:  # type: ignore[operator] # dates by their layout
        reason = Phrase("is before {title}", title=title("mandate_from"))
        yield "mandate_to", reason, Phrase("the last day cannot be before the first one")
    if "mandate_cycle_limit" in values and "mandate_cycle" not in values:
        reason = Phrase("is blank, but there is a {title}", title=title("mandate_cycle_limit"))
        yield "mandate_cycle", reason, Phrase("give both, or neither")


def describe_terms(customer: CustomerRecord, currency: str) -> dict[str, str]:
    """Return the terms of a customer's mandate as people read them, by the layout's keys; blank ones are missing.

    Args:
        currency: ISO 4217 number of the merchant's currency.
    """
    values = {key: getattr(customer, field) for key, field in TERMS.items()}
    return {key: _shown(value, currency) for key, value in values.items() if value is not None}


def _shown(value: object, currency: str) -> str:
    if isinstance(value, int):
        return format_major(value, currency)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
