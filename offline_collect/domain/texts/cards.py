"""Finds and masks card numbers (PANs) in texts, before a text is stored, logged or sent."""

from __future__ import annotations

import re

MASK = "***"
"""Replaces a text that is hidden completely."""

CARD_DIGITS = 13
"""No card number is shorter."""

_CARD_NUMBER = re.compile(r"(?<!\d)\d{13,19}(?!\d)")
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){11,}")
_TAIL = 4
_HEAD = 6


def mask_pan(pan: str) -> str:
    """Return the first 6 and last 4 digits; if the number is too short for a card, hide it completely."""
    hidden = len(pan) - _HEAD - _TAIL
    return f"{pan[:_HEAD]}{'*' * hidden}{pan[-_TAIL:]}" if hidden >= 3 else MASK  # noqa: PLR2004 - 13 digits


def mask_cards(text: str) -> str:
    """Return the text with every possible card number masked; masking the result again does not change it."""
    size = len(text)
    if size < CARD_DIGITS:
        return text
    # A card number in so short a text covers its middle. Looking there first spares most texts the search.
    if size < 2 * CARD_DIGITS and not text[size - CARD_DIGITS : CARD_DIGITS].isdecimal():
        return text
    return _CARD_NUMBER.sub(_mask_if_card, text)


def mask_long_numbers(text: str) -> str:
    """Return ``text`` with every number of 12 digits or more hidden, also if spaces or dashes group the digits."""
    return _LONG_NUMBER.sub(MASK, text)


def _mask_if_card(found: re.Match[str]) -> str:
    return mask_pan(found[0]) if _luhn(found[0]) else found[0]


def _luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812-1)."""
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    plain = [int(digit) for digit in digits[::-2]]
    return (sum(plain) + sum(number - 9 * (number > 9) for number in doubled)) % 10 == 0  # noqa: PLR2004
