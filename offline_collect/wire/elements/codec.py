"""Messages to bytes and back, by pyiso8583 with a spec made from the dialect.

pyiso8583 checks lengths but hardly any contents, mutates its input, keeps raw bytes in its errors, and
reads element 65 as a third bitmap. This module hides all of that. It translates errors outside the
`except` block, so that the raw message does not become their context.

It reads a bitmap bit by bit, which takes as long as reading the elements. Only the first message with a given
bitmap is read that way; later ones go through its function for single elements. If that fails, the message is
read again as a whole to find the error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

import iso8583
from iso8583.decoder import _decode_field
from iso8583.encoder import _encode_field

from offline_collect.wire.dialects.dialect import LAST_PRIMARY, Kind
from offline_collect.wire.elements.codec_spec import compile_spec, is_packed
from offline_collect.wire.elements.contents import CHECKS, problem
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.messages.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from offline_collect.wire.dialects.dialect import Dialect, Element
    from offline_collect.wire.elements.codec_spec import Entry

    _Piece = Mapping[str, bytes]
    _Encoded = Mapping[str, _Piece]

_HEX_DIGITS = b"0123456789ABCDEF"
_UNKNOWN = "not in this dialect"
_QUANTITIES = frozenset({4, 5, 6, 11, *range(74, 90)})
"""Amounts and counts, which may be padded with zeros; codes, dates and identifiers are never padded."""

KEPT_MAX = 1000
"""Size of each cache of one dialect: encoded codes, bitmaps, and MTIs with their bitmaps."""

KEPT_LENGTH_MAX = 4
"""Longest value that is cached: DE 15, 39 and the like."""

_GAP: Mapping[str, bytes] = {"len": b"", "data": b""}

_REASONS = (
    ("Extra data", "bytes left over"),
    ("Field length is", "cut short"),
    ("Failed to decode field length", "length no number"),
    ("Failed to decode field, invalid data", "no text in its encoding"),
    ("Failed to encode field, invalid data", "printable ASCII only"),
)


class _Field(NamedTuple):
    """An element with values computed once from it; a tuple, as it is unpacked for every message."""

    key: str
    number: int
    check: Callable[[str], bool]
    width: int
    ascii_prefix: bool
    packed_sign: bool
    kind: Kind


class Codec:
    """Encodes and decodes the messages of one dialect; keeps no state between messages."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._spec = compile_spec(dialect)
        self._raw_bitmap = dialect.encoding.bitmap == "raw"
        self._mti_size = 2 if dialect.encoding.mti == "bcd" else 4
        self._second_at = self._mti_size + (8 if self._raw_bitmap else 16)
        self._top_bit = b"\x80" if self._raw_bitmap else b"8"
        self._fields = {element.number: _field(element, dialect) for element in dialect.elements.values()}
        self._by_key = {field.key: field for field in self._fields.values()}
        self._kept: dict[tuple[int, str], _Piece] = {}
        self._bitmaps: dict[bytes, list[tuple[str, Entry]]] = {}
        self._heads: dict[tuple[str, tuple[int, ...]], tuple[bytes, tuple[tuple[int, str], ...]]] = {}

    def decode(self, raw: bytes) -> Message:
        """Read one message, from the MTI to its last byte.

        Raises:
            DecodeError: with the MTI and the elements that were read, and the one that failed.
        """
        mti = self._decode_mti(raw)
        place = self._bitmap_problem(raw)
        if place is not None:
            self._refuse_bitmap(raw, mti, *place)
        doc, lengths, failure = self._parse(raw)
        elements, bad = self._take(doc, lengths)
        if failure is not None:
            raise DecodeError(failure[1], mti=mti, elements=elements, element=failure[0])
        if bad is not None:
            raise DecodeError(bad[1], mti=mti, elements=elements, element=bad[0])
        return Message(mti, elements, lengths)

    def encode(self, message: Message, request: Message | None = None) -> bytes:
        """Encode one message, without changing it.

        Fixed an and ans elements are padded with spaces on the right, numbers with zeros on the left.

        Args:
            request: the decoded request, of the same dialect, that `message` answers. Elements repeated from it
                are copied as bytes, not encoded again.

        Raises:
            EncodeError: an element is not in the dialect, is too long, or has contents its kind does not allow.
        """
        if not (message.mti.isascii() and message.mti.isdigit()):
            raise EncodeError("4 digits only", element="MTI")
        if request is not None and request.encoded:
            return self._encode_answer(message, request)
        doc = {"t": message.mti}
        for number, value in message.elements.items():
            self._add(doc, number, value)
        return self._build(doc)

    def _add(self, doc: dict[str, str], number: int, value: str) -> None:
        """Add an element in pyiso8583's form, if its contents are allowed for its kind."""
        field = self._fields.get(number)
        if field is None:
            raise EncodeError(_UNKNOWN, element=f"DE {number}")
        key, _, check, width, _, _, kind = field
        if not check(value):
            raise EncodeError(problem(kind, value), element=f"DE {number}")
        doc[key] = value if len(value) == width or not width else _fill(field, value)

    def _build(self, doc: dict[str, str]) -> bytes:
        try:
            return bytes(iso8583.encode(doc, self._spec)[0])
        except iso8583.EncodeError as error:
            place, reason = _place(error.field), _reason(error.msg)
        raise EncodeError(reason, element=place)

    def _build_elements(self, doc: dict[str, str]) -> _Encoded:
        """Encode only the elements: the MTI and the bitmaps of an answer are known already."""
        encoded: dict[str, dict[str, bytes]] = {}
        try:
            for key in doc:
                _encode_field(doc, encoded, key, self._spec[key])
        except iso8583.EncodeError as error:
            place, reason = _place(error.field), _reason(error.msg)
        else:
            return encoded
        raise EncodeError(reason, element=place)

    def _encode_answer(self, message: Message, request: Message) -> bytes:
        """Encode the elements that are neither in the request nor cached, and join all in order."""
        elements = message.elements
        head, numbers = self._head(message.mti, tuple(elements))
        came, encoded, kept = request.elements, request.encoded, self._kept
        doc: dict[str, str] = {}
        parts = [head]
        gaps: list[tuple[int, int, str, str]] = []
        for number, key in numbers:
            value = elements[number]
            if came.get(number) is value:
                piece = encoded[key]
            else:
                known = kept.get((number, value))
                if known is None:
                    self._add(doc, number, value)
                    gaps.append((len(parts), number, key, value))
                    known = _GAP
                piece = known
            parts += piece["len"], piece["data"]
        if gaps:
            fresh = self._build_elements(doc)
            for at, number, key, value in gaps:
                parts[at], parts[at + 1] = fresh[key]["len"], fresh[key]["data"]
                self._keep(number, value, fresh[key])
        return b"".join(parts)

    def _keep(self, number: int, value: str, piece: _Piece) -> None:
        """Cache the encoded form of a short code; few different dates and response codes occur."""
        if len(value) <= KEPT_LENGTH_MAX and len(self._kept) < KEPT_MAX:
            self._kept[number, value] = piece

    def _head(self, mti: str, numbers: tuple[int, ...]) -> tuple[bytes, tuple[tuple[int, str], ...]]:
        """Return the MTI and bitmaps of a message, and its elements in their order with their keys."""
        known = self._heads.get((mti, numbers))
        if known is not None:
            return known
        for number in numbers:
            if number not in self._fields:
                raise EncodeError(_UNKNOWN, element=f"DE {number}")
        second = any(number > LAST_PRIMARY for number in numbers)
        size = 2 * LAST_PRIMARY if second else LAST_PRIMARY
        bits = sum(1 << (size - number) for number in (*numbers, *((1,) if second else ())))
        bitmap = bits.to_bytes(size // 8, "big")
        mti_bytes = bytes.fromhex(mti) if self._mti_size == 2 else mti.encode()  # noqa: PLR2004 - BCD
        head = mti_bytes + (bitmap if self._raw_bitmap else bitmap.hex().upper().encode())
        made = head, tuple((number, str(number)) for number in sorted(numbers))
        if len(self._heads) < KEPT_MAX:
            self._heads[mti, numbers] = made
        return made

    def _decode_mti(self, raw: bytes) -> str:
        head = raw[: self._mti_size]
        mti = head.hex() if self._mti_size == 2 else head.decode("latin-1")  # noqa: PLR2004 - BCD
        if len(head) != self._mti_size or not (mti.isascii() and mti.isdigit()):
            raise DecodeError("4 digits only", element="MTI")
        return mti

    def _bitmap_problem(self, raw: bytes) -> tuple[str, str] | None:
        """The error in the bitmaps, found before pyiso8583 reads them; it detects a short one itself."""
        start, second_at = self._mti_size, self._second_at
        end = second_at
        if raw[start : start + 1] >= self._top_bit:
            end += second_at - start
        second = raw[second_at:end]
        # bytes.fromhex skips spaces and accepts lower case
        if not self._raw_bitmap and raw[start:end].strip(_HEX_DIGITS):
            return "bitmap", "upper-case hex only"
        if second[:1] >= self._top_bit:
            return "DE 65", "no third bitmap here"
        if second and not second.strip(b"\0" if self._raw_bitmap else b"0"):
            return "DE 1", "nothing above 64"
        return None

    def _refuse_bitmap(self, raw: bytes, mti: str, place: str, reason: str) -> NoReturn:
        """Refuse the message, with the elements that can be read despite its bitmap."""
        elements: dict[int, str] = {}
        if place == "DE 65":
            raw = self._without_third(raw)
        if place != "bitmap":
            doc, lengths, _ = self._parse(raw)
            elements, _ = self._take(doc, lengths)
            elements = {number: value for number, value in elements.items() if number <= LAST_PRIMARY}
        raise DecodeError(reason, mti=mti, elements=elements, element=place)

    def _without_third(self, raw: bytes) -> bytes:
        """Clear the bit of element 65, so that the elements of the first bitmap are at their right positions."""
        at = self._second_at
        byte = raw[at : at + 1]
        cleared = bytes([byte[0] & 0x7F]) if self._raw_bitmap else b"%X" % (int(byte, 16) & 7)
        return raw[:at] + cleared + raw[at + 1 :]

    def _parse(
        self,
        raw: bytes,
    ) -> tuple[dict[str, str], dict[str, dict[str, bytes]], tuple[str, str] | None]:
        """Let pyiso8583 decode the message: elements, their encoded forms, and its error."""
        bitmaps = self._bitmaps_of(raw)
        known = self._bitmaps.get(bitmaps)
        if known is not None and (parsed := _parse_known(raw, self._mti_size + len(bitmaps), known)):
            return *parsed, None
        try:
            doc, encoded = iso8583.decode(raw, self._spec)
        except iso8583.DecodeError as error:
            doc, encoded, place = error.doc_dec, error.doc_enc, error.field
            if not error.msg.startswith("Extra data"):
                doc.pop(place, None)
            return doc, encoded, (_place(place), self._decode_reason(place, error.msg))
        if len(self._bitmaps) < KEPT_MAX:
            self._bitmaps[bitmaps] = [(key, self._spec[key]) for key in doc if key in self._by_key]
        return doc, encoded, None

    def _bitmaps_of(self, raw: bytes) -> bytes:
        """The first bitmap, and the second if the first announces it; :meth:`_bitmap_problem` has checked them."""
        start, end = self._mti_size, self._second_at
        if raw[start : start + 1] >= self._top_bit:
            end += end - start
        return raw[start:end]

    def _decode_reason(self, place: str, message: str) -> str:
        if place.isdigit() and place != "1" and place not in self._by_key:
            return _UNKNOWN
        return _reason(message)

    def _take(
        self,
        doc: dict[str, str],
        encoded: dict[str, dict[str, bytes]],
    ) -> tuple[dict[int, str], tuple[str, str] | None]:
        """The elements with valid contents for their kind, and the first error."""
        elements: dict[int, str] = {}
        bad = None
        by_key = self._by_key
        for key, value in doc.items():
            field = by_key.get(key)
            if field is None:
                continue
            _, number, check, _, ascii_prefix, packed_sign, kind = field
            if packed_sign:
                value = _unpack_sign(value)  # noqa: PLW2901 - the same value, readable
            if ascii_prefix and not encoded[key]["len"].isdigit():
                bad = bad or (_place(key), "length no number")
            elif check(value):
                elements[number] = value
            else:
                bad = bad or (_place(key), problem(kind, value))
        return elements, bad


def _parse_known(
    raw: bytes, at: int, elements: list[tuple[str, Entry]]
) -> tuple[dict[str, str], dict[str, dict[str, bytes]]] | None:
    """Read elements from a position on; None if the message ends too early or has bytes left over."""
    doc: dict[str, str] = {}
    encoded: dict[str, dict[str, bytes]] = {}
    try:
        for key, entry in elements:
            at = _decode_field(raw, doc, encoded, at, key, entry)
    except iso8583.DecodeError:
        return None
    return (doc, encoded) if at == len(raw) else None


def _field(element: Element, dialect: Dialect) -> _Field:
    # Only fixed elements are padded; a packed sign must always go through `_fill`.
    return _Field(
        key=str(element.number), number=element.number, kind=element.kind, check=CHECKS[element.kind],
        width=0 if element.prefix else element.length, ascii_prefix=bool(element.prefix) and dialect.encoding.prefix == "ascii",
        packed_sign=element.kind is Kind.XN and is_packed(element, dialect.encoding),
    )  # fmt: skip


def _fill(field: _Field, value: str) -> str:
    """Bring a value to pyiso8583's form; the library does no padding itself."""
    if field.packed_sign:
        return value[0].encode().hex() + value[1:]
    if field.kind in {Kind.AN, Kind.ANS}:
        return value.ljust(field.width)
    if field.kind is Kind.N and field.number in _QUANTITIES:
        return value.zfill(field.width)
    return value


def _unpack_sign(value: str) -> str:
    """`C` or `D` from its ASCII byte, which pyiso8583 returns as two hex digits."""
    return bytes.fromhex(value[:2]).decode("latin-1") + value[2:]


def _place(key: str) -> str:
    return {"t": "MTI", "p": "bitmap", "1": "DE 1"}.get(key, f"DE {key}")


def _reason(message: str) -> str:
    """pyiso8583's error in the platform's words, short enough for DE 44."""
    for start, reason in _REASONS:
        if message.startswith(start):
            return reason
    return "too long" if "larger than" in message else "wrong length"
