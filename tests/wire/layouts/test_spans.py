"""The place of each value in a content, for people who look for a mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.errors import DecodeError
from tests.wire.layouts.kinds.test_fixed import TWO
from tests.wire.layouts.kinds.test_tagged import TOKENS
from tests.wire.layouts.partner_layouts import compiled, partner
from tests.wire.layouts.test_layout_properties import SAMPLES, read_or_refuse


def told(layout, content):
    return [(span.path, content[span.start : span.end], span.value) for span in layout.spans(content)]


def test_values_in_groups_and_lists_are_told_with_their_bytes():
    found = told(partner("paying"), b"2" + TWO)
    assert found[:3] == [
        ("pay", b"2", "2"),
        ("bills.subscriber", b"535012345678", "535012345678"),
        ("bills.count", b"2", "2"),
    ]
    assert found[-1] == ("bills.bills[1].penalty", b"000000000", "000000000")
    assert b"".join(content for _, content, _ in found) == b"2" + TWO


def test_values_under_tags_are_told_without_their_tags():
    assert told(partner("tokens"), TOKENS) == [
        ("head.eye", b"& ", "&"),
        ("head.count", b"00003", "00003"),
        ("head.total", b"00040", "00040"),
        ("Q1", b"abc", "abc"),
        ("B4", b"12345", "12345"),
    ]
    assert told(partner("pds"), b"0030002B10061004CASH") == [
        ("0030", b"B1", "B1"),
        ("0061", b"CASH", "CASH"),
    ]


def test_parts_between_delimiters_are_told():
    assert told(partner("statement", text="gb18030"), "1^王".encode("gb18030")) == [
        ("subscriber", b"1", "1"),
        ("name", "王".encode("gb18030"), "王"),
    ]
    assert told(partner("columns"), b"a=1|b=") == [("a", b"a=1", "1"), ("b", b"b=", "")]


def test_a_content_of_every_shape_is_told_byte_by_byte():
    dues = compiled(
        {
            "fixed": [
                {"product": {"is": "n5", "encoding": "bcd-right"}},
                {"customer": "ans..12"},
                {"count": "n1"},
                {
                    "times": "count",
                    "name": "bills",
                    "rows": [{"period": "n6"}, {"amount": {"is": "n9", "encoding": "bcd"}}],
                },
                {"note": {"is": "text..20", "optional": True}},
            ],
        },
        text="gb18030",
    )
    bills = [{"period": "202610", "amount": "61000"}, {"period": "202611", "amount": "62500"}]
    content = dues.write({"product": "53501", "customer": "C-1007", "bills": bills, "note": "电费"})
    assert [(path, part.hex().upper(), value) for path, part, value in told(dues, content)] == [
        ("product", "535010", "53501"),
        ("customer", "3036432D31303037", "C-1007"),
        ("count", "32", "2"),
        ("bills[0].period", "323032363130", "202610"),
        ("bills[0].amount", "0000061000", "000061000"),
        ("bills[1].period", "323032363131", "202611"),
        ("bills[1].amount", "0000062500", "000062500"),
        ("note", "3034B5E7B7D1", "电费"),
    ]


def test_lists_to_the_end_and_what_may_be_missing_are_told():
    layout = compiled({"fixed": [{"name": "ids", "times": "rest", "rows": [{"id": "n2"}]}]})
    assert told(layout, b"0102") == [("ids[0].id", b"01", "01"), ("ids[1].id", b"02", "02")]
    layout = compiled({"fixed": [{"a": "n1"}, {"b": {"is": "n1", "optional": True}}], "rest": True})
    assert told(layout, b"1") == [("a", b"1", "1")]
    assert told(layout, b"12x") == [("a", b"1", "1"), ("b", b"2", "2"), ("rest", b"x", "x")]


def test_what_could_be_read_is_told_before_the_part_that_is_wrong():
    told = []
    with pytest.raises(DecodeError, match=r"DE 48: bills\.open digits only") as caught:
        told.extend(span.path for span in partner("paying").spans(b"1535012345678" + b"2x2", "DE 48"))
    assert told == ["pay", "bills.subscriber", "bills.count"]
    assert caught.value.__context__ is None


@given(st.sampled_from(SAMPLES), st.binary(max_size=60))
def test_telling_ends_as_reading_does(sample, content):
    _, layout, _ = sample
    try:
        spans = list(layout.spans(content))
    except DecodeError:
        spans = None
    assert (spans is None) == (read_or_refuse(layout, content) is None)


@pytest.mark.parametrize(("name", "layout", "content"), SAMPLES)
def test_every_layout_tells_all_that_it_reads(name, layout, content):
    spans = list(layout.spans(content))
    assert all(0 <= span.start <= span.end <= len(content) for span in spans)
    values = [part.rpartition("=")[0] for part in layout.masker({})(layout.read(content)).split()]
    assert len(spans) == len(values) + (3 if name == "tokens" else 0)
