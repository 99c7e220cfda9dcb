"""Finds the message type of a request by one dialect's MTI and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects import patterns
from offline_collect.wire.dialects.places import element_of
from offline_collect.wire.errors import RequestError, SchemaError, place_of
from offline_collect.wire.messages.message_set.choices import Choice, overlap
from offline_collect.wire.messages.message_set.fitting import fitted
from offline_collect.wire.messages.message_set.types import Condition, answer_mti, is_answer, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.choices import Rule
    from offline_collect.wire.messages.message_set.types import MessageSet, MessageType

PROCESSING_CODE = 3
PRIVATE = 48


class Router:
    """Finds the message type of a request, and the MTI of its answer.

    Attributes:
        messages: the message set as the dialect has it.
        missing: names of messages that the dialect cannot carry.
    """

    def __init__(self, messages: MessageSet, dialect: Dialect) -> None:
        """Bind a message set to a dialect.

        Raises:
            SchemaError: the dialect lacks a code that the message set needs or an element that all answers need,
                carries none of the messages, or two message types have the same MTI and code in it.
        """
        own = dialect.messages
        self.messages = own or fitted(messages, dialect)
        carried = {message.name for message in self.messages.types}
        self.missing = () if own else tuple(kind.name for kind in messages.types if kind.name not in carried)
        self._check(dialect)
        self._answer_mtis = dict(dialect.answer_mtis)
        self._network_element = dialect.network_element
        self._responses: dict[str, str] = {}
        self._selectors: dict[str, int | None] = {}
        self._types: dict[tuple[str, str], MessageType] = {}
        self._patterns: dict[str, dict[str, MessageType]] = {}
        self._rules: dict[str, list[Rule]] = {
            mti: [] for message in self.messages.types if message.when for mti in message.requests
        }
        indices = {kind.name: index for index, kind in enumerate((own or messages).types)}
        for message in self.messages.types:
            self._bind(message, dialect, f"messages[{indices[message.name]}]")
        self._choices = {mti: Choice(mti, each, dialect.elements) for mti, each in self._rules.items()}

    def _check(self, dialect: Dialect) -> None:
        """Refuse a dialect without the elements of all answers, or of the messages that are its own."""
        file = self.messages.file
        for place in (*dialect.always, *dialect.decline):
            if element_of(place) not in dialect.elements:
                reason = f"dialect {dialect.name} has no element {element_of(place)}, which answers need"
                raise SchemaError(file, "", reason)
        if not self.messages.types:
            raise SchemaError(file, "messages", f"dialect {dialect.name} can carry none of them")
        if dialect.messages is not None:
            for index, message in enumerate(self.messages.types):
                _check_elements(file, message, dialect, f"messages[{index}]")

    def _bind(self, message: MessageType, dialect: Dialect, path: str) -> None:
        for mti in message.requests:
            if message.response:
                self._responses[mti] = message.response
            if mti in self._rules:
                self._add_rule(mti, message, dialect, path)
            else:
                self._add(message, dialect, mti, path)

    def _add_rule(self, mti: str, message: MessageType, dialect: Dialect, path: str) -> None:
        conditions: dict[Place, tuple[Condition, ...]] = {each.place: (each,) for each in message.when}
        selector = self._selector(message)
        if selector is not None:
            codes = _codes(self.messages.file, message, dialect, path)
            conditions[selector] = tuple(Condition(selector, code) for code in codes)
        rule = message, conditions
        for other in self._rules[mti]:
            if overlap(rule, other):
                reason = f"a message can be both {other[0].name} and {message.name}"
                raise SchemaError(self.messages.file, path, reason)
        self._rules[mti].append(rule)

    def _add(self, message: MessageType, dialect: Dialect, mti: str, path: str) -> None:
        file = self.messages.file
        selector = self._selector(message)
        if self._selectors.setdefault(mti, selector) != selector:
            reason = f"MTI {mti} is distinguished by another element in another message"
            raise SchemaError(file, path, reason)
        known = self._patterns.setdefault(mti, {})
        for code in _codes(file, message, dialect, path):
            other = next((kind for have, kind in known.items() if patterns.overlap(have, code)), None)
            if other is not None:
                reason = f"dialect {dialect.name}: {mti} with code {code!r} is already {other.name}"
                raise SchemaError(file, path, reason)
            known[code] = message
            self._types[mti, code] = message

    def _selector(self, message: MessageType) -> int | None:
        """The element that distinguishes this message type from others of its MTI."""
        if message.network:
            return self._network_element
        return PROCESSING_CODE if message.processing else None

    def find(self, message: Message) -> MessageType:
        """Return the message type of a request.

        Raises:
            RequestError: its MTI or code is not in the message set, or the code is missing.
        """
        if message.mti not in self._selectors:
            if message.mti in self._choices:
                return self._choices[message.mti].find(message)
            raise RequestError(
                ResponseCode.UNSUPPORTED, "MTI not supported", f"MTI {message.mti}: not supported"
            )
        selector = self._selectors[message.mti]
        code = "" if selector is None else message.elements.get(selector)
        if code is None:
            raise RequestError.of_format(place_of(selector or 0), "missing")
        found = self._types.get((message.mti, code)) or patterns.meaning_of(self._patterns[message.mti], code)
        if found is None:
            place = place_of(selector or 0)
            reason = f"{place} {code} is not supported with MTI {message.mti}"
            raise RequestError(ResponseCode.UNSUPPORTED, f"{place} not supported", reason)
        return found

    def find_or_none(self, message: Message) -> MessageType | None:
        """Return the message type of a request, or None if the message set lacks it."""
        try:
            return self.find(message)
        except RequestError:
            return None

    def response_mti(self, mti: str) -> str | None:
        """Return the MTI of the response to a request, known or not; None if the message is itself a response."""
        if is_answer(mti):
            return None
        known = self._answer_mtis.get(mti) or self._responses.get(mti)
        if known is not None:
            return known
        return answer_mti(mti)


def _codes(file: str, message: MessageType, dialect: Dialect, path: str) -> list[str]:
    if message.network:
        return [dialect.network_codes[function] for function in message.network]
    if message.processing is None:
        return [""]
    if message.processing not in dialect.processing_codes:
        reason = f"dialect {dialect.name} has no processing code {message.processing}"
        raise SchemaError(file, f"{path}.processing", reason)
    return [dialect.processing_codes[message.processing]]


def _check_elements(file: str, message: MessageType, dialect: Dialect, path: str) -> None:
    for place in _elements(message):
        number = element_of(place)
        if number not in dialect.elements:
            reason = f"dialect {dialect.name} has no element {number}, which {message.name} needs"
            raise SchemaError(file, path, reason)


def _elements(message: MessageType) -> Iterator[Place]:
    """The elements that a message type reads or writes."""
    yield from places_of(message)
    yield from message.answer.elements
    yield from message.answer.layouts
    if message.answer.tags:
        yield PRIVATE
    if message.answer.records:
        yield from message.answer.records.elements
