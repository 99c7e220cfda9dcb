"""What can go wrong between bytes, values and commands.

Every reason is safe to log and to send: it names places, lengths and rules, never the content of an element.

The tree::

    WireError
      ContentError
      DecodeError
      EncodeError
      FrameError
      RequestError
      SchemaError
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from offline_collect.wire.frame.frames import Frame


class WireError(Exception):
    """Anything that this package refuses."""


class FrameError(WireError):
    """The byte stream cannot be trusted any more: close the connection.

    Attributes:
        reason: what is wrong with the length header.
        frames: the frames that were complete before it.
    """

    def __init__(self, reason: str, frames: Sequence[Frame] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.frames = tuple(frames)


class DecodeError(WireError):
    """One message cannot be read; the stream goes on.

    Attributes:
        reason: what is wrong, without the element's name or content.
        mti: the four digits, or None if not even they could be read (then no answer is due).
        elements: what could be read, by element number; not safe to log.
        element: the place: `DE 48`, `MTI`, `bitmap`.
    """

    def __init__(
        self,
        reason: str,
        *,
        mti: str | None = None,
        elements: Mapping[int, str] | None = None,
        element: str | None = None,
    ) -> None:
        super().__init__(f"{element}: {reason}" if element else reason)
        self.reason = reason
        self.mti = mti
        self.elements: dict[int, str] = dict(elements or {})
        self.element = element


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


class SchemaError(WireError):
    """A dialect or the message set cannot work; start-up stops.

    Attributes:
        file: the file as it was named to the compiler.
        path: the place in it: `elements[3].length`.
        reason: what is wrong there, and what would be right.
    """

    def __init__(self, file: str, path: str, reason: str) -> None:
        super().__init__(f"{file}: {path}: {reason}" if path else f"{file}: {reason}")
        self.file = file
        self.path = path
        self.reason = reason


class RequestError(WireError):
    """A request that makes no sense, or that its sender may not make.

    Attributes:
        code: what it is answered with.
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
        """The answer that says so."""
        return decline(self.code, self.brief, self.reason)


class ContentError(WireError):
    """A converter's complaint, without the place, which its caller knows."""


def place_of(element: int, tag: str | None = None) -> str:
    """The place of a value in reasons: `DE 4:`, `DE 48: tag 0030`."""
    return f"DE {element}:" if tag is None else f"DE {element}: tag {tag}"
