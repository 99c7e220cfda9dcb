"""From the text of elements and tags to the values of commands; schemas/messages.yaml names them by `as`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel, NetworkFunction, Tender, TotalsFigures
from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.wire.dialects.patterns import meaning_of
from offline_collect.wire.errors import ContentError
from offline_collect.wire.messages.amounts import to_minor
from offline_collect.wire.messages.dates import nearest_moment
from offline_collect.wire.messages.identity import key
from offline_collect.wire.messages.requests.originals import names_nothing, read_original
from offline_collect.wire.messages.requests.scope import ManyConverter, OneConverter, Scope
from offline_collect.wire.security.key_transit import CHECK_DIGITS_MAX, CHECK_DIGITS_MIN

if TYPE_CHECKING:
    from enum import StrEnum

    from offline_collect.domain.commands import ReversalReason

    Choice = TypeVar("Choice", bound=StrEnum)

_FIGURES = (
    "credits",
    "credit_reversals",
    "debits",
    "debit_reversals",
    "credits_minor",
    "credit_reversals_minor",
    "debits_minor",
    "debit_reversals_minor",
)
"""The figures of totals, in the order of their elements: DE 74 to 77, then 86 to 89."""
_COUNTS = 4
_WITH_YEAR = 12
AMOUNT_DIGITS = 12
BILL_NO_MAX = 32
TELLER_MAX = 32
CURSOR_MAX = 48
NUMBER_DIGITS_MAX = 9
_DATE_DIGITS = 8
_HEX_DIGITS = frozenset("0123456789ABCDEF")
_TENDERS = {tender.value: tender for tender in (Tender.CASH, Tender.CARD, Tender.ACCT)}
_CHANNELS = {channel.value: channel for channel in Channel}


def _amount(value: str, scope: Scope) -> int:
    return over_0(to_minor(scope.dialect.amounts, int(value), scope.elements))


def over_0(amount: int) -> int:
    """Return an amount.

    Raises:
        ContentError: it is not over 0.
    """
    if amount <= 0:
        raise ContentError("must be over 0")
    return amount


def _identifier(value: str, _: Scope) -> str:
    identifier = value.rstrip()
    if not identifier:
        raise ContentError("blank")
    return identifier


def _printable(value: str, most: int) -> str:
    """An identifier from a PDS value, which may contain any characters but control characters."""
    if not (value.isascii() and value.isprintable()) or not value.strip():
        raise ContentError("not printable ASCII")
    if len(value) > most:
        raise ContentError("too long")
    return value


def bill_number(value: str) -> str:
    """Return a bill's number.

    Raises:
        ContentError: it is not printable ASCII, or too long.
    """
    return _printable(value, BILL_NO_MAX)


def _bill_number(value: str, _: Scope) -> str:
    return _printable(value, BILL_NO_MAX)


def record_amount(values: Sequence[str], minor: Callable[[int], int]) -> int:
    """Return a bill's amount in minor units.

    Args:
        values: what makes it together: plain digits, each at most as many as DE 4 has; an empty one is 0.
        minor: returns the minor units of an amount as it came.

    Raises:
        ContentError: they are not, or the amount is 0.
    """
    total = 0
    for value in values:
        if len(value) > AMOUNT_DIGITS:
            raise ContentError("too long")
        if value:
            if not (value.isascii() and value.isdecimal()):
                raise ContentError("digits only")
            total += int(value)
    return over_0(minor(total))


def _teller(value: str, _: Scope) -> str:
    return mask_cards(_printable(value, TELLER_MAX))


def _cursor(value: str, _: Scope) -> str:
    return _printable(value, CURSOR_MAX)


def _bill_cursor(value: str, scope: Scope) -> str:
    """The due date YYYYMMDD and the bill number that an earlier answer gave as 0040."""
    cursor = _cursor(value, scope)
    due, bill_no = cursor[:_DATE_DIGITS], cursor[_DATE_DIGITS:]
    if not due.isdigit() or not bill_no:
        raise ContentError("no cursor of ours")
    try:
        BusinessDate.parse(due)
    except ValueError:
        raise ContentError("no cursor of ours") from None
    return cursor


def whole_number(value: str) -> int:
    """Return a number of at most nine digits.

    Raises:
        ContentError: it is none.
    """
    if not (value.isascii() and value.isdigit()):
        raise ContentError("digits only")
    if len(value) > NUMBER_DIGITS_MAX:
        raise ContentError("too long")
    return int(value)


def _whole_number(value: str, _: Scope) -> int:
    return whole_number(value)


def _fee(value: str, scope: Scope) -> int:
    """An amount that may be nothing."""
    return to_minor(scope.dialect.amounts, whole_number(value), scope.elements)


def _currency(value: str, _: Scope) -> str:
    """A currency's number; dialects with letters in the element may say its letters."""
    if value in CURRENCIES:
        return value
    if value in CURRENCY_CODES:
        return CURRENCY_CODES[value].number
    raise ContentError("unknown currency")


def _chosen(value: str, choices: Mapping[str, Choice]) -> Choice:
    choice = choices.get(value)
    if choice is None:
        raise ContentError("unknown")
    return choice


def _tender(value: str, _: Scope) -> Tender:
    return _chosen(value, _TENDERS)


def _channel(value: str, _: Scope) -> Channel:
    return _chosen(value, _CHANNELS)


def _reversal_reason(value: str, scope: Scope) -> ReversalReason:
    return _chosen(value, scope.dialect.reversal_reasons)


def _network_function(value: str, scope: Scope) -> NetworkFunction:
    function = meaning_of(scope.network_functions, value)
    if function is None:
        raise ContentError("unknown")
    return function


def _key(value: str, _: Scope) -> str:
    """A key under the link's key-encrypting key: hex digits, or a key block."""
    key = value.strip()
    if not (key.isascii() and key.isalnum()):
        raise ContentError("hex digits or a key block only")
    return key


def _key_check_value(value: str, _: Scope) -> str:
    digits = value.strip().upper()
    if not _HEX_DIGITS.issuperset(digits) or not CHECK_DIGITS_MIN <= len(digits) <= CHECK_DIGITS_MAX:
        raise ContentError(f"{CHECK_DIGITS_MIN} to {CHECK_DIGITS_MAX} hex digits only")
    return digits


def _date(value: str, scope: Scope) -> dt.date:
    return scope.moment.date(value)


def _business_date(value: str, scope: Scope) -> BusinessDate:
    return BusinessDate.of(scope.moment.date(value))


def _time(value: str, _: Scope) -> dt.time:
    """A time, alone or at the end of a date and time."""
    try:
        return dt.time(int(value[-6:-4]), int(value[-4:-2]), int(value[-2:]))
    except ValueError:
        raise ContentError("no such time") from None


def _signed(value: str, scope: Scope) -> int:
    amount = to_minor(scope.dialect.amounts, int(value[1:]), scope.elements)
    return amount if value[0] == "C" else -amount


def _product(value: str, scope: Scope) -> str:
    """Our merchant of a partner's product."""
    merchant = scope.dialect.products.get(value.strip())
    if merchant is None:
        raise ContentError("unknown product")
    return merchant


def _original_key(value: str, scope: Scope) -> str:
    dialect = scope.dialect
    original = read_original(dialect.original, value, scope.elements)
    source = dialect.original.element or None
    return key("P", dialect.identity, original.elements, scope.moment, source)


def _original_institution(value: str, scope: Scope) -> str:
    return read_original(scope.dialect.original, value, scope.elements).institution


def _original_sent_at(value: str, scope: Scope) -> dt.datetime:
    """When the original was sent, by the clock, since its age is measured by the clock too.

    It is local time if the dialect's DE 90 carries local time. In the hour that clocks show twice when they go back,
    it is the later of the two: until then the original could still arrive.
    """
    moment = scope.moment
    sent = read_original(scope.dialect.original, value, scope.elements).date_time
    if not sent:
        return moment.received_at
    if len(sent) == _WITH_YEAR:
        return moment.sent_at(sent)
    local = 12 in scope.dialect.identity and 7 not in scope.dialect.identity  # noqa: PLR2004 - DE 12, DE 7
    zone = moment.zone if local else moment.transmission_zone
    found = nearest_moment(sent, moment.received_at.astimezone(zone))
    if found is None:
        raise ContentError("no such date")
    return found.replace(fold=1).astimezone(dt.UTC)


def _completed_key(value: str, scope: Scope) -> str | None:
    return None if names_nothing(value) else _original_key(value, scope)


def _completed_institution(value: str, scope: Scope) -> str | None:
    return None if names_nothing(value) else _original_institution(value, scope)


def _inputs(values: Sequence[str | None], _: Scope) -> tuple[str | None, ...]:
    return tuple(values)


def _totals_figures(values: Sequence[str | None], scope: Scope) -> TotalsFigures:
    """Four counts, then four amounts."""
    figures = dict(zip(_FIGURES, [int(value or 0) for value in values], strict=False))
    amounts = scope.dialect.amounts
    for name in _FIGURES[_COUNTS:]:
        figures[name] = to_minor(amounts, figures[name], scope.elements)
    return TotalsFigures(**figures)


ONE: Mapping[str, OneConverter] = MappingProxyType(
    {
        "amount": _amount,
        "bill_cursor": _bill_cursor,
        "bill_number": _bill_number,
        "business_date": _business_date,
        "channel": _channel,
        "completed_institution": _completed_institution,
        "completed_key": _completed_key,
        "currency": _currency,
        "cursor": _cursor,
        "date": _date,
        "fee": _fee,
        "identifier": _identifier,
        "key": _key,
        "key_check_value": _key_check_value,
        "network_function": _network_function,
        "original_institution": _original_institution,
        "original_key": _original_key,
        "original_sent_at": _original_sent_at,
        "product": _product,
        "reversal_reason": _reversal_reason,
        "signed": _signed,
        "teller": _teller,
        "tender": _tender,
        "time": _time,
        "whole_number": _whole_number,
    },
)
MANY: Mapping[str, ManyConverter] = MappingProxyType({"inputs": _inputs, "totals_figures": _totals_figures})
