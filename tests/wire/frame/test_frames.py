"""Frames: every kind of length, keep-alives, headers, trailers, and what cannot be trusted."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.errors import EncodeError, FrameError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frame_format import PARTS, FrameFormat, HeaderRow
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.frame.lengths import LENGTH_KINDS, NO_LENGTH, length_writer

KINDS = sorted(set(LENGTH_KINDS) - {NO_LENGTH})
ITSELF = frozenset({"length", "header"})
TPDU = (
    HeaderRow("TPDU", 1, b"\x60"),
    HeaderRow("destination", 2, bytes(2), reply="source"),
    HeaderRow("source", 2, bytes(2), reply="destination"),
)
CUPS = (
    HeaderRow("header length", 1, b"\x2e", must=b"\x2e"),
    HeaderRow("total length", 4, b"0000", is_length=True),
    HeaderRow("reject code", 5, b"00000", reply=b"99999"),
)
PRELUDE = (HeaderRow("start", 3, b"ISO", must=b"ISO", before_length=True), *TPDU)
HEADERS = {"none": (), "TPDU": TPDU, "CUPS": CUPS, "before": PRELUDE}


def formats():
    """Every way of framing."""
    with_length = st.builds(
        FrameFormat,
        length=st.sampled_from(KINDS),
        length_includes=st.frozensets(st.sampled_from(PARTS)),
        header=st.sampled_from(sorted(HEADERS)).map(HEADERS.get),
        trailer=st.sampled_from([b"", b"\x03", b"\r\n"]),
        length_max=st.just(90),
    )
    return with_length | st.builds(
        FrameFormat,
        length=st.just(NO_LENGTH),
        header=st.sampled_from([(), TPDU]),
        trailer=st.sampled_from([b"\xff", b"\xff\xfe"]),
        length_max=st.just(90),
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("includes", [frozenset(), ITSELF])
def test_every_kind_of_length_is_written_and_read(kind, includes):
    frame_format = FrameFormat(kind, includes)
    encoded = encode_frame(frame_format, b"abc")
    assert encoded == length_writer(kind)(3 + frame_format.length_size * bool(includes)) + b"abc"
    assert FrameDecoder(frame_format).feed(encoded) == [Frame(b"abc")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("includes", [frozenset(), ITSELF])
def test_a_length_of_zero_is_a_keep_alive(kind, includes):
    frame_format = FrameFormat(kind, includes)
    decoder = FrameDecoder(frame_format)
    nothing, empty = length_writer(kind)(0), encode_frame(frame_format, b"")
    assert decoder.feed(nothing + empty + encode_frame(frame_format, b"x") + nothing) == [Frame(b"x")]


@given(
    formats(),
    st.lists(st.binary(min_size=1, max_size=40).map(lambda body: body.replace(b"\xff", b".")), max_size=8),
    st.lists(st.integers(1, 30)),
)
def test_frames_survive_any_way_of_splitting_the_stream(frame_format, bodies, cuts):
    stream = b"".join(encode_frame(frame_format, body) for body in bodies)
    decoder = FrameDecoder(frame_format)
    frames = []
    for cut in cuts:
        frames += decoder.feed(stream[:cut])
        stream = stream[cut:]
        assert decoder.missing > 0 or not decoder.begun
    frames += decoder.feed(stream)
    assert [frame.message for frame in frames] == bodies
    assert decoder.completed == len(bodies)
    assert decoder.missing == 0


@given(formats(), st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_are_frames_or_break_the_stream(frame_format, pieces):
    decoder = FrameDecoder(frame_format)
    for piece in pieces:
        try:
            frames = decoder.feed(piece)
        except FrameError as error:
            with pytest.raises(FrameError, match=re.escape(error.reason)):
                decoder.feed(b"x")
            return
        assert all(len(frame.message) <= frame_format.length_max for frame in frames)
        assert decoder.begun <= frame_format.length_max + frame_format.overhead


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


def test_a_reply_goes_to_where_the_frame_came_from():
    frame_format = FrameFormat("binary2", header=TPDU)
    (frame,) = FrameDecoder(frame_format).feed(b"\x00\x06\x60\x00\x01\x00\x02M")
    assert frame == Frame(b"M", bytes.fromhex("6000010002"))
    reply = frame_format.reply_header(frame.header)
    assert encode_frame(frame_format, b"R", reply) == b"\x00\x06\x60\x00\x02\x00\x01R"


def test_a_frame_that_is_no_reply_gets_a_header_of_its_own():
    frame_format = FrameFormat("binary2", header=TPDU)
    assert encode_frame(frame_format, b"R") == b"\x00\x06\x60\x00\x00\x00\x00R"
    assert frame_format.reply_header(b"\x60") == frame_format.own_header


def test_without_a_header_there_is_none_to_reply_with():
    assert FrameFormat("binary2").reply_header(None) is None


def test_a_frame_too_short_for_its_header_holds_no_message():
    for header in (TPDU, CUPS):
        decoder = FrameDecoder(FrameFormat("binary2", header=header))
        assert decoder.feed(b"\x00\x02\x60\x00") == [Frame(b"", b"\x60\x00")]


def test_a_header_that_says_how_long_the_message_is_is_filled_in():
    frame_format = FrameFormat("ascii4", header=CUPS)
    encoded = encode_frame(frame_format, b"abc")
    assert encoded == b"0013" + b"\x2e" + b"0013" + b"00000" + b"abc"
    (frame,) = FrameDecoder(frame_format).feed(encoded)
    assert frame_format.reply_header(frame.header) == b"\x2e" + b"0013" + b"99999"


def test_a_header_cannot_say_more_than_its_digits():
    narrow = FrameFormat("binary2", header=(HeaderRow("size", 1, b"0", is_length=True),))
    with pytest.raises(EncodeError, match="1 digits of the header cannot say 10"):
        encode_frame(narrow, b"x" * 9)


def test_a_header_that_must_be_something_else_breaks_the_stream():
    decoder = FrameDecoder(FrameFormat("binary2", header=CUPS))
    with pytest.raises(FrameError, match="header header length: 2f came where 2e must"):
        decoder.feed(b"\x00\x0b" + b"\x2f" + b"0011" + b"00000" + b"x")


def test_rows_may_stand_before_the_length():
    frame_format = FrameFormat("binary2-little", header=PRELUDE)
    encoded = encode_frame(frame_format, b"M")
    assert encoded == b"ISO" + b"\x06\x00" + b"\x60\x00\x00\x00\x00" + b"M"
    (frame,) = FrameDecoder(frame_format).feed(encoded)
    assert frame == Frame(b"M", b"ISO\x60\x00\x00\x00\x00")
    with pytest.raises(FrameError, match="header start"):
        FrameDecoder(frame_format).feed(b"ISX" + encoded[3:])


@pytest.mark.parametrize(
    ("includes", "stated"),
    [((), 3), (("trailer",), 4), (("header",), 8), (("length", "trailer"), 6), (PARTS, 11)],
)
def test_a_length_counts_what_the_dialect_says(includes, stated):
    frame_format = FrameFormat("binary2", frozenset(includes), TPDU, b"\x03")
    encoded = encode_frame(frame_format, b"abc")
    assert encoded == bytes([0, stated]) + b"\x60\x00\x00\x00\x00" + b"abc\x03"
    assert [frame.message for frame in FrameDecoder(frame_format).feed(encoded)] == [b"abc"]


def test_a_frame_without_its_trailer_breaks_the_stream():
    decoder = FrameDecoder(FrameFormat("binary2", frozenset({"trailer"}), trailer=b"\x03"))
    assert decoder.feed(b"\x00\x02M\x03") == [Frame(b"M")]
    with pytest.raises(FrameError, match="does not end with its trailer 03"):
        decoder.feed(b"\x00\x02MM")


def test_without_a_length_the_trailer_ends_a_message():
    frame_format = FrameFormat(NO_LENGTH, trailer=b"\r\n", length_max=8)
    decoder = FrameDecoder(frame_format)
    assert decoder.feed(b"ab\r\n\r\ncd\r") == [Frame(b"ab")]
    assert (decoder.completed, decoder.missing) == (2, 1)
    assert decoder.feed(b"\n") == [Frame(b"cd")]
    assert encode_frame(frame_format, b"ab") == b"ab\r\n"


def test_without_a_length_nothing_may_look_like_the_trailer():
    with pytest.raises(EncodeError, match=r"the trailer 03 .* would end the frame too early"):
        encode_frame(FrameFormat(NO_LENGTH, trailer=b"\x03"), b"a\x03b")


@pytest.mark.parametrize("stream", [b"12345678", b"1234567\r\n"])
def test_without_a_length_a_message_has_its_limit_too(stream):
    decoder = FrameDecoder(FrameFormat(NO_LENGTH, trailer=b"\r\n", length_max=8))
    with pytest.raises(FrameError, match=r"no trailer 0d0a .* within length_max 8"):
        decoder.feed(stream)


def test_a_length_that_is_not_a_number_breaks_the_stream():
    with pytest.raises(FrameError, match="is not a number"):
        FrameDecoder(FrameFormat("ascii4")).feed(b"GET ")


def test_a_length_over_the_limit_breaks_the_stream_with_its_header():
    with pytest.raises(FrameError, match="length 101 is over length_max 100"):
        FrameDecoder(FrameFormat("ascii4", length_max=100)).feed(b"0101")


def test_a_length_that_does_not_cover_its_header_breaks_the_stream():
    with pytest.raises(FrameError, match="does not cover its own header of 4 bytes"):
        FrameDecoder(FrameFormat("ascii4", ITSELF)).feed(b"0003")


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
        encode_frame(FrameFormat("ascii4", header=TPDU, length_max=9), b"12345")


def test_what_a_format_leaves_for_the_message():
    assert FrameFormat("binary2", header=TPDU, length_max=100).message_max == 95
    assert FrameFormat("ascii4").greatest == 9999
    assert FrameFormat("binary4").greatest == 2**32 - 1
