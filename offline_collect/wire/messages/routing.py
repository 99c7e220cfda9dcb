"""Finds the message type of a request by one dialect's MTI and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.patterns import meaning_of, overlap
from offline_collect.wire.errors import RequestError, SchemaError, place_of
from offline_collect.wire.messages.fitting import fitted
from offline_collect.wire.messages.message_types import is_answer

if TYPE_CHECKING:
    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_types import MessageSet, MessageType

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
        self.messages = fitted(messages, dialect)
        carried = {message.name for message in self.messages.types}
        self.missing = tuple(kind.name for kind in messages.types if kind.name not in carried)
        _check_answers(self.messages, dialect)
        self._answer_mtis = dict(dialect.answer_mtis)
        self._network_element = dialect.network_element
        self._responses: dict[str, str] = {}
        self._selectors: dict[str, int | None] = {}
        self._types: dict[tuple[str, str], MessageType] = {}
        self._patterns: dict[str, dict[str, MessageType]] = {}
        for index, message in enumerate(messages.types):
            if message.name in carried:
                self._bind(
                    next(kind for kind in self.messages.types if kind.name == message.name), dialect, index
                )

    def _bind(self, message: MessageType, dialect: Dialect, index: int) -> None:
        for mti in message.requests:
            if message.response:
                self._responses[mti] = message.response
            self._add(message, dialect, mti, f"messages[{index}]")

    def _add(self, message: MessageType, dialect: Dialect, mti: str, path: str) -> None:
        file = self.messages.file
        selector = self._selector(message)
        if self._selectors.setdefault(mti, selector) != selector:
            reason = f"MTI {mti} is distinguished by another element in another message"
            raise SchemaError(file, path, reason)
        known = self._patterns.setdefault(mti, {})
        for code in _codes(file, message, dialect, path):
            other = next((kind for have, kind in known.items() if overlap(have, code)), None)
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
            raise RequestError(
                ResponseCode.UNSUPPORTED, "MTI not supported", f"MTI {message.mti}: not supported"
            )
        selector = self._selectors[message.mti]
        code = "" if selector is None else message.elements.get(selector)
        if code is None:
            raise RequestError.of_format(place_of(selector or 0), "missing")
        found = self._types.get((message.mti, code)) or meaning_of(self._patterns[message.mti], code)
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
        # A repeat (odd last digit) is answered like its original.
        return f"{mti[:2]}{int(mti[2]) + 1}{int(mti[3]) & ~1}"


def _codes(file: str, message: MessageType, dialect: Dialect, path: str) -> list[str]:
    if message.network:
        return [dialect.network_codes[function] for function in message.network]
    if message.processing is None:
        return [""]
    if message.processing not in dialect.processing_codes:
        reason = f"dialect {dialect.name} has no processing code {message.processing}"
        raise SchemaError(file, f"{path}.processing", reason)
    return [dialect.processing_codes[message.processing]]


def _check_answers(messages: MessageSet, dialect: Dialect) -> None:
    for number in (*dialect.always, *dialect.decline):
        if number not in dialect.elements:
            reason = f"dialect {dialect.name} has no element {number}, which answers need"
            raise SchemaError(messages.file, "", reason)
    if not messages.types:
        raise SchemaError(messages.file, "messages", f"dialect {dialect.name} can carry none of them")
