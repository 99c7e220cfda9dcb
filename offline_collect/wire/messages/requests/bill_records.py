"""Payments of several bills: one record for each bill in elements of their own, instead of one bill's tag in DE 48."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from offline_collect.domain.commands import BillLine
from offline_collect.wire.errors import ContentError, DecodeError, RequestError, place_of
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.amounts import to_minor
from offline_collect.wire.messages.requests.conversions import bill_number, record_amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from offline_collect.wire.dialects.places import ByPlace
    from offline_collect.wire.messages.amounts import Amounts
    from offline_collect.wire.messages.message_set.types import BillsPlan

UNREADABLE = "UNREADABLE"
"""The bill number of an advice with unreadable records. The payer has paid, so the advice is not refused."""

_PRIVATE = 48


class BillRecords:
    """The bills of one message.

    Attributes:
        lines: the bills with their amounts in minor units, in the order of the message.
        tags: the tags of DE 48, with the first bill's number added.
        identity: the same, but with a digest of all bills in place of the number; used for the fingerprint.
    """

    def __init__(
        self, plan: BillsPlan, lines: tuple[BillLine, ...], tags: Mapping[str, str], digest: str
    ) -> None:
        self.lines = lines
        self.tags = {**tags, plan.tag: lines[0].bill_no}
        self.identity = {**tags, plan.tag: digest}


def read_bills(
    plan: BillsPlan,
    elements: ByPlace,
    tags: Mapping[str, str],
    charset: str,
    amounts: Amounts,
    *,
    advised: bool,
) -> BillRecords:
    """Return the bills of a message that has records.

    Args:
        plan: the elements and tags of the records.
        elements: all elements of the message, by number.
        tags: the tags of its DE 48.
        charset: the dialect's charset.
        amounts: the dialect's rule for amounts.
        advised: whether the message is an advice.

    Raises:
        RequestError: DE 48 names a bill too; or, unless it is an advice, a bill appears twice or has an invalid value.
        DecodeError: a record is not a PDS sequence, and the message is not an advice.
    """
    if plan.tag in tags:
        raise RequestError.of_format(place_of(_PRIVATE, plan.tag), "beside records")
    try:
        lines = _read(plan, elements, charset, amounts)
    except (RequestError, DecodeError):
        if not advised:
            raise
        records = [(number, elements[number]) for number in plan.elements if number in elements]
        text = "\n".join(f"{number}={record}" for number, record in records)
        return BillRecords(plan, (BillLine(UNREADABLE, 0),), tags, digest(text))
    return BillRecords(plan, lines, tags, identity_of(lines))


def identity_of(lines: Sequence[BillLine]) -> str:
    """Return what stands for bills in a fingerprint: of one its number, wherever the message names it."""
    if len(lines) == 1:
        return lines[0].bill_no
    # Numbers of bills have no line breaks, so no two lists of one dialect make the same text.
    return digest("\n".join(f"{_name(line)}={line.amount_minor}" for line in lines))


def _name(line: BillLine) -> str:
    return line.bill_no if line.period is None else f"{line.bill_no} {line.period}"


def digest(text: str) -> str:
    """Return what stands for a text in a fingerprint."""
    return hashlib.sha256(text.encode()).hexdigest()


def _read(plan: BillsPlan, elements: ByPlace, charset: str, amounts: Amounts) -> tuple[BillLine, ...]:
    lines: list[BillLine] = []
    for number in plan.elements:
        if number not in elements:
            continue
        record = parse_pds(elements[number], charset, f"DE {number}")
        line = _line(plan, number, record, amounts, elements)
        if any(line.bill_no == other.bill_no for other in lines):
            raise RequestError.of_format(place_of(number, plan.bill_no), "twice")
        lines.append(line)
    return tuple(lines)


def _line(
    plan: BillsPlan, number: int, record: Mapping[str, str], amounts: Amounts, elements: ByPlace
) -> BillLine:
    for tag in (plan.bill_no, plan.amount):
        if tag not in record:
            raise RequestError.of_format(place_of(number, tag), "missing")
    tag = plan.bill_no
    try:
        bill_no = bill_number(record[tag])
        tag = plan.amount
        return BillLine(
            bill_no, record_amount([record[tag]], lambda amount: to_minor(amounts, amount, elements))
        )
    except ContentError as error:
        raise RequestError.of_format(place_of(number, tag), str(error)) from None
