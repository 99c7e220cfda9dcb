"""Currencies that the format of a cell shows beside its number: ``[$€-2]``, ``"US$"0.00``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from offline_collect.domain.currencies import CURRENCIES

_DOLLARS = frozenset(
    {"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MOP", "BND", "FJD", "MXN", "CLP", "COP", "ARS"}
)
SIGNS: Mapping[str, frozenset[str]] = {
    "$": _DOLLARS,
    "US$": frozenset({"USD"}),
    "HK$": frozenset({"HKD"}),
    "NT$": frozenset({"TWD"}),
    "S$": frozenset({"SGD"}),
    "MOP$": frozenset({"MOP"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "JP¥": frozenset({"JPY"}),
    "円": frozenset({"JPY"}),
    "₩": frozenset({"KRW"}),
    "RP": frozenset({"IDR"}),
    "RM": frozenset({"MYR"}),
    "฿": frozenset({"THB"}),
    "₫": frozenset({"VND"}),
    "₱": frozenset({"PHP"}),
    "₹": frozenset({"INR"}),
    "₽": frozenset({"RUB"}),
    "美元": frozenset({"USD"}),
    "港元": frozenset({"HKD"}),
    "港币": frozenset({"HKD"}),
    "欧元": frozenset({"EUR"}),
    "日元": frozenset({"JPY"}),
}
"""Which currencies a sign may mean, by their codes. ¥ and 元 are everybody's: they are not here."""

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


def may_mean(sign: str, currency: str) -> bool:
    """Whether a sign may be that of a currency, by its ISO 4217 number."""
    code = CURRENCIES[currency].code
    return sign == code or code in SIGNS.get(sign, ())
