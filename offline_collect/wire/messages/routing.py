"""Finds the message type of a request by one dialect's MTI and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.places import element_of
from offline_collect.wire.errors import RequestError, SchemaError, place_of
from offline_collect.wire.messages.choices import Choice, overlap
from offline_collect.wire.messages.message_types import Condition, answer_mti, is_answer, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.messages.choices import Rule
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_types import MessageSet, MessageType

PROCESSING_CODE = 3
PRIVATE = 48
NETWORK_CODE = 70


class Router:
    """Finds the message type of a request, and the MTI of its answer."""

    def __init__(self, messages: MessageSet, dialect: Dialect) -> None:
        """Bind a message set to a dialect.

        Raises:
            SchemaError: the dialect lacks a code or an element that the message set needs, or two message types
                have the same MTI and code in it.
        """
        messages = dialect.messages or messages
        self._answer_mtis = dict(dialect.answer_mtis)
        self._responses: dict[str, str] = {}
        self._selectors: dict[str, int | None] = {}
        self._types: dict[tuple[str, str], MessageType] = {}
        chosen = {mti for message in messages.types if message.when for mti in message.requests}
        rules: dict[str, list[Rule]] = {mti: [] for mti in chosen}
        for index, message in enumerate(messages.types):
            path = f"messages[{index}]"
            _check_elements(messages, message, dialect, path)
            for mti in message.requests:
                self._responses[mti] = message.response
                if mti in chosen:
                    _add_rule(messages, rules[mti], _rule(messages, message, dialect, path), path)
                else:
                    self._add(messages, message, dialect, mti, path)
        self._choices = {mti: Choice(mti, each, dialect.elements) for mti, each in rules.items()}

    def _add(self, messages: MessageSet, message: MessageType, dialect: Dialect, mti: str, path: str) -> None:
        selector = _selector(message)
        if self._selectors.setdefault(mti, selector) != selector:
            reason = f"MTI {mti} is told apart by another element elsewhere"
            raise SchemaError(messages.file, path, reason)
        for code in _codes(messages, message, dialect, path):
            if (mti, code) in self._types:
                other = self._types[mti, code].name
                reason = f"dialect {dialect.name}: {mti} with code {code!r} is already {other}"
                raise SchemaError(messages.file, path, reason)
            self._types[mti, code] = message

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
        found = self._types.get((message.mti, code))
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


def _selector(message: MessageType) -> int | None:
    """The element that distinguishes this message type from others of its MTI."""
    if message.network:
        return NETWORK_CODE
    return PROCESSING_CODE if message.processing else None


def _codes(messages: MessageSet, message: MessageType, dialect: Dialect, path: str) -> list[str]:
    if message.network:
        return [dialect.network_codes[function] for function in message.network]
    if message.processing is None:
        return [""]
    if message.processing not in dialect.processing_codes:
        reason = f"dialect {dialect.name} has no processing code {message.processing}"
        raise SchemaError(messages.file, f"{path}.processing", reason)
    return [dialect.processing_codes[message.processing]]


def _rule(messages: MessageSet, message: MessageType, dialect: Dialect, path: str) -> Rule:
    conditions: dict[Place, tuple[Condition, ...]] = {each.place: (each,) for each in message.when}
    selector = _selector(message)
    if selector is not None:
        codes = _codes(messages, message, dialect, path)
        conditions[selector] = tuple(Condition(selector, code) for code in codes)
    return message, conditions


def _add_rule(messages: MessageSet, rules: list[Rule], rule: Rule, path: str) -> None:
    for other in rules:
        if overlap(rule, other):
            raise SchemaError(
                messages.file, path, f"a message can be both {other[0].name} and {rule[0].name}"
            )
    rules.append(rule)


def _check_elements(messages: MessageSet, message: MessageType, dialect: Dialect, path: str) -> None:
    for place in (*dialect.always, *dialect.decline, *_elements(message)):
        number = element_of(place)
        if number not in dialect.elements:
            reason = f"dialect {dialect.name} has no element {number}, which {message.name} needs"
            raise SchemaError(messages.file, path, reason)


def _elements(message: MessageType) -> Iterator[Place]:
    """The elements that a message type reads or writes."""
    yield from places_of(message)
    yield from message.answer.elements
    yield from message.answer.layouts
    if message.answer.tags:
        yield PRIVATE
    if message.answer.records:
        yield from message.answer.records.elements
