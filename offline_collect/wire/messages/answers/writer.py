"""Responses: from a request and its answer to the response message (docs/messages.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect import BRIEF, RESPONSE_CODE, SETTLEMENT_DATE
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.contents import without_controls
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.layouts.pds import CUTTABLE, build_pds, cut_text, in_charset
from offline_collect.wire.messages.amounts import on_wire
from offline_collect.wire.messages.answers.parts import FIRST, AnswerParts, PageParts, is_for_people
from offline_collect.wire.messages.answers.plan import EVERY_CHARACTER, ResponsePlan
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.routing import PRIVATE, Router
from offline_collect.wire.messages.message_set.types import (
    PAGE_CURSOR,
    PAGE_PAYABLE,
    PAGE_PAYER_FEE,
    PAGE_TOTAL,
    AnswerPlan,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from offline_collect.domain.answers import Answer, Record
    from offline_collect.domain.business_days.dates import BusinessDate
    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.messages.message_set.types import MessageSet, RecordPlan, ValuePlan

CUSTOMER_NO = "customer_no"

_OVERHEAD = 40
"""No message's MTI and bitmaps take more bytes."""
_PREFIX = 3
"""No element's length prefix takes more bytes."""
_CHARACTER = 4
"""No character takes more bytes, in UTF-8 or GB18030."""

Values = dict[str, str | int]


class ResponseWriter:
    """Makes the responses of one dialect."""

    def __init__(
        self,
        messages: MessageSet,
        dialect: Dialect,
        router: Router | None = None,
        codec: Codec | None = None,
    ) -> None:
        """Bind the message set to the dialect.

        Args:
            router: of the message set and the dialect, where there is one already.
            codec: of the dialect's elements, where there is one already.

        Raises:
            SchemaError: the two do not fit.
        """
        self._dialect = dialect
        self._private = dialect.charset_of(PRIVATE)
        self._router = router or Router(messages, dialect)
        messages = self._router.messages
        self._codec = codec or Codec(dialect)
        self._scales = dialect.amounts.decimals is not None
        self._always, self._own_parts = _by_kind(dialect.always)
        self._decline, self._decline_parts = _by_kind(dialect.decline)
        self._parts = AnswerParts(dialect)
        echo = frozenset(messages.echo)
        self._plans = {
            kind.name: ResponsePlan(kind.answer, echo | {*kind.answer.echo}) for kind in messages.types
        }
        self._unknown = ResponsePlan(AnswerPlan(), echo)

    def write(self, request: Message, answer: Answer, open_date: BusinessDate) -> Message | None:
        """Return the response to a request, also to an invalid one.

        The response has as many of the answer's records as fit the message type's elements and the frame.

        Args:
            request: the decoded message, or the MTI and elements of a `DecodeError`.
            answer: the answer of the domain or of the request's reader.
            open_date: the open business day, which DE 15 shows unless the answer names another.

        Returns:
            None if the message is itself a response.

        Raises:
            EncodeError: a value that may not be truncated does not fit.
        """
        mti = self._router.response_mti(request.mti)
        if mti is None:
            return None
        kind = self._router.find_or_none(request)
        usual = self._unknown if kind is None else self._plans[kind.name]
        plan = usual.answer
        elements = usual.repeated(request.elements)
        if self._scales:
            answer = on_wire(self._dialect.amounts, answer, request.elements)
        if CUSTOMER_NO in answer.values:
            answer = self._with_sayable_customer(answer, plan)
        for number, value in self._always:
            elements[number] = self._own(number, value, answer, open_date, plan)
        if not answer.approved:
            for number, value in self._decline:
                elements[number] = self._own(number, value, answer, open_date, plan)
        if plan.layouts:
            return self._with_parts(Message(mti, elements), usual, answer, request)
        self._put(plan, answer.values, elements)
        if plan.records is not None and answer.approved:
            return self._with_page(Message(mti, elements), usual, plan.records, answer)
        self._put_private(usual, answer.values, elements)
        return Message(mti, elements)

    def _with_sayable_customer(self, answer: Answer, plan: AnswerPlan) -> Answer:
        """Return an answer whose customer number the dialect can say: `?` for each character that it cannot.

        Merchants number shops and flats in Chinese. No request names a customer by this number.
        """
        number = str(answer.values[CUSTOMER_NO])
        if number.isascii():
            return answer
        placed = any(value.value == CUSTOMER_NO for value in plan.elements.values())
        sayable = in_charset(number, "ascii" if placed or plan.layouts else self._private)
        return replace(answer, values={**answer.values, CUSTOMER_NO: sayable})

    def _with_parts(self, base: Message, usual: ResponsePlan, answer: Answer, request: Message) -> Message:
        """Add values to elements, and to private data in layouts."""
        plan = usual.answer
        if answer.approved and not (usual.is_plain and not self._own_parts):
            return self._with_list(base, plan, answer, request)
        self._put(plan, answer.values, base.elements)
        if answer.approved:
            return self._checked(base)
        own = self._own_texts((*self._own_parts, *self._decline_parts), answer, plan)
        self._parts.put_own(plan.layouts, request, own, base.elements)
        return base

    def _checked(self, page: Message) -> Message:
        """Return a message.

        Raises:
            EncodeError: it does not fit the frame.
        """
        if not self._fits(page):
            raise _too_long()
        return page

    def _own_texts(
        self, places: Iterable[tuple[str, str]], answer: Answer, plan: AnswerPlan
    ) -> dict[str, str]:
        """What the platform puts in parts by itself."""
        return {
            place: self._code(answer, plan) if value == RESPONSE_CODE else _said(value, answer)
            for place, value in places
        }

    def _with_list(self, base: Message, plan: AnswerPlan, answer: Answer, request: Message) -> Message:
        """Add an approval's values, and as many records as its list and the frame hold."""
        own = self._own_texts(self._own_parts, answer, plan)
        # An answer without a list still says what its first record is.
        most = min(len(answer.records), plan.most or 1)
        for count in range(most, min(most, 1) - 1, -1):
            elements = dict(base.elements)
            records = answer.records[:count]
            values = self._page_values(answer, count)
            if records:
                values |= {f"{FIRST}{name}": value for name, value in records[0].values.items()}
            self._put(plan, values, elements)
            self._parts.put(plan.layouts, request, PageParts(values, records, own), elements)
            page = Message(base.mti, elements)
            if self._fits(page):
                return page
        raise _too_long()

    def _page_values(self, answer: Answer, count: int) -> Values:
        """The values of an answer with those of a page of so many records."""
        values: Values = dict(answer.values)
        values |= _page_sums(answer.records[:count])
        cursor = answer.records[count].cursor if count < len(answer.records) else answer.beyond
        if cursor is not None:
            values[PAGE_CURSOR] = cursor
        return values

    def _own(self, number: int, value: str, answer: Answer, open_date: BusinessDate, plan: AnswerPlan) -> str:
        """What the platform puts in by itself: the business date, the code, the reason in short and whole."""
        if value == RESPONSE_CODE:
            return self._code(answer, plan)
        element = self._dialect.elements[number]
        if value == SETTLEMENT_DATE:
            date = answer.business_date or open_date
            return f"{date.year:04d}{date.month:02d}{date.day:02d}"[-element.length :]
        return self._for_people(number, _said(value, answer))

    def _for_people(self, number: int, text: str) -> str:
        """Return a text in the characters and the length of an element, truncated if needed."""
        element = self._dialect.elements[number]
        if element.kind is not Kind.TEXT:
            text = in_charset(text, "ascii")
        charset = self._dialect.charset_of(number)
        return cut_text(in_charset(text, charset), element.length, charset)

    def _code(self, answer: Answer, plan: AnswerPlan) -> str:
        return plan.codes.get(answer.code) or self._dialect.response_codes[answer.code]

    def _put(self, plan: AnswerPlan, values: Mapping[str, str | int], elements: dict[int, str]) -> None:
        for number, value in plan.elements.items():
            if value.value in values:
                text = self._text(value, values)
                if is_for_people(value.value):
                    elements[number] = self._for_people(number, without_controls(text))
                else:
                    elements[number] = self._element(number, text)
            elif value.constant:
                elements[number] = self._element(number, value.constant)

    def _element(self, number: int, text: str) -> str:
        element = self._dialect.elements[number]
        if element.kind is Kind.XN:
            return f"{'D' if text.startswith('-') else 'C'}{text.lstrip('-').zfill(element.length)}"
        return text.zfill(element.length) if element.kind is Kind.N else text

    def _text(self, plan: ValuePlan, values: Mapping[str, str | int]) -> str:
        value = values[plan.value]
        if plan.convert == RESPONSE_CODE:
            return self._dialect.response_codes[ResponseCode(str(value))]
        return str(value)

    def _put_private(
        self, usual: ResponsePlan, values: Mapping[str, str | int], elements: dict[int, str]
    ) -> None:
        if not usual.answer.tags:
            return
        room = self._room(PRIVATE)
        private = usual.private(values, self._private, room)
        if private is None:
            tags = self._tags(usual.answer.tags, values, self._private)
            private = build_pds(tags, self._private, room)
        if private:
            elements[PRIVATE] = private

    def _tags(
        self,
        plans: Mapping[str, ValuePlan],
        values: Mapping[str, str | int],
        charset: str,
    ) -> list[tuple[str, str]]:
        tags = []
        for tag, plan in plans.items():
            value = values.get(plan.value)
            if value is not None:
                text = str(value) if plan.convert is None else self._text(plan, values)
                tags.append((tag, _for_people(text, charset) if tag in CUTTABLE else text))
        return tags

    def _room(self, number: int) -> int:
        return self._dialect.elements[number].length

    def _with_page(self, base: Message, usual: ResponsePlan, records: RecordPlan, answer: Answer) -> Message:
        """Add the records that fit: as many as there are elements, then fewer until the frame holds them."""
        texts = [
            self._record(records, record, number)
            for record, number in zip(answer.records, records.elements, strict=False)
        ]
        least = len(answer.records) if records.whole else min(len(texts), 1)
        for count in range(len(texts), least - 1, -1):
            page = self._page(base, usual, records, answer, texts[:count])
            if self._fits(page):
                return page
        raise _too_long(f"DE {records.elements[0]}")

    def _record(self, plan: RecordPlan, record: Record, number: int) -> str:
        charset = self._dialect.charset_of(number)
        tags = self._tags(plan.tags, record.values, charset)
        cuttable = frozenset[str]() if plan.whole else CUTTABLE
        return build_pds(tags, charset, self._room(number), cuttable, f"DE {number}")

    def _page(
        self,
        base: Message,
        usual: ResponsePlan,
        records: RecordPlan,
        answer: Answer,
        texts: Sequence[str],
    ) -> Message:
        values = self._page_values(answer, len(texts))
        elements = dict(base.elements)
        self._put(usual.answer, values, elements)
        self._put_private(usual, values, elements)
        elements.update(zip(records.elements, texts, strict=False))
        return Message(base.mti, elements)

    def _fits(self, message: Message) -> bool:
        """Whether a message fits the frame; bytes are counted only if a rough estimate does not decide it."""
        room = self._dialect.frame.message_max
        elements = message.elements
        rough = sum(map(len, elements.values())) * _CHARACTER + len(elements) * _PREFIX + _OVERHEAD
        return rough <= room or len(self._codec.encode(message)) <= room


def _page_sums(records: Sequence[Record]) -> dict[str, int]:
    """What all records of a page make together: payable, the payer's fee of a payment of them, and both."""
    payable = sum(record.payable_minor for record in records)
    fee = sum(record.payer_fee_minor for record in records)
    return {PAGE_PAYABLE: payable, PAGE_PAYER_FEE: fee, PAGE_TOTAL: payable + fee}


def _for_people(text: str, charset: str) -> str:
    """A name, description or receipt as the wire can say it."""
    text = without_controls(text)
    return text if charset in EVERY_CHARACTER else in_charset(text, charset)


def _said(value: str, answer: Answer) -> str:
    """The reason of an answer, in short or whole."""
    brief = answer.brief or answer.code.value.replace("_", " ").lower()
    return without_controls(brief if value == BRIEF else answer.reason or brief)


def _by_kind(places: Mapping[Place, str]) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[str, str], ...]]:
    """Part elements from parts of layouts."""
    elements = tuple((place, value) for place, value in places.items() if isinstance(place, int))
    return elements, tuple((place, value) for place, value in places.items() if isinstance(place, str))


def _too_long(element: str | None = None) -> EncodeError:
    return EncodeError("too long for the frame's length_max", element=element)
