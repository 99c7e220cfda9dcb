"""One bitmap's elements in messages of one length: all values are where an earlier message had them.

Length prefixes decide where values are. If they say the same as in that message, all values are cut in one call, and are
checked together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.wire.elements.contents import CHECKS
from offline_collect.wire.elements.cutting import cutter, joined_places
from offline_collect.wire.elements.notation import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from offline_collect.wire.elements.planned import Planned

_PRINTABLE = frozenset({CHECKS[Kind.ANS], CHECKS[Kind.TEXT]})
"""Checks that every printable text of ASCII passes."""


class _Placed(NamedTuple):
    """An element in the messages.

    Attributes:
        extent: of its bytes, length prefix included.
        value: its place in the view.
        zero: where its padding is in the view; None if it has none.
    """

    element: Planned
    extent: slice
    value: slice
    zero: int | None = None

    @property
    def prefix(self) -> slice:
        """The place of its length prefix."""
        return slice(self.extent.start, self.extent.start + self.element.prefix)

    @property
    def has_own_check(self) -> bool:
        """Whether it must pass more than what is checked of all elements together."""
        element = self.element
        if element.kind is Kind.N:
            return False
        return element.kind is not Kind.B if element.packed else element.check not in _PRINTABLE


class LengthPlan:
    """Reads messages of one bitmap and one length.

    Args:
        elements: in their order; at least one.
        read: the values and the encoded elements of a correct message.
        at: where its first element begins.
        size: its length.
    """

    def __init__(
        self, elements: Sequence[Planned], read: tuple[Sequence[str], Sequence[bytes]], at: int, size: int
    ) -> None:
        placed: list[_Placed] = []
        for element, value, piece in zip(elements, *read, strict=True):
            placed.append(_placed(element, slice(at, at + len(piece)), len(value), size))
            at += len(piece)
        values = [each.value for each in placed]
        self._cut = cutter(values)
        self._cut_bytes = cutter([each.extent for each in placed])
        sizes = [each.element.prefix for each in placed]
        self._prefixes = _taker([each.prefix for each in placed if each.element.prefix], b"")
        self._expected = tuple(piece[:size] for size, piece in zip(sizes, read[1], strict=True) if size) or (
            b"",
        )
        self._digits = _taker(joined_places(values, [each.element.kind is Kind.N for each in placed]), "0")
        self._characters = _taker(joined_places(values, [not each.element.packed for each in placed]), " ")
        self._zeros = tuple(each.zero for each in placed if each.zero is not None)
        self._checks = tuple((at, each.element.check) for at, each in enumerate(placed) if each.has_own_check)

    def read(self, raw: bytes, view: str) -> tuple[Sequence[str], Sequence[bytes]] | None:
        """Return the values and the encoded elements of a message; None if it is not as it must be.

        Args:
            raw: the message.
            view: a character for each byte, then two hex digits for each byte if an element is packed.
        """
        if self._prefixes(raw) != self._expected:
            return None
        characters = "".join(self._characters(view))
        if not (
            characters.isascii() and characters.isprintable() and "".join(self._digits(view)).isdecimal()
        ):
            return None
        for zero in self._zeros:
            if view[zero] != "0":
                return None
        values = self._cut(view)
        for at, check in self._checks:
            if not check(values[at]):
                return None
        return values, self._cut_bytes(raw)


def _placed(element: Planned, extent: slice, length: int, size: int) -> _Placed:
    """Return where an element is.

    Args:
        element: the element.
        extent: of its bytes.
        length: of its value.
        size: of the message.
    """
    start, end = extent.start + element.prefix, extent.stop
    if not element.packed:
        return _Placed(element, extent, slice(start, end))
    # The digits are behind a character for each byte.
    start, end = size + 2 * start, size + 2 * end
    if not (element.nibbles and length % 2):
        return _Placed(element, extent, slice(start, end))
    if element.left_padded:
        return _Placed(element, extent, slice(start + 1, end), start)
    return _Placed(element, extent, slice(start, end - 1), end - 1)


def _taker(places: Iterable[slice], nothing: Any) -> Callable[[Any], Sequence[Any]]:
    """Return a function that takes what is at all places, or what stands for nothing."""
    known = list(places)
    return cutter(known) if known else lambda _: (nothing,)
