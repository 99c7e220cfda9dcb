"""Cheap refusals: under overload most messages are refused, and the time for that is lost to the others.

The first message of each shape is refused in full: decoded, answered, encoded. That shows where its elements are
and which of them the answer repeats. Later messages of the shape are refused from their bytes alone. Only lengths
are checked, so invalid contents go back to the sender unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.wire.dialects.dialect import ONE_BITMAP
from offline_collect.wire.elements.prefixes import fixed_size, prefix_size, read_prefix
from offline_collect.wire.messages.message_set.routing import PROCESSING_CODE

if TYPE_CHECKING:
    from offline_collect.wire.elements.codec import Codec
    from offline_collect.wire.messages.message import Message

SHAPES_MAX = 256
"""Most shapes that are remembered; messages of any other shape are refused in full."""


class _Step(NamedTuple):
    """Adjacent elements of the request; a tuple, as it is unpacked for every message.

    Attributes:
        ours: the platform's bytes before them.
        size: their bytes, for those of fixed length.
        prefix: size of the length prefix in bytes; 0 for fixed length.
        packed: whether one byte of it holds two digits.
        goes_back: whether they are repeated.
    """

    ours: bytes
    size: int
    prefix: int
    packed: bool
    goes_back: bool


class _Shape(NamedTuple):
    """The known layout of the messages with the same MTI and bitmaps."""

    name: str
    head: bytes
    steps: tuple[_Step, ...]
    tail: bytes


class QuickRefusals:
    """Refuses messages of one dialect, always with the same reason."""

    def __init__(self, codec: Codec) -> None:
        encoding = codec.dialect.encoding
        raw = encoding.bitmap == "raw"
        self._mti_size = 2 if encoding.mti == "bcd" else 4
        self._bitmap_size = 8 if raw else 16
        self._one = codec.dialect.bitmaps == ONE_BITMAP
        self._second_follows = b"\x80" if raw else b"8"
        self._codec = codec
        self._encoding = encoding
        # The elements of a refusal that its request does not say.
        self._ours = codec.dialect.always.keys() | codec.dialect.decline.keys()
        self._shapes: dict[bytes, _Shape] = {}
        processing = codec.dialect.elements.get(PROCESSING_CODE)
        self._processing_size = 0 if processing is None else fixed_size(processing)

    def forget(self) -> None:
        """Forget all shapes, because the answer changes: refusals show the business day."""
        self._shapes.clear()

    def refuse(self, raw: bytes) -> tuple[str, bytes] | None:
        """Return the type's name and the refusal of a message; None if its shape is unknown or does not match."""
        at = self._head_size(raw)
        shape = self._shapes.get(raw[: at + self._processing_size])
        if shape is None:
            return None
        parts, encoding = [shape.head], self._encoding
        for ours, size, prefix, packed, goes_back in shape.steps:
            end = at + size
            if prefix:
                length = read_prefix(encoding, raw[at : at + prefix])
                if length is None:
                    return None
                end = at + prefix + ((length + 1) // 2 if packed else length)
            if ours:
                parts.append(ours)
            if goes_back:
                parts.append(raw[at:end])
            at = end
        if at != len(raw):
            return None
        parts.append(shape.tail)
        return shape.name, b"".join(parts)

    def _head_size(self, raw: bytes) -> int:
        """Return the size of MTI and bitmaps in bytes; the first bit says whether a second bitmap follows."""
        second = self._one or raw[self._mti_size : self._mti_size + 1] >= self._second_follows
        return self._mti_size + self._bitmap_size * (1 + second)

    def learn(self, name: str, raw: bytes, request: Message, refusal: bytes) -> None:
        """Learn the shape of a message from its full refusal.

        Args:
            name: of the message's type.
            request: the message, decoded.
        """
        numbers = list(request.elements)
        if len(self._shapes) >= SHAPES_MAX or numbers[:1] != [PROCESSING_CODE]:
            return
        answer = self._codec.decode(refusal)
        if not answer.elements.keys() <= request.elements.keys() | self._ours:
            return
        head = refusal[: self._head_size(refusal)]
        key = raw[: self._head_size(raw) + self._processing_size]
        steps, tail = self._steps(request, answer)
        self._shapes[key] = _Shape(name, head, steps, tail)

    def _steps(self, request: Message, answer: Message) -> tuple[tuple[_Step, ...], bytes]:
        """Return what is done with the request's elements in their order, and what goes last."""
        ours = {number: _piece(answer, number) for number in answer.elements if number in self._ours}
        steps: list[_Step] = []
        for number in request.elements:
            before = b"".join(ours.pop(each) for each in list(ours) if each <= number)
            step = self._step(
                number, request, before, goes_back=number in answer.elements.keys() - self._ours
            )
            if steps and _can_merge(steps[-1], step):
                steps[-1] = steps[-1]._replace(size=steps[-1].size + step.size)
            else:
                steps.append(step)
        return tuple(steps), b"".join(ours.values())

    def _step(self, number: int, request: Message, ours: bytes, *, goes_back: bool) -> _Step:
        element = self._codec.dialect.elements[number]
        if not element.prefix:
            return _Step(ours, len(_piece(request, number)), 0, packed=False, goes_back=goes_back)
        prefix = prefix_size(element, self._encoding)
        return _Step(ours, 0, prefix, packed=element.counts_digits, goes_back=goes_back)


def _can_merge(first: _Step, second: _Step) -> bool:
    """Whether two steps can merge: fixed length, treated alike, and none of the platform's bytes between them."""
    return not (first.prefix or second.prefix or second.ours) and first.goes_back == second.goes_back


def _piece(message: Message, number: int) -> bytes:
    """Return an element's bytes, with its length prefix."""
    return message.encoded[number]
