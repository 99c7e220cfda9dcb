"""Words of codes that the pages show: those of commands, and those of notices."""

from __future__ import annotations

from offline_collect.console.notices import EVENTS, STATES
from offline_collect.merchant.common import bank_code_words
from offline_collect.merchant.common.bank_code_words import KEYS

__all__ = ["CODES", "KEYS", "code_word"]

CODES = {**bank_code_words.CODES, "notice kind": EVENTS, "notice state": STATES}
"""What the codes of a key are called."""


def code_word(key: str, code: str) -> str:
    """Return the word for a code of a key; the code itself if it has none."""
    word = CODES.get(key, {}).get(code)
    return bank_code_words.code_word(key, code) if word is None else word
