"""Frames: every kind of length, keep-alives, TPDU, and invalid frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.errors import EncodeError, FrameError
from offline_collect.wire.frame.frames import LENGTH_KINDS, Frame, FrameDecoder, FrameFormat, encode_frame

HEADERS = {
    "ascii4": (b"0003", b"0007"),
    "binary2": (b"\x00\x03", b"\x00\x05"),
    "binary4": (b"\x00\x00\x00\x03", b"\x00\x00\x00\x07"),
    "bcd2": (b"\x00\x03", b"\x00\x05"),
}


@pytest.mark.parametrize("kind", LENGTH_KINDS)
@pytest.mark.parametrize("includes", [False, True])
def test_every_kind_of_length_is_written_and_read(kind, includes):
    frame_format = FrameFormat(kind, length_includes_header=includes)
    encoded = encode_frame(frame_format, b"abc")
    assert encoded == HEADERS[kind][includes] + b"abc"
    assert FrameDecoder(frame_format).feed(encoded) == [Frame(b"abc")]


@pytest.mark.parametrize("kind", LENGTH_KINDS)
@pytest.mark.parametrize("includes", [False, True])
def test_a_length_of_zero_is_a_keep_alive(kind, includes):
    frame_format = FrameFormat(kind, length_includes_header=includes)
    decoder = FrameDecoder(frame_format)
    nothing = bytes(frame_format.header_size) if kind != "ascii4" else b"0000"
    empty = encode_frame(frame_format, b"")
    assert decoder.feed(nothing + empty + encode_frame(frame_format, b"x") + nothing) == [Frame(b"x")]


@given(
    st.sampled_from(LENGTH_KINDS),
    st.booleans(),
    st.booleans(),
    st.lists(st.binary(min_size=1, max_size=40), max_size=8),
    st.lists(st.integers(1, 30)),
)
def test_frames_survive_any_way_of_splitting_the_stream(kind, includes, tpdu, bodies, cuts):
    frame_format = FrameFormat(kind, length_includes_header=includes, tpdu=tpdu)
    stream = b"".join(encode_frame(frame_format, body, b"\x60\x01\x02\x03\x04") for body in bodies)
    decoder = FrameDecoder(frame_format)
    frames = []
    for cut in cuts:
        frames += decoder.feed(stream[:cut])
        stream = stream[cut:]
    frames += decoder.feed(stream)
    assert [frame.message for frame in frames] == bodies


def test_what_a_frame_that_has_begun_lacks_is_known():
    decoder = FrameDecoder(FrameFormat("ascii4"))
    assert (decoder.missing, decoder.begun) == (0, 0)
    decoder.feed(b"00")
    assert (decoder.missing, decoder.begun) == (2, 4)
    decoder.feed(b"05ab")
    assert (decoder.missing, decoder.begun) == (3, 9)
    assert decoder.feed(b"cde") == [Frame(b"abcde")]
    assert (decoder.missing, decoder.begun) == (0, 0)


def test_frames_and_keep_alives_are_counted_when_they_are_whole():
    decoder = FrameDecoder(FrameFormat("ascii4"))
    decoder.feed(b"00000002ab0003")
    assert decoder.completed == 2
    decoder.feed(b"cde00")
    assert decoder.completed == 3


def test_the_tpdu_of_a_reply_has_source_and_destination_swapped():
    frame_format = FrameFormat("binary2", tpdu=True)
    (frame,) = FrameDecoder(frame_format).feed(b"\x00\x06\x60\x00\x01\x00\x02M")
    assert frame == Frame(b"M", bytes.fromhex("6000010002"))
    assert encode_frame(frame_format, b"R", frame.reply_tpdu) == b"\x00\x06\x60\x00\x02\x00\x01R"


def test_a_frame_that_nobody_replies_to_gets_a_tpdu_of_its_own():
    assert encode_frame(FrameFormat("binary2", tpdu=True), b"R") == b"\x00\x06\x60\x00\x00\x00\x00R"


def test_without_tpdu_there_is_none_to_reply_with():
    assert Frame(b"M").reply_tpdu is None


def test_a_frame_too_short_for_its_tpdu_holds_no_message():
    assert FrameDecoder(FrameFormat("binary2", tpdu=True)).feed(b"\x00\x02\x60\x00") == [
        Frame(b"", b"\x60\x00")
    ]


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("ascii4", b"GET "),
        ("ascii4", b"+003"),
        ("ascii4", b" 003"),
        ("ascii4", b"1_00"),
        ("ascii4", b"-001"),
        ("ascii4", "００".encode()[:4]),
        ("ascii4", b"\xb2\xb2\xb2\xb2"),
        ("bcd2", b"\x0a\x00"),
    ],
)
def test_a_length_that_is_not_a_number_breaks_the_stream(kind, header):
    with pytest.raises(FrameError, match="is not a number"):
        FrameDecoder(FrameFormat(kind)).feed(header)


def test_a_length_over_the_limit_breaks_the_stream_with_its_header():
    with pytest.raises(FrameError, match="length 101 is over length_max 100"):
        FrameDecoder(FrameFormat("ascii4", length_max=100)).feed(b"0101")


def test_a_length_that_does_not_cover_its_header_breaks_the_stream():
    with pytest.raises(FrameError, match="does not cover its own header of 4 bytes"):
        FrameDecoder(FrameFormat("ascii4", length_includes_header=True)).feed(b"0003")


def test_the_frames_before_a_bad_length_are_not_lost():
    decoder = FrameDecoder(FrameFormat("ascii4"))
    with pytest.raises(FrameError) as caught:
        decoder.feed(b"0001a0001bXXXX0001c")
    assert [frame.message for frame in caught.value.frames] == [b"a", b"b"]
    with pytest.raises(FrameError, match="is not a number"):
        decoder.feed(b"0001d")


def test_the_limit_is_a_legal_length():
    frame_format = FrameFormat("ascii4", length_max=5)
    assert FrameDecoder(frame_format).feed(encode_frame(frame_format, b"12345")) == [Frame(b"12345")]


def test_a_message_over_the_limit_is_not_framed():
    with pytest.raises(EncodeError, match="a frame of 10 bytes is over length_max 9"):
        encode_frame(FrameFormat("ascii4", tpdu=True, length_max=9), b"12345")


def test_what_a_format_leaves_for_the_message():
    assert FrameFormat("binary2", tpdu=True, length_max=100).message_max == 95
    assert FrameFormat("ascii4").greatest == 9999
    assert FrameFormat("binary4").greatest == 2**32 - 1
