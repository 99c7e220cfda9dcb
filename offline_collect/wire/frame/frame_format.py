"""How a dialect frames its messages: the length, the rows of its header, and its trailer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from offline_collect.wire.frame.lengths import LENGTH_SIZES, NO_LENGTH, greatest_length, length_writer

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = ("length", "header", "trailer")
"""What a length may count besides the message."""


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """One field of the header before a message.

    Attributes:
        name: for people, and for the rows that repeat it in a reply.
        size: its bytes.
        send: its bytes in a frame that is no reply.
        must: its bytes in every frame that comes; None takes all.
        reply: its bytes in a reply: another row's by name, always the same, or None for those that came.
        before_length: whether it stands before the length.
        is_length: whether it holds the bytes of header and message together, in digits.
    """

    name: str
    size: int
    send: bytes
    must: bytes | None = None
    reply: str | bytes | None = None
    before_length: bool = False
    is_length: bool = False


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """The frames of one dialect: `rows before the length | length | header | message | trailer`.

    Attributes:
        length: a kind of length; `none` where the trailer ends each message.
        length_includes: what the length counts besides the message: `length`, `header`, `trailer`.
        header: its rows, those before the length first.
        trailer: ends every frame; b'' for none.
        length_max: most bytes after the length: header, message and trailer.
        length_size: bytes of the length.
        before_size: bytes before the length; `after_size` those of the header between it and the message.
        message_at: how many bytes of a frame come before its message.
        own_header: the header of a frame that is no reply.
        length_place: where in the header the row lies that holds a length of its own; None without.
    """

    length: str
    length_includes: frozenset[str] = frozenset({"header"})
    header: tuple[HeaderRow, ...] = ()
    trailer: bytes = b""
    length_max: int = 8192
    length_size: int = field(init=False, repr=False, compare=False)
    before_size: int = field(init=False, repr=False, compare=False)
    after_size: int = field(init=False, repr=False, compare=False)
    message_at: int = field(init=False, repr=False, compare=False)
    own_header: bytes = field(init=False, repr=False, compare=False)
    length_place: slice | None = field(init=False, repr=False, compare=False)
    _write_length: Callable[[int], bytes] = field(init=False, repr=False, compare=False)
    _counted: int = field(init=False, repr=False, compare=False)
    _places: dict[str, slice] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        before = sum(row.size for row in self.header if row.before_length)
        after = sum(row.size for row in self.header) - before
        size = LENGTH_SIZES[self.length]
        counts = {"length": size, "header": after, "trailer": len(self.trailer)}
        places = _places(self.header)
        own = {
            "length_size": size,
            "before_size": before,
            "after_size": after,
            "message_at": before + size + after,
            "own_header": b"".join(row.send for row in self.header),
            "_counted": sum(counts[part] for part in self.length_includes) - after - len(self.trailer),
            "_write_length": length_writer(self.length),
            "_places": places,
            "length_place": next((places[row.name] for row in self.header if row.is_length), None),
        }
        for name, value in own.items():
            object.__setattr__(self, name, value)

    @property
    def has_length(self) -> bool:
        """Whether frames begin with a length; else their trailer ends them."""
        return self.length != NO_LENGTH

    @property
    def greatest(self) -> int:
        """The greatest number that the length can say."""
        return greatest_length(self.length)

    @property
    def message_max(self) -> int:
        """Most bytes of a message."""
        return self.length_max - self.after_size - len(self.trailer)

    @property
    def overhead(self) -> int:
        """Bytes of a frame besides its message."""
        return self.message_at + len(self.trailer)

    def stated(self, size: int) -> int:
        """What the length says when `size` bytes follow it."""
        return size + self._counted

    def following(self, stated: int) -> int:
        """How many bytes follow a length, as it says; negative if it does not cover what it counts."""
        return stated - self._counted

    def write_length(self, size: int) -> bytes:
        """Return the length of a frame in which `size` bytes follow it."""
        return self._write_length(size + self._counted)

    def reply_header(self, header: bytes | None) -> bytes | None:
        """Return the header of a reply.

        Args:
            header: of the frame that is answered; one that is not whole counts for none.
        """
        if not self.header:
            return None
        if header is None or len(header) != len(self.own_header):
            return self.own_header
        return b"".join([self._reply(row, header) for row in self.header])

    def _reply(self, row: HeaderRow, header: bytes) -> bytes:
        if isinstance(row.reply, bytes):
            return row.reply
        return header[self._places[row.reply or row.name]]

    def place(self, name: str) -> slice:
        """Return where a row lies in the header."""
        return self._places[name]


def _places(rows: tuple[HeaderRow, ...]) -> dict[str, slice]:
    places: dict[str, slice] = {}
    at = 0
    for row in rows:
        places[row.name] = slice(at, at + row.size)
        at += row.size
    return places
