"""Signs of currencies, as people write them beside amounts: HK$, €, RMB, 港币."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES

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

_RENMINBI = frozenset({"RMB", "CN¥", "人民币"})


def known_sign(text: str) -> str | None:
    """Return a sign as :data:`SIGNS` has it, or the code of its currency, such as CNY of 人民币; None if it is none."""
    plain = text.strip().upper()
    if plain in _RENMINBI:
        return "CNY"
    return plain if plain in SIGNS or plain in CURRENCY_CODES else None


def may_mean(sign: str, currency: str) -> bool:
    """Whether a sign may be that of a currency, by its ISO 4217 number."""
    code = CURRENCIES[currency].code
    return sign == code or code in SIGNS.get(sign, ())


def signs_of(currency: str) -> set[str]:
    """Return all plain signs that may be those of a currency, and its code, by its ISO 4217 number: hkd, hk$, $, 港元."""
    code = CURRENCIES[currency].code
    return {sign.casefold() for sign in (code, *SIGNS) if may_mean(sign, currency)}
