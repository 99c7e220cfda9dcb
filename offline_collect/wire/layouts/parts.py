"""The parts of a content, and the interface of each kind of layout.

In this room a *content* is the bytes of one element, held as text with one character for each byte (latin-1), and an
*offset* counts bytes in it from 0. A *part* is a value, a group of parts or a list of records. A *path* names a part:
`bills.amount`.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol, TypeAlias, Union, cast

from offline_collect.wire.errors import EncodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offline_collect.wire.elements.notation import Notation
    from offline_collect.wire.errors import DecodeError
    from offline_collect.wire.layouts.values.scalar import Scalar

CONTENT_MAX = 999_999
"""Maximum bytes of a content: the greatest number in a length prefix of six digits."""

Parts: TypeAlias = dict[str, Union[str, "Parts", "list[Parts]"]]
"""Parts by name: values, groups of parts and lists of records."""

GivenParts: TypeAlias = Mapping[str, object]
"""Parts by name as a caller gives them; `write` checks their types."""


Cut: TypeAlias = tuple[tuple[str, ...], Sequence[str]]
"""The paths of all values of a content, with record numbers, and the values, both in the order of the content."""


class Hop(NamedTuple):
    """One step of a path.

    Attributes:
        name: name of the part.
        each: whether it is a list; the next steps are then in each of its records.
    """

    name: str
    each: bool = False


class Found(NamedTuple):
    """A part of a layout and its path.

    Attributes:
        hops: the steps of the path; the last one is the part.
        notation: shape of the value; None for a group, a list, or a value of any shape.
        value: whether it is a single value.
    """

    hops: tuple[Hop, ...]
    notation: Notation | None
    value: bool = True

    def under(self, hop: Hop) -> Found:
        """Return the same part with one more step in front of its path."""
        return self._replace(hops=(hop, *self.hops))


class Span(NamedTuple):
    """A value and its byte offsets.

    Attributes:
        path: path with record numbers: `bills[1].amount`.
        start: offset of its first byte.
        end: offset after its last byte.
        value: the value; not safe to log.
    """

    path: str
    start: int
    end: int
    value: str


Spans: TypeAlias = Generator[Span, None, int]
"""Yields the values of parts in order; returns the offset after the last one."""


class Body(Protocol):
    """One kind of layout. Contents are text with one character for each byte."""

    @property
    def free_names(self) -> bool:
        """Whether the sender chooses the names of parts."""

    @property
    def flat(self) -> bool:
        """Whether all parts are values, without groups and lists: a path is one name, whatever it looks like."""

    @property
    def needs(self) -> frozenset[tuple[str, ...]]:
        """The parts that `write` must get, each as names from the outermost part to the part itself."""

    @property
    def sizes(self) -> tuple[int, int]:
        """Minimum and maximum length of a content, in bytes."""

    def read(self, text: str) -> Parts:
        """Parse a content.

        Raises:
            DecodeError: it does not match; `element` is the path of the part.
        """

    def cut(self, text: str) -> Cut | None:
        """Return the values of a correct content; None for one that only `read` takes.

        Raises:
            DecodeError: it does not match.
        """

    def write(self, parts: GivenParts) -> str:
        """Build a content.

        Raises:
            EncodeError: a part is missing, unknown or does not fit; `element` is the path of the part.
        """

    def spans(self, text: str) -> Iterator[Span]:
        """Yield each value with its byte offsets, up to the first error.

        Raises:
            DecodeError: the content does not match; the values before the error were yielded.
        """

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return the part that names lead to, outermost first; None if there is none."""


def value_of(part: Scalar | None) -> Found | None:
    """Return a part that is a single value, under its own name; None if there is no part."""
    return None if part is None else Found((Hop(part.name),), part.notation)


def value_under(key: str, part: Scalar | None) -> Found:
    """Return the value of a tag or key; it has no shape unless the layout lists it."""
    return Found((Hop(key),), None if part is None else part.notation)


def cut_of(parts: Parts) -> Cut:
    """Return the values of parts without groups and lists."""
    return tuple(parts), cast("list[str]", [*parts.values()])


def flattened(parts: Parts) -> Cut:
    """Return the values of parts that were read, without their groups and lists."""
    found = list(_values(parts, ""))
    return tuple(path for path, _ in found), [value for _, value in found]


def _values(parts: Parts, path: str) -> Iterator[tuple[str, str]]:
    for name, part in parts.items():
        if isinstance(part, str):
            yield f"{path}{name}", part
        elif isinstance(part, list):
            for index, record in enumerate(part):
                yield from _values(record, f"{path}{name}[{index}].")
        else:
            yield from _values(part, f"{path}{name}.")


def inside(error: DecodeError | EncodeError, step: str) -> str:
    """Return the path of an error that was raised inside a part."""
    return f"{step}.{error.element}" if error.element else step


def refuse_unknown(parts: GivenParts, known: frozenset[str]) -> None:
    """Refuse parts that are not in a layout; they would be lost.

    Raises:
        EncodeError: there is one; `element` is its name.
    """
    if not parts.keys() <= known:
        raise EncodeError("not in this layout", element=min(parts.keys() - known))


def not_parts(value: object, name: str, what: str) -> NoReturn:
    """Refuse a value that is not a group or a list.

    Args:
        value: the value; None if the part is missing.
        name: name of the part.
        what: what it must be, for the error message.

    Raises:
        EncodeError: always.
    """
    raise EncodeError("missing" if value is None else f"must be {what}", element=name)
