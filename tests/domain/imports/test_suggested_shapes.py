"""Months with more than amounts in a proposal, and areas, which are no rooms."""

from dataclasses import replace

from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, table


def test_a_month_with_other_words_is_a_month_all_the_same():
    rows = (
        ["客户编号", "1月", "2月", "3月"],
        ["C1", "已缴", "5", "5"],
        ["C2", "停用", "7", "7"],
        ["C3", "4", "6", "6"],
    )
    assert suggest(table(*rows, year=2030)).months.places == (1, 2, 3)


def test_an_area_is_no_input_of_a_form_that_takes_any_text():
    seen = table(["面积", "编码", "姓名"], ["80.5", "A-1", "王小明"], ["92.1", "A-2", "李雷"], bills=False)
    columns = [replace(each, taken_inputs={"room": 2}) for each in seen.columns[:2]] + seen.columns[2:]
    assert chosen(suggest(replace(seen, columns=columns)))["room"] == "B"
