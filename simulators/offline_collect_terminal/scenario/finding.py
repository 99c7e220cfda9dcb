"""Chooses open bills in the answers to lookups, for the steps that follow."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.scenario.expect import matches
from offline_collect_terminal.scenario.model import Find

BILL, PERIOD, PAYABLE = "0030", "0051", "0055"
CURRENCY = 49
DEFAULT_CURRENCY = "156"
GIVEN = frozenset({"bill", "amount"})
"""Variables of the command line that choose the bill, so that none need be found."""


def found_in(find: Find, inputs: tuple[str, ...], answer: Message, dialect: Dialect) -> dict[str, str] | None:
    """Return the variables that a customer's open bills set; None if they are not as wanted.

    These are ``bill``, ``period``, ``amount`` in minor units and ``payable`` in major units of the first bill,
    ``bill2`` … of the others, ``total`` of all, and the customer's ``input``, ``input2`` …; behind the find's name
    if it has one.
    """
    if answer.elements.get(39) != dialect.response_codes[ResponseCode.APPROVED]:
        return None
    records = [
        _tags(answer.elements[number], dialect) for number in dialect.records if number in answer.elements
    ]
    wanted = [record for record in records if _is_bill(record) and _fits(record, find.where)]
    if not wanted or (find.bills is not None and not find.bills == len(wanted) == len(records)):
        return None
    currency = answer.elements.get(CURRENCY, "")
    currency = currency if currency in CURRENCIES else DEFAULT_CURRENCY
    values = {"total": str(sum(int(record[PAYABLE]) for record in wanted))}
    values |= {_numbered("input", n): text for n, text in enumerate(inputs)}
    for n, record in enumerate(wanted):
        values[_numbered("bill", n)] = record[BILL]
        values[_numbered("period", n)] = record.get(PERIOD, "")
        values[_numbered("amount", n)] = record[PAYABLE]
        values[_numbered("payable", n)] = format_major(int(record[PAYABLE]), currency)
    return {f"{find.name}.{name}" if find.name else name: value for name, value in values.items()}


def _numbered(name: str, n: int) -> str:
    return name if n == 0 else f"{name}{n + 1}"


def _is_bill(record: Mapping[str, str]) -> bool:
    return BILL in record and record.get(PAYABLE, "").isdecimal()


def _fits(record: Mapping[str, str], where: Mapping[str, str]) -> bool:
    return all(matches(wanted, record.get(tag)) for tag, wanted in where.items())


def _tags(value: str, dialect: Dialect) -> dict[str, str]:
    try:
        return parse_pds(value, dialect.charset)
    except DecodeError:
        return {}
