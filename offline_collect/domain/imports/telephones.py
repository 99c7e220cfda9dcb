"""Telephone numbers in lists: which of several is the mobile (13900000000 / 0571-88000000), and its usual form."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[/,;、，；|\\]|和|或")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_WRITTEN = re.compile(r"\+?[0-9 -]+")
_BETWEEN_DIGITS = re.compile(r"[ -]")
_CHINA = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")
"""The country's code before a Chinese mobile number, which has eleven digits and begins with 1."""
_LANDLINE = re.compile(r"(?:\(?0[0-9]{2,3}\)?[- ]?)?[2-8][0-9]{6,7}")


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

    Another country's number keeps its code and its sign. A text that is no number stays as it is.
    """
    return _CHINA.sub("", _BETWEEN_DIGITS.sub("", text)) if _WRITTEN.fullmatch(text) else text
