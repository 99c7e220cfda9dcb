"""Currencies that the format of a cell shows beside its number: ``[$€-2]``, ``"US$"0.00``."""

from __future__ import annotations

import re

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.currency_signs import SIGNS

_BRACKETED = re.compile(r"\[\$([^\]-]+)(?:-([0-9A-Fa-f]+))?\]")
_TEXTS = re.compile(r'"([^"]*)"|\\(.)|([^\x00-\x7f]|\$)')
_YEN = "¥￥"
_JAPAN = "411"
_OUR_CODES = frozenset(each.code for each in CURRENCIES.values()) - {"CNY"}


def sign_of(code: str) -> str | None:
    """Return the sign of a foreign currency in a format, or its code; None for none, or for that of the renminbi."""
    for text, place in _BRACKETED.findall(code):
        if text in _YEN and place.lower().lstrip("0") == _JAPAN:
            return "JP¥"
        if (found := _known(text)) is not None:
            return found
    rest = _BRACKETED.sub("", code)
    words = ["".join(parts) for parts in _TEXTS.findall(rest)]
    return next((found for word in words if (found := _known(word)) is not None), None)


def _known(text: str) -> str | None:
    plain = text.strip().upper()
    return plain if plain in SIGNS or plain in _OUR_CODES else None
