"""Reads answers from a few bytes: which message they answer, and the response code.

Elements before 39 have the same places in all answers with one MTI and bitmap, because the only one of
variable length is the institution, which is echoed. So the first answer of each shape is decoded in full, and
its places are stored. A full decoding costs some 25 µs, this costs 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.types import is_answer
from offline_collect_terminal.errors import LoadError
from offline_collect_terminal.wire.element_offsets import head_size, locate

SHAPES_MAX = 256


@dataclass(frozen=True, slots=True)
class Shape:
    """The places of STAN and response code in answers of one MTI and bitmap."""

    stan: slice
    code: slice


class Scanner:
    """Finds STAN and response code in answers.

    Args:
        codec: the dialect's.
        keeps: whether all answers of a shape have them in the same places; else each is looked through.
    """

    def __init__(self, codec: Codec, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self.head_size = head_size(codec.dialect)
        self.shapes: dict[bytes, Shape] = {}
        self._codec = codec

    def learn(self, raw: bytes) -> Shape | Message:
        """Return the shape of an answer with a new beginning, or the message if it is a request.

        Raises:
            LoadError: the platform sent data that the dialect cannot read.
        """
        try:
            message = self._codec.decode(raw)
        except DecodeError as error:
            raise LoadError(f"the platform's answer cannot be read: {error}") from None
        if not is_answer(message.mti):
            return message
        places = locate(self._codec.dialect, raw, last=39)
        if 11 not in places or 39 not in places:  # noqa: PLR2004 - STAN and response code
            raise LoadError(f"the platform's {message.mti} has no DE 11 or no DE 39")
        if len(self.shapes) >= SHAPES_MAX:
            raise LoadError(f"the platform answers in more than {SHAPES_MAX} shapes")
        shape = Shape(places[11], places[39])
        if not self._keeps:
            return shape
        self.shapes[raw[: self.head_size]] = shape
        return shape
