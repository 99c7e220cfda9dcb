"""Values under tags: PDS, tokens, BER; errors of peers, and what the layout says about tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.errors import ContentError, DecodeError, EncodeError
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from tests.wire.layouts.partner_layouts import compiled, partner

TOKENS = b"& 0000300040! Q100003 abc! B400005 12345"
PDS_TAGS = st.dictionaries(
    st.integers(0, 9999).map("{:04d}".format),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20),
    max_size=8,
)


@given(PDS_TAGS, st.sampled_from(["utf-8", "gb18030"]))
def test_pds_as_a_layout_is_pds(tags, charset):
    pds = partner("pds", text=charset)
    built = build_pds(tags.items(), charset)
    assert pds.write(tags) == built.encode(charset)
    assert pds.read(built.encode(charset)) == parse_pds(built, charset) == tags


@pytest.mark.parametrize(
    "content",
    [
        b"0030013S2026",
        b"0030000",
        b"0030001x0030001y",
        b"003",
        b"00x0001x",
        b"0030",
        b"0030+01x",
        b"0030001x00",
        "0021001王".encode("gb18030"),
        "0021003😀0001x".encode("gb18030"),
    ],
)
def test_pds_as_a_layout_refuses_what_pds_refuses_with_the_same_words(content):
    charset = "gb18030"
    with pytest.raises(DecodeError) as as_layout:
        partner("pds", text=charset).read(content, "DE 120")
    with pytest.raises(DecodeError) as as_pds:
        parse_pds(content.decode(charset), charset, "DE 120")
    assert str(as_layout.value) == str(as_pds.value)
    assert as_layout.value.__context__ is None


def test_a_value_holds_no_control_character():
    with pytest.raises(DecodeError, match="DE 48: tag 0030 control character"):
        partner("pds").read(b"0030001\x07", "DE 48")
    with pytest.raises(EncodeError, match="pds: tag 0030 control character"):
        partner("pds").write({"0030": "\x07"})


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"0030": "x" * 1000}, "tag 0030 too long"),
        ({"0030": "王"}, "tag 0030 a character that its charset lacks"),
        ({"0030": "\x07"}, "tag 0030 control character"),
        ({"0030": None}, "tag 0030 missing"),
        ({"0030": 30}, "tag 0030 must be text"),
        ({"30": "x"}, "tag 30 wrong length"),
        ({"００３０": "x"}, "tag ００３０ digits only"),
    ],
)
def test_values_that_do_not_fit_a_tag_are_refused(tags, reason):
    with pytest.raises(EncodeError) as caught:
        partner("pds", text="latin-1").write(tags, "DE 48")
    assert str(caught.value) == f"DE 48: {reason}"
    assert caught.value.__context__ is None


def test_a_text_may_hold_what_is_clean_but_not_printable():
    content = "0030003\u3000".encode()
    assert partner("pds").write({"0030": "\u3000"}) == content
    assert partner("pds").read(content) == {"0030": "\u3000"}


def test_empty_values_are_left_out_where_they_are_refused():
    assert partner("pds").write({"0030": "", "0031": "x"}) == b"0031001x"
    lenient = compiled({"tagged": {"tag": "n4", "length": "n3", "empty": True}})
    assert lenient.write({"0030": "", "0031": "x"}) == b"00300000031001x"
    assert lenient.read(b"00300000031001x") == {"0030": "", "0031": "x"}


def test_tokens_stand_behind_a_head_that_counts_them():
    tokens = partner("tokens")
    assert tokens.read(TOKENS) == {"Q1": "abc", "B4": "12345"}
    assert tokens.write({"Q1": "abc", "B4": "12345"}) == TOKENS
    assert tokens.write({}) == b"& 0000100012"
    assert tokens.read(b"& 0000100012") == {}
    assert tokens.size_least == 12


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "head.eye cut short"),
        (b"# 0000100012", "head.eye not the constant value"),
        (TOKENS.replace(b"00003", b"00002", 1), "head.count wrong count"),
        (TOKENS.replace(b"00040", b"00041"), "head.total wrong count"),
        (TOKENS.replace(b"! B4", b"?!B4"), "not at the start of a tag"),
        (TOKENS.replace(b"00003 abc", b"00003-abc"), "tag Q1 no gap before its value"),
        (TOKENS.replace(b"00005 ", b"00006 "), "tag B4 truncated"),
        (TOKENS.replace(b"00005 ", b"0000x "), "tag B4 length digits only"),
        (TOKENS.replace(b"B4", b"Q1"), "tag Q1 repeated"),
        (TOKENS.replace(b"Q1", b"Q\x7f"), "tag printable ASCII only"),
        (b"& 0000200022! Q100000 ", "tag Q1 empty"),
        (TOKENS + b"! Q", "tag cut short"),
        (TOKENS + b"! Q2000", "tag Q2 length cut short"),
    ],
)
def test_a_broken_token_is_named(content, reason):
    with pytest.raises(DecodeError) as caught:
        partner("tokens").read(content, "DE 63")
    assert str(caught.value) == f"DE 63: {reason}"


def test_tokens_that_do_not_fit_are_refused():
    with pytest.raises(EncodeError, match="tokens: tag Q12 wrong length"):
        partner("tokens").write({"Q12": "x"})
    with pytest.raises(EncodeError, match="tokens: tag Q1 too long"):
        partner("tokens").write({"Q1": "x" * 100_000})
    with pytest.raises(EncodeError, match=r"tokens: head\.total too long"):
        partner("tokens").write({"Q1": "x" * 99_995})
    with pytest.raises(EncodeError, match="tokens: tag Q1 missing"):
        partner("tokens").write({"Q1": None})


def test_tokens_may_be_in_ebcdic():
    tokens = partner("tokens", characters="ebcdic", text="cp500")
    assert tokens.write({"Q1": "abc", "B4": "12345"}) == TOKENS.decode().encode("cp500")
    assert tokens.read(TOKENS.decode().encode("cp500")) == {"Q1": "abc", "B4": "12345"}


def test_chip_data_has_tags_of_one_byte_or_more_and_long_lengths():
    chip = partner("chip")
    parts = {"9F26": "AABB", "5F2A": "0360", "95": "00" * 200, "DF8129": "01" * 300, "9F02": ""}
    content = (
        bytes.fromhex("9F2602AABB 5F2A020360 9581C8")
        + bytes(200)
        + bytes.fromhex("DF812982012C")
        + b"\x01" * 300
        + bytes.fromhex("9F0200")
    )
    assert chip.write(parts) == content
    assert chip.read(content) == parts
    assert chip.read(bytes.fromhex("95820001FF")) == {"95": "FF"}
    assert chip.place("9F26").value(parts) == "AABB"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("9F", "tag cut short"),
        ("9F8182838401AA", "tag longer than 4 bytes"),
        ("95", "tag 95 length cut short"),
        ("9580", "tag 95 length not of 1 to 3 bytes"),
        ("9584000000", "tag 95 length not of 1 to 3 bytes"),
        ("958201", "tag 95 length cut short"),
        ("9502AA", "tag 95 truncated"),
        ("9501AA9501BB", "tag 95 repeated"),
    ],
)
def test_broken_chip_data_is_refused(content, reason):
    with pytest.raises(DecodeError) as caught:
        partner("chip").read(bytes.fromhex(content), "DE 55")
    assert str(caught.value) == f"DE 55: {reason}"


def test_empty_values_of_chip_data_may_be_refused():
    chip = compiled({"tagged": {"tag": "ber", "length": "ber", "empty": False}})
    with pytest.raises(DecodeError, match="tag 95 empty"):
        chip.read(bytes.fromhex("9500"))
    assert chip.write({"95": ""}) == b""


@pytest.mark.parametrize("tag", ["9F", "9f26", "9F2601", "xx", "", 95])
def test_what_is_no_tag_of_chip_data_is_not_written(tag):
    with pytest.raises(EncodeError, match="not a BER tag in upper-case hex"):
        partner("chip").write({tag: "00"})


def test_the_shape_of_a_value_may_be_known_by_its_tag():
    chip = compiled(
        {
            "tagged": {
                "tag": "ber",
                "length": "ber",
                "tags": {
                    "9F02": {"is": "n12", "encoding": "bcd"},
                    "5A": {"is": "n..19", "encoding": "bcd"},
                    "50": "ans..16",
                },
            },
        },
    )
    parts = {"9F02": "000000064000", "5A": "62220012", "50": "UNIONPAY", "95": "00"}
    content = bytes.fromhex("9F0206000000064000 5A0462220012 5008") + b"UNIONPAY" + bytes.fromhex("950100")
    assert chip.write(parts) == content
    assert chip.read(content) == parts
    assert chip.place("9F02").notation.length == 12
    with pytest.raises(DecodeError, match="tag 9F02 wrong length"):
        chip.read(bytes.fromhex("9F02050000064000"))
    with pytest.raises(DecodeError, match="tag 50 too long"):
        chip.read(b"\x50\x11" + b"x" * 17)
    with pytest.raises(EncodeError, match="tag 5A too long"):
        chip.write({"5A": "1" * 20})


def test_other_values_may_be_bytes_or_characters():
    layout = compiled({"tagged": {"tag": "b2", "length": {"is": "n3", "encoding": "bcd"}, "values": "ans"}})
    assert layout.write({"FF01": "abc"}) == b"\xff\x01\x00\x03abc"
    assert layout.read(b"\xff\x01\x00\x03abc") == {"FF01": "abc"}
    with pytest.raises(DecodeError, match="tag FF01 ends inside a character"):
        compiled({"tagged": {"tag": "b2", "length": "n1"}}).read(b"\xff\x011\xff")


@pytest.mark.parametrize("path", ["30", "00x0", "0030.x", "", "００３０"])
def test_what_is_no_tag_is_no_place(path):
    with pytest.raises(ContentError, match="layout pds has no part"):
        partner("pds").place(path)


def test_any_tag_is_a_place():
    place = partner("pds").place("0030")
    assert place.notation is None
    assert place.value({"0030": "B1"}) == "B1"
