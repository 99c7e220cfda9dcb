"""Customers' numbers that several columns make together."""

from dataclasses import replace

import pytest

from offline_collect.domain.imports.composed_numbers import filled, is_template, parts_of, rooms_of
from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, seen, table

DUE = "2030-12-31"

LETTERS = "ABCDE"


def spelled(*titles):
    return [each.template for each in rooms_of(titles, LETTERS)]


def test_building_unit_and_room_make_a_number():
    first, *others = rooms_of(["序号", "楼号", "单元", "房号", "业主"], LETTERS)
    assert (first.template, first.places) == ("{楼号}-{单元}-{房号}", (1, 2, 3))
    assert first.text(["1", "3", "2", "501", "王小明"]) == "3-2-501"
    assert "{楼号}栋{单元}单元{房号}室" in [each.template for each in others]


def test_a_list_without_units_has_two_parts():
    assert spelled("栋", "室号")[:2] == ["{栋}-{室号}", "{栋}栋{室号}"]


@pytest.mark.parametrize("titles", [["楼号", "单元"], ["房号"], ["楼号", "楼栋", "房号"], ["楼层", "房号"]])
def test_without_one_building_and_one_room_nothing_is_made(titles):
    assert spelled(*titles) == []


def test_a_column_whose_title_says_less_is_named_by_its_letter():
    assert spelled("楼号{栋}", "房号")[0] == "{A}-{房号}"
    assert spelled("幢(楼)", "房号")[0] == "{幢(楼)}-{房号}"


def test_a_number_that_lacks_a_part_is_none():
    [first, *_] = rooms_of(["楼号", "房号"], LETTERS)
    assert first.text(["3", ""]) == ""
    assert filled("{A}-{B}", ["1", "2"]) == "1-2"


def test_a_template_is_told_from_a_title():
    assert is_template("{楼}-{室}")
    assert not is_template("房号{}")
    assert parts_of("{楼}栋{室}") == ["楼", "室"]


def test_a_number_that_columns_make_is_taken_before_one_of_them():
    """房号 alone finds nobody: it is part of the number behind the columns."""
    rows = (["楼号", "房号", "金额", "截止日"], ["1", "101", "5", DUE], ["1", "102", "6", DUE])
    seen_table = table(*rows)
    made = replace(seen(4, "{楼号}-{房号}", ["1-101", "1-102"]), letter="A+B")
    found = suggest(replace(seen_table, columns=[*seen_table.columns, made], parts=frozenset({0, 1})))
    assert chosen(found)["room"] == "E"
    assert doubted(found) == {}
    assert [each.title for each in found.unknown(seen_table)] == ["楼号", "房号"]
