"""What a layout makes of a content, parts by their names, and what each kind of layout has to do."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol, TypeAlias, Union

from offline_collect.wire.errors import EncodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offline_collect.wire.elements.notation import Notation
    from offline_collect.wire.errors import DecodeError
    from offline_collect.wire.layouts.values.scalar import Scalar

CONTENT_MAX = 999_999
"""Bytes of one element at most; a prefix of six digits can say no more."""

Parts: TypeAlias = dict[str, Union[str, "Parts", "list[Parts]"]]
"""A value, a group of parts or a list of records by each part's name."""

GivenParts: TypeAlias = Mapping[str, object]
"""Parts to be written; what they hold is checked then."""


class Hop(NamedTuple):
    """One step on the way to a part.

    Attributes:
        name: of the part there.
        each: whether it is a list, and the way goes on in each of its records.
    """

    name: str
    each: bool = False


class Found(NamedTuple):
    """A part of a layout and the way to it.

    Attributes:
        hops: the way.
        notation: its shape if it is one value; None for a group, a list, or a value of any shape.
        value: whether it is one value.
    """

    hops: tuple[Hop, ...]
    notation: Notation | None
    value: bool = True

    def behind(self, hop: Hop) -> Found:
        """The same part, seen from outside of what it stands in."""
        return self._replace(hops=(hop, *self.hops))


class Span(NamedTuple):
    """A value and the bytes that it was read from.

    Attributes:
        path: where it is: `bills[1].amount`.
        start: its first byte in the content, counted from 0.
        end: the byte behind it.
        value: the value; not safe to log.
    """

    path: str
    start: int
    end: int
    value: str


Spans: TypeAlias = Generator[Span, None, int]
"""The values of parts one after the other; the place behind them is returned."""


class Body(Protocol):
    """One kind of layout; it handles text with a character for each byte."""

    @property
    def free_names(self) -> bool:
        """Whether the sender chooses the names of parts, so that they may be anything."""

    @property
    def needs(self) -> frozenset[tuple[str, ...]]:
        """The ways to the parts that must be given."""

    @property
    def sizes(self) -> tuple[int, int]:
        """Bytes that it takes, at least and at most."""

    def read(self, text: str) -> Parts:
        """Take a content apart. Raises DecodeError with the part as `element`."""

    def write(self, parts: GivenParts) -> str:
        """Put a content together. Raises EncodeError with the part as `element`."""

    def spans(self, text: str) -> Iterator[Span]:
        """Each value as it is read, up to the part that is wrong. Raises DecodeError there."""

    def find(self, names: tuple[str, ...]) -> Found | None:
        """The part at the end of a way of names, or None."""


def value_of(part: Scalar | None) -> Found | None:
    """A part that is one value, found under its own name."""
    return None if part is None else Found((Hop(part.name),), part.notation)


def value_under(key: str, part: Scalar | None) -> Found:
    """The value under a tag or key, which has no shape unless it is listed."""
    return Found((Hop(key),), None if part is None else part.notation)


def inside(error: DecodeError | EncodeError, step: str) -> str:
    """The place of an error that was raised inside a part."""
    return f"{step}.{error.element}" if error.element else step


def refuse_unknown(parts: GivenParts, known: frozenset[str]) -> None:
    """Refuse parts that a layout lacks: they would be lost without a word."""
    if not parts.keys() <= known:
        raise EncodeError("not in this layout", element=min(parts.keys() - known))


def not_parts(value: object, name: str, what: str) -> NoReturn:
    """Refuse a value where a group or a list must be."""
    raise EncodeError("missing" if value is None else f"must be {what}", element=name)
