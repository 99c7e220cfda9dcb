"""A proposed mapping is made of the sheet that an import would take, not of a cover."""

import yaml

from offline_collect.files.columns.layout import compile_layout
from offline_collect.merchant.mappings.sheets import likeliest_sheet
from tests.files.merchants_tables import SCHEMAS
from tests.files.workbooks import write

DUE = "2030-12-31"
COVER = [["某校餐费"]]


def layout():
    values = yaml.safe_load((SCHEMAS / "bills.yaml").read_text(encoding="utf-8"))
    titles = yaml.safe_load((SCHEMAS / "titles.yaml").read_text(encoding="utf-8"))
    return compile_layout(values | {"titles": titles}, inputs=({"key": "room", "label": "房号"},))


def sheet_of(tmp_path, **sheets):
    def fill(book, page):
        for name, rows in sheets.items():
            added = book.add_worksheet(name)
            for at, row in enumerate(rows):
                added.write_row(at, 0, row)

    return likeliest_sheet(write(tmp_path / "bills.xlsx", fill), layout())


def bills(titles, rows=1):
    return [titles, *([f"K-{at}", "C1", 5, DUE] for at in range(rows))]


def test_the_first_sheet_that_fits_is_taken(tmp_path):
    fits = bills(["单号", "户号", "金额", "截止日"])
    more = bills(["单号", "户号", "金额", "截止日"], rows=3)
    assert sheet_of(tmp_path, cover=COVER, one=fits, two=more) == "one"


def test_of_sheets_that_do_not_fit_the_one_with_most_known_titles_is_taken(tmp_path):
    few, more = bills(["单号", "卡", "钱", "到"], rows=9), bills(["单号", "户号", "钱", "截止日"])
    assert sheet_of(tmp_path, cover=COVER, few=few, more=more) == "more"


def test_of_equals_the_one_with_most_rows_is_taken(tmp_path):
    titles = ["号", "卡", "钱", "到"]
    assert sheet_of(tmp_path, cover=COVER, one=bills(titles), two=bills(titles, rows=3)) == "two"


def test_a_file_with_one_sheet_needs_no_choice(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_text("单号,户号\n", encoding="utf-8")
    assert likeliest_sheet(path, layout()) is None
