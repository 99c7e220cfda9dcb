"""PDS: lengths count bytes, each tag occurs once, and only texts are cut, between two characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.pds import (
    CUTTABLE,
    INPUT_TAG_NAMES,
    TAG_NAMES,
    build_pds,
    cut_text,
    encoded_size,
    parse_pds,
)

CHARSETS = ("utf-8", "gb18030")
TAGS = st.dictionaries(
    st.integers(0, 9999).map("{:04d}".format),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    max_size=8,
)


def test_a_sequence_is_taken_apart_in_its_order():
    tags = parse_pds("0030013S2026-11-00010060004T0010061004CASH", "utf-8")
    assert list(tags.items()) == [("0030", "S2026-11-0001"), ("0060", "T001"), ("0061", "CASH")]


def test_nothing_is_a_sequence_without_tags():
    assert parse_pds("", "utf-8") == {}


def test_lengths_count_the_bytes_of_the_charset():
    assert parse_pds("0022009王小明0030001x", "utf-8") == {"0022": "王小明", "0030": "x"}
    assert parse_pds("0022006王小明0030001x", "gb18030") == {"0022": "王小明", "0030": "x"}


def test_unknown_tags_are_kept():
    assert parse_pds("9999001x", "utf-8") == {"9999": "x"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0030013S2026", "tag 0030 truncated"),
        ("0030000", "tag 0030 empty"),
        ("0030001x0030001y", "tag 0030 repeated"),
        ("003", "tag not 4 digits"),
        ("00x0001x", "tag not 4 digits"),
        ("0030", "tag 0030 length no number"),
        ("003001", "tag 0030 length no number"),
        ("0030+01x", "tag 0030 length no number"),
        ("0030001x00", "tag not 4 digits"),
        ("0021001王", "tag not 4 digits"),
        ("０030001王", "tag not 4 digits"),
        ("0030１01王", "tag 0030 length no number"),
        ("003000²王", "tag 0030 length no number"),
    ],
)
def test_a_broken_sequence_is_refused_by_its_tag(text, reason):
    with pytest.raises(DecodeError) as caught:
        parse_pds(text, "utf-8", "DE 120")
    assert str(caught.value) == f"DE 120: {reason}"


def test_a_value_may_not_end_inside_a_character():
    # The last byte of GB18030's four is a digit, here the first of the next tag.
    with pytest.raises(DecodeError, match="DE 48: tag 0021 ends inside a character"):
        parse_pds("0021003😀030001x", "gb18030")


@given(TAGS, st.sampled_from(CHARSETS))
def test_what_is_built_is_taken_apart_to_the_same(tags, charset):
    assert parse_pds(build_pds(tags.items(), charset), charset) == tags


def test_values_that_are_empty_are_left_out():
    assert build_pds([("0030", ""), ("0031", "x")], "utf-8") == "0031001x"


def test_the_longest_text_is_cut_to_make_room():
    built = build_pds([("0030", "B1"), ("0050", "一二三四五"), ("0072", "收据")], "utf-8", room=38)
    assert parse_pds(built, "utf-8") == {"0030": "B1", "0050": "一二三", "0072": "收据"}
    assert encoded_size(built, "utf-8") == 38


def test_a_text_cut_to_nothing_is_left_out_and_the_next_is_cut():
    built = build_pds([("0030", "B1"), ("0050", "一二"), ("0072", "abc")], "utf-8", room=18)
    assert parse_pds(built, "utf-8") == {"0030": "B1", "0072": "ab"}


def test_identifiers_are_never_cut():
    with pytest.raises(EncodeError, match="DE 48: 5 bytes over the 20 that there are, and nothing to cut"):
        build_pds([("0030", "B" * 18), ("0050", "text")], "utf-8", room=20)


def test_what_may_be_cut_can_be_forbidden():
    with pytest.raises(EncodeError, match="DE 120: 1 bytes over"):
        build_pds([("0002", "label")], "utf-8", room=11, cuttable=frozenset(), element="DE 120")


def test_only_names_descriptions_and_receipts_may_be_cut():
    assert {TAG_NAMES[tag] for tag in CUTTABLE} == {
        "Form title or merchant name",
        "Form instructions or trade",
        "Customer name",
        "Description",
        "Further columns",
        "Receipt",
    }
    assert INPUT_TAG_NAMES.keys() <= {f"{tag:04d}" for tag in range(1, 12)}


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 60), st.sampled_from(CHARSETS))
def test_a_cut_text_fits_and_is_the_beginning_of_the_whole(text, limit, charset):
    cut = cut_text(text, limit, charset)
    assert encoded_size(cut, charset) <= limit
    assert text.startswith(cut)


def test_a_text_is_cut_between_characters():
    assert cut_text("王小明", 8, "utf-8") == "王小"
    assert cut_text("王小明", 5, "gb18030") == "王小"
    assert cut_text("a王小明", 2, "gb18030") == "a"
    assert cut_text("plain text", 6, "utf-8") == "plain"
    assert cut_text("whole", 5, "utf-8") == "whole"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_character_of_four_bytes_leaves_no_digit_behind(limit):
    assert cut_text("ü", limit, "gb18030") == ("ü" if limit >= encoded_size("ü", "gb18030") else "")
    assert cut_text("😀", limit, "gb18030") == ""
