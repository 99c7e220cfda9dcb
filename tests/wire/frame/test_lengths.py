"""Lengths: each kind is read as it was written, and nothing but a number is accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.errors import FrameError
from offline_collect.wire.frame.lengths import (
    LENGTH_KINDS,
    LENGTH_SIZES,
    NO_LENGTH,
    greatest_length,
    length_reader,
    length_writer,
)

SAID = {
    "ascii2": (b"30", 99),
    "ascii3": (b"030", 999),
    "ascii4": (b"0030", 9999),
    "ascii6": (b"000030", 999_999),
    "hex4": (b"001E", 65_535),
    "bcd2": (b"\x00\x30", 9999),
    "binary2": (b"\x00\x1e", 65_535),
    "binary3": (b"\x00\x00\x1e", 2**24 - 1),
    "binary4": (b"\x00\x00\x00\x1e", 2**32 - 1),
    "binary2-little": (b"\x1e\x00", 65_535),
    "binary3-little": (b"\x1e\x00\x00", 2**24 - 1),
    "binary4-little": (b"\x1e\x00\x00\x00", 2**32 - 1),
}


def test_every_kind_is_tested():
    assert SAID.keys() | {NO_LENGTH} == set(LENGTH_KINDS)
    assert length_writer(NO_LENGTH)(30) == b""


@pytest.mark.parametrize("kind", SAID)
def test_what_each_kind_says(kind):
    said, greatest = SAID[kind]
    assert length_writer(kind)(30) == said
    assert length_reader(kind)(said) == 30
    assert greatest_length(kind) == greatest


@given(st.sampled_from(sorted(SAID)), st.data())
def test_what_is_written_is_read(kind, data):
    number = data.draw(st.integers(0, greatest_length(kind)))
    assert length_reader(kind)(length_writer(kind)(number)) == number


@given(st.sampled_from(sorted(SAID)), st.data())
def test_any_bytes_are_a_number_or_refused(kind, data):
    header = data.draw(st.binary(min_size=LENGTH_SIZES[kind], max_size=LENGTH_SIZES[kind]))
    try:
        number = length_reader(kind)(header)
    except FrameError:
        number = 0
    assert 0 <= number <= greatest_length(kind)


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("ascii4", b"GET "),
        ("ascii4", b"+003"),
        ("ascii4", b" 003"),
        ("ascii4", b"1_00"),
        ("ascii4", b"-001"),
        ("ascii4", b"001E"),
        ("ascii4", "００".encode()[:4]),
        ("ascii4", b"\xb2\xb2\xb2\xb2"),
        ("hex4", b"0x1E"),
        ("hex4", b"001G"),
        ("bcd2", b"\x0a\x00"),
    ],
)
def test_only_plain_digits_are_a_number(kind, header):
    with pytest.raises(FrameError, match=f"is not a number of kind {kind}"):
        length_reader(kind)(header)
