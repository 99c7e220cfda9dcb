"""Plans and pyiso8583 agree on every message of every shipped dialect, correct or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.decode_plan import DecodePlan, Room, plannable
from offline_collect.wire.elements.element import EBCDIC
from offline_collect.wire.elements.encode_plan import writer
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.elements.planned import Planned
from offline_collect.wire.errors import DecodeError, EncodeError
from tests.messages.golden import NAMES, golden, vectors
from tests.wire.dialects.test_shipped import CODECS, messages


class General(Codec):
    """A codec that leaves every element to pyiso8583."""

    def _plan(self, _):
        return None

    def _encode_element(self, number, value):
        self._fields[number] = self._fields[number]._replace(write=lambda _: None)
        return super()._encode_element(number, value)


GENERAL = {name: General(codec.dialect) for name, codec in CODECS.items()}
PREFIXES = {"ascii": b"03", EBCDIC: b"\xf0\xf3", "bcd": b"\x03", "b": b"\x03"}


def decoded(codec, raw):
    try:
        message = codec.decode(raw)
    except DecodeError as error:
        return error.mti, error.elements, error.element, error.reason
    return message.mti, list(message.elements.items()), dict(message.encoded)


def encoded(codec, message):
    try:
        return codec.encode(message)
    except EncodeError as error:
        return str(error)


def element(number=11, kind=Kind.N, check=str.isdigit, **entry):
    """An element of three digits in ASCII, or another."""
    whole = {"data_enc": "ascii", "len_enc": "ascii", "len_type": 0, "max_len": 3, "desc": "", **entry}
    return Planned(number, kind, whole, check)


@pytest.mark.parametrize("name", CODECS)
@given(data=st.data())
def test_a_message_is_read_alike(name, data):
    raw = CODECS[name].encode(data.draw(messages(CODECS[name].dialect)))
    assert decoded(CODECS[name], raw) == decoded(GENERAL[name], raw)


@pytest.mark.parametrize("name", CODECS)
@given(data=st.data())
def test_a_spoiled_message_is_read_or_refused_alike(name, data):
    raw = bytearray(CODECS[name].encode(data.draw(messages(CODECS[name].dialect))))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    spoiled = bytes(raw)[: data.draw(st.integers(len(raw) - 2, len(raw)))] + data.draw(st.binary(max_size=2))
    assert decoded(CODECS[name], spoiled) == decoded(GENERAL[name], spoiled)


@pytest.mark.parametrize("name", CODECS)
@given(data=st.data())
def test_another_message_of_the_same_length_is_read_or_refused_alike(name, data):
    raw = bytearray(CODECS[name].encode(data.draw(messages(CODECS[name].dialect))))
    learned = Codec(CODECS[name].dialect)
    learned.decode(bytes(raw))
    for _ in range(3):
        spoiled = raw.copy()
        for _ in range(data.draw(st.integers(0, 2))):
            byte = data.draw(st.sampled_from(b"0129 A\x00\x10\x2f\xf0\xf1\xe9") | st.integers(0, 255))
            spoiled[data.draw(st.integers(0, len(raw) - 1))] = byte
        assert decoded(learned, bytes(spoiled)) == decoded(GENERAL[name], bytes(spoiled))


@pytest.mark.parametrize("name", CODECS)
@given(data=st.data())
def test_any_value_is_written_or_refused_alike(name, data):
    message = data.draw(messages(CODECS[name].dialect))
    number = data.draw(st.sampled_from(sorted(CODECS[name].dialect.elements)))
    value = data.draw(st.text("0123456789ABCDabcd =é水", max_size=12))
    message.elements[number] = value
    assert encoded(CODECS[name], message) == encoded(GENERAL[name], message)


@pytest.mark.parametrize(
    ("name", "entry"),
    # A packed DE 97 of totals has a sign in front, which plans leave to the general way.
    [(name, entry["name"]) for name in NAMES for entry in vectors(name) if 97 not in entry["elements"]],
)
def test_a_plan_reads_the_messages_of_every_day(name, entry):
    message, raw = golden(entry, name)
    fresh = Codec(CODECS[name].dialect)
    assert fresh.decode(raw) == message
    (known,) = fresh._bitmaps.values()
    assert known.plan.read(raw, fresh._mti_size + len(next(iter(fresh._bitmaps))))[0] == message.elements


@pytest.mark.parametrize(
    ("raw", "changes"),
    [
        (b"12", {}),
        (b"12\xb2", {}),
        (b"12x", {}),
        (b"123x", {}),
        (b"03x23", {"len_type": 2}),
        (b"x3123", {"len_type": 2}),
        (b"00", {"len_type": 2}),
        (b"041234", {"len_type": 2}),
        (b"0312", {"len_type": 2}),
        (b"03\xb2\xb2\xb2", {"len_type": 2}),
        (b"\x11\x23", {"data_enc": "b", "len_count": "nibbles", "left_pad": "0"}),
        (b"\x12\x31", {"data_enc": "b", "len_count": "nibbles", "right_pad": "0"}),
        (
            b"\x03\x11\x23",
            {"data_enc": "b", "len_count": "nibbles", "left_pad": "0", "len_enc": "b", "len_type": 1},
        ),
        (
            b"\x03\x12\x31",
            {"data_enc": "b", "len_count": "nibbles", "right_pad": "0", "len_enc": "b", "len_type": 1},
        ),
        (
            b"\x0a\x01\x23",
            {"data_enc": "b", "len_count": "nibbles", "left_pad": "0", "len_enc": "bcd", "len_type": 1},
        ),
    ],
)
def test_a_plan_leaves_what_is_wrong_to_the_general_way(raw, changes):
    assert DecodePlan([element(**changes)]).read(raw, 0) is None


@pytest.mark.parametrize(("prefixes", "prefix"), PREFIXES.items())
def test_a_plan_reads_every_kind_of_length(prefixes, prefix):
    charset = EBCDIC if prefixes == EBCDIC else "ascii"
    planned = element(len_enc=prefixes, len_type=len(prefix), data_enc=charset)
    raw = prefix + "123".encode(charset)
    assert DecodePlan([planned]).read(b"\x00" + raw, 1) == ({11: "123"}, {11: raw})
    assert writer(planned)("123") == raw


def test_texts_may_be_in_any_language_and_others_may_not():
    text = element(48, Kind.TEXT, str.isprintable, len_type=2, max_len=99, data_enc="utf-8")
    assert DecodePlan([text]).read(b"03\xe6\xb0\xb4", 0) == ({48: "水"}, {48: b"03\xe6\xb0\xb4"})
    assert DecodePlan([text]).read(b"02\xe6\xb0", 0) is None


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ([element()], True),
        ([element(data_enc="b")], True),
        ([element(data_enc=EBCDIC), element(data_enc="b")], True),
        ([element(data_enc=EBCDIC), element()], False),
        ([element(data_enc="gb18030")], False),
        ([element(kind=Kind.TEXT, data_enc="gb18030")], True),
        ([element(kind=Kind.TEXT, data_enc="utf-16")], False),
        ([element(kind=Kind.TEXT, data_enc="utf-7")], False),
        ([], True),
    ],
)
def test_a_plan_needs_one_charset_of_one_byte_a_character(elements, expected):
    assert plannable(elements) is expected


ODD = {"data_enc": "b", "len_count": "nibbles"}


@pytest.mark.parametrize(
    ("elements", "raw", "others"),
    [
        (
            [element(), element(41, Kind.ANS, str.isprintable)],
            b"123abc",
            [b"12xabc", b"123a\x00c", b"123a\xe9c"],
        ),
        ([element(len_type=1)], b"3123", [b"2123", b"312x"]),
        ([element(**ODD, left_pad="0")], b"\x01\x23", [b"\x11\x23", b"\x0a\x23"]),
        ([element(**ODD, right_pad="0")], b"\x12\x30", [b"\x12\x31", b"\x1a\x30"]),
        (
            [element(**ODD, left_pad="0", len_type=1, len_enc="b", max_len=4)],
            b"\x03\x01\x23",
            [b"\x04\x01\x2a"],
        ),
        ([element(52, Kind.B, str.isprintable, data_enc="b")], b"\xab\xcd\xef", []),
        ([element(35, Kind.Z, str.isdecimal, data_enc="b")], b"\x12\x34\x56", [b"\x12\xd4\x56"]),
        ([element(37, Kind.AN, str.isalnum)], b"a12", [b"a 2"]),
    ],
)
def test_a_plan_of_one_length_takes_correct_messages_only(elements, raw, others):
    plan = DecodePlan(elements, Room(1))
    first = plan.read(raw, 0)
    assert first is not None
    (usual,) = plan._lengths.values()
    view = raw.decode("latin-1") + raw.hex().upper()
    assert usual.read(raw, view)[0] == tuple(first[0].values())
    for other in others:
        assert usual.read(other, other.decode("latin-1") + other.hex().upper()) is None
        assert plan.read(other, 0) == DecodePlan(elements).read(other, 0)


def test_no_more_plans_of_one_length_are_kept_than_there_is_room():
    plan, room = DecodePlan([element(len_type=1)], Room(2)), Room(1)
    read = [plan.read(raw, 0) for raw in (b"11", b"212", b"3123", b"3124")]
    assert [values for values, _ in read] == [{11: "1"}, {11: "12"}, {11: "123"}, {11: "124"}]
    assert list(plan._lengths) == [2, 3]
    assert [room.take() for _ in range(3)] == [True, False, False]


def test_a_message_without_elements_has_a_plan():
    assert DecodePlan([]).read(b"0800", 4) == ({}, {})
    assert DecodePlan([]).read(b"0800x", 4) is None


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, "12"),
        ({}, "12é"),
        ({"len_type": 2}, "1234"),
        ({"len_type": 2}, "é"),
        ({"data_enc": "b"}, "xyz"),
        ({"data_enc": "b", "len_count": "nibbles", "left_pad": "0"}, "0123"),
    ],
)
def test_a_value_that_does_not_fit_is_left_to_the_library(changes, value):
    assert writer(element(**changes))(value) is None


@pytest.mark.parametrize(("side", "expected"), [("left_pad", "010123"), ("right_pad", "011230")])
def test_an_odd_number_of_packed_digits_is_padded(side, expected):
    packed = {"data_enc": "b", "len_count": "nibbles", side: "0"}
    assert writer(element(**packed))("123").hex() == expected[2:]
    assert writer(element(**packed, len_type=1, len_enc="b"))("123").hex() == f"03{expected[2:]}"
