"""Telephone numbers: which of several is the mobile (13900000000 / 0571-88000000), and the one form of a mobile."""

from __future__ import annotations

import re
import unicodedata

_BETWEEN = re.compile(r"[/,;、，；|\\]|和|或")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?:\(?0[0-9]{2,3}\)?[- ]?)?[2-8][0-9]{6,7}")

_MARKS = re.compile(r"[ ()-]")
_NUMBER = re.compile(r"\+?[0-9]+")
_ABROAD = re.compile(r"^00(?=[1-9])")
"""What is dialled before a country's code, in place of the plus sign."""
_OF_CHINA = re.compile(r"1[0-9]{10}")
_CHINA = re.compile(r"^\+?86(?=1[0-9]{10}$)")
"""The country's code before a Chinese mobile number, which has eleven digits and begins with 1."""
_CODE_OF_CHINA = re.compile(r"^\+86")


def only_mobile(text: str) -> str | None:
    """Return the mobile of a text that has one and otherwise landlines, which get no messages; None for another text."""
    parts = [part.strip() for part in _BETWEEN.split(text)]
    mobiles = [part for part in parts if _MOBILE.fullmatch(part)]
    if len(parts) == 1 or len(mobiles) != 1:
        return None
    others = [part for part in parts if part not in mobiles]
    return mobiles[0] if all(_LANDLINE.fullmatch(part) for part in others) else None


def usual_mobile(text: str) -> str:
    """Return a mobile number as it is stored, however it was written: ``+86 138-0000-1234`` is ``13800001234``.

    Another country's number has its code after a plus sign. A text that is no number stays as it is.
    """
    number = _number(text)
    return text if number is None else _CHINA.sub("", number)


def mobile_part(text: str) -> str:
    """Return a part of a mobile number as it is in one that is stored: ``+86 138-00`` is ``13800``."""
    number = _number(text)
    return text if number is None else _CODE_OF_CHINA.sub("", _CHINA.sub("", number)) or number


def compared_mobile(text: str) -> str:
    """Return a mobile number as it is compared: gateways report another country's with or without its plus sign.

    Without it the number could be a Chinese one: ``+1 380 000 1234``. Then the sign stays.
    """
    usual = usual_mobile(text)
    digits = usual.removeprefix("+")
    return usual if is_chinese(digits) else digits


def is_chinese(number: str) -> bool:
    """Whether a number without a country's code is a Chinese mobile, in whatever country it is written."""
    return _OF_CHINA.fullmatch(number) is not None


def _number(text: str) -> str | None:
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text).strip())
    return _ABROAD.sub("+", plain) if _NUMBER.fullmatch(plain) else None
