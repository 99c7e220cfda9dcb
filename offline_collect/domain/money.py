"""Money: integers in a currency's minor unit, and their conversion from and to text."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.errors import AmountError
from offline_collect.domain.texts.phrases import Phrase

BILLION = 1_000_000_000


_WRITTEN = re.compile(r"(-?)¥?((?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?)")
"""A comma is a thousands separator and nothing else: ``1,23`` may mean 1.23, so it is refused."""

_DIGITS_MAX = 18
_EXACT = Context(prec=_DIGITS_MAX, traps=[InvalidOperation, Inexact])
"""Arithmetic that raises an error instead of losing a digit."""


def parse_major(text: str, currency: str = "156") -> int:
    """Return the minor units of an amount written in major units.

    Full-width digits, thousands separators and a leading ``￥`` are accepted: ``￥1,234.50`` is 123450.

    Args:
        text: the amount as a person wrote it.
        currency: ISO 4217 number.

    Raises:
        AmountError: it is not a plain decimal number, or has more decimals than the currency.
    """
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise AmountError(Phrase("{text} is not an amount: write it like 1234.50", text=repr(text)))
    sign, digits = found.groups()
    return exact_minor(sign + digits.replace(",", ""), currency)


def exact_minor(number: str | Decimal, currency: str = "156") -> int:
    """Return a decimal number in minor units, without rounding.

    Raises:
        AmountError: it is not a finite number, has more decimals than the currency, or too many digits.
    """
    known = CURRENCIES[currency]
    try:
        minor = _EXACT.scaleb(_EXACT.create_decimal(number), known.decimals).to_integral_exact(context=_EXACT)
    except InvalidOperation:
        raise AmountError(
            Phrase("{text} is not an amount: write it like 1234.50", text=repr(str(number)))
        ) from None
    except Inexact:
        raise AmountError(
            Phrase(
                "{number} has more than the {decimals} decimals of {currency} or {digits} digits",
                number=str(number),
                decimals=known.decimals,
                currency=known.code,
                digits=_DIGITS_MAX,
            )
        ) from None
    if not minor.is_finite() or minor.adjusted() >= _DIGITS_MAX:
        raise AmountError(Phrase("{text} is not an amount: write it like 1234.50", text=repr(str(number))))
    return int(minor)


def format_major(minor: int, currency: str = "156") -> str:
    """Return minor units as major units: ``12345`` is ``123.45``."""
    decimals = CURRENCIES[currency].decimals
    if not decimals:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}"


def billionths(rate: str | Decimal) -> int:
    """Return a rate such as ``0.0005`` in units of 10⁻⁹, rounded half up."""
    return int((Decimal(rate) * BILLION).to_integral_value(ROUND_HALF_UP))


def times_rate(base: int, rate_billionths: int) -> int:
    """Return ``base`` times a rate, rounded half up to the minor unit; both are at least 0."""
    return (2 * base * rate_billionths + BILLION) // (2 * BILLION)
