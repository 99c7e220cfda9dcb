"""What titles and values of a merchant's columns tell."""

import pytest

from offline_collect.domain.imports.column_sums import is_product, is_sum
from offline_collect.domain.imports.seen_columns import (
    SeenColumn,
    fee_named,
    is_arrears,
    is_last_day_of_payment,
    looks_like_name,
    only_fee,
)


def column(title, *texts, **counts):
    filled = sum(bool(text) for text in texts)
    counted = {key: filled if value is True else value for key, value in counts.items()}
    return SeenColumn(0, "A", title, texts, **counted)


def test_row_numbers_are_consecutive_from_one():
    assert column("x", "1", "2", "3").counts()
    assert column("x", "0", "1").counts()
    for texts in (("1",), ("1", "3"), ("101", "102"), ("1", "a"), ("1234567", "1234568"), ()):
        assert not column("x", *texts).counts()


def test_amounts_are_neither_row_numbers_nor_readings_nor_identifiers():
    assert column("收取", "5", "7", amounts=True).is_amount()
    assert column("", "5", "7", amounts=True).is_amount()
    assert column("费用编号", "5", "7", amounts=True).is_amount()
    for seen in (
        column("费用", "5", "x", amounts=1),
        column("x", "1", "2", amounts=True),
        column("截止日", "20301201", "20301202", amounts=True, dates=True),
        column("面积", "5", "7", amounts=True),
        column("电话", "13800000000", amounts=True),
        column("编号", "5", "7", amounts=True),
        column("", "20260001", "20260009", amounts=True),
    ):
        assert not seen.is_amount()


def test_digits_alone_are_a_date_only_below_a_title_that_says_so():
    assert column("到期", "20301231", dates=True).is_date()
    assert column("日期", "20301231", dates=True).is_date()
    assert column("x", "2030-12-31", dates=True).is_date()
    assert not column("流水", "20301231", dates=True).is_date()
    assert not column("x", "2030-12-31", "x", dates=1).is_date()


def test_periods_mobiles_and_names():
    assert column("x", "2030-12", "2030年1月", "12月").is_period()
    assert not column("x", "2030-13").is_period()
    assert column("x", "13800000000", "").is_mobile()
    assert not column("x", "12800000000").is_mobile()
    assert column("x", "王小明", "买买提·艾力").is_name()
    assert not column("经办人", "王小明").is_name()
    assert column("学生", "x").says_person()
    assert not column("小区名称", "x").says_person()


def test_what_identifies_a_row_differs_in_each():
    assert column("房间", "1-1", "1-2").may_identify()
    assert column("缴费单号", "1-1", "1-2").may_identify()
    for seen in (
        column("x", "1-1", "1-1"),
        column("x", "1-1", ""),
        column("x", "1", "2"),
        column("x", "13800000000", "13800000001"),
        column("x", "2030-12-01", "2030-12-02", dates=True),
        column("费用", "1-1", "1-2"),
        column("面积", "1-1", "1-2"),
        column("身份证号", "1-1", "1-2"),
        column("x", "1.5", "1.6"),
        column("x", "1" * 33, "2" * 33),
    ):
        assert not seen.may_identify()


def test_titles_of_bills_are_not_those_of_customers():
    assert column("缴费单号").says_bill()
    assert not column("缴费单号").says_customer()
    assert column("房间").says_customer()
    assert not column("银行账号").says_customer()


def test_known_customers_are_nearly_all_of_the_values():
    twenty = [f"C{number}" for number in range(20)]
    assert column("x", *twenty, customers=19).names_customers()
    assert not column("x", *twenty, customers=18).names_customers()
    assert not column("x", "1", "2", customers=2).names_customers()
    assert not column("x").names_customers()
    assert column("x", "a", known_inputs={"room": 1}).finds_customers("room")
    assert not column("x", "a").finds_customers("room")


def test_nothing_is_blank_or_zero():
    assert column("x", "", "0.00", "0").is_nothing()
    assert not column("x", "", "0.10").is_nothing()
    assert not column("x", "免").is_nothing()


def test_sums_and_products_hold_in_each_row():
    one, other = column("a", "1.50", "￥2,000", ""), column("b", "0.50", "1", "3")
    assert is_sum(column("c", "2", "2001", "3.00"), [one, other])
    assert not is_sum(column("c", "2", "2001", "4"), [one, other])
    assert not is_sum(column("c", "2", "x", "3"), [one, other])
    assert not is_sum(column("c", "2", "2001", "3.00"), [one])
    price, usage = column("a", "3.45", "1.115"), column("b", "3", "1")
    assert is_product(column("c", "10.35", "1.12"), price, usage)
    assert not is_product(column("c", "10.35", "1.11"), price, usage)
    assert not is_product(column("c", "10.35", ""), price, usage)
    assert not is_product(column("c", "10.35"), column("a", "3.45"), column("b", "3"))


@pytest.mark.parametrize(
    ("titles", "place"),
    [
        (["房号", "物业费", "截止日"], 1),
        (["房号", "单价", "应缴水费（元）"], 2),
        (["房号", "水费", "电费"], None),
        (["房号", "是否缴费"], None),
        (["房号", "餐费", "减免"], None),
        (["房号", "备注"], None),
    ],
)
def test_the_only_fee_among_titles_is_the_amount(titles, place):
    assert only_fee(titles, {0}) == place


@pytest.mark.parametrize(
    ("title", "fee"),
    [("应缴物业费（元）", "物业费"), ("本月水费金额", "水费"), ("住宿费用", "住宿费"), ("金额", None), ("欠费", None), ("是否缴费", None)],
)  # fmt: skip
def test_the_title_of_an_amount_may_name_its_fee(title, fee):
    assert fee_named(title) == fee


def test_only_a_last_day_of_payment_speaks_of_paying():
    titles = ["最迟交租日", "付款到期日", "合同到期", "交租日"]
    assert [each for each in titles if is_last_day_of_payment(each)] == ["最迟交租日", "付款到期日"]


@pytest.mark.parametrize(
    ("title", "is_one"),
    [("2029年欠费", True), ("往期欠缴金额", True), ("是否欠费", False), ("欠费月份", False), ("水费", False)],
)
def test_arrears_are_told_by_their_title(title, is_one):
    assert is_arrears(title) is is_one


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("王小明", True), ("欧阳娜娜", True), ("3-2-501", False), ("2026030117", False), ("", False)],
)
def test_a_chinese_name_is_told_from_a_number(text, is_name):
    assert looks_like_name(text) is is_name
