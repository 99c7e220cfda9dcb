"""Texts of a message's elements: what fits its type of ISO 20022 and can be read by people, or why it does not."""

from __future__ import annotations

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import MessageFieldError

NAME_MAX = 140
ID_MAX = 35
ACCOUNT_MAX = 34
BATCH_MAX = 20
"""So that the name of a record, made from its batch's number and its own, is not too long."""
REMARK_MAX = 1_000
"""Before it is cut."""
REMITTANCE_MAX = 140
CLEARING_SYSTEM_MAX = 5


def fitting(text: str, most: int, label: Phrase) -> str:
    """Return a text if an element can have it whole; nothing is cut.

    Args:
        most: characters.
        label: what it is, for people.

    Raises:
        MessageFieldError: it is too long, blank, or has characters that nobody sees.
    """
    reason = _problem(text, most)
    if reason is not None:
        raise MessageFieldError(Phrase("{field}: {reason}", field=label, reason=reason))
    return text


def cut(text: str, most: int) -> str:
    """Return as many characters of a text as fit, without spaces at their end."""
    return text[:most].rstrip(" ")


def _problem(text: str, most: int) -> Phrase | None:
    if not text or text != text.strip():
        return Phrase("is no text that a field can hold")
    if INVISIBLE.search(text):
        return Phrase("has a control character or one that cannot be seen")
    if len(text) > most:
        return Phrase("has {found} characters; the field has {most}", found=len(text), most=most)
    return None
