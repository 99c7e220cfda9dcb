"""Values inside an element: every encoding, filler, prefix and constant, both ways."""

import pytest

from offline_collect.wire.elements.contents import check_of
from offline_collect.wire.elements.element import Element
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.values.encodings import EBCDIC, content_problem
from tests.wire.layouts.partner_layouts import compiled, partner


def one(part, **defaults):
    """A layout of one part, `x`."""
    return compiled({"fixed": [{"x": part}]}, **defaults)


@pytest.mark.parametrize(
    ("part", "value", "content"),
    [
        ("n5", "00123", b"00123"),
        ({"is": "n5", "encoding": "bcd"}, "12345", b"\x01\x23\x45"),
        ({"is": "n5", "encoding": "bcd-right"}, "12345", b"\x12\x34\x50"),
        ({"is": "n4", "encoding": "bcd-right"}, "1234", b"\x12\x34"),
        ({"is": "n6", "encoding": "binary"}, "065536", b"\x01\x00\x00"),
        ({"is": "n5", "encoding": "ebcdic"}, "00123", b"\xf0\xf0\xf1\xf2\xf3"),
        ({"is": "ans4", "encoding": "ebcdic"}, "R1", b"\xd9\xf1\x40\x40"),
        ("x+n4", "C0012", b"C0012"),
        ({"is": "x+n4", "encoding": "bcd"}, "D0012", b"D\x00\x12"),
        ({"is": "x+n3", "encoding": "bcd"}, "D012", b"D\x00\x12"),
        ("z10", "12345=2612", b"12345=2612"),
        ({"is": "z10", "encoding": "bcd"}, "12345=2612", b"\x12\x34\x5d\x26\x12"),
        ({"is": "z9", "encoding": "bcd-right"}, "1234=2612", b"\x12\x34\xd2\x61\x20"),
        ("b3", "00A1FF", b"\x00\xa1\xff"),
        ({"is": "b3", "encoding": "hex"}, "00A1FF", b"00A1FF"),
        ("a4", "ABC", b"ABC "),
        ("s3", "-/", b"-/ "),
        ("an4", "A1", b"A1  "),
        ("as4", "A-", b"A-  "),
        ("ns4", "1-", b"1-  "),
        ("anp6", "A 1", b"A 1   "),
        ("text8", "王小", b"\xe7\x8e\x8b\xe5\xb0\x8f  "),
        ({"is": "text8", "encoding": "gb18030"}, "王小明", b"\xcd\xf5\xd0\xa1\xc3\xf7  "),
        ({"is": "text4", "encoding": "latin-1"}, "né", b"n\xe9  "),
        ({"is": "text4", "encoding": "cp037"}, "A1", b"\xc1\xf1\x40\x40"),
        ({"is": "text4", "encoding": "ascii"}, "A1", b"A1  "),
        ("ans..9", "", b"00"),
        ("ans..9", "abc", b"03abc"),
        ({"is": "n..9", "encoding": "bcd"}, "123", b"03\x01\x23"),
        ({"is": "b..9", "encoding": "hex"}, "00FF", b"0400FF"),
        ("b..9", "00FF", b"02\x00\xff"),
        ("text..9", "王", b"03\xe7\x8e\x8b"),
        ({"is": "n4", "pad": {"right": " "}}, "12", b"12  "),
        ({"is": "n4", "pad": {"right": " "}}, "", b"    "),
        ({"is": "n4", "pad": {"left": "0"}}, "12", b"0012"),
        ({"is": "n4", "pad": {"left": "0"}}, "0", b"0000"),
        ({"is": "an4", "pad": {"left": " "}}, "A1", b"  A1"),
        ({"is": "an4", "pad": {"left": " "}}, "", b"    "),
        ({"is": "an4", "pad": {"left": "0"}}, "A1", b"00A1"),
        ({"is": "ans4", "pad": {"right": "*"}, "encoding": "ebcdic"}, "A1", b"\xc1\xf1\x5c\x5c"),
        ({"is": "n6", "encoding": "bcd-right", "pad": {"right": "F"}}, "123", b"\x12\x3f\xff"),
    ],
)
def test_a_value_is_written_and_read_in_its_encoding(part, value, content):
    layout = one(part)
    assert layout.write({"x": value}) == content
    assert layout.read(content) == {"x": value}


def test_a_layout_may_say_how_its_parts_are_written():
    layout = compiled(
        {
            "fixed": [{"a": "n3"}, {"b": "an..2"}, {"c": "b1"}, {"d": "text2"}],
            "encoding": {"numeric": "bcd", "prefix": "bcd", "binary": "hex", "text": "gb18030"},
        },
    )
    assert layout.write({"a": "123", "b": "X", "c": "0f", "d": "王"}) == b"\x01\x23\x01X0F\xcd\xf5"


def test_a_dialect_in_ebcdic_writes_the_parts_of_elements_so():
    layout = compiled({"fixed": [{"a": "n2"}, {"b": "ans..9"}]}, characters="ebcdic", text=EBCDIC)
    assert layout.write({"a": "12", "b": "AB"}) == "1202AB".encode(EBCDIC)
    assert layout.read("1202AB".encode(EBCDIC)) == {"a": "12", "b": "AB"}


def test_a_prefix_may_be_binary():
    layout = compiled({"fixed": [{"a": "ans...300"}], "encoding": {"prefix": "binary"}})
    assert layout.write({"a": "x" * 300}) == b"\x01\x2c" + b"x" * 300
    assert layout.read(b"\x00\x01x") == {"a": "x"}
    with pytest.raises(DecodeError, match="a too large"):
        layout.read(b"\xff\xff" + b"x" * 300)


def test_packed_and_plain_parts_stand_in_one_element():
    parts = {
        "group": "0012",
        "reference": "INV-7",
        "product": "00042",
        "identifier": "62-811",
        "total": "000000064000",
        "seal": "DEADBEEF",
    }
    content = (
        b"\x00\x12INV-7       \x00\x04\x2006" + b"62-811" + b"\x00\x00\x00\xfa\x00" + b"\xde\xad\xbe\xef"
    )
    assert partner("lounge").write(parts) == content
    assert partner("lounge").read(content) == parts


@pytest.mark.parametrize(
    ("part", "content", "reason"),
    [
        ("n5", b"1234 ", "digits only"),
        ("n5", "１２".encode()[:5], "digits only"),
        ({"is": "n5", "encoding": "bcd"}, b"\x11\x23\x45", "pad nibble is not 0"),
        ({"is": "n5", "encoding": "bcd-right"}, b"\x12\x34\x57", "pad nibble is not 0"),
        ({"is": "n4", "encoding": "bcd"}, b"\x1a\x34", "digits only"),
        ({"is": "n6", "encoding": "binary"}, b"\xff\xff\xff", "too large"),
        ("x+n2", b"E12", "C or D, then digits"),
        ("z3", b"1?2", "digits and = only"),
        ({"is": "b1", "encoding": "hex"}, b"0G", "hex digits only"),
        ("a2", b"A1", "letters only"),
        ("s2", b"A1", "special characters only"),
        ("an3", b"A-1", "letters and digits only"),
        ("an3", b"A 1", "letters and digits only"),
        ("as2", b"A1", "no digits"),
        ("ns2", b"A1", "no letters"),
        ("anp2", b"A-", "no special characters"),
        ("ans2", b"A\x7f", "printable ASCII only"),
        ("text2", b"\xff\xff", "no text in its encoding"),
        ("text2", b"A\n", "control character"),
        ({"is": "text1", "encoding": "ascii"}, b"\xe9", "no text in its encoding"),
        ({"is": "an1", "encoding": "latin-1"}, b"\xe9", "letters and digits only"),
        ({"is": "n1", "encoding": "ascii"}, b"\xb2", "digits only"),
        ({"is": "an2", "must": "OK"}, b"NO", "not the constant value"),
    ],
)
def test_what_a_value_may_not_hold_is_refused(part, content, reason):
    with pytest.raises(DecodeError) as caught:
        one(part).read(content, "DE 48")
    assert str(caught.value) == f"DE 48: x {reason}"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "value", ["7", "A", "A ", " ", "-", "=", "C1", "C", "é", "²", "\x07", "0A", "A-1", "A 1", "D 1"]
)
def test_a_value_in_a_layout_and_an_element_have_the_same_rule(kind, value):
    allowed = check_of(Element(60, "", kind, 9, encoding="latin-1"))(value)
    if kind is Kind.ANS:
        # In a charset, an element of ans is any text.
        allowed = allowed and value.isascii()
    assert (content_problem(kind, value) is None) is allowed


@pytest.mark.parametrize(
    ("part", "value", "reason"),
    [
        ("n2", "1x", "digits only"),
        ("n2", "123", "too long"),
        ("b1", "0FF", "hex digits only"),
        ("b1", "0F0F", "wrong length"),
        ("b1", "", "wrong length"),
        ("z3", "12", "wrong length"),
        ({"is": "z3", "encoding": "bcd"}, "12=4", "wrong length"),
        ("x+n2", "C1", "wrong length"),
        ("x+n2", "", "C or D, then digits"),
        ({"is": "x+n3", "encoding": "bcd"}, "C1234", "wrong length"),
        ("an2", "ABC", "too long"),
        ("text3", "王小", "too long"),
        ({"is": "text3", "encoding": "latin-1"}, "王", "a character that its charset lacks"),
        ({"is": "text3", "encoding": "big5"}, "é", "a character that its charset lacks"),
        ({"is": "n4", "pad": {"left": "0"}}, "", "empty"),
        ({"is": "an4", "pad": {"left": "0"}}, "0A", "begins or ends with its pad character"),
        ({"is": "an4", "pad": {"right": "X"}}, "AX", "begins or ends with its pad character"),
        ({"is": "an2", "must": "OK"}, "NO", "not the constant value"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(part, value, reason):
    with pytest.raises(EncodeError) as caught:
        one(part).write({"x": value}, "DE 48")
    assert str(caught.value) == f"DE 48: x {reason}"


def test_a_number_may_have_zeros_before_it_although_they_are_filler():
    layout = one({"is": "n4", "pad": {"left": "0"}})
    assert layout.read(layout.write({"x": "0012"})) == {"x": "12"}


def test_the_filler_of_packed_digits_may_be_f_as_machines_write_it():
    assert one({"is": "n3", "encoding": "bcd-right"}).read(b"\x12\x3f") == {"x": "123"}


def test_a_constant_need_not_be_given():
    layout = one({"is": "b1", "must": "2e"})
    assert layout.write({}) == layout.write({"x": "2E"}) == b"\x2e"
    assert layout.read(b"\x2e") == {"x": "2E"}


def test_what_is_sent_where_nobody_gives_a_value():
    layout = compiled({"fixed": [{"x": {"is": "n3", "send": "7"}}, {"y": {"is": "an2", "send": ""}}]})
    assert layout.write({}) == b"007  "
    assert layout.write({"x": "8", "y": "A"}) == b"008A "
    assert layout.read(b"009B ") == {"x": "009", "y": "B"}


def test_a_prefix_may_hold_the_constant_of_a_part():
    layout = one({"is": "ans..9", "must": "OK"})
    assert layout.write({}) == b"02OK"
    assert layout.read(b"02OK") == {"x": "OK"}
