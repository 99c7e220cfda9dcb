"""Check digits: the last character of a number, by which most typing errors are found."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

_TEN = "X"
"""The check character that stands for ten in MOD 11-2."""


class CheckDigit(StrEnum):
    """How a number's last character is computed from the characters before it.

    Attributes:
        LUHN: ISO/IEC 7812-1 annex B, used by cards and many meters; digits only.
        MOD11: ISO 7064 MOD 11-2, used by the Chinese resident identity card (GB 11643); digits, then a digit or X.
    """

    LUHN = "LUHN"
    MOD11 = "MOD11"

    def fits(self, text: str) -> bool:
        """Whether the last character of a normalised text is correct."""
        return text.isascii() and _RULES[self](text)


def _luhn(text: str) -> bool:
    if not text.isdigit():
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in text[-2::-2])
    return (sum(map(int, text[::-2])) + sum(doubled)) % 10 == 0


def _mod_11_2(text: str) -> bool:
    digits, last = text[:-1], text[-1:]
    if not (digits.isdigit() and (last.isdigit() or last == _TEN)):
        return False
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % 11
    return (remainder + (10 if last == _TEN else int(last))) % 11 == 1


_RULES: dict[CheckDigit, Callable[[str], bool]] = {CheckDigit.LUHN: _luhn, CheckDigit.MOD11: _mod_11_2}
