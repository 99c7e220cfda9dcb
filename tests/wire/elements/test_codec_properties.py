"""Messages that fit a dialect are decoded as they were; all other bytes are refused, never a fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.elements import codec as codec_module
from offline_collect.wire.elements.bitmaps import Heads
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import encoded_size
from offline_collect.wire.messages.message import Message
from tests.messages.golden import NAMES, codec, golden, shipped

DIGITS = "0123456789"
PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
TEXT = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])


def contents(element):
    """Values of one element that any dialect must carry."""
    least = 1 if element.prefix else element.length
    if element.kind is Kind.N:
        return st.text(DIGITS, min_size=least, max_size=element.length)
    if element.kind is Kind.Z:
        return st.text(DIGITS + "=", min_size=least, max_size=element.length)
    if element.kind is Kind.AN:
        return st.text(DIGITS + "ABCxyz", min_size=least, max_size=element.length)
    if element.kind is Kind.ANS:
        return st.text(PRINTABLE, min_size=least, max_size=element.length)
    if element.kind is Kind.XN:
        return st.builds(
            str.__add__,
            st.sampled_from("CD"),
            st.text(DIGITS, min_size=element.length, max_size=element.length),
        )
    if element.kind is Kind.B:
        return st.binary(min_size=element.length, max_size=element.length).map(lambda raw: raw.hex().upper())
    return st.text(TEXT, min_size=1, max_size=min(element.length, 60))


@st.composite
def messages(draw, name):
    dialect = shipped(name)
    numbers = draw(st.sets(st.sampled_from(sorted(dialect.elements))))
    elements = {}
    for number in sorted(numbers):
        element = dialect.elements[number]
        value = draw(contents(element))
        if element.kind is not Kind.TEXT or encoded_size(value, dialect.charset) <= element.length:
            elements[number] = value
    return Message(draw(st.text(DIGITS, min_size=4, max_size=4)), elements)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_is_encoded_is_decoded_to_the_same(name, data):
    message = data.draw(messages(name))
    assert codec(name).decode(codec(name).encode(message)) == message


def read(name, raw):
    """The message in some bytes, or the reason why they have none; anything else is a fault."""
    try:
        return codec(name).decode(raw)
    except DecodeError as error:
        return error


@pytest.mark.parametrize("name", NAMES)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_decode_error(name, raw):
    found = read(name, raw)
    assert found.reason if isinstance(found, DecodeError) else codec(name).encode(found)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_a_spoiled_message_is_a_message_or_a_decode_error(name, data):
    _, raw = golden("lookup_answer", name)
    spoiled = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 4))):
        spoiled[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    found = read(name, bytes(spoiled))
    assert all(number in shipped(name).elements for number in found.elements)
    assert found.mti is None or found.mti.isdigit()


def outcome(reading, raw):
    """The codec's whole result for some bytes: the message, or the error with the readable part."""
    try:
        message = reading.decode(raw)
    except DecodeError as error:
        return error.mti, error.elements, error.element, error.reason
    return message.mti, message.elements, [message.encoded[number] for number in message.elements]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_whether_a_bitmap_was_seen_before_changes_nothing(name, data):
    _, raw = golden("lookup_answer", name)
    seen = Codec(shipped(name))
    seen.decode(raw)
    spoiled = bytearray(raw)
    for _ in range(data.draw(st.integers(0, 2))):
        spoiled[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(spoiled)[: data.draw(st.integers(len(raw) - 3, len(raw)))] + data.draw(st.binary(max_size=2))
    assert outcome(seen, cut) == outcome(Codec(shipped(name)), cut)


@pytest.mark.parametrize("name", NAMES)
def test_a_bitmap_is_read_bit_by_bit_once(name, monkeypatch):
    message, raw = golden("payment", name)
    reading = Codec(shipped(name))
    first = reading.decode(raw)
    monkeypatch.delattr(Heads, "read_bitmaps")
    assert reading.decode(raw) == first == message


def test_no_more_bitmaps_are_kept_than_the_bound(monkeypatch):
    monkeypatch.setattr(codec_module, "KEPT_MAX", 1)
    reading = Codec(shipped("ascii"))
    kept, others = golden("payment"), [golden("lookup_answer"), golden("echo_test")]
    for message, raw in (kept, *others, *others):
        assert reading.decode(raw) == message
    assert len(reading._bitmaps) == 1
