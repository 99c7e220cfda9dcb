"""Documents and tables in a merchant's language: what their keys and codes are called there; in English they stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.app.cli.support.said import on_one_line
from offline_collect.app.cli.support.tables import show_document
from offline_collect.merchant.common.code_words import KEYS, OWN, code_word


def show_worded(document: Mapping[str, Any]) -> None:
    """Print a document as YAML, its keys and codes in the language that is spoken."""
    show_document(_worded(document))


def _worded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            on_one_line(KEYS.get(key) or key): each
            if key in OWN
            else _worded(code_word(key, each) if isinstance(each, str) else each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_worded(each) for each in value]
    return on_one_line(value) if isinstance(value, str) else value
