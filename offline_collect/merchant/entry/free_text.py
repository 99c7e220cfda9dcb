"""Short texts that people type beside a change: reasons, references."""

from __future__ import annotations

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import TextError

REASON_MOST = 200
REFERENCE_MOST = 60


def reason_of(text: str) -> str:
    """Return a reason as it is stored.

    Raises:
        TextError: it is blank, too long or not plain text.
    """
    return _one_line(text, Phrase("the reason"), REASON_MOST)


def reference_of(text: str, most: int = REFERENCE_MOST) -> str:
    """Return the number of a receipt, transfer or debit as it is stored.

    Args:
        most: how many characters are kept.

    Raises:
        TextError: it is blank, too long or not plain text.
    """
    return _one_line(text, Phrase("the reference"), most)


def _one_line(text: str, name: Phrase, most: int) -> str:
    text = text.strip()
    if not text:
        raise TextError(Phrase("{name} is blank: give it in a few words", name=name))
    if len(text) > most:
        raise TextError(
            Phrase(
                "{name} has {count} characters, over the {most} allowed: shorten it",
                name=name,
                count=len(text),
                most=most,
            )
        )
    if INVISIBLE.search(text):
        raise TextError(
            Phrase("{name} has line ends or invisible characters in it: type it on one line", name=name)
        )
    return text
