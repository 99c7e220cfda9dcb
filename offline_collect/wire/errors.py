"""The errors of reading and writing messages.

Every reason is safe to log and to send: it names elements, lengths and rules, never the content of an element.

The tree::

    WireError
      ContentError
      DecodeError
      EncodeError
        NoRoomError
      FrameError
      KeyFormatError
      RequestError
      SchemaError
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.texts.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from offline_collect.wire.frame.frame import Frame


class WireError(Exception):
    """Anything that this package refuses."""


class FrameError(WireError):
    """The byte stream has lost its framing: close the connection.

    Attributes:
        reason: what is wrong with the length header.
        frames: the complete frames before it.
    """

    def __init__(self, reason: str, frames: Sequence[Frame] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.frames = tuple(frames)


class DecodeError(WireError):
    """One message cannot be read; the stream is still usable.

    Attributes:
        reason: what is wrong, without the element's name or content.
        words: the place and the reason.
        mti: the four digits, or None if they could not be read; the message then gets no answer.
        elements: the elements that were read, by number; not safe to log.
        element: the place of the error: `DE 48`, `MTI`, `bitmap`.
    """

    def __init__(
        self,
        reason: Phrase,
        *,
        mti: str | None = None,
        elements: Mapping[int, str] | None = None,
        element: str | None = None,
    ) -> None:
        words = Phrase("{place}: {reason}", place=element, reason=reason) if element else reason
        super().__init__(words)
        self.reason = reason
        self.words = words
        self.mti = mti
        self.elements: dict[int, str] = dict(elements or {})
        self.element = element

    def inside(self) -> Phrase:
        """Return the reason for an error of a larger whole: with the place, which is not the whole's."""
        if not self.element:
            return self.reason
        return Phrase("{place} {reason}", place=self.element, reason=self.reason)


class EncodeError(WireError):
    """A message, PDS sequence or frame does not fit the dialect.

    Attributes:
        reason: what is wrong, without the content.
        element: the place: `DE 48`, `MTI`, or None for the frame as a whole.
    """

    def __init__(self, reason: str, *, element: str | None = None) -> None:
        super().__init__(f"{element}: {reason}" if element else reason)
        self.reason = reason
        self.element = element


class NoRoomError(EncodeError):
    """A PDS sequence is too long, and none of it may be cut.

    Attributes:
        excess: bytes over the room.
        room: bytes that there are.
    """

    def __init__(self, excess: int, room: int, *, element: str | None = None) -> None:
        super().__init__(
            f"{excess} bytes over the {room} that there are, and nothing to cut", element=element
        )
        self.excess = excess
        self.room = room


class SchemaError(WireError):
    """A dialect or the message set is invalid; start-up stops.

    Attributes:
        file: the file's name as the caller gave it.
        path: the position in it: `elements[3].length`.
        reason: what is wrong there, and what is right.
    """

    def __init__(self, file: str, path: str, reason: str) -> None:
        super().__init__(f"{file}: {path}: {reason}" if path else f"{file}: {reason}")
        self.file = file
        self.path = path
        self.reason = reason


class RequestError(WireError):
    """A request that is invalid, or that its sender may not make.

    Attributes:
        code: the response code of the answer.
        brief: `DE 48: tag 0030 missing`.
    """

    def __init__(self, code: ResponseCode, brief: str, reason: str | None = None) -> None:
        super().__init__(brief)
        self.code = code
        self.brief = brief
        self.reason = reason

    @classmethod
    def of_format(cls, place: str, reason: str) -> Self:
        """A format error at an element or tag."""
        return cls(ResponseCode.FORMAT_ERROR, f"{place} {reason}")

    def answer(self) -> Answer:
        """The answer with this error's code and reason."""
        return decline(self.code, self.brief, self.reason)


class KeyFormatError(WireError):
    """A key, a key block or an encrypted key is invalid; the reason never has any part of it."""


class ContentError(WireError):
    """A conversion's error, without the place, which its caller knows."""


def place_of(element: int | str, tag: str | None = None) -> str:
    """The place of a value in reasons: `DE 4:`, `DE 48: tag 0030`, `DE 48: bills.amount`."""
    if isinstance(element, str):
        return f"DE {element.replace('.', ': ', 1)}"
    return f"DE {element}:" if tag is None else f"DE {element}: tag {tag}"
