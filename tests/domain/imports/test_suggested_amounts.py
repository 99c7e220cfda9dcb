"""Which columns a proposal offers as the amount, and which it never takes."""

from dataclasses import replace

from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import doubted, table

DUE = "2030-12-31"


def test_the_question_about_the_amount_offers_titles_of_money_first():
    rows = (
        ["客户编号", "栋", "月数", "甲", "物业费", "停车费", "截止日"],
        ["C1", "1", "3", "4", "482.598", "4", DUE],
        ["C2", "2", "3", "9", "30.255", "5", DUE],
    )
    assert doubted(suggest(table(*rows))) == {"amount": "FED"}


def test_a_number_of_the_customer_is_no_factor_of_the_amount():
    rows = (
        ["户号", "用量", "水价", "小结", "截止日"],
        ["1", "1", "3.45", "3.45", DUE],
        ["2", "2", "3.45", "6.90", DUE],
    )
    found = suggest(table(*rows))
    assert str(found.choices[0].why) == "it is the product of 用量, 水价"


def test_an_amount_in_another_unit_is_a_doubt_that_says_so():
    rows = (["客户编号", "金额", "截止日"], ["C1", "5", DUE])
    found = table(*rows)
    unit = replace(
        found,
        columns=[replace(each, unit="万元") if each.title == "金额" else each for each in found.columns],
    )
    [doubt] = suggest(unit).doubts
    assert (doubt.key, str(doubt.why)) == ("amount", "金额 is in another unit, or not to be paid")
