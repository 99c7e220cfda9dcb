"""Mappings: files with other headings are read as if they had our headings."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.mapping import map_layout, read_mapping
from offline_collect.files.columns.records import Record, read_records
from offline_collect.files.errors import HeaderError, MappingError, RowProblem
from offline_collect.files.read.open import open_table

SCHEMAS = Path(__file__).parents[2] / "schemas" / "files"
STUDENT = [{"key": "student_no", "label": "学号"}]
FULL = """
header_row: 3
columns:
  bill_no: 单号
  student_no: 学籍号
  amount: "应缴金额 (元)"
  open_from: 开放
constants:
  due_date: 2026-11-30
  period: "2026-11"
dates: DMY
ignore: [序号]
"""


def layout(kind, inputs=STUDENT):
    values = yaml.safe_load((SCHEMAS / f"{kind}.yaml").read_text(encoding="utf-8"))
    return compile_layout(values, inputs=inputs)


@pytest.fixture
def read(tmp_path):
    """Read rows by a mapping."""

    def read(text, mapping, kind="bills", inputs=STUDENT):
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        known = read_mapping(yaml.safe_load(mapping), "mapping.yaml")
        with open_table(path, header_row=known.header_row) as table:
            return list(read_records(table, map_layout(layout(kind, inputs), known)))

    return read


def test_a_file_with_a_title_and_names_of_its_own_is_read(read):
    rows = "十一月收费表,,,,\n,,,,\n序号,单号,学籍号,应缴金额（元）,开放,班级\n1,S-1,2026030117,8.50,1/11/2026,三年级1班\n"
    assert read(rows, FULL) == [
        Record(
            4,
            {
                "bill_no": "S-1",
                "amount": 850,
                "open_from": dt.date(2026, 11, 1),
                "due_date": dt.date(2026, 11, 30),
                "period": "2026-11",
            },
            {"student_no": "2026030117"},
            {"班级": "三年级1班"},
        )
    ]


def test_columns_that_no_mapping_names_go_by_their_usual_names(read):
    (record,) = read(
        "账单编号,学号,应缴,缴费截止日\nS-1,2026030117,8,2026-11-30\n", "columns: {amount: 应缴}"
    )
    assert record.values["amount"] == 800


def test_a_mapped_column_goes_by_its_own_name_only(read):
    header = "账单编号,学号,应缴,金额,缴费截止日"
    (record,) = read(f"{header}\nS-1,2026030117,8,9,2026-11-30\n", "columns: {amount: 应缴}")
    assert (record.values["amount"], record.extras) == (800, {"金额": "9"})


def test_one_column_of_a_file_may_be_two_of_ours(read):
    mapping = "columns: {customer_no: 学籍号, student_no: 学籍号}"
    (record,) = read("学籍号,姓名\n2026030117,王小明\n", mapping, "customers")
    assert record.values["customer_no"] == record.inputs["student_no"] == "2026030117"


def test_a_constant_may_be_an_input_or_name_the_customer(read):
    area = [{"key": "area", "label": "片区"}, {"key": "room", "label": "房号"}]
    (record,) = read("客户编号,姓名,房号\nC1,王小明,501\n", "constants: {area: 东区}", "customers", area)
    assert record.inputs == {"room": "501", "area": "东区"}
    (bill,) = read("账单编号,金额,缴费截止日\nS-1,8,2026-11-30\n", "constants: {customer_no: C1}")
    assert bill.values["customer_no"] == "C1"


def test_constants_are_there_for_bad_rows_too(read):
    mapping = "constants: {customer_no: C1}"
    (problem,) = read("账单编号,金额,缴费截止日\nS-1,x,2026-11-30\n", mapping)
    assert problem == RowProblem(2, "金额", "x", "is not an amount", "write it like 1234.50")


def test_columns_that_customers_must_not_have_may_be_ignored(read):
    (record,) = read("客户编号,姓名,学号,籍 贯\nC1,王,2026030117,苏州\n", "ignore: [籍 贯]", "customers")
    assert record.extras == {}


@pytest.mark.parametrize("order", ["DMY", "MDY"])
def test_the_order_of_dates_is_taken_from_the_mapping(read, order):
    (record,) = read("账单编号,学号,金额,缴费截止日\nS-1,2026030117,8,11/12/2026\n", f"dates: {order}")
    assert record.values["due_date"] == (dt.date(2026, 12, 11) if order == "DMY" else dt.date(2026, 11, 12))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            "columns: {amount: 应缴}",
            r"row 1, column 应缴 \(amount\): the mapping names a column that is not there",
        ),
        (
            "constants: {amount: '8'}",
            r"column 金额 \(amount\): the mapping has a constant for it; remove the column or the constant",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(read, mapping, message):
    with pytest.raises(HeaderError, match=message):
        read("账单编号,学号,金额,缴费截止日\nS-1,2026030117,8,2026-11-30\n", mapping)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("[]", "mapping.yaml: top: must be a mapping of keys to values"),
        ("colums: {}", "colums: unknown key; known here: columns, constants, dates, ignore, header_row"),
        ("columns: {bill_no: 2026}", "columns.bill_no: must be a text; quote it"),
        (
            "columns: {bill_nr: 单号}",
            "columns.bill_nr: there is no such column; there are bill_no, customer_no",
        ),
        ("constants: {bill_nr: 1}", "constants.bill_nr: there is no such column"),
        ("constants: {due_date: soon}", "constants.due_date: is not a date; write it like 2026-11-30"),
        ("constants: {amount: 0.001}", "constants.amount: has more than the 2 decimals of CNY"),
        ("constants: {bill_no: ''}", "constants.bill_no: is blank; fill it in"),
        ("constants: {amount: [1]}", "mapping.yaml: constants.amount: "),
        ("{columns: {period: 期}, constants: {period: x}}", "constants.period: is among the columns too"),
        ("{columns: {period: 期}, ignore: [期]}", "columns.period: 期 is to be ignored too"),
        ("dates: DYM", "dates: is not valid: input should be 'YMD', 'DMY' or 'MDY'"),
        ("header_row: -1", "header_row: is not valid: input should be greater than or equal to 0"),
        ("header_row: 101", "header_row: is not valid: input should be less than or equal to 100"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_with_the_place_in_it(mapping, message):
    with pytest.raises(MappingError, match=message):
        map_layout(layout("bills"), read_mapping(yaml.safe_load(mapping), "mapping.yaml"))


def test_a_blank_constant_of_an_optional_column_is_no_value(read):
    (record,) = read(
        "账单编号,学号,金额,缴费截止日\nS-1,2026030117,8,2026-11-30\n", "constants: {period: ' '}"
    )
    assert "period" not in record.values


def test_a_column_that_is_left_out_may_be_called_anything(read):
    text = "账单编号,学号,金额,缴费截止日,班\x1b级\nS-1,2026030117,8,2026-11-30,x\n"
    (record,) = read(text, 'ignore: ["班\\e级"]')
    assert record.extras == {}


def test_numbers_of_rows_are_left_out_beside_a_mapping_too(table_of):
    rows = ["序号", "房号", "金额", "备注"], [1, "1-101", 10, "x"]
    read = table_of(*rows, mapping={"constants": {"due_date": "2030-12-31"}})
    assert [each.extras for each in read.records] == [{"备注": "x"}]
