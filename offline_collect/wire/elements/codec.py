"""Messages to bytes and back: the bitmaps here, each element by pyiso8583 with a spec made from the dialect.

pyiso8583 checks lengths but little of what they hold, mutates its input, keeps raw bytes in its errors, and
takes element 65 for a third bitmap; none of that leaves this module. Its errors are translated outside the
`except` block, so that ours do not drag the raw message along as their context. What it cannot say of an element
is done around it (`around.py`).

Which elements a bitmap announces is worked out for the first message that has it. The next ones are read by a plan
(`decode_plan.py`); what it does not take goes through pyiso8583's function for an element alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from iso8583 import DecodeError as IsoDecodeError
from iso8583 import EncodeError as IsoEncodeError
from iso8583.decoder import _decode_field
from iso8583.encoder import _encode_field

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.dialects.usual_elements import USUAL, with_usual_elements
from offline_collect.wire.elements.around import around
from offline_collect.wire.elements.bitmaps import THIRD, Heads
from offline_collect.wire.elements.codec_spec import compile_spec
from offline_collect.wire.elements.contents import check_of, problem
from offline_collect.wire.elements.decode_plan import DecodePlan, Room, plannable
from offline_collect.wire.elements.element import LAST_PRIMARY
from offline_collect.wire.elements.encode_plan import writer
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.elements.planned import Planned
from offline_collect.wire.elements.prefixes import prefix_check
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.messages.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.elements.around import Around
    from offline_collect.wire.elements.codec_spec import Entry
    from offline_collect.wire.elements.element import Element

    _Piece = Mapping[str, bytes]

_UNKNOWN = Phrase("not in this dialect")
_QUANTITIES = frozenset({4, 5, 6, 11, *range(74, 90)})
"""Amounts and counts, which may be padded with zeros; codes, dates and identifiers are never padded."""

_CHARACTERS = frozenset({Kind.A, Kind.S, Kind.AN, Kind.AS, Kind.NS, Kind.ANS, Kind.ANP})

KEPT_MAX = 1000
"""Size of each cache of one dialect: plans by bitmap, and MTIs with their bitmaps."""

_REASONS = (
    ("Field length is", Phrase("cut short")),
    ("Failed to decode field length", Phrase("length no number")),
    ("Failed to decode field, invalid data", Phrase("no text in its encoding")),
    ("Failed to encode field, invalid data", Phrase("printable ASCII only")),
)


class _Known(NamedTuple):
    """What a bitmap announces.

    Attributes:
        entries: its elements as pyiso8583 takes them.
        plan: reads correct messages faster; None where there is no plan.
    """

    entries: list[tuple[str, Entry]]
    plan: DecodePlan | None


class _Field(NamedTuple):
    """An element with values computed once from it; a tuple, as it is unpacked for every message."""

    key: str
    number: int
    check: Callable[[str], bool]
    width: int
    prefix_check: Callable[[bytes], bool] | None
    around: Around | None
    kind: Kind
    write: Callable[[str], bytes | None]


class Codec:
    """Encodes and decodes the messages of one dialect; keeps no state between messages."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._guessing: Codec | None = None
        self._spec = compile_spec(dialect)
        self._reader = Heads(dialect)
        self._mti_size = self._reader.mti_size
        self._fields = {
            element.number: _field(element, dialect, self._spec[str(element.number)])
            for element in dialect.elements.values()
        }
        self._by_key = {field.key: field for field in self._fields.values()}
        self._bitmaps: dict[bytes, _Known] = {}
        self._room = Room(KEPT_MAX)
        self._heads: dict[tuple[str, tuple[int, ...]], tuple[bytes, tuple[int, ...]]] = {}

    def decode(self, raw: bytes) -> Message:
        """Read one message, from the MTI to its last byte.

        Raises:
            DecodeError: with the MTI and the elements that were read, and the one that failed.
        """
        mti = self._reader.read_mti(raw)
        bitmaps = self._reader.bitmaps_of(raw)
        known = self._bitmaps.get(bitmaps)
        if known is None:
            known = self._learn(raw, mti, bitmaps)
        at = self._mti_size + len(bitmaps)
        plan = known.plan
        if plan is not None:
            read = plan.read(raw, at)
            if read is not None:
                return Message(mti, *read)
        doc, lengths, failure = _parse(raw, at, known.entries)
        elements, bad = self._take(doc, lengths)
        bad = failure or bad
        if bad is not None:
            raise DecodeError(bad[1], mti=mti, elements=elements, element=bad[0])
        return Message(mti, elements, {number: _joined(lengths[str(number)]) for number in elements})

    def _learn(self, raw: bytes, mti: str, bitmaps: bytes) -> _Known:
        """Work out which elements a bitmap announces, and keep it if all of them are the dialect's."""
        try:
            numbers = self._reader.read_bitmaps(bitmaps)
        except DecodeError as error:
            place, reason = error.element, error.reason
        else:
            after = self._mti_size + len(bitmaps)
            if THIRD in numbers:
                self._refuse(raw, after, mti, numbers, ("DE 65", Phrase("no third bitmap here")))
            if self._reader.second_is_empty(bitmaps, numbers):
                self._refuse(raw, after, mti, numbers, ("DE 1", Phrase("nothing above 64")))
            unknown = next((number for number in numbers if number not in self._fields), None)
            if unknown is not None:
                self._refuse_whole(raw, unknown)
                before = [number for number in numbers if number < unknown]
                self._refuse(raw, after, mti, before, (f"DE {unknown}", _UNKNOWN))
            known = _Known(self._entries(numbers), self._plan(numbers))
            if len(self._bitmaps) < KEPT_MAX:
                self._bitmaps[bitmaps] = known
            return known
        raise DecodeError(reason, mti=mti, element=place)

    def _entries(self, numbers: Iterable[int]) -> list[tuple[str, Entry]]:
        return [(str(number), self._spec[str(number)]) for number in numbers]

    def _plan(self, numbers: Iterable[int]) -> DecodePlan | None:
        """Return a plan for a bitmap; None if one of its elements must be read in the general way."""
        fields = [self._fields[number] for number in numbers]
        elements = [Planned(field.number, field.kind, self._spec[field.key], field.check) for field in fields]
        if any(field.around for field in fields) or not plannable(elements):
            return None
        return DecodePlan(elements, self._room)

    def _refuse_whole(self, raw: bytes, unknown: int) -> None:
        """Refuse a message for an unknown element with all others, if its usual shape makes the message whole.

        So the answer has what a front end finds its request by, DE 7, 11, 32 and 41.
        """
        if unknown not in USUAL:
            return
        if self._guessing is None:
            self._guessing = Codec(with_usual_elements(self.dialect))
        try:
            message = self._guessing.decode(raw)
        except DecodeError:
            return
        listed = {number: value for number, value in message.elements.items() if number in self._fields}
        raise DecodeError(_UNKNOWN, mti=message.mti, elements=listed, element=f"DE {unknown}")

    def _refuse(self, raw: bytes, at: int, mti: str, numbers: list[int], bad: tuple[str, Phrase]) -> NoReturn:
        """Refuse a message for its bitmap, with the elements that can be read in spite of that.

        What is wrong in an element before an unknown one is said instead: it comes first.
        """
        unknown = bad[1] == _UNKNOWN
        readable = [number for number in numbers if unknown or number <= LAST_PRIMARY]
        stop = next((at for at, number in enumerate(readable) if number not in self._fields), len(readable))
        doc, lengths, failure = _parse(raw, at, self._entries(readable[:stop]))
        elements, _ = self._take(doc, lengths)
        if unknown and failure is not None and failure[1] != _LEFT_OVER:
            bad = failure
        raise DecodeError(bad[1], mti=mti, elements=elements, element=bad[0])

    def encode(self, message: Message, request: Message | None = None) -> bytes:
        """Encode one message, without changing it.

        Fixed an and ans elements are padded with spaces on the right, numbers with zeros on the left.

        Args:
            request: the decoded request, of the same dialect, that `message` answers. Elements repeated from it
                are copied as bytes, not encoded again.

        Raises:
            EncodeError: an element is not in the dialect, is too long, or has contents its kind does not allow.
        """
        if not (len(message.mti) == 4 and message.mti.isascii() and message.mti.isdigit()):  # noqa: PLR2004
            raise EncodeError("4 digits only", element="MTI")
        elements = message.elements
        head, numbers = self._head(message.mti, tuple(elements))
        came: Mapping[int, str] = {} if request is None or not request.encoded else request.elements
        encoded = {} if request is None else request.encoded
        parts = [
            encoded[number]
            if came.get(number) is elements[number]
            else self._encode_element(number, elements[number])
            for number in numbers
        ]
        return head + b"".join(parts)

    def _encode_element(self, number: int, value: str) -> bytes:
        """Return the bytes of an element, its length prefix included, if it holds what its kind may."""
        key, _, check, width, _, change, kind, write = self._fields[number]
        if not check(value):
            raise EncodeError(problem(kind, value), element=f"DE {number}")
        if width and len(value) != width:
            value = _fill(kind, number, width - self._more_bytes(key, value), value)
        if change is not None:
            value = change.write(value)
        written = write(value)
        return self._encode_by_library(key, value) if written is None else written

    def _more_bytes(self, key: str, value: str) -> int:
        """Return how many more bytes than characters a value has: the width of a fixed element counts bytes."""
        charset = str(self._spec[key]["data_enc"])
        if value.isascii() or charset == "b":
            return 0
        return len(value.encode(charset, "replace")) - len(value)

    def _encode_by_library(self, key: str, value: str) -> bytes:
        """Return what pyiso8583 makes of an element, or raise what is wrong with it."""
        try:
            return _encode_field({key: value}, {}, key, self._spec[key])
        except IsoEncodeError as error:
            place, reason = f"DE {error.field}", _reason(error.msg)
        raise EncodeError(reason, element=place)

    def _head(self, mti: str, numbers: tuple[int, ...]) -> tuple[bytes, tuple[int, ...]]:
        """Return the MTI and bitmaps of a message, and its elements in their order."""
        known = self._heads.get((mti, numbers))
        if known is not None:
            return known
        for number in numbers:
            if number not in self._fields:
                raise EncodeError(_UNKNOWN, element=f"DE {number}")
        head = self._reader.write(mti, numbers)
        made = head, tuple(sorted(numbers))
        if len(self._heads) < KEPT_MAX:
            self._heads[mti, numbers] = made
        return made

    def _take(
        self,
        doc: dict[str, str],
        encoded: dict[str, dict[str, bytes]],
    ) -> tuple[dict[int, str], tuple[str, Phrase] | None]:
        """The elements with valid contents for their kind, and the first error."""
        elements: dict[int, str] = {}
        bad = None
        by_key = self._by_key
        for key, value in doc.items():
            _, number, check, _, prefix_ok, change, kind, _ = by_key[key]
            if change is not None:
                value = change.read(value)  # noqa: PLW2901 - the same value, readable
            if prefix_ok is not None and not prefix_ok(encoded[key]["len"]):
                bad = bad or (f"DE {key}", Phrase("length no number"))
            elif check(value):
                elements[number] = value
            else:
                bad = bad or (f"DE {key}", problem(kind, value))
        return elements, bad


_LEFT_OVER = Phrase("bytes left over")


def _joined(piece: _Piece) -> bytes:
    """Return an encoded element, its length prefix included."""
    return piece["len"] + piece["data"]


def _parse(
    raw: bytes, at: int, known: list[tuple[str, Entry]]
) -> tuple[dict[str, str], dict[str, dict[str, bytes]], tuple[str, Phrase] | None]:
    """Let pyiso8583 read elements from a place on: their values, their encoded forms, and what stopped it."""
    doc: dict[str, str] = {}
    encoded: dict[str, dict[str, bytes]] = {}
    key = "bitmap"
    try:
        for key, entry in known:
            at = _decode_field(raw, doc, encoded, at, key, entry)
    except IsoDecodeError as error:
        doc.pop(error.field, None)
        return doc, encoded, (f"DE {error.field}", _reason(error.msg))
    if at != len(raw):
        return doc, encoded, (f"DE {key}" if known else key, _LEFT_OVER)
    return doc, encoded, None


def _field(element: Element, dialect: Dialect, entry: Entry) -> _Field:
    check = check_of(element)
    return _Field(
        key=str(element.number),
        number=element.number,
        check=check,
        # Only fixed elements have a width to fill up to.
        width=0 if element.prefix else element.length,
        prefix_check=prefix_check(element, dialect.encoding),
        around=around(element),
        kind=element.kind,
        write=writer(Planned(element.number, element.kind, entry, check)),
    )


def _fill(kind: Kind, number: int, width: int, value: str) -> str:
    """Fill a fixed element up to its width where nothing is lost by it; pyiso8583 fills nothing up itself."""
    if kind in _CHARACTERS:
        return value.ljust(width)
    if kind is Kind.N and number in _QUANTITIES:
        return value.zfill(width)
    return value


def _reason(message: str) -> Phrase:
    """pyiso8583's error in the platform's words, short enough for DE 44."""
    for start, reason in _REASONS:
        if message.startswith(start):
            return reason
    return Phrase("too long") if "larger than" in message else Phrase("wrong length")
