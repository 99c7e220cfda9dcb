"""Documents and tables in a merchant's language: what their keys and codes are called there; in English they stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.app.cli.support.said import on_one_line
from offline_collect.app.cli.support.tables import show_document
from offline_collect.merchant.common.bank_code_words import code_word
from offline_collect.merchant.common.code_words import KEYS, OWN


def show_worded(document: Mapping[str, Any], codes: Mapping[str, str] | None = None) -> None:
    """Print a document as YAML, its keys and codes in the language that is spoken.

    Args:
        codes: keys whose codes have their words under another key.
    """
    show_document(_worded(document, codes or {}))


def _worded(value: Any, codes: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            on_one_line(KEYS.get(key) or key): each
            if key in OWN
            else _worded(code_word(codes.get(key, key), each) if isinstance(each, str) else each, codes)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_worded(each, codes) for each in value]
    return on_one_line(value) if isinstance(value, str) else value
