"""Mappings whose numbers several columns make, tables with their own constants, and lists that are ticked."""

import datetime as dt

import pytest

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.files.errors import HeaderError, MappingError

HEADER = ["楼号", "单元", "房号", "金额", "缴费截止日"]
ROOM = {"columns": {"room": "{楼号}-{单元}-{房号}"}}
DUE = "2030-12-31"


def rooms(read):
    return [each.inputs.get("room") for each in read.records]


def test_columns_make_a_room(table_of):
    read = table_of(["小区"], HEADER, [3, 1, 501, 10, DUE], ["3", "2", "502", 10, DUE], mapping=ROOM)
    assert rooms(read) == ["3-1-501", "3-2-502"]
    assert [len(each.cells) for each in read.records] == [5, 5]


def test_a_row_that_lacks_a_part_is_refused_with_its_own_cells(table_of):
    read = table_of(HEADER, [3, 1, "", 10, DUE], [3, 1, 502, 10, DUE], mapping=ROOM)
    assert [(row, column) for row, column, _ in read.problems] == [(2, "房号")]
    assert rooms(read) == ["3-1-502"]


def test_a_total_and_a_repeated_header_are_left_out(table_of):
    read = table_of(HEADER, [3, 1, 501, 10, DUE], HEADER, ["合计", "", "", 10, ""], mapping=ROOM)
    assert rooms(read) == ["3-1-501"]
    assert [left for _, left in read.left] == [RowClass.HEADER_AGAIN, RowClass.TOTAL]


def test_a_customers_number_is_made_too(table_of):
    mapping = {"columns": {"customer_no": "{A}{C}"}}
    read = table_of(HEADER, [3, 1, 501, 10, DUE], mapping=mapping)
    assert [each.values["customer_no"] for each in read.records] == ["3501"]


@pytest.mark.parametrize("template", ["{楼号}-{层}", "{Z}-{房号}"])
def test_a_part_that_is_not_there_is_refused(table_of, template):
    with pytest.raises(HeaderError, match="is not there, but the mapping names it"):
        table_of(HEADER, [3, 1, 501, 10, DUE], mapping={"columns": {"customer_no": template}})


def test_letters_beyond_the_titles_do_not_go_with_it(table_of):
    rows = [HEADER, [3, 1, 501, 10, DUE, "甲"]]
    with pytest.raises(HeaderError, match="has no title"):
        table_of(*rows, mapping={"columns": {**ROOM["columns"], "description": "F"}})


def test_other_columns_are_not_made_of_columns(table_of):
    with pytest.raises(MappingError, match="only bill_no can be made of others"):
        table_of(HEADER, mapping={"columns": {"amount": "{楼号}"}})


INSTALMENTS = ["房号", "第一期", "第一期截止", "第二期", "第二期截止"]
TABLES = [
    {"columns": {"amount": "第一期", "due_date": "第一期截止"}, "constants": {"description": "第一期"}},
    {"columns": {"amount": "第二期", "due_date": "第二期截止"}, "constants": {"description": "第二期"}},
]


def test_each_table_has_its_own_constants(table_of):
    read = table_of(INSTALMENTS, ["1-101", 9, DUE, 8, "2031-03-31"], mapping={"tables": TABLES})
    found = [
        (each.values["amount"], each.values["due_date"], each.values["description"]) for each in read.records
    ]
    assert found == [(900, dt.date(2030, 12, 31), "第一期"), (800, dt.date(2031, 3, 31), "第二期")]
    assert rooms(read) == ["1-101", "1-101"]


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        ({"tables": [{**TABLES[0], "constants": {"amount": 5}}]}, r"tables\[0\].constants.amount"),
        ({"tables": TABLES, "constants": {"description": "x"}}, "constants.description"),
        ({"tables": [{**TABLES[0], "constants": {"nothing": 5}}]}, r"tables\[0\].constants.nothing"),
        ({"tables": TABLES, "marks": "A"}, "marks"),
    ],
)
def test_what_is_said_twice_or_not_known_is_refused(table_of, mapping, place):
    with pytest.raises(MappingError, match=place):
        table_of(INSTALMENTS, mapping=mapping)


TICKED = {"marks": "报名", "constants": {"amount": "260", "due_date": DUE}}


def test_only_rows_with_a_tick_are_bills(table_of):
    rows = [["1-101", "甲", "√"], ["1-102", "乙", ""], ["1-103", "丙", "否"], ["1-104", "丁", "是"]]
    read = table_of(["房号", "班级", "报名"], *rows, ["合计", "", "2"], mapping=TICKED)
    assert rooms(read) == ["1-101", "1-104"]
    assert {each.values["amount"] for each in read.records} == {26000}
    left = [row_class for _, row_class in read.left]
    assert left == [RowClass.NO_AMOUNT, RowClass.NO_AMOUNT, RowClass.TOTAL]


def test_a_sign_that_may_mean_both_refuses_its_row(table_of):
    read = table_of(["房号", "报名"], ["1-101", "√"], ["1-102", "○"], mapping=TICKED)
    assert read.problems == [(3, "报名", "does not say whether this is a bill")]


@pytest.mark.parametrize(
    ("titles", "why"), [(["房号", "参加"], "is not there"), (["房号", "报名", "报名"], "is there twice")]
)
def test_the_column_of_ticks_must_be_there_once(table_of, titles, why):
    with pytest.raises(HeaderError, match=why):
        table_of(titles, ["1-101", "√", "√"][: len(titles)], mapping=TICKED)


@pytest.mark.parametrize("title", ["客户", "住户", "业主"])
def test_a_name_is_no_number_of_a_customer(table_of, title):
    read = table_of([title, "金额", "缴费截止日"], ["王小明", 10, DUE], ["C-7", 10, DUE], inputs=())
    if title == "业主":
        assert read.records[0].values["name"] == "王小明"
    else:
        [(row, column, reason)] = read.problems
        assert (row, column) == (2, title)
        assert "looks like a person's name" in reason
        assert [each.values["customer_no"] for each in read.records] == ["C-7"]


def test_a_mapping_may_mean_names_as_numbers(table_of):
    read = table_of(
        ["客户", "金额", "缴费截止日"], ["王小明", 10, DUE], mapping={"columns": {"customer_no": "客户"}}
    )
    assert [each.values["customer_no"] for each in read.records] == ["王小明"]
