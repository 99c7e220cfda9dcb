"""The error workbook: the whole file, bad rows first with what is wrong; once corrected, it can be imported."""

import openpyxl
import pytest
import python_calamine
import xlsxwriter

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.errors import UnreadableError, UnwritableError
from offline_collect.merchant.imports import problems
from offline_collect.merchant.imports.error_workbook import free_name, write_errors
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.translations import LANGUAGES
from tests.merchant.importing import KINDS, bills_of, counts, import_file, unseen

TITLE = "错误说明（导入时忽略）"
GOOD, BAD = "A,C1,1.00,2026-12", "00012,NOBODY,-1.00,2026-12"


def read(path):
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        return book.get_sheet_by_index(0).to_python()


@pytest.fixture
def refused(pupils):
    """Have a text of bills refused; return the order and its problems."""

    def refused(text, kind="bills", **more):
        order = pupils.order(kind, text, **more)
        with pytest.raises(ImportRefusedError) as caught:
            import_file(pupils.store, order, KINDS[kind], unseen)
        return order, caught.value.problems

    return refused


@pytest.fixture
def workbook(pupils, refused):
    """The path of the error workbook of a text of bills that is refused."""

    def workbook(text, languages=None, **more):
        order, found = refused(text, **more)
        path = free_name(pupils.folder / "rows.csv", pupils.folder)
        write_errors(order, found, path, languages)
        return path

    return workbook


@pytest.fixture
def written(workbook):
    """Its rows."""
    return lambda text, *more, **others: read(workbook(text, *more, **others))


def corrected(path, changes, name="corrected.xlsx"):
    """Correct cells of an error workbook, as a clerk does in Excel."""
    book = openpyxl.load_workbook(path)
    for place, value in changes.items():
        book.worksheets[0][place] = value
    book.save(path.with_name(name))
    return name


def test_all_rows_come_out_the_bad_ones_first_with_what_is_wrong(written):
    header, *rows = written(bills_of(GOOD, BAD, "B,C1,2.00,2026-12"))
    assert header == [TITLE, "bill_no", "customer_no", "amount", "due_date", "period"]
    assert rows == [
        [
            "第 3 行，amount：金额为负数。账单金额须大于零，退款请勿列入",
            "00012",
            "NOBODY",
            "-1.00",
            "2026-12-01",
            "2026-12",
        ],
        ["", "A", "C1", "1.00", "2026-12-01", "2026-12"],
        ["", "B", "C1", "2.00", "2026-12-01", "2026-12"],
    ]


def test_the_bad_cell_has_a_colour_and_a_note(workbook):
    page = openpyxl.load_workbook(workbook(bills_of(GOOD, BAD))).worksheets[0]
    assert page["D2"].comment.text == "金额为负数。账单金额须大于零，退款请勿列入"
    assert "原样导入" in page["A1"].comment.text
    colours = [page[place].fill.start_color.rgb for place in ("D2", "B2", "B3")]
    assert len(set(colours)) == 3
    assert {page[f"{letter}3"].comment for letter in "ABCDEF"} == {None}


def test_what_the_form_and_the_store_refuse_is_told_in_the_languages_asked_for(written):
    text = "bill_no,customer_no,学号,amount,due_date\nA,,12,1.00,2026-12-01\nB,NOBODY,,1.00,2026-12-01\n"
    header, form, store = written(text, LANGUAGES["both"])
    assert header[0] == "错误说明（导入时忽略） What is wrong (left out by an import)"
    assert form[0].splitlines() == [
        "第 2 行，学号：学号须为 10 位数字。请按缴费界面的要求填写",
        "row 2, 学号: 学号 must have 10 digits; write it as the form asks for it",
    ]
    assert "没有客户 NOBODY" in store[0].splitlines()[0]
    assert "there is no customer NOBODY" in store[0].splitlines()[1]
    assert "What is wrong (left out by an import)" in written(text, LANGUAGES["en"])[0]


def test_a_row_with_two_problems_is_there_once(workbook):
    page = openpyxl.load_workbook(
        workbook("bill_no,customer_no,amount,due_date\nA,C1,-1.00,2026-02-30\n")
    ).worksheets[0]
    assert [line.partition("：")[2] for line in page["A2"].value.splitlines()] == [
        "金额为负数。账单金额须大于零，退款请勿列入",
        "日历上没有这一天。请按 2026-11-30 的格式填写",
    ]
    assert page["D2"].comment is not None
    assert page["E2"].comment is not None
    assert page.max_row == 2


def test_rows_that_the_store_refuses_are_among_the_others_in_order(written):
    _, *rows = written(bills_of("A,NOBODY,1.00,2026-12", "B,C1,-1.00,2026-12", "D,NOBODY,1.00,2026-12"))
    assert [row[0].partition("，")[0] for row in rows] == ["第 2 行", "第 3 行", "第 4 行"]


def test_a_formula_comes_out_as_text(written):
    _, row = written("bill_no,customer_no,amount,due_date\n=cmd|'/c calc'!A1,C1,-1.00,2026-12-01\n")
    assert row[1] == "=cmd|'/c calc'!A1"


def test_cells_beyond_the_header_come_out_too_under_their_letter(written):
    header, row = written("bill_no,customer_no,amount,due_date\nA,C1,1.00,2026-12-01,stray\n")
    assert (header[5], row[5]) == ("", "stray")
    assert row[0].startswith("第 2 行，F：")


def test_corrected_it_is_the_whole_file_and_imported_as_it_is(pupils, workbook):
    path = workbook(bills_of(GOOD, BAD))
    name = corrected(path, {"C2": "C1", "D2": "7.00"})
    assert counts(pupils.take("bills", None, name=name)) == {"new": 2}
    assert pupils.amounts("A", "00012") == [100, 700]
    assert pupils.bill("A").extra == {}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_customers_too_whose_files_may_have_no_unknown_columns(pupils, workbook, language):
    path = workbook(
        "客户编号,姓名,学号\nC8,张三,12\nC9,李四,2026030119\n", LANGUAGES[language], kind="customers"
    )
    name = corrected(path, {"D2": "2026030120"})
    assert counts(pupils.take("customers", None, name=name)) == {"new": 2}


def test_corrected_in_part_it_gives_an_error_workbook_without_the_old_reasons(pupils, workbook):
    path = workbook(bills_of(GOOD, BAD, "B,C1,-1,2026-12"))
    name = corrected(path, {"C2": "C1", "D2": "7.00"})
    header, *rows = read(workbook(None, name=name))
    assert header == [TITLE, "bill_no", "customer_no", "amount", "due_date", "period"]
    assert [row[1] for row in rows] == ["B", "00012", "A"]
    assert [bool(row[0]) for row in rows] == [True, False, False]
    assert openpyxl.load_workbook(pupils.folder / "rows-errors-2.xlsx").worksheets[0]["D2"].comment


def test_the_header_and_the_sheet_are_where_the_next_import_looks_for_them(pupils, workbook):
    with xlsxwriter.Workbook(pupils.folder / "book.xlsx") as book:
        book.add_worksheet("第一页")
        sheet = book.add_worksheet("十二月")
        sheet.write_row(0, 0, ["阳光小学"])
        sheet.write_row(2, 0, ["bill_no", "customer_no", "金额", "due_date"])
        sheet.write_row(3, 0, ["A", "C1", -1, "2026-12-01"])
        sheet.write_row(4, 0, ["B", "C1", 2.5, "2026-12-01"])
    mapping = read_mapping({"header_row": 3}, "map.yaml")
    path = workbook(None, name="book.xlsx", sheet="十二月", mapping=mapping)
    name = corrected(path, {"D4": 3})
    done = pupils.take("bills", None, name=name, sheet="十二月", mapping=mapping)
    assert counts(done) == {"new": 2}
    assert pupils.amounts("A", "B") == [300, 250]


def test_more_bad_rows_than_are_kept_are_all_there_bad_ones_first(written, monkeypatch):
    monkeypatch.setattr(problems, "PROBLEMS_KEPT_MAX", 2)
    rows = [f"B{number}1,C1,{'-1' if number % 2 else '1'},2026-12" for number in range(10)]
    _, *found = written(bills_of(*rows))
    assert [row[1] for row in found] == ["B11", "B31", "B51", "B71", "B91", "B01", "B21", "B41", "B61", "B81"]
    assert {row[0] for row in found[2:5]} == {"本行也未通过：错误行太多，未逐一列出原因，请先更正其他行"}


def test_a_file_that_changed_in_between_is_refused(pupils, refused):
    order, found = refused(bills_of(BAD))
    order.file.write_text(bills_of(GOOD), encoding="utf-8")
    path = pupils.folder / "errors.xlsx"
    with pytest.raises(UnreadableError, match="changed after it was imported"):
        write_errors(order, found, path)
    assert not path.exists()


def test_an_error_workbook_takes_nobodys_place(tmp_path):
    file = tmp_path / "bills.csv"
    assert free_name(file, tmp_path).name == "bills-errors.xlsx"
    (tmp_path / "bills-errors.xlsx").touch()
    assert free_name(file, tmp_path).name == "bills-errors-2.xlsx"
    for number in range(2, 100):
        (tmp_path / f"bills-errors-{number}.xlsx").touch()
    with pytest.raises(UnwritableError, match="--errors"):
        free_name(file, tmp_path)


def test_uncorrected_a_merged_amount_is_refused_again(pupils, workbook, refused):
    with xlsxwriter.Workbook(pupils.folder / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["bill_no", "customer_no", "amount", "due_date"])
        sheet.write_row(1, 0, ["A", "C1", 300, "2026-12-01"])
        sheet.write_row(2, 0, ["B", "C2", "", "2026-12-01"])
        sheet.merge_range("C2:C3", 300)
    path = workbook(None, name="book.xlsx")
    assert refused(None, name=path.name)[1].count == 1


def test_a_rounded_amount_keeps_its_format_so_that_it_is_taken_again(pupils, workbook):
    with xlsxwriter.Workbook(pupils.folder / "book.xlsx") as book:
        sheet, cents = book.add_worksheet(), book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, ["bill_no", "customer_no", "amount", "due_date"])
        sheet.write_row(1, 0, ["A", "C1", "", "2026-12-01"])
        sheet.write_row(2, 0, ["B", "NOBODY", "", "2026-12-01"])
        for row in (1, 2):
            sheet.write_number(row, 2, 10.355, cents)
    name = corrected(workbook(None, name="book.xlsx"), {"C2": "C1"})
    done = pupils.take("bills", None, name=name)
    assert (counts(done), pupils.amounts("A", "B")) == ({"new": 2}, [1036, 1036])
    (cells,) = done.left.altered.values()
    assert (cells.count, cells.first) == (2, [2, 3])


def test_uncorrected_an_amount_that_a_comma_has_split_is_refused_again(workbook, refused):
    path = workbook("bill_no,customer_no,due_date,amount\nA,C1,2026-12-01,1,234.50\nB,C1,2026-12-01,2.00\n")
    assert refused(None, name=path.name)[1].count == 1


def test_totals_do_not_keep_a_corrected_workbook_out(pupils, workbook):
    path = workbook(
        "bill_no,customer_no,amount,due_date\nA,C1,1.00,2026-12-01\n小计,共1户,1.00,\n"
        "B,C1,2.00,2026-12-32\n小计,共1户,2.00,\n"
    )
    name = corrected(path, {"E2": "2026-12-01"})
    assert counts(pupils.take("bills", None, name=name)) == {"new": 2}


@pytest.mark.parametrize(
    ("titles", "mapping"),
    [
        (["钱", "谁", "什么"], {"header_row": 1}),
        (None, {"header_row": 0}),
    ],
    ids=["header", "headless"],
)
def test_the_workbook_of_a_table_whose_columns_have_letters_goes_in_with_the_same_mapping(
    pupils, titles, mapping
):
    mapping = read_mapping(
        {"columns": {"amount": "B", "customer_no": "C"}, "constants": {"due_date": "2030-12-31"}, **mapping},
        "m",
    )
    rows = [*([titles] if titles else []), ["x", "C1", "餐费"], [2, "C2", ""]]
    order = pupils.order("bills", None, name="lettered.xlsx", mapping=mapping)
    with xlsxwriter.Workbook(order.file) as book:
        page = book.add_worksheet()
        for place, row in enumerate(rows):
            page.write_row(place, 1, row)
    with pytest.raises(ImportRefusedError) as caught:
        import_file(pupils.store, order, KINDS["bills"], unseen)
    path = pupils.folder / "errors.xlsx"
    write_errors(order, caught.value.problems, path)
    bad = read(path)[1]
    at = bad.index("x")
    assert "不是有效的金额" in bad[0]
    corrected(path, {f"{chr(ord('A') + at)}2": 7}, "again.xlsx")
    assert counts(pupils.take("bills", None, name="again.xlsx", mapping=mapping)) == {"new": 2}
    assert pupils.amounts("2030-12-31/C1", "2030-12-31/C2") == [700, 200]


def test_a_bad_month_is_in_the_workbook_with_its_whole_row(pupils, workbook):
    path = workbook("学号,2030-11,2030-12,due_date\n2026030117,1,x,2030-12-31\n2026030118,2,3,2030-12-31\n")
    header, bad, good = read(path)
    assert (header[1:4], bad[1:4], good[1:4]) == (
        ["学号", "2030-11", "2030-12"],
        ["2026030117", "1", "x"],
        ["2026030118", "2", "3"],
    )
    book = openpyxl.load_workbook(path)
    assert book.active["D2"].comment is not None
    corrected(path, {"D2": "4"})
    assert counts(pupils.take("bills", None, name="corrected.xlsx")) == {"new": 4}
