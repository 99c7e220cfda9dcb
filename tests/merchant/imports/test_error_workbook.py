"""The error workbook: refused rows unchanged, with the reason; once corrected, it can be imported."""

import pytest
import python_calamine
import xlsxwriter

from offline_collect.files.errors import UnwritableError
from offline_collect.merchant.imports.error_workbook import free_name, told_columns, write_errors
from offline_collect.merchant.imports.result import ImportRefusedError
from tests.merchant.importing import bills_of, counts


def read(path):
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        return book.get_sheet_by_index(0).to_python()


@pytest.fixture
def written(pupils):
    """The error workbook of a text of bills that is refused."""

    def written(text, **more):
        with pytest.raises(ImportRefusedError) as caught:
            pupils.take("bills", text, **more)
        path = free_name(pupils.folder / "rows.csv", pupils.folder)
        write_errors(caught.value.problems, path)
        return read(path)

    return written


def test_rows_come_out_as_they_came_with_all_that_is_wrong(written):
    header, row = written(bills_of("A,C1,1.00,2026-12", "00012,NOBODY,-1.00,2026-12"))
    assert tuple(header) == (
        "bill_no",
        "customer_no",
        "amount",
        "due_date",
        "period",
        *(column.heading for column in told_columns()),
    )
    assert row[:5] == ["00012", "NOBODY", "-1.00", "2026-12-01", "2026-12"]
    assert row[5:] == [
        3,
        "amount",
        "金额为负数",
        "账单金额须大于零，退款请勿列入",
        "is negative",
        "a bill is more than zero; leave refunds out",
    ]


def test_what_the_form_and_the_store_refuse_is_told_in_both_languages(written):
    header = "bill_no,customer_no,学号,amount,due_date\n"
    _, form, store = written(f"{header}A,,12,1.00,2026-12-01\nB,NOBODY,,1.00,2026-12-01\n")
    assert form[-4:] == [
        "学号须为 10 位数字",
        "请按缴费界面的要求填写",
        "学号 must have 10 digits",
        "write it as the form asks for it",
    ]
    assert store[-4:] == [
        "没有客户 NOBODY，请先导入客户",
        "请更正这一行，或将其删去",
        "there is no customer NOBODY: import customers first",
        "correct the row, or leave it out",
    ]


def test_a_row_with_two_problems_is_there_once(written):
    _, row = written("bill_no,customer_no,amount,due_date\nA,C1,-1.00,2026-02-30\n")
    assert row[-5].splitlines() == ["amount", "due_date"]
    assert row[-4].splitlines() == ["金额为负数", "日历上没有这一天"]
    assert row[-2].splitlines() == ["is negative", "is not a day of the calendar"]


def test_rows_that_the_store_refuses_are_among_the_others_in_order(written):
    _, *rows = written(bills_of("A,NOBODY,1.00,2026-12", "B,C1,-1.00,2026-12", "D,NOBODY,1.00,2026-12"))
    assert [row[-6] for row in rows] == [2, 3, 4]
    _, *rows = written(bills_of("A,NOBODY,1.00,2026-12", "D,NOBODY,1.00,2026-12"))
    assert [row[-6] for row in rows] == [2, 3]


def test_a_formula_comes_out_as_text(written, pupils):
    _, row = written("bill_no,customer_no,amount,due_date\n=cmd|'/c calc'!A1,C1,-1.00,2026-12-01\n")
    assert row[0] == "=cmd|'/c calc'!A1"


def test_cells_beyond_the_header_come_out_too(written):
    header, row = written("bill_no,customer_no,amount,due_date\nA,C1,1.00,2026-12-01,stray\n")
    assert header[4] == ""
    assert row[4] == "stray"


def test_corrected_it_is_imported_as_it_is(pupils, written):
    header, row = written(bills_of("A,C1,-1.00,2026-12"))
    row[2] = "7.00"
    path = pupils.folder / "corrected.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, row)
    assert counts(pupils.take("bills", None, name="corrected.xlsx")) == {"new": 1}
    assert pupils.bill("A").extra == {}
    assert pupils.amounts("A") == [700]


def test_an_error_workbook_takes_nobodys_place(tmp_path):
    file = tmp_path / "bills.csv"
    assert free_name(file, tmp_path).name == "bills-errors.xlsx"
    (tmp_path / "bills-errors.xlsx").touch()
    assert free_name(file, tmp_path).name == "bills-errors-2.xlsx"
    for number in range(2, 100):
        (tmp_path / f"bills-errors-{number}.xlsx").touch()
    with pytest.raises(UnwritableError, match="--errors"):
        free_name(file, tmp_path)
