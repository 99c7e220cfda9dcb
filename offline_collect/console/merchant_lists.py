"""Lists of a merchant's rules as rows of a form: the payer's fees, and late fees and fees that change on a date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from offline_collect.console.forms import Form
from offline_collect.domain.commands import Channel
from offline_collect.domain.late_fee import LateFeeKind

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "late_fee.tiers": ("from", "rule", "amount", "rate", "grace_days", "cap"),
        "fee.tiers": ("from", "per_payment", "rate", "least", "most"),
        "payer_fees": ("channel", "institution", "amount", "rate", "per"),
    }
)
"""Keys of a row by the list's path in merchant.yaml."""

CHOICES: Mapping[str, Sequence[tuple[str, str]]] = MappingProxyType(
    {
        "rule": [(each.value, each.value) for each in LateFeeKind],
        "channel": [(each.value, each.value) for each in Channel],
        "per": [("BILL", "BILL"), ("PAYMENT", "PAYMENT")],
    }
)

ROWS_MAX = 20
"""Rows of a list that a form shows; a merchant with more is changed by a file."""

_DAYS = re.compile("[0-9]{1,9}")
_FREE = 2
"""Empty rows at a form's end."""

Rows = Sequence[Mapping[str, str]]


def rows_of(document: Mapping[str, Any]) -> dict[str, Rows]:
    """Return a merchant's lists as texts, by their paths.

    Args:
        document: the merchant's, by the keys of merchant.yaml.
    """
    found: dict[str, Rows] = {}
    for path in COLUMNS:
        section, _, key = path.partition(".")
        value = document.get(section, {})
        rows = value.get(key, ()) if key else value
        found[path] = as_texts(rows)
    return found


def as_texts(rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Return rows with their values as texts."""
    return [{name: str(value) for name, value in row.items()} for row in rows]


def lists_shown(rows: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what a form shows of lists: the rows that are there, and empty ones to fill in."""
    free: dict[str, Rows] = {path: [{}] * min(_FREE, ROWS_MAX - len(those)) for path, those in rows.items()}
    return {
        "rows": {path: [*those, *free[path]] for path, those in rows.items()},
        "columns": COLUMNS,
        "list_choices": CHOICES,
    }


def too_long(rows: Mapping[str, Rows]) -> bool:
    """Whether a list has more rows than a form shows."""
    return any(len(those) > ROWS_MAX for those in rows.values())


def typed_rows(form: Form) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each list that a form sent, by the list's path; a row without a text is none."""
    sent = dict(form.fields)
    return {
        path: [row for index in range(ROWS_MAX) if (row := _row(sent, f"{path}.{index}.", columns))]
        for path, columns in COLUMNS.items()
    }


def _row(sent: Mapping[str, str], prefix: str, columns: Sequence[str]) -> dict[str, Any]:
    texts = {name: sent.get(prefix + name, "").strip() for name in columns}
    return {name: _value(name, text) for name, text in texts.items() if text}


def _value(name: str, text: str) -> Any:
    """Return a text as merchant.yaml has it: days are a number there."""
    return int(text) if name == "grace_days" and _DAYS.fullmatch(text) else text
