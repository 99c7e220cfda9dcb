"""A bitmap inside an element and the parts that it announces."""

import pytest

from offline_collect.wire.errors import ContentError, DecodeError, EncodeError
from tests.wire.layouts.partner_layouts import compiled, partner

CONTENT = bytes.fromhex("4000108000000000") + b"0212" + b"20261128" + b"0002ok"
PARTS = {"2": "12", "20": "20261128", "25": "ok"}


def test_the_parts_whose_bits_are_set_are_there():
    assert partner("postilion").read(CONTENT) == PARTS
    assert partner("postilion").write(PARTS) == CONTENT
    assert partner("postilion").read(bytes(8)) == {}
    assert partner("postilion").write({}) == bytes(8)


def test_a_bitmap_may_be_hex_and_of_another_size():
    layout = compiled({"bitmap": {"bits": 16, "parts": {16: "n2"}}, "encoding": {"bitmap": "hex"}})
    assert layout.write({"16": "7"}) == b"000107"
    assert layout.read(b"000107") == {"16": "07"}
    assert (layout.size_least, layout.size_most) == (4, 6)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(7), "bitmap cut short"),
        (bytes.fromhex("2000000000000000"), "3 cut short"),
        (bytes.fromhex("0800000000000001"), "5 not in this layout"),
        (CONTENT[:-1], "25 cut short"),
        (CONTENT + b"x", "bytes left over"),
    ],
)
def test_a_broken_part_is_named_by_its_bit(content, reason):
    with pytest.raises(DecodeError) as caught:
        partner("postilion").read(content, "DE 127")
    assert str(caught.value) == f"DE 127: {reason}"


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(EncodeError, match="postilion: 4 not in this layout"):
        partner("postilion").write({"4": "1"})
    with pytest.raises(EncodeError, match="postilion: 20 digits only"):
        partner("postilion").write({"20": "x"})


def test_a_place_is_a_bit():
    assert partner("postilion").place("25").value(PARTS) == "ok"
    with pytest.raises(ContentError, match="layout postilion has no part 4"):
        partner("postilion").place("4")
    with pytest.raises(ContentError, match=r"layout postilion has no part 25\.1"):
        partner("postilion").place("25.1")
