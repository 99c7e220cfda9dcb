import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.records import Record, read_records
from offline_collect.files.errors import HeaderError, RowProblem
from offline_collect.files.read.open import open_table

SCHEMAS = Path(__file__).parents[2] / "schemas" / "files"
STUDENT = ({"key": "student_no", "label": "学号"},)
ROOM = ({"key": "room", "label": "房号"}, {"key": "owner", "label": "业主姓名"})


def read(path, kind, inputs=STUDENT, **changes):
    mapping = yaml.safe_load((SCHEMAS / f"{kind}.yaml").read_text(encoding="utf-8")) | changes
    with open_table(path) as table:
        return list(read_records(table, compile_layout(mapping, inputs=inputs)))


@pytest.fixture
def csv_of(tmp_path):
    def write(*lines):
        path = tmp_path / "table.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def workbook_of(tmp_path):
    def write(*rows):
        path = tmp_path / "table.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            page = workbook.add_worksheet()
            for i, row in enumerate(rows):
                page.write_row(i, 0, row)
        return path

    return write


def test_a_bill_becomes_typed_values_inputs_and_extras(csv_of):
    path = csv_of(
        "账单编号,学号,金额,缴费截止日,项目,账期,开放日期,失效日期,班级,备注",
        'S-1,0012345678,"￥1,234.50",2026年11月30日,十一月餐费,2026-11,2026/11/1,20270131,三年级1班,',
    )
    assert read(path, "bills") == [
        Record(
            2,
            {
                "bill_no": "S-1",
                "amount": 123450,
                "due_date": dt.date(2026, 11, 30),
                "description": "十一月餐费",
                "period": "2026-11",
                "open_from": dt.date(2026, 11, 1),
                "expires_on": dt.date(2027, 1, 31),
            },
            {"student_no": "0012345678"},
            {"班级": "三年级1班"},
        )
    ]


def test_a_customer_becomes_typed_values_and_inputs(csv_of):
    path = csv_of(
        "客户编号,姓名,学号,手机,邮箱,APP用户,同意通知,扣款账号,户名,协议号,单笔限额",
        "C1,王建明,2026030117,10000000001,a@example.com,app-1,是,6222000000000001017,王建明,XY1,2000",
    )
    (record,) = read(path, "customers")
    assert record.inputs == {"student_no": "2026030117"}
    assert record.values == {
        "customer_no": "C1",
        "name": "王建明",
        "mobile": "10000000001",
        "email": "a@example.com",
        "app_user": "app-1",
        "consent": True,
        "debit_account": "6222000000000001017",
        "account_name": "王建明",
        "mandate_ref": "XY1",
        "mandate_limit": 200000,
    }


@pytest.mark.parametrize(
    "header",
    [
        "bill_no,student_no,amount,due_date",
        "账单编号,学号,金额,缴费截止日",
        "Bill_No*, 学号 ,金额＊,ＤＵＥ＿ＤＡＴＥ",
    ],
)
def test_columns_go_by_our_names_the_chinese_ones_or_the_forms_labels(csv_of, header):
    (record,) = read(csv_of(header, "S-1,2026030117,8,2026-11-30"), "bills")
    assert record.inputs == {"student_no": "2026030117"}
    assert record.extras == {}
    assert record.values == {"bill_no": "S-1", "amount": 800, "due_date": dt.date(2026, 11, 30)}


def test_a_bill_may_name_its_customer_by_number(csv_of):
    (record,) = read(csv_of("账单编号,客户编号,金额,缴费截止日", "S-1,C1,8,2026-11-30"), "bills")
    assert record.values["customer_no"] == "C1"
    assert record.inputs == {}


def test_a_row_may_name_its_customer_either_way_where_both_columns_are_there(csv_of):
    path = csv_of(
        "账单编号,客户编号,房号,业主姓名,金额,缴费截止日",
        "S-1,C1,,,8,2026-11-30",
        "S-2,,1幢-1单元-101,王小明,8,2026-11-30",
        "S-3,,1幢-1单元-101,,8,2026-11-30",
        "S-4,,,,8,2026-11-30",
    )
    first, second, third, fourth = read(path, "bills", ROOM)
    assert (first.values["customer_no"], second.inputs["owner"]) == ("C1", "王小明")
    assert third == RowProblem(4, "业主姓名", "", "is blank", "say whose row this is")
    assert fourth == RowProblem(5, "房号", "", "is blank", "say whose row this is")


def test_without_a_form_a_bill_names_its_customer_by_number(csv_of):
    path = csv_of("账单编号,客户编号,金额,缴费截止日", "S-1,,8,2026-11-30")
    assert read(path, "bills", ()) == [RowProblem(2, "客户编号", "", "is blank", "say whose row this is")]


def test_an_input_may_be_labelled_like_one_of_our_columns(csv_of):
    inputs = ({"key": "account", "label": "客户编号"},)
    (record,) = read(csv_of("客户编号,姓名", "C1,王建明"), "customers", inputs)
    assert (record.values["customer_no"], record.inputs) == ("C1", {"account": "C1"})


def test_every_bad_cell_of_a_row_is_reported_and_good_rows_go_on(csv_of):
    path = csv_of(
        "账单编号,学号,金额,缴费截止日,项目",
        f"2.02E+15,2026030117,1.234,2026-02-30,{'长' * 61}",
        "S-2,2026030117,8,2026-11-30,餐费",
        ",2026030117,,,",
    )
    *problems, good, no_number, no_amount, no_date = read(path, "bills")
    assert problems == [
        RowProblem(
            2,
            "账单编号",
            "2.02E+15",
            "has lost digits: it is in scientific notation",
            "format the column as text, then type the value again",
        ),
        RowProblem(2, "金额", "1.234", "has more than the 2 decimals of CNY", "round it in the file"),
        RowProblem(2, "缴费截止日", "2026-02-30", "is not a day of the calendar", "write it like 2026-11-30"),
        RowProblem(2, "项目", "长" * 60, "has 61 characters, over the 60 allowed", "shorten it"),
    ]
    assert problems[0].cells == ("2.02E+15", "2026030117", "1.234", "2026-02-30", "长" * 61)
    assert good.row == 3
    assert {p.column for p in (no_number, no_amount, no_date)} == {"账单编号", "金额", "缴费截止日"}
    assert {p.reason for p in (no_number, no_amount, no_date)} == {"is blank"}


def test_numbers_and_dates_of_a_workbook_are_taken_where_nothing_is_lost(workbook_of):
    path = workbook_of(
        ["账单编号", "学号", "金额", "缴费截止日", "账期", "用水量"],
        ["S-1", 2026030117, 123.45, dt.date(2026, 11, 30), dt.date(2026, 11, 1), 12.5],
        [6.222000000000001e18, 2026030117, 0.1 + 0.2, 46356, "", ""],
    )
    good, *problems = read(path, "bills")
    assert good.values["amount"] == 12345
    assert good.values["due_date"] == dt.date(2026, 11, 30)
    assert good.values["period"] == "2026-11"
    assert (good.inputs, good.extras) == ({"student_no": "2026030117"}, {"用水量": "12.5"})
    assert [(p.column, p.reason) for p in problems] == [
        ("账单编号", "is a number of over 15 digits: Excel has changed the last ones"),
        ("缴费截止日", "is not a date"),
    ]


def test_a_failed_formula_is_a_row_error_in_any_column(tmp_path):
    path = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["账单编号", "学号", "金额", "缴费截止日", "备注"])
        page.write_row(1, 0, ["S-1", "2026030117", 8, "2026-11-30"])
        page.write_formula(1, 4, "=1/0", None, "#DIV/0!")
    (problem,) = read(path, "bills")
    assert (problem.row, problem.column, problem.value) == (2, "备注", "#ERROR")
    assert problem.reason == "holds an error of Excel's, such as #N/A"


def test_an_account_is_never_shown_whole(csv_of):
    path = csv_of(
        "客户编号,姓名,学号,扣款账号",
        "C1,王建明,2026030117,6222 0000 0000 0000 0000 0000 0001 017",
        "C2,王建明,2026030118,６２２２",
    )
    long, short = read(path, "customers")
    assert long.value == "*" * 34 + " 017"
    assert short.value == "****"
    assert "6222" not in repr(long)


def test_cells_under_no_name_are_refused_unless_blank(csv_of):
    path = csv_of(
        "账单编号,学号,,金额,缴费截止日",
        "S-1,2026030117,,8,2026-11-30, ,",
        "S-2,2026030117,x,8,2026-11-30,y",
        "S-3,2026030117,",
    )
    good, nameless, beyond, *_ = read(path, "bills")
    assert good.values["bill_no"] == "S-1"
    assert (nameless.row, nameless.column, nameless.value) == (3, "3", "x")
    assert (beyond.column, beyond.value, beyond.reason) == ("6", "y", "is under no name of the header")


def test_a_row_that_ends_early_lacks_what_is_not_there(csv_of):
    path = csv_of("账单编号,学号,金额,缴费截止日", "S-1,2026030117")
    assert [problem.column for problem in read(path, "bills")] == ["金额", "缴费截止日"]


def test_a_value_that_does_not_match_its_columns_pattern_is_refused(csv_of):
    path = csv_of("客户编号,姓名,学号,邮箱", "C1,王建明,2026030117,nobody")
    (problem,) = read(path, "customers")
    assert str(problem) == "row 2, column 邮箱, 'nobody': does not look like 邮箱; correct it"


def test_a_cell_that_forces_an_empty_text_is_blank(csv_of):
    path = csv_of("账单编号,学号,金额,缴费截止日", '"=""""",2026030117,8,2026-11-30')
    (problem,) = read(path, "bills")
    assert (problem.column, problem.reason) == ("账单编号", "is blank")


@pytest.mark.parametrize(
    ("kind", "header", "message"),
    [
        (
            "bills",
            "账单编号,学号,缴费截止日",
            r"row 1, column 金额 \(amount\): the column is missing; add it",
        ),
        (
            "bills",
            "账单编号,金额,缴费截止日",
            r"column 学号 \(student_no\): the column is missing; add it, or 客户编号",
        ),
        ("customers", "客户编号,姓名", r"column 学号 \(student_no\): the column is missing"),
        ("bills", "账单编号,学号,金额,amount,缴费截止日", r"the column is there twice \(C 金额, D amount\)"),
        (
            "bills",
            "账单编号,学号,student_no,金额,缴费截止日",
            r"the column is there twice \(B 学号, C student_no\)",
        ),
        (
            "bills",
            "S-1,2026030117,8,2026-11-30",
            "none of its cells names a column; name the columns: 账单编号",
        ),
        (
            "bills",
            "账单编号,学号,金额,缴费截止日,\x1b[31m班级",
            r"column E \(\x1b\[31m班级\): has control characters in its name; delete the name and type it again",
        ),
        (
            "bills",
            "账单编号,学号,金\u200b额,缴费截止日",
            r"column C \(金\u200b额\): has invisible characters in its name",
        ),
    ],
)
def test_a_header_that_does_not_fit_is_refused_with_the_file_and_the_column(csv_of, kind, header, message):
    path = csv_of(header, "S-1,2026030117,8,2026-11-30,x,y")
    with pytest.raises(HeaderError, match=message) as caught:
        read(path, kind)
    assert (caught.value.path, caught.value.row) == (path, 1)


def test_without_inputs_a_bill_needs_the_customers_number(csv_of):
    path = csv_of("账单编号,金额,缴费截止日", "S-1,8,2026-11-30")
    with pytest.raises(HeaderError, match=r"column 客户编号 \(customer_no\): the column is missing"):
        read(path, "bills", ())


def test_the_header_is_checked_before_a_row_is_taken(csv_of):
    mapping = yaml.safe_load((SCHEMAS / "bills.yaml").read_text(encoding="utf-8"))
    with open_table(csv_of("编号", "S-1")) as table, pytest.raises(HeaderError):
        read_records(table, compile_layout(mapping))


def test_customers_need_no_inputs_before_there_is_a_form(csv_of):
    (record,) = read(csv_of("客户编号,姓名", "C1,王建明"), "customers", ())
    assert record.inputs == {}
