"""Refusals that cost next to nothing: under overload most messages get one, and time for them is taken from others.

The first message of each shape is refused the whole way: decoded, answered, encoded. What is learned from it, where
elements lie and which of them go back, makes the refusal of the next ones out of their bytes alone. Their contents
are not checked, except for their lengths: what is wrong in one goes back to its sender.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.wire.dialects.dialect import Kind
from offline_collect.wire.elements.codec_spec import is_packed
from offline_collect.wire.messages.responses import REASON, REASON_IN_SHORT, RESPONSE, SETTLEMENT_DATE
from offline_collect.wire.messages.routing import PROCESSING_CODE

if TYPE_CHECKING:
    from offline_collect.wire.elements.codec import Codec
    from offline_collect.wire.messages.message import Message

SHAPES_MAX = 256
"""Shapes that are remembered; those after them go the whole way."""

_OURS = frozenset({SETTLEMENT_DATE, RESPONSE, REASON_IN_SHORT, REASON})
"""The elements of a refusal that its request does not say."""


class _Step(NamedTuple):
    """Elements of the request that lie side by side; a tuple, as it is unpacked for every message.

    Attributes:
        ours: what goes before them.
        size: their bytes, for those of fixed length.
        prefix: the bytes of the length prefix, for one that has one; 0 otherwise.
        packed: whether two of its digits are a byte.
        goes_back: whether they are repeated.
    """

    ours: bytes
    size: int
    prefix: int
    packed: bool
    goes_back: bool


class _Shape(NamedTuple):
    """What is known of the messages that begin alike."""

    name: str
    head: bytes
    steps: tuple[_Step, ...]
    tail: bytes


class QuickRefusals:
    """Refuses messages of one dialect, always in the same words."""

    def __init__(self, codec: Codec) -> None:
        encoding = codec.dialect.encoding
        raw = encoding.bitmap == "raw"
        self._mti_size = 2 if encoding.mti == "bcd" else 4
        self._bitmap_size = 8 if raw else 16
        self._second_follows = b"\x80" if raw else b"8"
        self._codec = codec
        self._packed_prefix = codec.dialect.encoding.prefix == "bcd"
        self._shapes: dict[bytes, _Shape] = {}
        processing = codec.dialect.elements[PROCESSING_CODE]
        packed = is_packed(processing, codec.dialect.encoding)
        self._processing_size = processing.length // 2 if packed else processing.length

    def forget(self) -> None:
        """Forget all shapes, because the words change: refusals show the business day."""
        self._shapes.clear()

    def refuse(self, raw: bytes) -> tuple[str, bytes] | None:
        """Return the name and the refusal of a message; None if its shape is not known or not kept."""
        at = self._head_size(raw)
        shape = self._shapes.get(raw[: at + self._processing_size])
        if shape is None:
            return None
        parts = [shape.head]
        for ours, size, prefix, packed, goes_back in shape.steps:
            end = at + size
            if prefix:
                length = self._length(raw[at : at + prefix])
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
        second = raw[self._mti_size : self._mti_size + 1] >= self._second_follows
        return self._mti_size + self._bitmap_size * (1 + second)

    def learn(self, name: str, raw: bytes, request: Message, refusal: bytes) -> None:
        """Learn the shape of a message from how it was refused the whole way.

        Args:
            name: of the message's type.
            request: the message, decoded.
        """
        numbers = list(request.elements)
        if len(self._shapes) >= SHAPES_MAX or numbers[:1] != [PROCESSING_CODE]:
            return
        answer = self._codec.decode(refusal)
        if not answer.elements.keys() <= request.elements.keys() | _OURS:
            return
        head = refusal[: self._head_size(refusal)]
        key = raw[: self._head_size(raw) + self._processing_size]
        steps, tail = self._steps(request, answer)
        self._shapes[key] = _Shape(name, head, steps, tail)

    def _steps(self, request: Message, answer: Message) -> tuple[tuple[_Step, ...], bytes]:
        """Return what is done with the request's elements in their order, and what goes last."""
        ours = {number: _piece(answer, number) for number in answer.elements if number in _OURS}
        steps: list[_Step] = []
        for number in request.elements:
            before = b"".join(ours.pop(each) for each in list(ours) if each <= number)
            step = self._step(number, request, before, goes_back=number in answer.elements.keys() - _OURS)
            if steps and _side_by_side(steps[-1], step):
                steps[-1] = steps[-1]._replace(size=steps[-1].size + step.size)
            else:
                steps.append(step)
        return tuple(steps), b"".join(ours.values())

    def _step(self, number: int, request: Message, ours: bytes, *, goes_back: bool) -> _Step:
        dialect = self._codec.dialect
        element = dialect.elements[number]
        if not element.prefix:
            return _Step(ours, len(_piece(request, number)), 0, packed=False, goes_back=goes_back)
        prefix = (element.prefix + 1) // 2 if self._packed_prefix else element.prefix
        packed = element.kind is Kind.N and is_packed(element, dialect.encoding)
        return _Step(ours, 0, prefix, packed=packed, goes_back=goes_back)

    def _length(self, prefix: bytes) -> int | None:
        digits = prefix.hex() if self._packed_prefix else prefix.decode("latin-1")
        return int(digits) if digits.isascii() and digits.isdigit() else None


def _side_by_side(first: _Step, second: _Step) -> bool:
    """Whether two steps are one: both of fixed length, treated alike, and nothing of ours between them."""
    return not (first.prefix or second.prefix or second.ours) and first.goes_back == second.goes_back


def _piece(message: Message, number: int) -> bytes:
    """Return an element's bytes, with its length prefix."""
    encoded = message.encoded[str(number)]
    return encoded["len"] + encoded["data"]
