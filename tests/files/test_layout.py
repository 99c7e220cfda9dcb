from pathlib import Path

import pytest
import yaml

from offline_collect.files.columns.converters import converter
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.errors import CellProblemError, LayoutError

SCHEMAS = Path(__file__).parents[2] / "schemas" / "files"
STUDENT = {"key": "student_no", "label": "学号"}


def layout(**changes):
    return {
        "name": "bills",
        "title": "账单",
        "columns": [
            {"key": "bill_no", "label": "账单编号", "type": "identifier", "most": 32, "required": True}
        ],
    } | changes


def column(**changes):
    return layout(columns=[{"key": "note", "label": "备注", "type": "text", "most": 9} | changes])


@pytest.mark.parametrize("name", ["customers", "bills"])
def test_the_shipped_layouts_compile_under_their_own_name(name):
    mapping = yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert compile_layout(mapping, inputs=[STUDENT], source=f"{name}.yaml").name == name


def test_the_shipped_layouts_have_the_columns_that_merchants_are_told_of():
    columns = {
        name: [
            entry["key"] + "*" * entry.get("required", False)
            for entry in yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))["columns"]
        ]
        for name in ("customers", "bills")
    }
    assert columns == {
        "customers": [
            "customer_no*", "name*", "mobile", "email", "app_user", "consent",
            "debit_account", "debit_bank", "account_name", "mandate_ref", "mandate_limit", "mandate_signed_on",
            "mandate_from", "mandate_to", "mandate_purpose", "mandate_cycle", "mandate_cycle_limit",
        ],
        "bills": [
            "bill_no*", "customer_no", "amount*", "due_date*", "description", "period", "open_from", "expires_on",
        ],
    }  # fmt: skip


def test_inputs_in_no_group_are_all_needed():
    compiled = compile_layout(layout(), inputs=[STUDENT, {"key": "memo", "label": "备注", "required": False}])
    assert [[needed.key for needed in group] for group in compiled.groups] == [["student_no"]]


def test_one_group_of_inputs_is_enough_beside_those_that_are_always_needed():
    inputs = [
        {"key": "area", "label": "片区"},
        {"key": "room", "label": "房号", "group": "by_room"},
        {"key": "owner", "label": "业主", "group": "by_room"},
        {"key": "card", "label": "卡号", "group": "by_card"},
    ]
    compiled = compile_layout(layout(), inputs=inputs)
    assert [[needed.key for needed in group] for group in compiled.groups] == [
        ["area", "room", "owner"],
        ["area", "card"],
    ]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (layout(colour="red"), "bills.yaml: colour: Extra inputs are not permitted"),
        (layout(columns=[]), "bills.yaml: columns: List should have at least 1 item"),
        (column(type="number"), r"bills.yaml: columns\[0\].type: Input should be 'identifier'"),
        (column(most="9"), r"bills.yaml: columns\[0\].most: Input should be a valid integer"),
        (column(most=None), r"bills.yaml: columns\[0\].most: give it for texts and identifiers"),
        (column(type="date"), r"bills.yaml: columns\[0\].most: give it for texts and identifiers"),
        (column(type="date", most=None, pattern="x"), r"columns\[0\].pattern: only texts and identifiers"),
        (
            column(example="十个字符的示例太长了"),
            r"columns\[0\].example: does not fit the column's own bounds",
        ),
        (
            column(pattern="[a-z]+", example="A"),
            r"columns\[0\].example: does not fit the column's own bounds",
        ),
        (column(type="date", most=None, example="30.11.26"), r"columns\[0\].example: is not a date"),
        (column(pattern="["), r"bills.yaml: columns\[0\].pattern: is not a regular expression"),
        (column(key="Note 1"), r"bills.yaml: columns\[0\].key: String should match pattern"),
        (layout(columns=layout()["columns"] * 2), "bills.yaml: columns: 'bill_no' is there twice"),
        (layout(stands_for_inputs="customer_no"), "stands_for_inputs: 'customer_no' is none of the columns"),
        (layout(extras={"most": 1}), "bills.yaml: extras.label_most: Field required"),
        ([], "bills.yaml: top: Input should be a valid dictionary"),
    ],
)
def test_a_layout_that_cannot_work_is_refused_with_the_place_in_it(mapping, message):
    with pytest.raises(LayoutError, match=message):
        compile_layout(mapping, source="bills.yaml")


@pytest.mark.parametrize("part", ["key", "label"])
def test_two_inputs_of_one_name_are_refused(part):
    other = {"key": "other", "label": "其他"} | {part: STUDENT[part]}
    with pytest.raises(LayoutError, match=f"form: inputs: {part}: '{STUDENT[part]}' is there twice"):
        compile_layout(layout(), inputs=[STUDENT, other])


def test_an_unknown_currency_is_refused():
    with pytest.raises(LayoutError, match="currency '999' is not known; use an ISO 4217 number"):
        compile_layout(layout(), currency="999")


def test_an_identifier_may_be_in_any_script():
    column = {"key": "customer_no", "label": "客户编号", "type": "identifier", "most": 32, "any_script": True}
    layout = compile_layout({"name": "customers", "title": "客户", "columns": [column]})
    convert = converter(layout.columns[0], "156")
    assert [convert(cell) for cell in ("3幢12号铺", " 铺7", 42.0)] == ["3幢12号铺", "铺7", "42"]
    for refused in ("铺\u3164", "1.5E+15", "铺" * 33, "１２号铺", "3幢　2", "⼚1"):
        with pytest.raises(CellProblemError):
            convert(refused)
    with pytest.raises(LayoutError, match=r"columns\[0\].any_script: only identifiers"):
        compile_layout({"name": "x", "title": "x", "columns": [{**column, "type": "text"}]})
