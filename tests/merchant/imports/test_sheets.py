"""Imports of workbooks with several sheets: rows say their sheet, and the corrected error workbook is the whole file."""

from dataclasses import dataclass, field, fields

import openpyxl
import pytest
import python_calamine

from offline_collect.merchant.imports import problems
from offline_collect.merchant.imports.error_workbook import write_errors
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.result import ImportRefusedError, NoRowsError, SheetsError
from offline_collect.merchant.imports.row_numbers import RowNumbersError
from offline_collect.merchant.imports.view import problems_shown
from offline_collect.translations import LANGUAGES
from tests.files.workbooks import of_sheets
from tests.merchant.importing import KINDS, counts, import_file, unseen
from tests.support.actors import user

HEADER = ["bill_no", "customer_no", "amount", "due_date", "period"]
TURNED = [*reversed(HEADER), "备注"]


def bill(number, amount=1, customer="C1"):
    return [number, customer, amount, "2026-12-01", "2026-12"]


def turned(*bill_of):
    return [*reversed(bill(*bill_of)), "住校"]


@pytest.fixture
def book(pupils):
    """Write a workbook of sheets; return its name."""
    return lambda name="book.xlsx", **sheets: of_sheets(pupils.folder / name, **sheets).name


@pytest.fixture
def refused(pupils):
    """Have a workbook refused; return the order and the error."""

    def refused(name, **more):
        order = pupils.order("bills", None, name=name, **more)
        with pytest.raises(ImportRefusedError) as caught:
            import_file(pupils.store, order, KINDS["bills"], unseen)
        return order, caught.value

    return refused


def written(order, error):
    """Write the error workbook; return its path and its sheets."""
    path = order.file.with_name("errors.xlsx")
    write_errors(order, error.problems, path, LANGUAGES["zh"])
    with python_calamine.CalamineWorkbook.from_path(str(path)) as found:
        return path, {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


def test_all_sheets_with_the_header_are_imported_and_told(pupils, book):
    name = book(说明=[["请核对"]], 一班=[HEADER, bill("A")], 二班=[TURNED, turned("B", 2)])
    done = pupils.take("bills", None, name=name)
    assert (counts(done), pupils.amounts("A", "B")) == ({"new": 2}, [100, 200])
    assert done.left.read == ["一班", "二班"]
    assert [(each.name, each.rows) for each in done.left.sheets] == [("说明", 1)]
    assert counts(pupils.take("bills", None, name=name, sheet="二班", again=True)) == {"unchanged": 1}


def test_a_bill_that_is_in_two_sheets_is_a_bad_row_that_names_both(book, refused):
    _, error = refused(book(一班=[HEADER, bill("A"), bill("B")], 二班=[HEADER, bill("A"), bill("C")]))
    (line,) = problems_shown(error.problems, user("clerk"), LANGUAGES["both"])
    assert (line.rows, line.value) == ("二班!2", "A")
    assert line.reason.splitlines() == ["与第 一班!2 行重复", "is in row 一班!2 already"]


def test_a_preview_tells_rows_and_columns_of_their_sheet(pupils, book):
    name = book(一班=[HEADER, bill("A", -1)], 二班=[TURNED, turned("B"), turned("C", -1)])
    found = pupils.preview("bills", None, name=name)
    assert (found.rows, found.problems.rows) == (3, 2)
    (line,) = problems_shown(found.problems, user("clerk"), LANGUAGES["en"])
    assert (line.rows, line.column) == ("一班!2, 二班!3", "C amount")


def test_the_error_workbook_has_the_sheets_and_corrected_it_is_the_whole_file(pupils, book, refused):
    name = book(
        说明=[["请核对"]],
        一班=[HEADER, bill("A"), bill("B", -1)],
        二班=[TURNED, turned("C"), turned("A"), ["", "", 2, "", "合计", ""]],
        三班=[HEADER, bill("D")],
    )
    path, sheets = written(*refused(name))
    assert {title: [row[1:] for row in rows] for title, rows in sheets.items()} == {
        "一班": [HEADER, bill("B", -1), bill("A")],
        "二班": [TURNED, turned("A"), turned("C"), ["", "", 2, "", "合计", ""]],
        "三班": [HEADER, bill("D")],
    }
    assert sheets["一班"][1][0].startswith("第 一班!3 行，amount：")
    assert sheets["二班"][1][0].startswith("第 二班!3 行，账单编号：与第 一班!2 行重复")
    found = openpyxl.load_workbook(path)
    assert found["二班"]["F2"].comment is not None
    found["一班"]["D2"], found["二班"]["F2"] = 5, "E"
    found.save(path)
    assert counts(pupils.take("bills", None, name=path.name)) == {"new": 5}
    assert pupils.amounts(*"ABCDE") == [100, 500, 100, 100, 100]


def test_corrected_in_part_it_gives_an_error_workbook_of_all_sheets_again(pupils, book, refused):
    path, _ = written(*refused(book(一班=[HEADER, bill("A", -1)], 二班=[HEADER, bill("B", -1)])))
    found = openpyxl.load_workbook(path)
    found["一班"]["D2"] = 5
    found.save(pupils.folder / "again.xlsx")
    path.unlink()
    _, sheets = written(*refused("again.xlsx"))
    assert {title: [row[1] for row in rows] for title, rows in sheets.items()} == {
        "一班": ["bill_no", "A"],
        "二班": ["bill_no", "B"],
    }


def test_more_bad_rows_than_are_kept_come_out_in_their_sheets(book, refused, monkeypatch):
    monkeypatch.setattr(problems, "PROBLEMS_KEPT_MAX", 2)
    bad = [bill(f"B{number}", -1) for number in range(4)]
    name = book(一班=[HEADER, *bad[:3], bill("A")], 二班=[HEADER, bill("C"), bad[3]])
    _, sheets = written(*refused(name))
    assert {title: [row[1] for row in rows[1:]] for title, rows in sheets.items()} == {
        "一班": ["B0", "B1", "B2", "A"],
        "二班": ["B3", "C"],
    }


@dataclass(frozen=True)
class CountedOrder(ImportOrder):
    """An order that counts how often its file is opened."""

    opened: list[int] = field(default_factory=list)

    def open_table(self, *how):
        self.opened.append(1)
        return ImportOrder.open_table(self, *how)


@pytest.mark.parametrize(("kept", "opened"), [(2, 2), (100, 1)])
def test_however_many_sheets_have_too_many_bad_rows_the_file_is_read_twice(
    book, refused, monkeypatch, kept, opened
):
    monkeypatch.setattr(problems, "PROBLEMS_KEPT_MAX", kept)
    sheets = {f"{n}班": [HEADER, *(bill(f"B{n}{at}", -1) for at in range(3))] for n in range(5)}
    order, found = refused(book(**sheets))
    counted = CountedOrder(**{each.name: getattr(order, each.name) for each in fields(order)})
    _, written_sheets = written(counted, found)
    assert len(counted.opened) == opened
    assert {title: len(rows) for title, rows in written_sheets.items()} == dict.fromkeys(sheets, 4)


def test_numbers_that_count_the_rows_of_each_sheet_are_no_numbers_of_bills(pupils, book):
    rows = [HEADER, bill("1"), bill("2")]
    with pytest.raises(RowNumbersError):
        pupils.take("bills", None, name=book(一班=rows, 二班=rows))


def test_what_stands_around_the_tables_of_all_sheets_is_told(pupils, book):
    name = book(
        一班=[["标题"], HEADER, bill("A")],
        二班=[["标题"], HEADER, [*bill("B"), "", "见附件"], ["合计", "", 9]],
    )
    left = pupils.take("bills", None, name=name).left
    assert (left.above, left.beside) == (2, ["二班!F"])
    assert [str(total.row) for total in left.totals] == ["二班!4"]
    assert {row_class.value: list(map(str, rows)) for row_class, rows in left.first.items()} == {
        "total": ["二班!4"]
    }


def test_sheets_of_headers_only_have_no_rows(pupils, book):
    with pytest.raises(NoRowsError):
        pupils.take("bills", None, name=book(一班=[HEADER], 二班=[HEADER]))


def test_a_value_that_the_user_gives_holds_for_all_sheets(pupils, book):
    header = ["客户编号", "金额"]
    name = book(一班=[header, ["C1", 1]], 二班=[header, ["C2", 2]])
    done = pupils.take("bills", None, name=name, constants={"due_date": "2026-12-01"})
    assert (counts(done), done.left.read) == ({"new": 2}, ["一班", "二班"])


@pytest.mark.parametrize(
    "other",
    [
        {"二班": [HEADER[:-1], bill("B")[:-1]]},
        {"欠费": [["客户编号", "缴费截止日"], ["C1", "2026-12-01"]]},
        {"欠费": [["学号", "金额"], ["2026010101", 5]]},
        {"欠费": [["姓名", "金额"], ["王小明", 5]]},
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_that_looks_like_bills_but_is_not_read_refuses_the_file(pupils, book, other, first):
    one = {"一班": [HEADER, bill("A")]}
    name = book(**(one | other if first else other | one))
    with pytest.raises(
        SheetsError, match=r"nothing was imported: further sheets .*(一班|二班|欠费) \(.*--sheet NAME"
    ):
        pupils.take("bills", None, name=name)
    assert pupils.amounts("A") == [None]
    assert len(pupils.preview("bills", None, name=name).left.likely) == 1
    assert counts(pupils.take("bills", None, name=name, sheet="一班")) == {"new": 1}


@pytest.mark.parametrize(
    "rows", [[["请核对"]], [["班级", "人数", "金额"], ["一班", 9, 5]], [["客户编号", "电话"], ["C1", "1"]]]
)
def test_other_sheets_are_left_out(pupils, book, rows):
    done = pupils.take("bills", None, name=book(一班=[HEADER, bill("A")], 其他=rows))
    assert (counts(done), done.left.likely) == ({"new": 1}, [])
