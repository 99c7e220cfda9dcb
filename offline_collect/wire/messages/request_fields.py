"""The fields of one message type's commands, in the order in which the command has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.wire.errors import ContentError
from offline_collect.wire.messages.amounts import CURRENCY_ELEMENTS, factor_of
from offline_collect.wire.messages.bill_records import identity_of
from offline_collect.wire.messages.conversions import ONE, Scope, over_0, whole_number
from offline_collect.wire.messages.message_types import BILLS, ManyField, OneField
from offline_collect.wire.messages.request_times import keep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import ByPlace
    from offline_collect.wire.messages.bill_lists import BillList
    from offline_collect.wire.messages.conversions import OneConverter
    from offline_collect.wire.messages.message_types import MessageType
    from offline_collect.wire.messages.private_plan import Bills
    from offline_collect.wire.messages.request_times import RequestTimes

NO_TAGS: Mapping[str, str] = {}
_DATE = ONE["date"]
_OFTEN = frozenset(
    ONE[name]
    for name in (
        "channel",
        "currency",
        "identifier",
        "product",
        "reversal_reason",
        "teller",
        "tender",
        "time",
    )
)
"""Conversions of values that come again and again; they depend on the value and the dialect alone."""
_ALONE = _OFTEN | {_DATE} | {ONE[name] for name in ("bill_cursor", "bill_number", "cursor", "whole_number")}
"""Conversions that do not look at the rest of the message."""


class _Field(NamedTuple):
    """A field of the command, or an element that is only checked.

    Attributes:
        at: its place among the command's fields; of checks, the place behind the last one.
        source: its element or tag.
        known: results by value; None where values hardly ever come again.
    """

    at: int
    source: Any
    known: dict[str, Any] | None
    convert: OneConverter


class FieldsPlan:
    """Reads the fields of a message type.

    Args:
        kind: the type.
        at: the place of each field among those of the command.
        dialect: of the link.
        times: of the link.
        bills: reads the list of bills in a layout; None for messages without one.
    """

    def __init__(
        self,
        kind: MessageType,
        at: Mapping[str, int],
        dialect: Dialect,
        times: RequestTimes,
        bills: BillList | None,
    ) -> None:
        self._at = at
        self._dialect, self._times, self._bills = dialect, times, bills
        fields = [field for field in (*kind.checks, *kind.fields) if isinstance(field, OneField)]
        self._amounts = [
            (*self._of(field)[:3], _AMOUNTS[field.convert]) for field in fields if field.convert in _AMOUNTS
        ]
        alone = [field for field in fields if field.convert in _ALONE]
        self._of_elements = [self._field(field) for field in alone if field.tag is None]
        self._of_tags = [self._field(field) for field in alone if field.tag is not None]
        self._around = [
            self._of(field) for field in fields if field.convert not in _AMOUNTS and field not in alone
        ]
        self._many = [field for field in kind.fields if isinstance(field, ManyField)]
        self._alone = Scope({}, NO_TAGS, times.moment(), dialect, {})
        self._factors: dict[tuple[str | None, ...], int | None] = {}

    def read(
        self, elements: dict[Any, str], tags: Mapping[str, str], bills: Bills, values: list[Any]
    ) -> None:
        """Put the fields among the values of a command.

        Args:
            elements: the message's values by place; what stands for its bills is added.
            tags: of its DE 48.
            bills: the records of its list of bills.
            values: the command's; changed.

        Raises:
            ContentError: a value is not as it must be; RequestError or DecodeError if it says more.
        """
        _convert(self._of_elements, elements, self._alone, values)
        _convert(self._of_tags, tags, self._alone, values)
        factor = self._factor(elements) if self._amounts or self._bills else 1
        for at, source, of_tag, convert in self._amounts:
            text = tags.get(source) if of_tag else elements.get(source)
            if text is not None:
                values[at] = convert(text, factor)
        for at, source, of_tag, convert_one in self._around:
            text = tags.get(source) if of_tag else elements.get(source)
            if text is not None:
                values[at] = convert_one(text, self._scope(elements, tags))
        for many in self._many:
            parts = [elements.get(place) for place in many.elements]
            parts += [tags.get(tag) for tag in many.tags]
            values[self._at[many.name]] = many.convert(parts, self._scope(elements, tags))
        if self._bills is not None:
            lines = self._bills.lines(bills, elements, factor.__mul__, values[self._at["bill_no"]])
            values[self._at["lines"]], values[self._at["bill_no"]] = lines, lines[0].bill_no
            elements[BILLS] = identity_of(lines)

    def _factor(self, elements: ByPlace) -> int:
        """By what amounts are multiplied.

        Raises:
            ContentError: they are divided, which may leave a rest.
        """
        amounts, known = self._dialect.amounts, self._factors
        decimals = amounts.decimals
        if decimals is None:
            return 1
        named = elements.get(CURRENCY_ELEMENTS[0]), elements.get(CURRENCY_ELEMENTS[1])
        factor = (
            known[named] if named in known else keep(known, named, factor_of(decimals, amounts, elements))
        )
        if factor is None:
            raise ContentError("amounts with more decimals than their currency")
        return factor

    def _field(self, field: OneField) -> _Field:
        at, source, _, convert = self._of(field)
        if convert is _DATE:
            return _Field(at, source, None, self._times.date)
        return _Field(at, source, {} if convert in _OFTEN else None, convert)

    def _of(self, field: OneField) -> tuple[int, Any, bool, OneConverter]:
        """The place of a field, its source, whether that is a tag, and its conversion."""
        at = self._at.get(field.name, len(self._at))
        if field.tag is not None:
            return at, field.tag, True, field.convert
        return at, field.element, False, field.convert

    def _scope(self, elements: ByPlace, tags: Mapping[str, str]) -> Scope:
        return Scope(elements, tags, self._times.moment(), self._dialect, {})


def _paid(text: str, factor: int) -> int:
    return over_0(int(text) * factor)


def _fee(text: str, factor: int) -> int:
    return whole_number(text) * factor


_AMOUNTS = {ONE["amount"]: _paid, ONE["fee"]: _fee}
"""Conversions of amounts, with that of a message whose amounts are multiplied."""


def _convert(fields: list[_Field], texts: Mapping[Any, str], scope: Scope, values: list[Any]) -> None:
    for at, source, known, convert in fields:
        text = texts.get(source)
        if text is None:
            continue
        if known is None:
            values[at] = convert(text, scope)
        elif text in known:
            values[at] = known[text]
        else:
            values[at] = keep(known, text, convert(text, scope))
