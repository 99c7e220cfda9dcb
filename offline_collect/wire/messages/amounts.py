"""Amounts on the wire with more or fewer decimals than their currency has; the platform counts minor units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from offline_collect.domain.answers import Record
from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.wire.errors import ContentError, EncodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.domain.answers import Answer
    from offline_collect.wire.dialects.places import ByPlace

CURRENCY_ELEMENTS = (49, 50)
_DECIMALS = {code: each.decimals for code, each in (*CURRENCIES.items(), *CURRENCY_CODES.items())}
DECIMALS = 2
"""Of amounts in a currency that neither the message nor the dialect names."""
AMOUNT_VALUES = frozenset(
    {
        "principal",
        "late_fee",
        "total_payable",
        "least_payable",
        "payable_step",
        "payer_fee",
        "credits_minor",
        "credit_reversals_minor",
        "debits_minor",
        "debit_reversals_minor",
        "net_minor",
    },
)
"""Values of answers that are amounts, besides the sum of a page."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How amounts are written; the platform itself counts minor units.

    Attributes:
        decimals: of every amount on the wire; None for those of its currency.
        currency: ISO 4217 number of amounts in messages that name none.
    """

    decimals: int | None = None
    currency: str | None = None


def to_minor(amounts: Amounts, amount: int, elements: ByPlace) -> int:
    """Return the minor units of an amount as it came.

    Raises:
        ContentError: it has a fraction of a minor unit.
    """
    if amounts.decimals is None:
        return amount
    more = amounts.decimals - _decimals(amounts, elements)
    if more <= 0:
        return amount * _power(more)
    if amount % 10**more:
        raise ContentError("less than a minor unit")
    return amount // _power(more)


def factor_of(decimals: int, amounts: Amounts, elements: ByPlace) -> int | None:
    """Return by what amounts with ``decimals`` are multiplied to get minor units; None if they are divided."""
    more = decimals - _decimals(amounts, elements)
    return None if more > 0 else _power(more)


def on_wire(amounts: Amounts, answer: Answer, elements: ByPlace) -> Answer:
    """Return an answer with its amounts as the wire writes them.

    Args:
        elements: of the request, which name the currency.

    Raises:
        EncodeError: an amount has more decimals than the wire writes.
    """
    if amounts.decimals is None or not (answer.records or AMOUNT_VALUES & answer.values.keys()):
        return answer
    more = amounts.decimals - _decimals(amounts, elements)
    records = tuple(
        Record(
            _scaled(record.values, more),
            record.cursor,
            _scale(record.payable_minor, more),
            _scale(record.payer_fee_minor, more),
        )
        for record in answer.records
    )
    return replace(answer, values=_scaled(answer.values, more), records=records)


def _scaled(values: Mapping[str, str | int], more: int) -> dict[str, str | int]:
    return {
        name: _scale(int(value), more) if name in AMOUNT_VALUES else value for name, value in values.items()
    }


def _scale(amount: int, more: int) -> int:
    if more >= 0:
        return amount * _power(more)
    if amount % _power(more):
        raise EncodeError("an amount has more decimals than the dialect writes")
    return amount // _power(more)


def _decimals(amounts: Amounts, elements: ByPlace) -> int:
    for number in CURRENCY_ELEMENTS:
        decimals = _DECIMALS.get(elements.get(number, ""))
        if decimals is not None:
            return decimals
    return _DECIMALS.get(amounts.currency or "", DECIMALS)


def _power(decimals: int) -> int:
    return int(10 ** abs(decimals))
