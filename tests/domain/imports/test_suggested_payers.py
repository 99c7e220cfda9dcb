"""Names of people below 住户 or 客户: a proposal takes them for the payers', never for numbers."""

from dataclasses import replace

import pytest

from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, table

DUE = "2030-12-31"


def proposed(*rows, **how):
    found = suggest(table(*rows, **how))
    return chosen(found), doubted(found)


@pytest.mark.parametrize("title", ["住户", "客户"])
def test_names_of_people_are_the_payers_beside_what_identifies_them(title):
    rows = (["门牌", title, "金额", "截止日"], ["1-101", "王小明", "5", DUE], ["1-102", "李雷", "7", DUE])
    found = {"payers": True, "usual": {"customer_no": [title], "room": [title]}}
    assert proposed(*rows, **found) == ({"room": "A", "name": "B", "amount": "C", "due_date": "D"}, {})


def test_names_of_people_that_identify_nobody_are_a_doubt():
    rows = (["栋", "住户", "金额", "截止日"], ["1", "周某某", "5", DUE], ["1", "吴某某", "7", DUE])
    found = {"payers": True, "usual": {"customer_no": ["住户"], "room": ["住户"]}}
    assert proposed(*rows, **found)[1] == {"customer_no": "B"}


def test_names_of_people_are_numbers_if_the_merchant_s_customers_have_such():
    rows = (["客户", "金额", "截止日"], ["王小明", "5", DUE], ["李雷", "7", DUE])
    seen_by_number = table(*rows, payers=True, usual={"customer_no": ["客户"]})
    known = replace(
        seen_by_number, columns=[replace(seen_by_number.columns[0], customers=2), *seen_by_number.columns[1:]]
    )
    assert chosen(suggest(known))["customer_no"] == "A"


def test_a_list_of_customers_has_names_below_what_they_are():
    rows = (["房号", "客户", "电话"], ["1-101", "王小明", "13800000001"], ["1-102", "李雷", "13800000002"])
    found = {"bills": False, "usual": {"customer_no": ["客户"]}}
    assert proposed(*rows, **found)[0]["name"] == "B"


def test_two_columns_of_payers_names_beside_a_number_are_left_out():
    rows = (
        ["客户编号", "业主", "租户", "金额", "截止日"],
        ["C1", "王小明", "李雷", "5", DUE],
        ["C2", "李雷", "王小明", "7", DUE],
    )
    assert "name" not in proposed(*rows, payers=True)[0]
