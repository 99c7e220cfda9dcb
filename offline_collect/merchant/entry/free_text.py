"""Short texts that people type beside a change: reasons, references."""

from __future__ import annotations

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.merchant.common.errors import TextError

REASON_MOST = 200
REFERENCE_MOST = 60


def reason_of(text: str) -> str:
    """Return a reason as it is stored.

    Raises:
        TextError: it is blank, too long or not plain text.
    """
    return _one_line(text, "the reason", REASON_MOST)


def reference_of(text: str) -> str:
    """Return the number of a receipt or transfer as it is stored.

    Raises:
        TextError: it is blank, too long or not plain text.
    """
    return _one_line(text, "the reference", REFERENCE_MOST)


def _one_line(text: str, name: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise TextError(f"{name} is blank: give it in a few words")
    if len(text) > most:
        raise TextError(f"{name} has {len(text)} characters, over the {most} allowed: shorten it")
    if INVISIBLE.search(text):
        raise TextError(f"{name} has line ends or invisible characters in it: type it on one line")
    return text
