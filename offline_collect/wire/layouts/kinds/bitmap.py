"""A bitmap inside an element; parts whose bits are set follow it, as in an ISO 8583 message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.kinds.fixed import LEFT_OVER
from offline_collect.wire.layouts.parts import Span, cut_of, refuse_unknown, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from offline_collect.wire.layouts.parts import Cut, Found, GivenParts, Parts
    from offline_collect.wire.layouts.values.scalar import Scalar


class Bitmapped:
    """A layout of parts that a bitmap announces."""

    free_names = False
    flat = True
    needs: frozenset[tuple[str, ...]] = frozenset()

    def __init__(self, bitmap: Scalar, parts: Mapping[int, Scalar]) -> None:
        """Take the bitmap, a value of kind b, and the parts by bit; bit 1 is the highest bit of the first byte."""
        self._bitmap = bitmap
        bits = 8 * bitmap.notation.length
        self._parts = tuple((1 << (bits - number), part) for number, part in sorted(parts.items()))
        self._by_name = {part.name: part for part in parts.values()}
        self._known = frozenset(self._by_name)
        self._mask = sum(bit for bit, _ in self._parts)
        self.sizes = bitmap.size, bitmap.size + sum(part.sizes[1] for part in parts.values())

    def read(self, text: str) -> Parts:
        """Parse a content: the parts whose bits are set, by name."""
        return {span.path: span.value for span in self.spans(text)}

    def cut(self, text: str) -> Cut | None:
        """Return the values of a correct content."""
        return cut_of(self.read(text))

    def spans(self, text: str) -> Iterator[Span]:
        """Yield each value with its byte offsets."""
        shown, at = self._read(self._bitmap, text, 0)
        bits = int(shown, 16)
        if unknown := bits & ~self._mask:
            number = 8 * self._bitmap.notation.length + 1 - unknown.bit_length()
            raise DecodeError(Phrase("not in this layout"), element=str(number))
        for bit, part in self._parts:
            if bits & bit:
                start = at
                value, at = self._read(part, text, at)
                yield Span(part.name, start, at, value)
        if at != len(text):
            raise DecodeError(LEFT_OVER)

    def _read(self, part: Scalar, text: str, at: int) -> tuple[str, int]:
        try:
            return part.read(text, at)
        except DecodeError as error:
            raise DecodeError(error.reason, element=part.name) from None

    def write(self, parts: GivenParts) -> str:
        """Build a content: the bitmap, then the given parts in the order of their bits."""
        refuse_unknown(parts, self._known)
        bits = 0
        pieces: list[str] = []
        for bit, part in self._parts:
            if part.name in parts:
                bits |= bit
                try:
                    pieces.append(part.write(parts[part.name]))
                except EncodeError as error:
                    raise EncodeError(error.reason, element=part.name) from None
        shown = f"{bits:0{2 * self._bitmap.notation.length}X}"
        return self._bitmap.write(shown) + "".join(pieces)

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return the part of a bit, by name."""
        return value_of(self._by_name.get(names[0])) if len(names) == 1 else None
