"""Originals: which earlier message a message names, in an element of its own or by repeating what it had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.domain.values import value
from offline_collect.wire.errors import ContentError

if TYPE_CHECKING:
    from offline_collect.wire.dialects.places import ByPlace, Place

_SENT = 7
_LOCAL_TIME, _LOCAL_DATE = 12, 13
_ACQUIRER, _FORWARDER = 32, 33
_OF_THE_MESSAGE = frozenset({_SENT, 11, _LOCAL_TIME, _LOCAL_DATE, _ACQUIRER, _FORWARDER})
"""Elements that tell of the message itself: an original's are named, or unknown."""
_BLANK = "0 "


@dataclass(frozen=True, slots=True)
class OriginalRow:
    """A part of what names an original.

    Attributes:
        element: the original's place; None for what is not looked at, such as its MTI.
        length: its characters, or the digits of its length where `prefix` is there.
        prefix: digits of a length before it; 0 where it always has `length`.
    """

    element: Place | None
    length: int
    prefix: int = 0


@dataclass(frozen=True, slots=True)
class NamedOriginal:
    """How a message names the one that it repeats, reverses or asks about.

    Attributes:
        element: the place that names it, in rows; 0 where the message's own elements do.
        rows: in their order.
    """

    element: Place
    rows: tuple[OriginalRow, ...]


STANDARD_ORIGINAL = NamedOriginal(
    90,
    (OriginalRow(None, 4), OriginalRow(11, 6), OriginalRow(7, 10), OriginalRow(32, 11), OriginalRow(33, 11)),
)
"""DE 90: MTI, STAN, DE 7, 32 and 33."""


@value
class Original:
    """What a message names.

    Attributes:
        elements: the original's; what names it does not hold is the message's own.
        date_time: when it was sent, MMDDhhmmss or with its year; '' where the message does not say.
        institution: DE 32 without leading zeros.
    """

    elements: ByPlace
    date_time: str
    institution: str


def read_original(plan: NamedOriginal, content: str, message: ByPlace) -> Original:
    """Take apart what names an original.

    Args:
        plan: the dialect's.
        content: of its element; not looked at where the message's own elements name the original.
        message: all elements of the message.

    Raises:
        ContentError: it is not what the plan says.
    """
    named = _same(plan, message) if plan.element == 0 else _rows(plan, content)
    if _ACQUIRER in named:
        named[_ACQUIRER] = _acquirer(named[_ACQUIRER], message.get(_ACQUIRER, "").lstrip("0"))
    if _FORWARDER in named:
        named[_FORWARDER] = named[_FORWARDER].strip().lstrip("0")
    sent = named.get(_SENT, "")
    if sent and _LOCAL_TIME not in named:
        # Where keys have DE 12 and 13 but not 7, that is what stands in its place.
        named |= {_LOCAL_TIME: sent[4:], _LOCAL_DATE: sent[:4]}
    own = {number: text for number, text in message.items() if number not in _OF_THE_MESSAGE}
    return Original(own | named, sent or named.get(_LOCAL_TIME, ""), named.get(_ACQUIRER, ""))


def names_nothing(content: str) -> bool:
    """Whether an element that names originals is filled with zeros or spaces: the message has none."""
    return not content.strip(_BLANK)


def _acquirer(digits: str, own: str) -> str:
    """Return the institution of an original, without leading zeros.

    Zeros or spaces stand for the message's own, which may also be left-justified.
    """
    if names_nothing(digits) or digits == own.ljust(len(digits), "0"):
        return own
    return digits.strip().lstrip("0")


def _same(plan: NamedOriginal, message: ByPlace) -> dict[Place, str]:
    numbers = [row.element for row in plan.rows if row.element is not None]
    named = {number: message[number] for number in numbers if number in message}
    return {_ACQUIRER: message[_ACQUIRER], **named} if _ACQUIRER in message else named


def _rows(plan: NamedOriginal, content: str) -> dict[Place, str]:
    named: dict[Place, str] = {}
    at = 0
    for row in plan.rows:
        size = row.length
        if row.prefix:
            digits = content[at : at + row.prefix]
            if (
                not (len(digits) == row.prefix and digits.isascii() and digits.isdigit())
                or int(digits) > size
            ):
                raise ContentError("a length in it is wrong")
            at, size = at + row.prefix, int(digits)
        text = content[at : at + size]
        if len(text) < size:
            raise ContentError("cut short")
        if row.element is not None:
            named[row.element] = text
        at += size
    return named
