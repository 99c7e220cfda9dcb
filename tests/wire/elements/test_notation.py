"""The notation of ISO 8583: kind, prefix, length and a title for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.elements.notation import PREFIX_MAX, Kind, Notation, parse_notation
from offline_collect.wire.errors import ContentError


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("n6", Notation(Kind.N, 6)),
        ("n12 RRN", Notation(Kind.N, 12, title="RRN")),
        ("n..19 Card or product", Notation(Kind.N, 19, 2, "Card or product")),
        ("ans...999", Notation(Kind.ANS, 999, 3)),
        ("an2 Response", Notation(Kind.AN, 2, title="Response")),
        ("b......999999", Notation(Kind.B, 999999, 6)),
        ("z..37", Notation(Kind.Z, 37, 2)),
        ("x+n16", Notation(Kind.XN, 16)),
        ("text..25 Reason in short", Notation(Kind.TEXT, 25, 2, "Reason in short")),
        ("a.9", Notation(Kind.A, 9, 1)),
        ("n..19 账号", Notation(Kind.N, 19, 2, "账号")),
    ],
)
def test_a_shape_says_kind_prefix_length_and_title(text, notation):
    assert parse_notation(text) == notation


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n",
        "6",
        "n0",
        "n06",
        "n.......9",
        "n 6",
        " n6",
        "n6RRN",
        "n6 ",
        "q6",
        "N6",
        "n-6",
        "x+n",
        "n1234567",
        "n６",
    ],
)
def test_what_is_no_shape_is_refused(text):
    with pytest.raises(ContentError, match="must be a shape such as n6"):
        parse_notation(text)


def test_a_prefix_must_hold_the_greatest_length():
    with pytest.raises(ContentError, match="100 is wider than a prefix of 2 digits can say"):
        parse_notation("ans..100")


@given(
    st.sampled_from(Kind), st.integers(1, 999_999), st.integers(0, PREFIX_MAX), st.sampled_from(["", "Title"])
)
def test_a_written_shape_is_read_to_the_same(kind, length, prefix, title):
    notation = Notation(kind, min(length, 10**prefix - 1) if prefix else length, prefix, title)
    assert parse_notation(f"{notation} {title}".strip()) == notation
