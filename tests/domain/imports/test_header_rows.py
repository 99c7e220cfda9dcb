"""Where a table's header is, among the first rows of its sheet."""

import pytest

from offline_collect.domain.imports.header_rows import (
    LOOKED_AT,
    HeaderRows,
    find_header,
    is_row_of_sums,
    likely_header,
)

KNOWN = {"单号", "房号", "金额", "截止日", "费用"}


def known(titles):
    return len(KNOWN & set(titles))


def test_the_row_with_most_known_titles_is_the_header():
    rows = [["物业费 金额", ""], ["金额", ""], ["单号", "房号", "金额", ""], ["K-1", "1-101", "10"]]
    assert find_header(rows, known) == HeaderRows(2, 2, ("单号", "房号", "金额"))


def test_of_rows_that_know_as_much_the_first_is_the_header():
    rows = [["单号", "房号"], ["K-1", "1-101"], ["单号", "房号"]]
    assert find_header(rows, known).first == 0


def test_without_a_known_title_the_first_row_is_taken():
    assert find_header([["a", "b"], ["c", "d"]], known) == HeaderRows(0, 0, ("a", "b"))


def test_titles_below_a_merged_one_belong_to_the_header():
    rows = [["单号", "费用", None, "备注"], [None, "金额", "截止日", ""], ["K-1", "10", "2026-12-31", ""]]
    assert find_header(rows, known) == HeaderRows(0, 1, ("单号", "金额", "截止日", "备注"))


def test_a_lower_title_that_is_there_twice_has_the_upper_one_before_it():
    rows = [
        ["单号", "水", None, "电", None],
        ["", "用量", "金额", "用量", "金额"],
        ["K-1", "1", "2", "3", "4"],
    ]
    found = find_header(rows, lambda titles: known(titles) + any("水 金额" in title for title in titles))
    assert found.titles == ("单号", "水 用量", "水 金额", "电 用量", "电 金额")


def test_a_lower_row_that_is_understood_as_well_belongs_to_the_header():
    rows = [["单号", "费用", None], ["", "面积", "金额"], ["K-1", "87", "10"]]
    assert find_header(rows, known) == HeaderRows(0, 1, ("单号", "面积", "金额"))


def test_a_row_of_data_below_a_blank_title_does_not():
    rows = [["", "单号", "房号"], ["1栋", "K-1", "1-101"]]
    assert find_header(rows, known) == HeaderRows(0, 0, ("", "单号", "房号"))


def test_a_longer_row_below_does_not_either():
    rows = [["单号", "房号"], ["K-1", "1-101", "金额未定"]]
    assert find_header(rows, known) == HeaderRows(0, 0, ("单号", "房号"))


def test_a_title_above_the_header_is_no_part_of_it():
    rows = [["十二月物业费", None, None], ["单号", "房号", "金额"], ["K-1", "1-101", "10"]]
    assert find_header(rows, known) == HeaderRows(1, 1, ("单号", "房号", "金额"))


def test_rows_further_down_are_not_looked_at():
    rows = [["a"]] * LOOKED_AT + [["单号", "房号"]]
    assert find_header(rows, known).first == 0


def test_titles_below_merged_ones_are_read_even_if_one_row_says_as_much():
    rows = [["房号", "学费", None, "备注"], [None, "金额", "已缴", None], ["1-101", "5", "1", ""]]
    assert find_header(rows, known) == HeaderRows(0, 1, ("房号", "金额", "已缴", "备注"))


def test_a_row_that_looks_like_a_header_stands_above_numbers():
    rows = [["物业费", "", ""], ["栋", "室", "应收"], ["1", "101", "80.5"], ["1", "102", "70"]]
    assert likely_header(rows) == HeaderRows(1, 1, ("栋", "室", "应收"))


@pytest.mark.parametrize(
    "rows",
    [
        [["栋", "室"], ["1", "101"]],
        [["栋", "室", "请各位业主在月底之前到物业服务中心缴费，谢谢配合"], ["1", "2", "3"]],
        [["栋", "室", "12"], ["1", "2", "3"]],
        [["栋", "室", "应收"], ["一", "二", "三"]],
    ],
)
def test_other_rows_do_not_look_like_a_header(rows):
    assert likely_header(rows) is None


def test_a_total_with_its_sum_is_no_row_of_titles():
    assert is_row_of_sums(["", "合计", "1,280.50"])
    assert not any(map(is_row_of_sums, [["合计", "备注"], ["房号", "12"], ["", ""]]))


def test_titles_that_repeat_below_merged_ones_are_joined():
    rows = [
        ["房号", "第一期", None, "第二期", None],
        [None, "金额", "截止日", "金额", "截止日"],
        ["1", "2", "3", "4", "5"],
    ]
    assert find_header(rows, known).titles == (
        "房号",
        "第一期 金额",
        "第一期 截止日",
        "第二期 金额",
        "第二期 截止日",
    )


@pytest.mark.parametrize(
    "above", [["电费表", None, None, None], ["说明", "请核对", "", ""], ["房", None, "户", None]]
)
def test_tables_side_by_side_below_a_title_stay_as_they_are(above):
    rows = [above, ["单号", "金额", "单号", "金额"], ["1", "2", "3", "4"]]
    assert find_header(rows, known).titles == ("单号", "金额", "单号", "金额")


def test_groups_with_other_titles_each_are_joined_without_further_columns():
    rows = [["学生", None, "家长", None], ["单号", "姓名", "姓名", "电话"]]
    assert find_header(rows, known).titles == ("单号", "学生 姓名", "家长 姓名", "电话")


def test_tables_side_by_side_keep_their_titles():
    rows = [["一班", None, "二班", None], ["单号", "房号", "单号", "房号"]]
    assert find_header(rows, known).titles == ("单号", "房号", "单号", "房号")
