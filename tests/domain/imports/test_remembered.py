"""Which part of a mapping is remembered, and for which titles."""

import datetime as dt

import pytest

from offline_collect.domain.imports.header_rows import HeaderRows, header_candidates
from offline_collect.domain.imports.remembered import (
    lasting,
    likeness,
    mapping_digest,
    title_digests,
    with_constants,
)

TITLES = ("单号", "房号", "应收", "截止")
COLUMNS = {"bill_no": "单号", "amount": "应收"}


def test_the_order_of_titles_only_counts_where_letters_name_columns():
    first, moved = title_digests(TITLES), title_digests(("房号", "单号", "应收 ", "", "截止*", ""))
    assert first.of_set == moved.of_set
    assert first.in_order != moved.in_order
    assert title_digests((*TITLES, "备注")).of_set != first.of_set


def test_the_reason_column_of_an_error_workbook_does_not_count():
    assert title_digests(("原因", *TITLES), {"原因"}) == title_digests(TITLES)


def test_no_two_manners_have_one_digest():
    digests = title_digests(("a", "b"))
    assert digests.of_set != digests.in_order


@pytest.mark.parametrize(
    ("document", "mapping", "asks", "by_place"),
    [
        ({"columns": COLUMNS}, {"columns": COLUMNS}, (), False),
        (
            {
                "header_row": 3,
                "columns": COLUMNS,
                "constants": {"period": "2030-12", "due_date": "2030-12-31"},
            },
            {"columns": COLUMNS},
            ("due_date", "period"),
            False,
        ),
        ({"columns": {"amount": "D"}}, {"columns": {"amount": "D"}}, (), True),
        (
            {"months": {"columns": "1月…12月", "year": 2030}},
            {"months": {"columns": "1月…12月"}},
            ("year",),
            False,
        ),
        ({"months": {"columns": ["C", "D"]}}, {"months": {"columns": ["C", "D"]}}, (), True),
        ({"months": {"columns": "C…N"}}, {"months": {"columns": "C…N"}}, (), True),
        ({"months": {"columns": "c ... n"}}, {"months": {"columns": "c ... n"}}, (), True),
        ({"months": {"columns": ["C……N"]}}, {"months": {"columns": ["C……N"]}}, (), True),
        ({"columns": {"amount": "d"}}, {"columns": {"amount": "d"}}, (), True),
        (
            {"tables": [{"columns": {"amount": "金额"}}]},
            {"tables": [{"columns": {"amount": "金额"}}]},
            (),
            True,
        ),
        ({"dates": "DMY"}, {"dates": "DMY"}, (), False),
    ],
)
def test_what_is_of_one_file_is_not_remembered(document, mapping, asks, by_place):
    assert lasting(document, TITLES) == (mapping, asks, by_place)


def test_a_title_that_looks_like_a_letter_is_a_title():
    assert not lasting({"columns": {"amount": "A"}}, ("A", "B")).by_place


@pytest.mark.parametrize(
    ("document", "titles"),
    [
        ({"header_row": 0, "columns": {"amount": "A"}}, ("A", "B")),
        ({"columns": COLUMNS}, ("", "")),
        ({"constants": {"period": "2030-12"}}, TITLES),
        ({"columns": {}}, TITLES),
    ],
)
def test_nothing_is_remembered_of_a_file_without_titles_or_of_constants_alone(document, titles):
    assert lasting(document, titles) is None


@pytest.mark.parametrize(
    ("document", "given", "filled"),
    [
        ({"columns": COLUMNS}, {}, {"columns": COLUMNS}),
        ({"columns": COLUMNS}, {"period": "1"}, {"columns": COLUMNS, "constants": {"period": "1"}}),
        (
            {"constants": {"period": "1", "item": "x"}},
            {"period": "2"},
            {"constants": {"period": "2", "item": "x"}},
        ),
        ({"months": {"columns": "x"}}, {"year": "2031"}, {"months": {"columns": "x", "year": 2031}}),
        ({"months": {"columns": "x"}}, {"year": "?"}, {"months": {"columns": "x", "year": "?"}}),
        ({}, {"year": "2031"}, {"constants": {"year": "2031"}}),
    ],
)
def test_values_of_one_file_are_filled_in(document, given, filled):
    assert with_constants(document, given) == filled


def test_a_header_is_nearly_another_one_if_half_of_the_titles_are_the_same():
    assert likeness(TITLES, ("单号", "房 号", "金额", "截止")) == (("应收",), ("金额",))
    assert likeness(TITLES, ("单号", "姓名", "备注")) is None


def test_each_row_and_each_pair_with_a_merged_title_may_be_the_header():
    rows = [["收费表"], ["房号", "费用", None], ["", "金额", "截止"]]
    assert list(header_candidates(rows)) == [
        HeaderRows(0, 0, ("收费表",)),
        HeaderRows(1, 1, ("房号", "费用")),
        HeaderRows(2, 2, ("", "金额", "截止")),
        HeaderRows(0, 1, ("房号", "费用")),
        HeaderRows(1, 2, ("房号", "金额", "截止")),
    ]
    assert len(list(header_candidates([["a"], ["b"]]))) == 2


def test_a_digest_of_a_mapping_is_of_what_it_says():
    document = {"columns": {"amount": "收"}, "constants": {"due_date": dt.date(2030, 12, 31)}}
    same = {
        "header_row": 2,
        "months": {},
        "constants": {"due_date": "2030-12-31"},
        "columns": {"amount": "收"},
    }
    assert mapping_digest(document) == mapping_digest(same)
    assert mapping_digest(document) != mapping_digest({**document, "constants": {"due_date": "2030-12-30"}})
