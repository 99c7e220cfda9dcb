"""Builds the private data of answers with a dialect's layouts."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from offline_collect.domain.bills import year_and_month
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect import RESPONSE_CODE
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.elements.contents import without_controls
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.layouts.pds import cut_text, in_charset
from offline_collect.wire.messages.requests.parts import readable_parts, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from offline_collect.domain.answers import Record
    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.elements.notation import Notation
    from offline_collect.wire.layouts.parts import Parts
    from offline_collect.wire.layouts.place import Place as LayoutPlace
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.types import LayoutPlan, ListPlan, ValuePlan

CUTTABLE = frozenset(
    {"title", "trade", "customer_name", "description", "extra", "receipt", "reason", "brief"}
)
"""Names of values that may be truncated: names, descriptions, receipts and reasons."""

_ANY_CHARACTERS = frozenset({Kind.TEXT, Kind.B})
"""Kinds of elements whose content may be other than ASCII."""

FIRST = "first_"
"""Prefix of the name of a value that is taken from a page's first record."""


class PageParts(NamedTuple):
    """The content of an approval's private data.

    Attributes:
        values: the answer's values, by name.
        records: the records of its page.
        own: texts that every answer carries, by place: response code, settlement date, reason.
    """

    values: Mapping[str, str | int]
    records: Sequence[Record]
    own: Mapping[str, str]


class AnswerParts:
    """Builds the elements of answers that have layouts.

    Args:
        dialect: its elements and codes.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def put(
        self,
        plans: Mapping[int, LayoutPlan],
        request: Message,
        page: PageParts,
        elements: dict[int, str],
    ) -> None:
        """Add the elements of an approval; an element without any value stays as it is.

        Args:
            plans: the layouts of the answer, by element number.
            request: the message that is answered.
            page: the values, records and texts.
            elements: the answer's elements, by number; changed.

        Raises:
            EncodeError: a part is missing, or is too long and may not be truncated.
        """
        for number, plan in plans.items():
            own = _own_of(number, plan, page.own)
            if not (own or plan.put or plan.records is not None):
                continue
            parts = self._repeated(plan, number, request)
            for place, value in plan.put:
                text = self._text(value, page.values, place.notation, number)
                if text is not None:
                    place.put(parts, text)
            self._put_own(own, parts, number)
            if plan.records is not None:
                plan.records.place.put(parts, self._list(plan, plan.records, page.records, number))
            elements[number] = self._written(plan, number, parts)

    def put_own(
        self,
        plans: Mapping[int, LayoutPlan],
        request: Message,
        own: Mapping[str, str],
        elements: dict[int, str],
    ) -> None:
        """Add to a decline the texts that every answer carries, in parts that the layouts have.

        Args:
            plans: the layouts of the answer, by element number.
            request: the message that is answered.
            own: the texts, by place.
            elements: the answer's elements, by number; changed.
        """
        for number, plan in plans.items():
            here = _own_of(number, plan, own)
            if here:
                parts = self._repeated(plan, number, request)
                self._put_own(here, parts, number)
                # The layout may need a part that the request lacked. The decline is sent without the element then.
                with suppress(EncodeError):
                    elements[number] = self._written(plan, number, parts)

    def _put_own(self, own: Sequence[tuple[LayoutPlace, str]], parts: Parts, number: int) -> None:
        for place, text in own:
            place.put(parts, self._fitting(text, place.notation, number))

    def _repeated(self, plan: LayoutPlan, number: int, request: Message) -> Parts:
        """Return the parts that an answer repeats from its request."""
        if plan.source is None:
            return {}
        came = readable_parts(request, number, plan.source, self._dialect.elements) or {}
        if plan.source is plan.layout:
            return dict(came)
        return {name: came[name] for name in plan.copied if name in came}

    def _written(self, plan: LayoutPlan, number: int, parts: Parts) -> str:
        return value_of(plan.layout.write(parts, f"DE {number}"), self._dialect.elements[number])

    def _list(
        self, plan: LayoutPlan, listed: ListPlan, records: Sequence[Record], number: int
    ) -> list[Parts]:
        return [self._record(plan, listed, record, number) for record in records]

    def _record(self, plan: LayoutPlan, listed: ListPlan, record: Record, number: int) -> Parts:
        parts: Parts = {}
        for name, value in listed.put.items():
            notation = plan.layout.place(f"{listed.path}.{name}").notation
            text = self._text(value, record.values, notation, number)
            if text is not None:
                parts[name] = text
        return parts

    def _text(
        self, plan: ValuePlan, values: Mapping[str, str | int], notation: Notation | None, number: int
    ) -> str | None:
        """Return the text of a value in a part of an element; None if the answer has no such value."""
        if not plan.value:
            return plan.constant
        value = values.get(plan.value)
        if value is None:
            return None
        if plan.convert == RESPONSE_CODE:
            return self._dialect.response_codes[ResponseCode(str(value))]
        text = str(value)
        if plan.column:
            columns = dict(each.partition("=")[::2] for each in text.split("|"))
            return columns.get(plan.column)
        if plan.convert is not None:
            return year_and_month(text)
        if is_for_people(plan.value):
            return self._fitting(text, notation, number)
        return text

    def _fitting(self, text: str, notation: Notation | None, number: int) -> str:
        """Return a text in the characters and the length of a part, truncated if needed.

        What the part or its element cannot say is a question mark: a name must not cost the answer.
        """
        text = without_controls(text)
        if notation is None:
            return text
        free = notation.kind is Kind.TEXT and self._dialect.elements[number].kind in _ANY_CHARACTERS
        charset = self._dialect.charset if free else "ascii"
        return cut_text(in_charset(text, charset), notation.length, charset)


def _own_of(number: int, plan: LayoutPlan, own: Mapping[str, str]) -> list[tuple[LayoutPlace, str]]:
    """Return the texts for one element, in the places that its layout has."""
    return [
        (plan.layout.place(part_of(place)), text)
        for place, text in own.items()
        if element_of(place) == number and plan.layout.has(part_of(place))
    ]


def is_for_people(value: str) -> bool:
    """Whether a value is a text for people by its name: it may be truncated, and have a mark for what a wire cannot say."""
    return value.removeprefix(FIRST) in CUTTABLE
