"""Where a table's header is, among the first rows of its sheet."""

from offline_collect.domain.imports.header_rows import LOOKED_AT, HeaderRows, find_header

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
