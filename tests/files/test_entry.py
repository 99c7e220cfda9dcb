"""Values typed by hand are checked by the same layout as the rows of a file."""

import datetime as dt

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.files.columns.entry import read_typed
from offline_collect.files.columns.layout import compile_layout

INPUTS = [
    {"key": "meter_no", "label": "表号", "group": "meter"},
    {"key": "owner", "label": "户主", "group": "owner"},
    {"key": "phone", "label": "电话", "group": "owner"},
]


def layout(kind):
    values, source = Schemas().read(f"files/{kind}")
    return compile_layout(values, inputs=INPUTS, source=source)


def bill(**more):
    return {"bill_no": "B1", "amount": "1,234.50", "due_date": "2026/11/30", "customer_no": "C1", **more}


def told(problems):
    return [(each.column, each.value, each.reason) for each in problems]


def test_texts_become_values_as_in_a_file():
    record, problems = read_typed(
        layout("bills"), bill(period="202611", description=" "), {}, {"用水量": "12吨"}
    )
    assert problems == []
    assert record.values["amount"] == 123_450
    assert record.values["due_date"] == dt.date(2026, 11, 30)
    assert "description" not in record.values
    assert record.extras == {"用水量": "12吨"}


def test_every_bad_text_is_told_by_its_label():
    _, problems = read_typed(layout("bills"), bill(amount="12.345", due_date="", bill_no="账"), {}, {})
    assert [(column, value) for column, value, _ in told(problems)] == [
        ("账单编号", "账"),
        ("金额", "12.345"),
        ("缴费截止日", ""),
    ]


@pytest.mark.parametrize(
    ("inputs", "lacks"),
    [
        ({}, "表号"),
        ({"owner": "王五"}, "表号"),
        ({"meter_no": "1"}, None),
        ({"owner": "王五", "phone": "1"}, None),
    ],
)
def test_one_complete_group_of_inputs_says_whose_it_is(inputs, lacks):
    _, problems = read_typed(layout("customers"), {"customer_no": "C1", "name": "王五"}, inputs, {})
    assert [column for column, _, _ in told(problems)] == ([] if lacks is None else [lacks])


def test_a_bill_may_name_its_customer_by_inputs_or_by_number():
    anonymous = {key: text for key, text in bill().items() if key != "customer_no"}
    assert read_typed(layout("bills"), anonymous, {"meter_no": "1"}, {})[1] == []
    assert told(read_typed(layout("bills"), anonymous, {}, {})[1]) == [("表号", "", "is blank")]


def test_an_account_is_not_shown_again():
    given = {"customer_no": "C1", "name": "王五", "debit_account": "6222 账号 0001"}
    _, (problem,) = read_typed(layout("customers"), given, {"meter_no": "1"}, {})
    assert (problem.column, problem.value) == ("扣款账号", "")


def test_line_ends_become_spaces_and_control_characters_are_refused_as_in_a_file():
    record, problems = read_typed(
        layout("bills"), bill(description="十一月\n餐费"), {}, {"班\n级": "三年级\r\n1班"}
    )
    assert problems == []
    assert (record.values["description"], record.extras) == ("十一月 餐费", {"班 级": "三年级 1班"})
    _, problems = read_typed(
        layout("bills"), bill(description="餐\x07费"), {}, {"\x1b[31m班级": "x", "班\u200b级": "y\x1b"}
    )
    assert told(problems) == [
        ("项目", "餐\x07费", "has control characters"),
        ("班\u200b级", "y\x1b", "has control characters"),
        ("\x1b[31m班级", "", "has control characters in its name"),
        ("班\u200b级", "", "has invisible characters in its name"),
    ]


def test_further_columns_have_bounds():
    many = {f"列{n}": "x" for n in range(21)}
    _, problems = read_typed(layout("bills"), bill(), {}, many)
    assert told(problems) == [("列0", "", "is one of more than 20 further columns")]
    _, problems = read_typed(layout("bills"), bill(), {}, {"长" * 21: "x", " ": "y"})
    assert [reason for _, _, reason in told(problems)] == ["is not a name of 1 to 20 characters"] * 2
    _, problems = read_typed(layout("bills"), bill(), {}, {"备注": "x" * 61})
    assert told(problems)[0][0] == "备注"


def test_customers_have_no_further_columns():
    _, problems = read_typed(
        layout("customers"), {"customer_no": "C1", "name": "王五"}, {"meter_no": "1"}, {"备注": "x"}
    )
    assert "is one of more than 0 further columns" in [reason for _, _, reason in told(problems)]
