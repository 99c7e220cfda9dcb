"""Tag, length and value, repeated (TLV): PDS, tokens, and ASN.1's basic encoding rules (BER)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.parts import Parts, Span, cut_of, inside, value_under
from offline_collect.wire.layouts.values.encodings import content_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from offline_collect.wire.layouts.kinds.fixed import Rows
    from offline_collect.wire.layouts.parts import Cut, Found, GivenParts
    from offline_collect.wire.layouts.values.scalar import Scalar

CUT_CHARACTER = Phrase("ends inside a character")
HEAD = "head"


class Field(Protocol):
    """A tag or a length."""

    def read(self, text: str, at: int) -> tuple[str, int]:
        """Return its value at an offset, and the offset after it.

        Raises:
            DecodeError: it is truncated or invalid.
        """

    def write(self, value: object) -> str:
        """Return its bytes.

        Raises:
            EncodeError: the value does not fit.
        """


class Head(NamedTuple):
    """The header before the first tag.

    Attributes:
        rows: its parts; each is a constant or one of the counts.
        tags: name of the part with the number of tags plus one for the header; None if there is none.
        size: name of the part with the length in bytes, header included; None if there is none.
    """

    rows: Rows
    tags: str | None
    size: str | None

    def read(self, text: str) -> tuple[Parts, int]:
        """Return its parts, and the offset of the first tag.

        Raises:
            DecodeError: a part does not match.
        """
        parts: Parts = {}
        try:
            at = self.rows.read(text, 0, parts)
        except DecodeError as error:
            raise DecodeError(error.reason, element=inside(error, HEAD)) from None
        return parts, at

    def check(self, parts: Parts, tags: int, size: int) -> None:
        """Refuse a header whose counts are wrong.

        Args:
            parts: the header's parts.
            tags: number of tags that were read.
            size: length of the tags in bytes.

        Raises:
            DecodeError: a count is wrong.
        """
        for name, number in self._counts(tags, size).items():
            if int(str(parts[name])) != number:
                raise DecodeError(Phrase("wrong count"), element=f"{HEAD}.{name}")

    def write(self, tags: int, size: int) -> str:
        """Return its bytes, given the number of tags and their length in bytes.

        Raises:
            EncodeError: a count is too large for its part.
        """
        parts = {name: str(number) for name, number in self._counts(tags, size).items()}
        try:
            return self.rows.write(parts)
        except EncodeError as error:
            raise EncodeError(error.reason, element=inside(error, HEAD)) from None

    def _counts(self, tags: int, size: int) -> dict[str, int]:
        counts = {self.tags: tags + 1, self.size: size + self.rows.sizes[1]}
        return {name: number for name, number in counts.items() if name is not None}


@dataclass(frozen=True, slots=True)
class Tagged:
    """A layout of values under tags.

    Attributes:
        tag: the format of tags.
        length: the format of lengths; a length counts the bytes of the value.
        other: the format of values under tags that are not listed.
        listed: values with a known shape, by tag.
        start: characters before each tag.
        gap: characters between a length and its value.
        empty: whether a value may have length 0.
        digits: number of digits of tag and length if both are plain digits and nothing else is around a value; else
            None. Such a layout has a fast path.
        head: the header before the first tag.
    """

    # The sender chooses the tags, but they are too short to be confidential.
    free_names: ClassVar[bool] = False
    flat: ClassVar[bool] = True
    needs: ClassVar[frozenset[tuple[str, ...]]] = frozenset()

    tag: Field
    length: Field
    other: Scalar
    listed: Mapping[str, Scalar]
    start: str = ""
    gap: str = ""
    empty: bool = False
    digits: tuple[int, int] | None = None
    head: Head | None = None

    @property
    def sizes(self) -> tuple[int, int]:
        """Minimum and maximum length, in bytes; only the element limits it."""
        return (0 if self.head is None else self.head.rows.sizes[0]), self.other.size

    def read(self, text: str) -> Parts:
        """Parse a content: values by tag, unlisted tags included."""
        if self.digits is not None:
            found = scan_digits(text, *self.digits)
        elif self.head is None:
            found = self._scan(text, 0)
        else:
            parts, at = self.head.read(text)
            found = self._scan(text, at)
            self.head.check(parts, len(found), len(text) - at)
        if not self._is_plain():
            return {tag: self._value(tag, chars) for tag, chars in found.items()}
        # A printable text has no control characters.
        if text.isascii() and text.isprintable():
            return {**found}
        return {
            tag: chars if chars.isascii() and chars.isprintable() else self._value(tag, chars)
            for tag, chars in found.items()
        }

    def _scan(self, text: str, at: int) -> dict[str, str]:
        """Return the bytes of each value by tag."""
        return {tag: text[start:end] for tag, start, end in self._extents(text, at)}

    def _extents(self, text: str, at: int) -> Iterator[tuple[str, int, int]]:
        """Yield each tag with the offsets of its value."""
        seen: set[str] = set()
        while at < len(text):
            if not text.startswith(self.start, at):
                raise DecodeError(Phrase("not at the start of a tag"))
            try:
                tag, at = self.tag.read(text, at + len(self.start))
            except DecodeError as error:
                raise DecodeError(Phrase("tag {reason}", reason=error.reason)) from None
            start, at = self._extent(text, at, tag)
            if tag in seen:
                raise DecodeError(Phrase("repeated"), element=Phrase("tag {tag}", tag=tag))
            seen.add(tag)
            yield tag, start, at

    def cut(self, text: str) -> Cut | None:
        """Return the values of a correct content."""
        return cut_of(self.read(text))

    def spans(self, text: str) -> Iterator[Span]:
        """Yield each value with its byte offsets."""
        at = 0 if self.head is None else (yield from self.head.rows.spans(text, 0, {}, f"{HEAD}."))
        for tag, start, end in self._extents(text, at):
            yield Span(tag, start, end, self._value(tag, text[start:end]))

    def _extent(self, text: str, at: int, tag: str) -> tuple[int, int]:
        """Return the offsets of a tag's value, given the offset of its length."""
        try:
            length, at = self.length.read(text, at)
        except DecodeError as error:
            raise DecodeError(
                Phrase("length {reason}", reason=error.reason), element=Phrase("tag {tag}", tag=tag)
            ) from None
        if not text.startswith(self.gap, at):
            raise DecodeError(Phrase("no gap before its value"), element=Phrase("tag {tag}", tag=tag))
        at += len(self.gap)
        end = at + int(length)
        if end > len(text):
            raise DecodeError(Phrase("truncated"), element=Phrase("tag {tag}", tag=tag))
        if end == at and not self.empty:
            raise DecodeError(Phrase("empty"), element=Phrase("tag {tag}", tag=tag))
        return at, end

    def _value(self, tag: str, chars: str) -> str:
        part = self.listed.get(tag)
        try:
            if part is not None:
                return part.decode_all(chars)
            return self._other_value(chars)
        except DecodeError as error:
            raise DecodeError(error.reason, element=Phrase("tag {tag}", tag=tag)) from None

    def _other_value(self, chars: str) -> str:
        try:
            value = self.other.coder.decode(chars, 0)
        except DecodeError:
            # The whole was valid text, so the length counted the bytes wrongly.
            raise DecodeError(CUT_CHARACTER) from None
        problem = content_problem(self.other.notation.kind, value)
        if problem is not None:
            raise DecodeError(problem)
        return value

    def write(self, parts: GivenParts) -> str:
        """Build a content, in the order of the given tags; an empty value is left out unless the layout allows it."""
        piece = self._piece
        if self.digits is not None and self._is_plain():
            piece = partial(self._digits_piece, *self.digits)
        pieces = [piece(tag, value) for tag, value in parts.items() if value != "" or self.empty]
        content = "".join(pieces)
        return content if self.head is None else self.head.write(len(pieces), len(content)) + content

    def _piece(self, tag: str, value: object) -> str:
        try:
            chars = self.listed.get(tag, self.other).write(value)
            return f"{self.start}{self.tag.write(tag)}{self.length.write(str(len(chars)))}{self.gap}{chars}"
        except EncodeError as error:
            raise EncodeError(error.reason, element=f"tag {tag}") from None

    def _is_plain(self) -> bool:
        """Whether all values are texts in a charset that keeps ASCII."""
        other = self.other
        return not self.listed and other.notation.kind is Kind.TEXT and other.coder.holds_ascii

    def _digits_piece(self, tag_size: int, length_size: int, tag: str, value: object) -> str:
        """Return the same as `_piece`, faster for usual values."""
        if isinstance(value, str) and value.isprintable() and len(tag) == tag_size and _is_digits(tag):
            with suppress(EncodeError):
                chars = value if value.isascii() else self.other.coder.encode(value)
                length = f"{len(chars):0{length_size}d}"
                if len(length) == length_size:
                    return f"{tag}{length}{chars}"
        return self._piece(tag, value)

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return the value of a tag; it has no shape unless the layout lists the tag."""
        (tag, *others) = names
        try:
            self.tag.write(tag)
        except EncodeError:
            return None
        return None if others else value_under(tag, self.listed.get(tag))


def scan_digits(text: str, tag_size: int, length_size: int) -> dict[str, str]:
    """Return the bytes of each value by tag; tags and lengths are plain digits.

    Every message comes through here, so it must be fast.

    Args:
        text: the content, one character for each byte.
        tag_size: digits of a tag.
        length_size: digits of a length.

    Raises:
        DecodeError: a tag is truncated, repeated, empty, or not digits.
    """
    found: dict[str, str] = {}
    header_size = tag_size + length_size
    at, size = 0, len(text)
    while at < size:
        header = text[at : at + header_size]
        if len(header) < header_size or not (header.isascii() and header.isdigit()):
            raise _bad_header(header[:tag_size], tag_size)
        tag = header[:tag_size]
        at += header_size
        end = at + int(header[tag_size:])
        if end > size:
            raise DecodeError(Phrase("truncated"), element=Phrase("tag {tag}", tag=tag))
        if end == at:
            raise DecodeError(Phrase("empty"), element=Phrase("tag {tag}", tag=tag))
        if tag in found:
            raise DecodeError(Phrase("repeated"), element=Phrase("tag {tag}", tag=tag))
        found[tag] = text[at:end]
        at = end
    return found


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _bad_header(tag: str, tag_size: int) -> DecodeError:
    if len(tag) < tag_size or not _is_digits(tag):
        return DecodeError(Phrase("tag not {size} digits", size=tag_size))
    return DecodeError(Phrase("length no number"), element=Phrase("tag {tag}", tag=tag))
