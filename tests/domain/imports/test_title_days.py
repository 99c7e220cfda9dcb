"""Last days of payment that titles and cells say in words."""

import pytest

from offline_collect.domain.imports.title_days import day_in_title, is_until


@pytest.mark.parametrize(
    "title",
    [
        "第一期（2030-12-20前）",
        "第一期(2030年12月20日之前)",
        "学费 2030.12.20止",
        "首期款【截止2030/12/20】",
        "首期（最迟2030年12月20日前）",
        "首期（缴费期限：2030-12-20）",
        "Term 1 (due 2030-12-20)",
    ],
)
def test_a_title_may_say_the_last_day(title):
    assert day_in_title(title) == "2030-12-20"


@pytest.mark.parametrize(
    "title",
    [
        "第一期",
        "第一期（2030-12-20）",
        "第一期（2030-02-30前）",
        "第一期（12月20日前）",
        "2030年12月",
        "第一期（2030-12-20前，最迟2031-01-05）",
        "目前2030",
    ],
)
def test_other_titles_say_none(title):
    assert day_in_title(title) == ""


def test_the_period_of_the_table_tells_the_year():
    assert day_in_title("第一期（12月20日前）", "2030-12") == "2030-12-20"
    assert day_in_title("第一期（1月20日前）", "2030-12") == "2031-01-20"
    assert day_in_title("第一期（8月20日前）", "2030-12") == ""


@pytest.mark.parametrize("text", ["12月20日前", "2030-12-20 前", "12月20号以前", "2030年12月20日止"])
def test_a_cell_may_say_that_it_is_a_last_day(text):
    assert is_until(text)


@pytest.mark.parametrize("text", ["", "12月20日", "月底前", "12月20日前缴清", "2030-12-20"])
def test_other_cells_do_not(text):
    assert not is_until(text)
