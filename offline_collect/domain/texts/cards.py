"""Finds and masks card numbers (PANs) in texts, before a text is stored, logged or sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

MASK = "***"
"""Replaces a text that is hidden completely."""

CARD_DIGITS = 13
"""No card number is shorter."""

_CARD_DIGITS_MAX = 19
_SHORT = 2 * CARD_DIGITS
_TAIL = 4
_HEAD = 6

_BLANKS = r"\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DASHES = r"\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d-"
_GAP = rf"(?:[{_BLANKS}{_DASHES}]{{1,3}}|(?<=\d{{4}})\.(?=\d{{4}}))"
"""What people write between the groups of a long number. Dots are between long groups only: amounts have them too."""

_DIGITS = b"0123456789"
_NO_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}
"""What is left of a text without these has all its digits, also those of other scripts."""

_MAY_BE_CARD = re.compile(rf"\d[\d.{_BLANKS}{_DASHES}]{{{CARD_DIGITS - 2},}}\d")
"""Finds more than card numbers, but fast: nearly no text has such a part."""
_GROUPS = re.compile(rf"\d+(?:{_GAP}\d+)*")
_GROUP = re.compile(r"\d+")
_LONG_NUMBER = re.compile(rf"\d(?:{_GAP}?\d){{11,}}")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""The sum of the digits of twice a digit."""

_NO_CARD = ("0", "20")
"""No card number begins so. Numbers that a bank or a merchant writes in groups often do: 2026-11-0001, 00000052."""


def mask_pan(pan: str) -> str:
    """Return the first 6 and last 4 digits; if the number is too short for a card, hide it completely."""
    hidden = len(pan) - _HEAD - _TAIL
    return f"{pan[:_HEAD]}{'*' * hidden}{pan[-_TAIL:]}" if hidden >= 3 else MASK  # noqa: PLR2004 - 13 digits


def mask_cards(text: str) -> str:
    """Return the text with every possible card number masked; masking the result again does not change it.

    Groups of digits that follow each other are a card number if together they have its length and its check digit.
    Only the check digit tells groups of another number beside it apart, so some of their digits may be hidden too.
    """
    size = len(text)
    if size < CARD_DIGITS:
        return text
    # These checks spare nearly all texts the search. A number without gaps in a short text covers its middle.
    if text.isalnum():
        if size < _SHORT and not text[size - CARD_DIGITS : CARD_DIGITS].isdecimal():
            return text
    elif text.isascii():
        if size - len(text.encode().translate(None, _DIGITS)) < CARD_DIGITS:
            return text
    elif len(text.translate(_NO_DIGITS)) < CARD_DIGITS:
        return text
    if text.isdecimal():
        return mask_pan(text) if len(text) <= _CARD_DIGITS_MAX and _luhn(text) else text
    while _MAY_BE_CARD.search(text):
        masked = _GROUPS.sub(_mask_in_groups, text)
        if masked == text:
            break
        # What is left of a half hidden group is shorter: with the groups before it, it may be a card number too.
        text = masked
    return text


def mask_long_numbers(text: str) -> str:
    """Return ``text`` with every number of 12 digits or more hidden, also if spaces or dashes group the digits."""
    return _LONG_NUMBER.sub(MASK, text)


def _mask_in_groups(found: re.Match[str]) -> str:
    written = found[0]
    groups = [group.span() for group in _GROUP.finditer(written)]
    hidden: set[int] = set()
    for first in range(len(groups)):
        hidden.update(_hidden_from(written, groups[first : first + _CARD_DIGITS_MAX]))
    if not hidden:
        return written
    return "".join(["*" if place in hidden else char for place, char in enumerate(written)])


def _hidden_from(written: str, groups: list[tuple[int, int]]) -> Iterator[int]:
    """Yield the places that are hidden of each card number that begins with the first of the groups."""
    places: list[int] = []
    for start, end in groups:
        if places and written.startswith(_NO_CARD, places[0]):
            return
        places += range(start, end)
        if len(places) > _CARD_DIGITS_MAX:
            return
        if len(places) >= CARD_DIGITS and _luhn("".join([written[place] for place in places])):
            yield from places[_HEAD:-_TAIL]


def _luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812-1)."""
    doubled = [_DOUBLED[int(digit)] for digit in digits[-2::-2]]
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0
