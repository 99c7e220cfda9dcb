"""What a payer's answer to a message means: he wants no more, or the number is not the customer's."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import field
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


SAID_MAX = dt.timedelta(days=7)
"""How long before it comes in an answer may have been sent: gateways keep what they cannot deliver for hours."""


@value
class UpstreamSms:
    """An SMS of a payer, as a gateway hands it on.

    Attributes:
        number: his mobile number, however the gateway writes it.
        sent_at: when he sent it, aware; None if the gateway does not say it.
        extension: what follows the bank's number in the number that he wrote to; None without one.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: dt.datetime | None = None
    extension: str | None = None


def said_at(sms: UpstreamSms, now: dt.datetime) -> dt.datetime:
    """Return the moment from which an answer holds: its own, unless the gateway's clock cannot be right."""
    if sms.sent_at is None or not now - SAID_MAX <= sms.sent_at <= now:
        return now
    return sms.sent_at
