"""Which column a proposal takes for what is paid, and which dates and numbers mean something else."""

import pytest

from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, table

DUE = "2030-12-31"


def proposed(*rows, **how):
    found = suggest(table(*rows, **how))
    return chosen(found), doubted(found)


@pytest.mark.parametrize(
    ("title", "values"), [("表类", ["甲", "乙"]), ("表", ["水表", "燃气表"]), ("内容", ["物业费", "停车费"])]
)
def test_what_tells_the_bills_of_one_customer_apart_is_the_item(title, values):
    rows = (["客户编号", title, "金额", "截止日"], *(["C1", each, "5", DUE] for each in values))
    found = suggest(table(*rows))
    assert (chosen(found)["description"], found.makes_numbers, doubted(found)) == ("B", True, {})


def test_of_two_columns_that_may_be_the_item_none_is_taken():
    rows = (
        ["客户编号", "表类", "种类", "金额", "截止日"],
        ["C1", "水", "a", "5", DUE],
        ["C1", "电", "b", "5", DUE],
    )
    assert proposed(*rows)[1] == {"bill_no": "BC"}


@pytest.mark.parametrize(
    ("title", "values"),
    [("类", ["水", "水"]), ("费用类别金额", ["3", "4"]), ("种类日期", [DUE, DUE]), ("种类", ["1月", "2月"])],
)
def test_what_tells_nothing_apart_is_no_item(title, values):
    rows = (["客户编号", title, "金额", "截止日"], *(["C1", each, "5", DUE] for each in values))
    assert "description" not in proposed(*rows)[0]


def test_the_end_of_a_lease_is_no_last_day_of_payment():
    rows = (["客户编号", "金额", "起租日期", "到期日期"], ["C1", "5", "2030-01-01", DUE])
    assert proposed(*rows)[1] == {"due_date": "CD"}


def test_a_number_that_several_customers_have_is_a_doubt():
    rows = (["客户编号", "姓名", "房号"], ["C1", "王小明", "1-101"], ["C1", "李雷", "1-102"])
    found = suggest(table(*rows, bills=False, groups=({"room", "楼栋"},)))
    assert doubted(found) == {"customer_no": ""}


def test_a_column_of_items_that_does_not_tell_the_bills_apart_stays_a_doubt():
    rows = (["客户编号", "项目", "金额", "截止日"], ["C1", "水费", "5", DUE], ["C1", "水费", "7", DUE])
    assert proposed(*rows)[1] == {"bill_no": ""}


def test_numbers_of_rows_are_no_items():
    """A bill that is named after its row would be another one when the rows move."""
    rows = (["项目", "客户编号", "金额", "截止日"], ["1", "C1", "5", DUE], ["2", "C2", "6", DUE])
    found = suggest(table(*rows))
    assert (chosen(found), list(found.ignored)) == ({"customer_no": "B", "amount": "C", "due_date": "D"}, [0])
