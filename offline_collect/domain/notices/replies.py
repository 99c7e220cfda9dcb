"""What a payer's answer to a message means: he wants no more, or the number is not the customer's."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from offline_collect.domain.texts.names import without_ignored
from offline_collect.domain.values import value

REPLY_MAX = 100
"""Characters of an answer that can be one of the words; a longer one is for people."""


class ReplyMeaning(StrEnum):
    """The meaning of an answer."""

    STOP = "STOP"
    NOT_ME = "NOT_ME"
    OTHER = "OTHER"


@value
class ReplyWords:
    """The answers that mean something, as :func:`plain_reply` returns them."""

    stop: frozenset[str]
    not_me: frozenset[str]


def plain_reply(text: str) -> str:
    """Return an answer in one form: half-width, lower case, letters and digits only."""
    usual = unicodedata.normalize("NFKC", without_ignored(text)).casefold()
    return "".join(char for char in usual if char.isalnum())


def meaning_of(text: str, words: ReplyWords) -> ReplyMeaning:
    """Return what an answer means: it must be one of the words, whole, not only contain it."""
    if len(text) > REPLY_MAX:
        return ReplyMeaning.OTHER
    plain = plain_reply(text)
    if plain in words.stop:
        return ReplyMeaning.STOP
    return ReplyMeaning.NOT_ME if plain in words.not_me else ReplyMeaning.OTHER
