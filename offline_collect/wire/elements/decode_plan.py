"""One bitmap's elements as a plan: where they are and what they must pass is worked out before the next message.

Fixed elements of one encoding that follow each other are cut in one call, and runs of digits are checked as one. A
plan reads correct messages only. Whatever it does not take, the codec reads in the general way, element by element
with pyiso8583, which also says what is wrong.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from offline_collect.wire.elements.contents import holds_ascii
from offline_collect.wire.elements.cutting import cutter, joined_places
from offline_collect.wire.elements.element import EBCDIC
from offline_collect.wire.elements.length_plan import LengthPlan
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.elements.planned import Planned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


Views = tuple[bytes, str, str]
"""A message in three forms, which the steps cut: its bytes; text of a character for each byte; and two hex digits for
each byte, empty where no element is packed."""


class _Step(Protocol):
    """Elements that are read in one go."""

    def take(self, views: Views, at: int, values: list[str], pieces: list[bytes]) -> int:
        """Append values and encoded elements; return where they end, or 0 if they are not as they must be."""


class _Fixed:
    """Fixed elements that follow each other, all packed or all of characters."""

    def __init__(self, elements: Sequence[Planned], *, packed: bool) -> None:
        self._unit = 2 if packed else 1
        extents, places, zeros = _places(elements, self._unit)
        self._size = sum(element.size(element.most) for element in elements)
        self._cut, self._cut_bytes = cutter(places), cutter(extents)
        self._digits = tuple(joined_places(places, [element.kind is Kind.N for element in elements]))
        self._zeros = tuple(zeros)
        self._checks = tuple(
            (place, element.check)
            for place, element in enumerate(elements)
            # Bytes are shown as hex digits, so these need no check.
            if element.kind is not Kind.N and not (packed and element.kind is Kind.B)
        )

    def take(self, views: Views, at: int, values: list[str], pieces: list[bytes]) -> int:
        """See :class:`_Step`."""
        raw, text, hexed = views
        end = at + self._size
        chars = text[at:end] if self._unit == 1 else hexed[2 * at : 2 * end]
        if len(chars) != self._size * self._unit or not chars.isascii():
            return 0
        for run in self._digits:
            if not chars[run].isdecimal():
                return 0
        for zero in self._zeros:
            if chars[zero] != "0":
                return 0
        found = self._cut(chars)
        for place, check in self._checks:
            if not check(found[place]):
                return 0
        values += found
        pieces += self._cut_bytes(raw[at:end])
        return end


class _Variable:
    """An element with a length prefix."""

    def __init__(self, element: Planned) -> None:
        self._prefix = element.prefix
        self._most = element.most
        self._size = element.size
        self._length = _LENGTHS[str(element.entry["len_enc"])]
        self._value = _packed_value(element) if element.packed else _text_value(element)
        self._check = element.check

    def take(self, views: Views, at: int, values: list[str], pieces: list[bytes]) -> int:
        """See :class:`_Step`."""
        raw = views[0]
        start = at + self._prefix
        length = self._length(views, at, start)
        end = start + self._size(length)
        if not 0 < length <= self._most or end > len(raw):
            return 0
        value = self._value(views, start, end, length)
        if value is None or not self._check(value):
            return 0
        values.append(value)
        pieces.append(raw[at:end])
        return end


class _VariableText(_Variable):
    """One of characters, and with a length prefix of characters: the usual one, so it is read without further calls."""

    def take(self, views: Views, at: int, values: list[str], pieces: list[bytes]) -> int:
        """See :class:`_Step`."""
        raw, text, _ = views
        start = at + self._prefix
        digits = text[at:start]
        length = int(digits) if digits.isdecimal() else 0
        end = start + length
        if not 0 < length <= self._most or end > len(raw):
            return 0
        found = text[start:end]
        value = found if found.isascii() else self._value(views, start, end, length)
        if value is None or not self._check(value):
            return 0
        values.append(value)
        pieces.append(raw[at:end])
        return end


class Room:
    """How many more plans for messages of one length a dialect may keep, for all bitmaps together."""

    def __init__(self, plans: int) -> None:
        self._left = plans

    def take(self) -> bool:
        """Take the room of one plan; whether there was some."""
        self._left -= 1
        return self._left >= 0


class DecodePlan:
    """Reads the elements of one bitmap."""

    def __init__(self, elements: Sequence[Planned], room: Room | None = None) -> None:
        """Plan the elements of a bitmap, in their order; all must be :func:`plannable`.

        Args:
            elements: of the bitmap.
            room: for plans of one length; None if there is none.
        """
        ebcdic = any(element.entry["data_enc"] == EBCDIC for element in elements)
        self._charset = EBCDIC if ebcdic else "latin-1"
        self._elements = elements
        self._steps = list(_steps(elements))
        self._packed = any(element.packed for element in elements)
        self._numbers = tuple(element.number for element in elements)
        self._room = room if elements else None
        self._lengths: dict[int, LengthPlan] = {}

    def read(self, raw: bytes, at: int) -> tuple[dict[int, str], dict[int, bytes]] | None:
        """Return values and encoded elements by number; None if a message is not as it must be.

        Args:
            at: where the first element begins; the same for all messages.
        """
        text = raw.decode(self._charset)
        hexed = raw.hex().upper() if self._packed else ""
        usual = self._lengths.get(len(raw))
        found = usual.read(raw, text + hexed) if usual is not None else None
        if found is None:
            found = self._take((raw, text, hexed), at)
            if found is None:
                return None
            if usual is None and self._room is not None and self._room.take():
                self._lengths[len(raw)] = LengthPlan(self._elements, found, at, len(raw))
        numbers = self._numbers
        # The keyword `strict` costs as much as reading two elements.
        return dict(zip(numbers, found[0])), dict(zip(numbers, found[1]))  # noqa: B905

    def _take(self, views: Views, at: int) -> tuple[list[str], list[bytes]] | None:
        """Return values and encoded elements; None if a message is not as it must be."""
        values: list[str] = []
        pieces: list[bytes] = []
        for step in self._steps:
            at = step.take(views, at, values, pieces)
            if not at:
                return None
        return (values, pieces) if at == len(views[0]) else None


def plannable(elements: Sequence[Planned]) -> bool:
    """Whether a plan can read these elements: characters in one charset of one byte each, or bytes as hex."""
    charsets = {str(element.entry["data_enc"]) for element in elements} - {"b"}
    if EBCDIC in charsets:
        return charsets == {EBCDIC}
    texts = {str(element.entry["data_enc"]) for element in elements if element.kind is Kind.TEXT}
    return charsets - texts <= {"ascii"} and all(map(holds_ascii, texts))


def _steps(elements: Sequence[Planned]) -> Iterator[_Step]:
    for (prefix, packed), group in groupby(elements, lambda element: (element.prefix > 0, element.packed)):
        if prefix:
            yield from map(_variable, group)
        else:
            yield _Fixed(list(group), packed=packed)


def _variable(element: Planned) -> _Variable:
    plain = (
        not element.packed and not element.nibbles and _LENGTHS[str(element.entry["len_enc"])] is _text_length
    )
    return _VariableText(element) if plain else _Variable(element)


def _places(elements: Sequence[Planned], unit: int) -> tuple[list[slice], list[slice], list[int]]:
    """Return where fixed elements are in their bytes, where values are in the units shown, and the padding."""
    extents: list[slice] = []
    places: list[slice] = []
    zeros: list[int] = []
    at = 0
    for element in elements:
        end = at + element.size(element.most)
        extents.append(slice(at, end))
        first, last = unit * at, unit * end
        if element.nibbles and element.most % 2:
            zeros.append(first if element.left_padded else last - 1)
            first, last = (first + 1, last) if element.left_padded else (first, last - 1)
        places.append(slice(first, last))
        at = end
    return extents, places, zeros


def _text_length(views: Views, at: int, end: int) -> int:
    digits = views[1][at:end]
    return int(digits) if digits.isdecimal() else 0


def _bcd_length(views: Views, at: int, end: int) -> int:
    digits = views[0][at:end].hex()
    return int(digits) if digits.isdecimal() else 0


def _binary_length(views: Views, at: int, end: int) -> int:
    return int.from_bytes(views[0][at:end], "big")


_LENGTHS: dict[str, Callable[[Views, int, int], int]] = {
    "ascii": _text_length,
    EBCDIC: _text_length,
    "bcd": _bcd_length,
    "b": _binary_length,
}
"""Readers of a length prefix, by its encoding; they return 0 for one that is not a number."""


def _packed_value(element: Planned) -> Callable[[Views, int, int, int], str | None]:
    """Return how the value of packed digits, or of bytes, is read."""
    nibbles, left_padded = element.nibbles, element.left_padded

    def read(views: Views, start: int, end: int, length: int) -> str | None:
        value = views[2][2 * start : 2 * end]
        if not (nibbles and length % 2):
            return value
        if left_padded:
            return value[1:] if value[0] == "0" else None
        return value[:-1] if value[-1] == "0" else None

    return read


def _text_value(element: Planned) -> Callable[[Views, int, int, int], str | None]:
    """Return how characters are read; only those of a text may be other than ASCII."""
    charset = str(element.entry["data_enc"]) if element.kind is Kind.TEXT else None

    def read(views: Views, start: int, end: int, _: int) -> str | None:
        value = views[1][start:end]
        if value.isascii():
            return value
        if charset is None:
            return None
        try:
            return views[0][start:end].decode(charset)
        except UnicodeDecodeError:
            return None

    return read
