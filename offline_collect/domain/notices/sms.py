"""SMS: what a text costs, its encoding and the number of its parts (3GPP TS 23.038 and 23.040), and numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from offline_collect.domain.errors import AmountError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.telephones import is_chinese, usual_mobile
from offline_collect.domain.values import value

_GSM_7_BIT = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_BIT_ESCAPED = frozenset("\f^{}\\[~]|€")
"""Characters that take two places."""


class SmsEncoding(StrEnum):
    """The encoding of an SMS."""

    GSM_7_BIT = "GSM 7-bit"
    UCS_2 = "UCS-2"


_NUMBER = re.compile(r"\+?[0-9]{5,20}")

_PLACES = {SmsEncoding.GSM_7_BIT: (160, 153), SmsEncoding.UCS_2: (70, 67)}
"""Places of a text that goes alone, and of each part of a longer one, which has a header."""


@value
class SmsParts:
    """The parts of an SMS.

    Attributes:
        units: places that the text takes: 7-bit characters or UTF-16 units.
    """

    encoding: SmsEncoding
    units: int
    parts: int


_PRICE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")


def sms_price(text: str) -> Decimal:
    """Return the price of one part of an SMS, which may be less than a minor unit.

    Raises:
        AmountError: it is none.
    """
    if not _PRICE.fullmatch(text):
        raise AmountError(Phrase("{text} is no price of a part: write it like 0.045", text=repr(text)))
    return Decimal(text)


def sms_parts(text: str) -> SmsParts:
    """Return the encoding and parts of a text, which has its signature in it.

    No character is cut in two: one that does not fit into a part begins the next.
    """
    plain = all(char in _GSM_7_BIT or char in _GSM_7_BIT_ESCAPED for char in text)
    encoding = SmsEncoding.GSM_7_BIT if plain else SmsEncoding.UCS_2
    widths = [_width(char, plain=plain) for char in text]
    alone, each = _PLACES[encoding]
    units = sum(widths)
    return SmsParts(encoding, units, 1 if units <= alone else _filled(widths, each))


def sms_number(mobile: str) -> str | None:
    """Return a mobile number as gateways take it, without spaces and hyphens; None if it is none."""
    number = usual_mobile(mobile)
    return number if _NUMBER.fullmatch(number) else None


def international_number(number: str, country: str) -> str:
    """Return a number with a plus sign and its calling code.

    Args:
        country: the calling code of a number without a plus sign, such as ``852``; a Chinese mobile has its own.
    """
    if number.startswith("+"):
        return number
    return f"+86{number}" if is_chinese(number) else f"+{country}{number}"


def national_number(number: str, country: str) -> str:
    """Return a number of a country without its calling code; another country's as it is."""
    return number.removeprefix(f"+{country}")


def _width(char: str, *, plain: bool) -> int:
    if plain:
        return 2 if char in _GSM_7_BIT_ESCAPED else 1
    return 2 if ord(char) > 0xFFFF else 1  # noqa: PLR2004 - the last character of one UTF-16 unit


def _filled(widths: list[int], each: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > each:
            parts, used = parts + 1, 0
        used += width
    return parts
