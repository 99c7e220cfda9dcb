"""Samples of a partner, decoded with a dialect that is being written: each element with its bytes, masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wcwidth import wcswidth

from offline_collect.domain.texts.phrases import Phrase, listed
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.bitmaps import Heads
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.element import Element
from offline_collect.wire.elements.element_words import element_word
from offline_collect.wire.elements.prefixes import fixed_size, prefix_size, read_prefix
from offline_collect.wire.elements.wire_spans import Sizes, wire_span
from offline_collect.wire.errors import DecodeError, FrameError
from offline_collect.wire.frame.frames import FrameDecoder
from offline_collect.wire.layouts.pds import HEADER_SIZE, TAG_NAMES, encoded_size, parse_pds
from offline_collect.wire.masking import mask_tag
from offline_collect.wire.messages.private_data import PrivateData, TakenApart
from offline_collect.wire.messages.requests.parts import content_of


class Piece(NamedTuple):
    """Some bytes of a sample and what they are.

    Attributes:
        start: the first byte, counted from 0.
        end: the byte behind the last one.
        value: masked.
    """

    start: int
    end: int
    place: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A sample as a dialect reads it.

    Attributes:
        size: its bytes.
        pieces: in the order of their bytes, up to the one that is wrong.
        problem: what is wrong; None if nothing is.
    """

    size: int
    pieces: tuple[Piece, ...]
    problem: Phrase | None


def try_readings(readings: Sequence[bytes], dialect: Dialect, *, framed: bool | None) -> Tried:
    """Read a sample in the first way that works, else in the first that finds an MTI; ASCII may look like hex digits."""
    tried = [try_sample(sample, dialect, framed=framed) for sample in readings]
    return max(tried, key=lambda each: (each.problem is None, bool(each.pieces)))


def try_sample(sample: bytes, dialect: Dialect, *, framed: bool | None) -> Tried:
    """Read one sample.

    Args:
        sample: one message, with its frame or without.
        dialect: how it is read.
        framed: whether it has a frame; None finds out.
    """
    frame = [] if framed is False else _frame(sample, dialect)
    if framed and not frame:
        return Tried(
            len(sample),
            (),
            Phrase(
                "these {count} bytes are not one whole frame (--raw takes a message without)",
                count=len(sample),
            ),
        )
    start = dialect.frame.message_at if frame else 0
    end = len(sample) - (len(dialect.frame.trailer) if frame else 0)
    raw = sample[start:end]
    codec = Codec(dialect)
    mti, elements, problem = "", {}, None
    try:
        message = codec.decode(raw)
        mti, elements = message.mti, message.elements
    except DecodeError as error:
        mti, elements, problem = error.mti or "", error.elements, error.words
    private = PrivateData(dialect, mti, elements)
    pieces = [*frame, *_pieces(raw, start, dialect, mti, elements, private)]
    if frame and dialect.frame.trailer:
        pieces.append(Piece(end, len(sample), Phrase("trailer"), "", dialect.frame.trailer.hex()))
    return Tried(len(sample), tuple(pieces), _joined(problem, private, elements))


def _joined(problem: Phrase | None, private: PrivateData, elements: Mapping[int, str]) -> Phrase | None:
    """Return what is wrong with elements whose private data has a layout, and with the message as a whole."""
    taken = [private.taken_apart(number) for number in elements]
    told = [each.problem for each in taken if each is not None and each.problem is not None]
    told += [] if problem is None else [problem]
    return listed(told) if told else None


def render(tried: Tried) -> list[str]:
    """Return the lines of a sample: bytes, place, name, value."""
    cells = [
        (f"{piece.start}-{piece.end - 1}" if piece.end > piece.start else f"{piece.start}", *piece[2:])
        for piece in tried.pieces
    ]
    widths = [max((wcswidth(row[column]) for row in cells), default=0) for column in range(3)]
    return ["  ".join([*map(_pad, row, widths), row[3]]).rstrip() for row in cells]


def _pad(text: str, width: int) -> str:
    return text + " " * (width - wcswidth(text))


def _frame(sample: bytes, dialect: Dialect) -> list[Piece]:
    """Return the pieces before the message; none if the sample is not one whole frame."""
    frame = dialect.frame
    try:
        found = FrameDecoder(frame).feed(sample)
    except FrameError:
        return []
    if len(found) != 1 or frame.overhead + len(found[0].message) != len(sample):
        return []
    pieces: list[Piece] = []
    at = 0

    def take(size: int, place: str, name: str = "") -> None:
        nonlocal at
        if size:
            pieces.append(Piece(at, at + size, place, name, sample[at : at + size].hex()))
            at += size

    before = [row for row in frame.header if row.before_length]
    for row in before:
        take(row.size, Phrase("header"), row.name)
    take(frame.length_size, Phrase("length"), frame.length)
    for row in frame.header[len(before) :]:
        take(row.size, Phrase("header"), row.name)
    return pieces


def _pieces(
    raw: bytes, offset: int, dialect: Dialect, mti: str, elements: Mapping[int, str], private: PrivateData
) -> Iterator[Piece]:
    """Return MTI, bitmaps, and the elements that could be read."""
    heads = Heads(dialect)
    if not mti:
        return
    bitmaps = heads.bitmaps_of(raw)
    at = heads.mti_size
    yield Piece(offset, offset + at, "MTI", "", dialect.mti_on_wire(mti))
    try:
        numbers = heads.read_bitmaps(bitmaps)
    except DecodeError:
        return
    yield Piece(offset + at, offset + at + len(bitmaps), Phrase("bitmap"), "", " ".join(map(str, numbers)))
    at += len(bitmaps)
    for number in numbers:
        element = dialect.elements.get(number)
        if element is None or number not in elements:
            name = Phrase("not in this dialect") if element is None else _name(element)
            yield Piece(offset + at, offset + at, f"DE {number}", name, Phrase("cannot be read"))
            return
        content = at + prefix_size(element, dialect.encoding)
        end = _end(element, dialect, raw, at, content)
        yield from _element(element, dialect, elements[number], Place(offset, at, content, end), private)
        at = end


class Place(NamedTuple):
    """Where an element is.

    Attributes:
        offset: where its message begins.
        start: its first byte in the message, a length prefix's if it has one.
        content: the first byte behind the prefix.
        end: the byte behind it.
    """

    offset: int
    start: int
    content: int
    end: int


def _end(element: Element, dialect: Dialect, raw: bytes, start: int, content: int) -> int:
    if start == content:
        return start + fixed_size(element)
    count = read_prefix(dialect.encoding, raw[start:content]) or 0
    return content + ((count + 1) // 2 if element.counts_digits else count)


def _element(
    element: Element, dialect: Dialect, value: str, place: Place, private: PrivateData
) -> Iterator[Piece]:
    number = element.number
    start, end = place.offset + place.start, place.offset + place.end
    taken = private.taken_apart(number)
    if taken is not None:
        yield Piece(start, end, f"DE {number}", _name(element), "")
        yield from _parts(element, value, place, taken)
        return
    # Private data of a dialect with messages of its own may look like tags and be something else.
    tags = _tags(value, dialect) if number in dialect.tagged and dialect.messages is None else {}
    shown = "" if tags else private.shown(number)
    yield Piece(start, end, f"DE {number}", _name(element), shown)
    at = place.offset + place.content
    for tag, content in tags.items():
        end = at + HEADER_SIZE + encoded_size(content, dialect.charset)
        yield Piece(at, end, f"  {tag}", TAG_NAMES.get(tag, Phrase("unknown")), mask_tag(tag, content))
        at = end


def _parts(element: Element, value: str, place: Place, taken: TakenApart) -> Iterator[Piece]:
    """Return the parts of an element, and where the one begins that is wrong."""
    sizes = Sizes(len(content_of(value, element)), place.end - place.content)
    at = place.offset + place.content
    end = 0
    for part in taken.parts:
        start, end = wire_span(element, sizes, part.start, part.end)
        yield Piece(at + start, at + end, f"  {part.path}", part.shape, part.value)
    if taken.problem is not None:
        yield Piece(at + end, at + end, f"DE {element.number}", "", taken.problem)


def _name(element: Element) -> str:
    if not element.name:
        return element.shape
    return Phrase("{name} ({shape})", name=element_word(element.name), shape=element.shape)


def _tags(value: str, dialect: Dialect) -> dict[str, str]:
    try:
        return parse_pds(value, dialect.charset)
    except DecodeError:
        return {}
