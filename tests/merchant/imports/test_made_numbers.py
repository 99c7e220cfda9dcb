"""Bills without numbers: numbers are made of period, customer and item; payers' names find customers."""

import openpyxl
import pytest

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.merchant.imports import bill_owners
from offline_collect.merchant.imports.error_workbook import write_errors
from offline_collect.merchant.imports.made_numbers import MadeNumbers
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.translations import LANGUAGES
from tests.files.workbooks import of_sheets
from tests.merchant.importing import KINDS, counts, import_file, unseen

HEADER = "customer_no,学号,amount,due_date,period,description\n"
ROW = "C1,,10.00,2030-12-31,2030-12,餐费\n"
NUMBER = "2030-12/C1/~f0548d"
NAMED = "姓名,amount,due_date,period\n"


def mapped(columns, **more):
    return read_mapping({"columns": columns, **more}, "mapping.yaml")


def told(desk, text, **more):
    """Have a file refused; return its problems in words."""
    with pytest.raises(ImportRefusedError) as caught:
        desk.take("bills", text, **more)
    return [
        (each.row, each.column, str(each.reason), str(each.remedy)) for each in caught.value.problems.kept
    ]


def test_a_bill_without_a_number_gets_one_and_keeps_it(pupils):
    first = pupils.take("bills", HEADER + ROW + "C2,,1.00,2030-12-31,2030-12,\n")
    assert (counts(first), first.made) == ({"new": 2}, MadeNumbers(NUMBER))
    again = pupils.take("bills", HEADER + "C2,,1.00,2030-12-31,2030-12,\n" + ROW.replace("10.00", "12.00"))
    assert counts(again) == {"changed": 1, "unchanged": 1}
    assert pupils.amounts(NUMBER, "2030-12/C2") == [1200, 100]


def test_a_period_and_an_item_are_the_same_however_they_are_written(pupils):
    pupils.take("bills", HEADER + ROW)
    again = pupils.take("bills", HEADER + ROW.replace("餐费", "餐　费"))
    assert counts(again) == {"changed": 1}
    pupils.take("bills", HEADER + ROW.replace("2030-12,", "2030年12月,"), identity_changes=True)
    assert pupils.amounts(NUMBER) == [1000]


def test_a_month_is_numbered_with_the_year_of_its_last_day(pupils):
    text = HEADER + ROW.replace("2030-12,", "12月,")
    assert pupils.take("bills", text).made.example == NUMBER
    assert counts(pupils.take("bills", text.replace("2030-12-31", "2031-12-31"))) == {"new": 1}


def test_a_bill_of_nothing_has_the_number_of_its_year_and_month(pupils):
    titles = HEADER.replace("period", "年,月")
    assert pupils.take("bills", titles + ROW.replace("2030-12,", "2030,12,")).made.example == NUMBER
    nothing = "C1,,0,2030-12-31,2030,12,餐费\nC2,,1.00,2030-12-31,2030,12,\n"
    assert pupils.take("bills", titles + nothing).made.unlisted == 0


def test_a_row_without_a_period_is_numbered_by_its_due_date(pupils):
    assert pupils.take("bills", HEADER + ROW.replace("2030-12,", ",")).made.example == "2030-12-31/C1/~f0548d"


def test_the_number_of_a_customer_named_by_inputs_is_his(pupils):
    result = pupils.take("bills", HEADER + ROW.replace("C1,", ",2026030117"))
    assert result.made.example == NUMBER
    assert pupils.bill(NUMBER).customer_no == "C1"


def test_two_bills_with_one_number_are_refused_with_what_to_add(pupils):
    assert told(pupils, HEADER + ROW + ROW) == [
        (
            3,
            "账单编号",
            f"{NUMBER} is made for row 2 already",
            "say what tells the two bills apart, such as 项目, or add a column 账单编号",
        )
    ]


def test_a_customer_that_nobody_knows_is_told_once_and_gets_no_number(pupils):
    assert told(pupils, HEADER + ROW.replace("C1,", ",2026039999")) == [
        (2, "学号", "no customer has these", "import customers first, or correct the row")
    ]


def test_a_mapping_says_what_numbers_are_made_of(pupils):
    mapping = mapped({"bill_no": "F{period}-{student_no}"})
    result = pupils.take("bills", HEADER + ROW.replace("C1,", ",２０２６０３０１１７"), mapping=mapping)
    assert result.made.example == "F2030-12-2026030117"


def test_a_mapping_that_makes_numbers_leaves_the_column_of_numbers_aside(pupils):
    text = "账单编号," + HEADER + "1," + ROW
    assert (
        pupils.take("bills", text, mapping=mapped({"bill_no": "{period}/{customer_no}"})).made.example
        == "2030-12/C1"
    )
    assert pupils.bill("2030-12/C1").extra == {"账单编号": "1"}


def test_a_row_that_lacks_a_part_of_its_number_is_bad(pupils):
    mapping = mapped({"bill_no": "{period}/{student_no}"})
    assert told(pupils, HEADER + ROW, mapping=mapping) == [
        (2, "学号", "is blank, but the bill's number is made of it", "fill it in")
    ]


def test_a_number_that_is_too_long_without_its_item_is_a_bad_row(pupils):
    long = "1" * 30
    pupils.take("customers", f"客户编号,姓名,学号\n{long},张三,2026030999\n")
    [(row, column, reason, _)] = told(pupils, HEADER + ROW.replace("C1", long))
    assert (row, column) == (2, "客户编号")
    assert reason.startswith("makes a bill number of more than 32 characters: 2030-12/1111")


def test_unpaid_bills_of_the_period_that_a_file_lacks_are_told(pupils):
    pupils.take("bills", HEADER + ROW)
    corrected = HEADER + ROW.replace("餐费", "伙食费")
    assert pupils.preview("bills", corrected).made.unlisted == 1
    assert pupils.take("bills", corrected).made.unlisted == 1
    withdrawn = pupils.take("bills", corrected + "C2,,1.00,2030-12-31,2030-12,\n", withdraw_missing=True)
    assert counts(withdrawn) == {"new": 1, "unchanged": 1, "withdrawn": 1}


def test_a_bill_whose_row_has_nothing_to_pay_is_in_the_file(pupils):
    pupils.take("bills", HEADER + ROW)
    text = HEADER + ROW.replace("10.00", "0") + "NOBODY,,-,,,\n" + ",x,-,2030-12-31,2030-12,\n"
    result = pupils.take("bills", text + "C2,,1.00,2030-12-31,2030-12,\n", withdraw_missing=True)
    assert counts(result) == {"new": 1}
    assert pupils.amounts(NUMBER) == [1000]


def test_unpaid_bills_of_the_same_day_are_told_where_there_is_no_period(pupils):
    unnamed = HEADER + ROW.replace("2030-12,", ",")
    pupils.take("bills", unnamed)
    pupils.take("bills", HEADER + ROW.replace("餐费", "另有账期"))
    assert pupils.take("bills", unnamed.replace("餐费", "伙食费")).made.unlisted == 1
    assert pupils.take("bills", unnamed.replace("2030-12-31", "2031-01-31")).made.unlisted == 0


def test_months_are_bills_with_numbers_of_their_own(pupils):
    text = "学号,2030-11,2030-12,due_date\n2026030117,1,2,2030-12-31\n2026030118,-,3,2030-12-31\n"
    result = pupils.take("bills", text)
    assert (counts(result), result.record.counts.read) == ({"new": 3}, 3)
    assert pupils.amounts("2030-11/C1", "2030-12/C1", "2030-12/C2") == [100, 200, 300]


def test_the_good_months_of_a_row_go_in_beside_a_bad_one(pupils):
    text = "学号,2030-11,2030-12,due_date\n2026030117,1,x,2030-12-31\n"
    result = pupils.take("bills", text, accept_valid=True)
    assert (counts(result), result.record.counts.read) == ({"new": 1, "refused": 1}, 2)
    assert result.problems.refuses(2)


def test_two_tables_of_one_row_do_not_get_one_number(pupils):
    tables = [{"columns": {"customer_no": a, "amount": b}} for a, b in ("AB", "CD")]
    mapping = mapped({}, tables=tables, constants={"due_date": "2030-12-31"}, header_row=0)
    assert [each[:3] for each in told(pupils, "C1,1,C1,2\n", mapping=mapping)] == [
        (1, "账单编号", "2030-12-31/C1 is made for row 1 already")
    ]
    assert counts(pupils.take("bills", "C1,1,C2,2\n", mapping=mapping)) == {"new": 2}


def test_the_name_of_one_customer_finds_him(pupils):
    result = pupils.take("bills", NAMED + "王 小明,1,2030-12-31,2030-12\n")
    assert result.made.example == "2030-12/C1"


def test_a_name_finds_the_customer_of_a_numbered_bill_too(pupils):
    result = pupils.take("bills", "bill_no," + NAMED + "X9,李雷,1,2030-12-31,2030-12\n")
    assert (result.made, pupils.bill("X9").customer_no) == (None, "C2")


def test_a_name_of_none_or_of_several_is_a_bad_row(pupils):
    pupils.take("customers", "客户编号,姓名,学号\nC3,李雷,2026030119\nC4,李雷,2026030120\n")
    text = NAMED + "".join(f"{name},1,2030-12-31,2030-12\n" for name in ("韩梅梅", "李雷", ""))
    assert told(pupils, text) == [
        (4, "姓名", "is blank", "say whose row this is"),
        (2, "姓名", "no customer is called so", "import customers first, or correct the row"),
        (3, "姓名", "3 customers are called so", "add 客户编号"),
    ]


def test_more_customers_than_can_be_looked_through_need_a_number(pupils, monkeypatch):
    monkeypatch.setattr(bill_owners, "NAMED_MAX", 1)
    [(_, _, reason, remedy)] = told(pupils, NAMED + "李雷,1,2030-12-31,2030-12\n")
    assert (reason, remedy) == (
        "says nothing: over 1 customers are not looked through by name",
        "add 客户编号",
    )


def test_the_numbers_of_named_bills_are_still_no_numbers_of_rows(pupils):
    text = "bill_no," + NAMED + "1,李雷,1,2030-12-31,2030-12\n2,王小明,1,2030-12-31,2030-12\n"
    assert pupils.preview("bills", text).row_numbers.refused


def test_a_total_where_the_customer_should_be_is_no_bill(pupils):
    text = "学号,amount,due_date\n2026030117,1,2030-12-31\n合计,1,2030-12-31\n"
    assert counts(pupils.take("bills", text)) == {"new": 1}


def test_months_of_a_numbered_row_do_not_share_its_number(pupils):
    text = "bill_no,学号,2030-11,2030-12,due_date\nB1,2026030117,1,2,2030-12-31\n"
    assert [each[:3] for each in told(pupils, text)] == [(2, "账单编号", "is in row 2 already")]


def corrected(desk, sheet, constants):
    """Have a list refused whose amount x is wrong, correct that in the workbook of its errors, and import it."""
    name = of_sheets(desk.folder / "t.xlsx", 餐费=sheet).name
    given = {"constants": constants}
    order = desk.order("bills", None, name=name, **given)
    with pytest.raises(ImportRefusedError) as caught:
        import_file(desk.store, order, KINDS["bills"], unseen)
    errors = desk.folder / "errors.xlsx"
    write_errors(order, caught.value.problems, errors, LANGUAGES["zh"])
    book = openpyxl.load_workbook(errors)
    (cell,) = [each for row in book.active for each in row if each.value == "x"]
    cell.value = 2
    book.save(errors)
    return desk.take("bills", None, name=errors.name, **given)


@pytest.mark.parametrize(
    ("title", "period"), [("2026年11月餐费", "2026-11"), ("2026年秋季学期", "2026年秋季学期")]
)
def test_a_corrected_error_workbook_keeps_the_period_that_the_title_states(pupils, title, period):
    sheet = [[title], ["客户编号", "金额"], ["C1", 1], ["C2", "x"]]
    done = corrected(pupils, sheet, {"due_date": "2026-12-01"})
    assert counts(done) == {"new": 2}
    assert pupils.bill(done.made.example).period == period


@pytest.mark.parametrize(
    ("title", "month", "period"), [("2026年度餐费", "3月", "2026-03"), ("2027年1月餐费", "11月", "2026-11")]
)
def test_a_corrected_error_workbook_keeps_the_year_of_months(pupils, title, month, period):
    sheet = [[title], ["客户编号", "金额", "账期"], ["C1", 1, month], ["C2", "x", month]]
    done = corrected(pupils, sheet, {"due_date": "2027-08-31"})
    assert counts(done) == {"new": 2}
    assert pupils.bill(done.made.example).period == period
