"""Parts between separators: in a fixed order, or as pairs of key and value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.parts import Span, cut_of, refuse_unknown, value_of, value_under
from offline_collect.wire.layouts.values.encodings import content_problem
from offline_collect.wire.layouts.values.scalar import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from offline_collect.wire.layouts.parts import Cut, Found, GivenParts, Parts
    from offline_collect.wire.layouts.values.encodings import Coder

PIECES_MAX = 999
"""Maximum number of parts in a content."""
KEY_MAX = 100
"""Maximum characters of a key."""


@dataclass(frozen=True, slots=True)
class Delimiting:
    """Splits contents at a separator and joins them.

    A content is decoded before it is split: in some charsets the byte of a separator can be half of a character.

    Attributes:
        separator: the characters between two parts.
        coder: the encoding of the whole content.
    """

    separator: str
    coder: Coder

    def split(self, text: str) -> list[str]:
        """Return the decoded pieces of a content.

        Raises:
            DecodeError: it is not valid in its charset, or has more than `PIECES_MAX` pieces.
        """
        pieces = self.coder.decode(text, 0).split(self.separator, PIECES_MAX)
        if len(pieces) > PIECES_MAX:
            raise DecodeError(Phrase("more than {most} parts", most=PIECES_MAX))
        return pieces

    def places(self, pieces: list[str]) -> Iterator[tuple[str, int, int]]:
        """Yield each piece with the offsets of its first byte and after its last byte."""
        at = 0
        for piece in pieces:
            end = at + len(self.coder.encode(piece))
            yield piece, at, end
            at = end + len(self.separator)

    def join(self, pieces: list[str]) -> str:
        """Return the content made of pieces.

        Raises:
            EncodeError: there are more than `PIECES_MAX`, or the charset lacks a character.
        """
        if len(pieces) > PIECES_MAX:
            raise EncodeError(f"more than {PIECES_MAX} parts")
        return self.coder.encode(self.separator.join(pieces))

    def decode(self, part: Scalar, piece: str) -> str:
        """Return the value of a piece; the length of a text counts encoded bytes.

        Raises:
            DecodeError: the piece does not match the part's shape.
        """
        return part.decode_all(self.coder.encode(piece) if part.notation.kind is Kind.TEXT else piece)

    def write(self, part: Scalar, value: object) -> str:
        """Return the piece of a value.

        Raises:
            EncodeError: the value does not fit, or contains the separator.
        """
        chars = part.write(value)
        piece = self.coder.decode(chars, 0) if part.notation.kind is Kind.TEXT else chars
        if self.separator in piece:
            raise EncodeError("contains the separator")
        return piece


class Positions:
    """Parts in a fixed order; optional parts at the end may be missing."""

    free_names = False
    flat = True

    def __init__(self, delimiting: Delimiting, parts: tuple[Scalar, ...]) -> None:
        self._delimiting = delimiting
        self._parts = parts
        self._by_name = {part.name: part for part in parts}
        self._known = frozenset(self._by_name)
        self.needs = frozenset((part.name,) for part in parts if part.is_needed)
        between = len(delimiting.separator) * (len(parts) - 1)
        self.sizes = 0, between + sum(part.size for part in parts)

    def read(self, text: str) -> Parts:
        """Parse a content: values by name."""
        return {span.path: span.value for span in self.spans(text)}

    def cut(self, text: str) -> Cut | None:
        """Return the values of a correct content."""
        return cut_of(self.read(text))

    def spans(self, text: str) -> Iterator[Span]:
        """Yield each value with its byte offsets."""
        pieces = self._delimiting.split(text) if text or not self._parts[0].optional else []
        if len(pieces) > len(self._parts):
            raise DecodeError(Phrase("more than {most} parts", most=len(self._parts)))
        for part, (piece, start, end) in zip(self._parts, self._delimiting.places(pieces), strict=False):
            try:
                value = self._delimiting.decode(part, piece)
            except DecodeError as error:
                raise DecodeError(error.reason, element=part.name) from None
            yield Span(part.name, start, end, value)
        for part in self._parts[len(pieces) :]:
            if not part.optional:
                raise DecodeError(Phrase("missing"), element=part.name)

    def write(self, parts: GivenParts) -> str:
        """Build a content, up to the last part that is given or mandatory."""
        refuse_unknown(parts, self._known)
        count = len(self._parts)
        while count and self._parts[count - 1].optional and parts.get(self._parts[count - 1].name) is None:
            count -= 1
        return self._delimiting.join([self._piece(part, parts) for part in self._parts[:count]])

    def _piece(self, part: Scalar, parts: GivenParts) -> str:
        try:
            return self._delimiting.write(part, parts.get(part.name))
        except EncodeError as error:
            raise EncodeError(error.reason, element=part.name) from None

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return the part with a name."""
        return value_of(self._by_name.get(names[0])) if len(names) == 1 else None


class Pairs:
    """Pairs of key and value: `amount=61000|period=202610`. Keys that the layout does not list are texts."""

    free_names = True
    flat = True
    needs: frozenset[tuple[str, ...]] = frozenset()

    def __init__(
        self, delimiting: Delimiting, equals: str, other: Scalar, listed: Mapping[str, Scalar]
    ) -> None:
        self._delimiting = delimiting
        self._equals = equals
        self._other = other
        self._listed = listed
        self.sizes = 0, other.size

    def read(self, text: str) -> Parts:
        """Parse a content: values by key, unlisted keys included."""
        return {span.path: span.value for span in self.spans(text)}

    def cut(self, text: str) -> Cut | None:
        """Return the values of a correct content, if the layout lists all keys; others may be confidential."""
        parts = self.read(text)
        return cut_of(parts) if parts.keys() <= self._listed.keys() else None

    def spans(self, text: str) -> Iterator[Span]:
        """Yield each value with its byte offsets; they include the key."""
        seen: set[str] = set()
        pieces = self._delimiting.split(text) if text else []
        for index, (piece, start, end) in enumerate(self._delimiting.places(pieces)):
            key, equals, chars = piece.partition(self._equals)
            # The sender chose the key. It may be confidential, so errors name only listed keys.
            place = key if key in self._listed else f"[{index}]"
            if not equals:
                raise DecodeError(Phrase("has no key"), element=place)
            if self._bad_key(key):
                raise DecodeError(
                    Phrase("the key must be 1 to {most} characters of text", most=KEY_MAX), element=place
                )
            if key in seen:
                raise DecodeError(Phrase("repeated"), element=place)
            seen.add(key)
            try:
                value = self._delimiting.decode(self._listed.get(key, self._other), chars)
            except DecodeError as error:
                raise DecodeError(error.reason, element=place) from None
            yield Span(key, start, end, value)

    def _bad_key(self, key: str) -> bool:
        return not key or len(key) > KEY_MAX or content_problem(Kind.TEXT, key) is not None

    def write(self, parts: GivenParts) -> str:
        """Build a content, in the order of the given keys."""
        return self._delimiting.join([self._piece(key, value) for key, value in parts.items()])

    def _piece(self, key: str, value: object) -> str:
        place = key if key in self._listed else "a pair"
        if self.find((key,)) is None:
            raise EncodeError(
                f"the key must be 1 to {KEY_MAX} characters of text without separators", element=place
            )
        try:
            piece = self._delimiting.write(self._listed.get(key, self._other), value)
        except EncodeError as error:
            raise EncodeError(error.reason, element=place) from None
        return f"{key}{self._equals}{piece}"

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return the value of a key; it has no shape unless the layout lists the key."""
        key = ".".join(names)
        if self._bad_key(key) or self._delimiting.separator in key or self._equals in key:
            return None
        return value_under(key, self._listed.get(key))
