"""What each kind of element may hold, in each encoding, and how it is written."""

import pytest

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.prefixes import read_prefix
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.messages.message import Message
from tests.messages.golden import dialect_values


def codec_with(shape, **encoding):
    """A codec whose DE 60 has a shape."""
    values = dialect_values()
    values["elements"][60] = {"is": shape, **encoding}
    return Codec(compile_dialect(values, "partner.yaml"))


def content(codec, value):
    """The bytes of DE 60, after the MTI and the bitmap; reading them gives the value back."""
    raw = codec.encode(Message("0800", {60: value}))
    assert codec.decode(raw).elements == {60: value}
    return raw[20:]


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        ("n4", "0123", "012x"),
        ("a4", "abcD", "abc1"),
        ("a4", "ab  ", "a b "),
        ("an4", "a1b2", "a1-2"),
        ("s4", "-/. ", "-/.a"),
        ("as4", "ab-c", "ab-1"),
        ("ns4", "12-3", "12-a"),
        ("ans4", "a1 -", "a1\x07-"),
        ("anp4", "a1 b", "a1-b"),
        ("z4", "12=3", "12-3"),
        ("x+n4", "C0123", "X0123"),
        ("b2", "0AFF", "0AFG"),
    ],
)
def test_a_value_is_of_its_kind(shape, good, bad):
    codec = codec_with(shape)
    assert content(codec, good) == good.encode()
    with pytest.raises(EncodeError, match=r"^DE 60: "):
        codec.encode(Message("0800", {60: bad}))
    with pytest.raises(DecodeError, match=r"^DE 60: "):
        codec.decode(b"08000000000000000010" + bad.encode())


@pytest.mark.parametrize(
    ("shape", "encoding", "value", "expected"),
    [
        ("n6", "binary", "000300", "00012c"),
        ("n3", "bcd", "123", "0123"),
        ("n3", "bcd-right", "123", "1230"),
        ("n3", "ebcdic", "123", "f1f2f3"),
        ("an..6", "ebcdic", "AB1", "3033c1c2f1"),
        ("ans4", "gb18030", "ab水", "6162cbae"),
        ("ans6", "gb18030", "ab水  ", "6162cbae2020"),
        ("x+n4", "bcd", "D0123", "440123"),
        ("z..7", "bcd", "12=34", "3035012d34"),
        ("b2", "raw", "0AFF", "0aff"),
        ("b2", "hex", "0AFF", "30414646"),
        ("b..2", "raw", "0AFF", "30320aff"),
    ],
)
def test_an_encoding_says_how_a_value_is_written(shape, encoding, value, expected):
    assert content(codec_with(shape, encoding=encoding), value).hex() == expected


def test_a_number_in_binary_holds_no_more_than_its_digits():
    codec = codec_with("n6", encoding="binary")
    with pytest.raises(DecodeError, match="DE 60: digits only"):
        codec.decode(b"08000000000000000010" + b"\xff\xff\xff")


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("ascii", "3033"), ("bcd", "03"), ("binary", "03"), ("ebcdic", "f0f3")],
)
def test_a_length_is_written_as_the_dialect_says(prefix, expected):
    values = dialect_values()
    values["encoding"] = {"prefix": prefix}
    values["elements"][60] = {"is": "ans..20"}
    codec = Codec(compile_dialect(values, "partner.yaml"))
    assert content(codec, "abc").hex() == expected + "616263"
    assert read_prefix(codec.dialect.encoding, bytes.fromhex(expected)) == 3


def test_a_fixed_text_is_filled_up_to_its_width_in_bytes():
    codec = codec_with("ans6", encoding="gb18030")
    assert codec.encode(Message("0800", {60: "ab水"}))[20:].hex() == "6162cbae2020"
