"""Every shipped dialect: what its elements can hold comes back as it was, and any bytes are a message or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.app.config.schemas import Schemas
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.element import EBCDIC
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError, FrameError
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.layouts.pds import encoded_size
from offline_collect.wire.messages.message import Message

CODECS = {name: Codec(dialect) for name, dialect in Schemas().dialects().items()}
DIGITS, LETTERS, SPECIAL = "0123456789", "ABCxyz", " .,;-/"
ALPHABETS = {
    Kind.N: DIGITS,
    Kind.Z: DIGITS + "=",
    Kind.AN: DIGITS + LETTERS,
    Kind.ANP: DIGITS + LETTERS + " ",
    Kind.NS: DIGITS + SPECIAL,
    Kind.ANS: DIGITS + LETTERS + SPECIAL,
}


def value(element, charset):
    """Values of one element that its dialect must carry."""
    most = min(element.length, 40) if element.prefix else element.length
    least = 1 if element.prefix else most
    if element.kind is Kind.B:
        return st.binary(min_size=least, max_size=most).map(lambda raw: raw.hex().upper())
    if element.kind is Kind.XN:
        return st.builds(str.__add__, st.sampled_from("CD"), st.text(DIGITS, min_size=most, max_size=most))
    if element.kind is Kind.TEXT:
        text = st.text(
            st.characters(codec=charset, exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=8
        )
        return text.filter(lambda text: encoded_size(text, charset) <= element.length)
    return st.text(ALPHABETS[element.kind], min_size=least, max_size=most)


@st.composite
def messages(draw, dialect):
    numbers = draw(st.sets(st.sampled_from(sorted(dialect.elements)), max_size=30))
    elements = {number: draw(value(dialect.elements[number], dialect.charset)) for number in sorted(numbers)}
    return Message(draw(st.text(DIGITS, min_size=4, max_size=4)), elements)


def test_the_shipped_dialects_are_tested():
    assert CODECS.keys() >= {"ascii", "bcd", "iso87", "iso93", "cups128", "cuppos", "base24"}
    assert EBCDIC not in {codec.dialect.charset for codec in CODECS.values()}


@pytest.mark.parametrize("name", CODECS)
@given(data=st.data())
def test_what_is_sent_comes_back_as_it_was(name, data):
    codec = CODECS[name]
    message = data.draw(messages(codec.dialect))
    frame = encode_frame(codec.dialect.frame, codec.encode(message))
    (came,) = FrameDecoder(codec.dialect.frame).feed(frame)
    assert codec.decode(came.message) == message


@pytest.mark.parametrize("name", CODECS)
@given(raw=st.binary(max_size=120))
def test_any_bytes_are_a_message_or_a_decode_error(name, raw):
    try:
        message = CODECS[name].decode(raw)
    except DecodeError as error:
        message = Message(error.mti or "0000", error.elements)
    assert message.elements.keys() <= CODECS[name].dialect.elements.keys()


@pytest.mark.parametrize("name", CODECS)
@given(data=st.data())
def test_a_spoiled_message_is_a_message_or_a_decode_error(name, data):
    codec = CODECS[name]
    spoiled = bytearray(codec.encode(data.draw(messages(codec.dialect))))
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    try:
        message = codec.decode(bytes(spoiled))
    except DecodeError as error:
        message = Message(error.mti or "0000", error.elements)
    assert message.elements.keys() <= codec.dialect.elements.keys()


@pytest.mark.parametrize("name", CODECS)
@given(pieces=st.lists(st.binary(max_size=60), max_size=4))
def test_any_bytes_are_frames_or_break_the_stream(name, pieces):
    frame_format = CODECS[name].dialect.frame
    decoder = FrameDecoder(frame_format)
    try:
        frames = [frame for piece in pieces for frame in decoder.feed(piece)]
    except FrameError as error:
        frames = error.frames
    assert all(len(frame.message) <= frame_format.message_max for frame in frames)
