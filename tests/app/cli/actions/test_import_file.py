"""Files that cannot be imported: each gives one clear error or a table of bad rows, and nothing is stored."""

import os
import shutil
import zipfile

import pytest
import xlsxwriter
from typer.testing import CliRunner

from offline_collect.app.cli.main import app
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
DATA = ROOT / "tests" / "files" / "data"
HEADER = "账单编号,学号,金额,缴费截止日,项目"
GOOD = "S-1,2026030117,8,2026-11-30,餐费"


def csv_of(*lines, encoding="utf-8"):
    """Return a function that writes lines as a CSV file."""
    return lambda path: path.write_bytes(b"".join(line.encode(encoding) + b"\n" for line in lines))


def row_of(**cells):
    """Return a function that writes one row, valid except for these cells."""
    values = dict(zip(("number", "pupil", "amount", "due", "item"), GOOD.split(","), strict=True)) | cells
    return csv_of(HEADER, ",".join(values.values()))


def book_of(fill):
    """Return a function that writes a workbook; its first sheet has the header and a function fills it."""

    def write(path):
        with xlsxwriter.Workbook(path) as workbook:
            page = workbook.add_worksheet()
            page.write_row(0, 0, HEADER.split(","))
            fill(page)

    return write


def _failed_formula(page):
    page.write_row(1, 0, GOOD.split(","))
    page.write_formula(1, 2, "=1/0", None, "#DIV/0!")


def _merged(page):
    page.write_row(1, 0, GOOD.split(","))
    page.write_row(2, 0, GOOD.replace("S-1", "S-2").split(","))
    page.merge_range(1, 2, 2, 2, 8)


def _damaged_ids(page):
    page.write_row(1, 0, [6.222e18, *GOOD.split(",")[1:]])


def _three_decimals(page):
    page.write_row(1, 0, ["S-1", "2026030117", 8.005, "2026-11-30"])


def _cut_short(path):
    book_of(_merged)(path)
    path.write_bytes(path.read_bytes()[:2000])


def _bomb(path):
    book_of(_merged)(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/x.bin", bytes(7_654_321))
    declared = (2 * 1024**3 - 1).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace((7_654_321).to_bytes(4, "little"), declared))


def _huge_text(path):
    book_of(_merged)(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/sharedStrings.xml"
    parts[name] = parts[name].replace(b"</t>", b"x" * 50_000_000 + b"</t>", 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def _two_gigabytes(path):
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)


FILES = {
    "UTF-16": (csv_of(HEADER, GOOD, encoding="utf-16-le"), "is UTF-16, or not a text"),
    "no encoding": (lambda path: path.write_bytes(b"\xff\xff\n"), "line 1 is neither UTF-8 nor GB18030"),
    "two encodings": (
        lambda path: path.write_bytes(f"{HEADER}\n".encode() + f"{GOOD}\n".encode("gb18030")),
        "is saved in two ways: line 2 is",
    ),
    "a BOM in the middle": (csv_of(HEADER, f"\ufeff{GOOD}"), "1 problem in 1 row"),
    "an open quote": (csv_of(HEADER, f'"{GOOD}'), "row 2: the quotes do not add up"),
    "the header and nothing else, twice": (csv_of(HEADER, HEADER), "no row below it that is not left out"),
    "a column twice": (csv_of(f"{HEADER},amount", f"{GOOD},8"), "the column is there twice"),
    "no header": (csv_of(GOOD), "none of its cells names a column"),
    "a name that nobody sees whole": (csv_of(f"{HEADER},班\u200b级", f"{GOOD},x"), "has invisible characters in its name"),
    "a missing column": (csv_of("账单编号,学号", "S-1,2026030117"), "the column is missing"),
    "merged cells": (book_of(_merged), "1 problem in 2 rows"),
    "a failed formula": (book_of(_failed_formula), "1 problem in 1 row"),
    "a password": (lambda path: shutil.copy(DATA / "locked.xlsx", path), "is protected by a password"),
    "half a workbook": (_cut_short, "is a damaged workbook"),
    "a zip bomb": (_bomb, "unpacks to more than 1073741824 bytes"),
    "a huge text in a workbook": (_huge_text, "has a cell of more than 4000 characters"),
    "two gigabytes": (_two_gigabytes, "has 2147483648 bytes"),
    "a huge cell": (row_of(item="x" * 60_000), "row 2: has a cell of more than 4000 characters"),
    "16385 columns": (csv_of(",".join(["x"] * 16_385)), "has more than 256 columns"),
    "a negative amount": (row_of(amount="-8"), "1 problem in 1 row"),
    "an amount in scientific notation": (row_of(amount="8E+02"), "1 problem in 1 row"),
    "an amount with three decimals": (book_of(_three_decimals), "1 problem in 1 row"),
    "a date of another order": (row_of(due="11/30/2026"), "1 problem in 1 row"),
    "a number that Excel damaged": (book_of(_damaged_ids), "1 problem in 1 row"),
    "a number with a trailing .0": (row_of(number="123.0"), "1 problem in 1 row"),
    "a number twice": (csv_of(HEADER, GOOD, GOOD), "1 problem in 2 rows"),
    "an unknown customer": (row_of(pupil="9999999999"), "1 problem in 1 row"),
    "nothing": (lambda path: path.touch(), "is empty"),
    "blanks": (csv_of("", " , "), "holds no header row"),
    "a header alone": (csv_of(HEADER), "has a header and no row below it"),
    "a directory": (lambda path: path.mkdir(), "is a directory"),
    "a pipe": (os.mkfifo, "is not a plain file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "is not a plain file"),
    "a link to itself": (lambda path: path.symlink_to(path), "cannot be read"),
}  # fmt: skip


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """The sample school with its pupils and no bills: a store that each test copies."""
    folder = tmp_path_factory.mktemp("bank")
    config = 'database: {url: "sqlite:///bank.db"}\nlinks: [{name: fep-1}]\n'
    (folder / "bank.yaml").write_text(config, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in (
            ["init", "--business-date", "2026-11-22", "--yes"],
            ["merchant", "add", str(SCHOOL / "merchant.yaml")],
            ["form", "publish", "SCHOOL01", str(SCHOOL / "form.yaml")],
            ["customers", "import", "SCHOOL01", str(SCHOOL / "customers.csv")],
        ):
            result = CliRunner().invoke(app, ["--config", "bank.yaml", *command])
            assert result.exit_code == 0, result.output
    return folder / "bank.db"


@pytest.fixture
def school(bank, tmp_path):
    shutil.copy(bank, tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_taken_is_told_and_leaves_nothing(school, refused, tmp_path, name):
    write, reason = FILES[name]
    path = tmp_path / "in"
    write(path)
    told = refused("bills", "import", "SCHOOL01", path)
    assert reason in told
    assert told.startswith("Error: ")
    assert "Traceback" not in told
    assert "has no bill S-1" in refused("bills", "show", "SCHOOL01", "S-1")


def test_columns_in_another_order_are_taken(school, done, tmp_path):
    csv_of("缴费截止日,金额,学号,账单编号", "2026-11-30,8,2026030117,S-1")(tmp_path / "in.csv")
    assert "1 new" in done("bills", "import", "SCHOOL01", "in.csv")


def test_values_that_people_write_in_many_ways_are_taken(school, done, tmp_path):
    dates = ["2026-11-30", "2026/11/30", "20261130", "2026年11月30日", "2026.11.30"]
    amounts = ["１２３４.５０", "￥1234.50", '"1,234.50"', "1234.5", "1234.50元"]
    rows = [
        f"S-{at * 37},2026030117,{amount},{day}"
        for at, (day, amount) in enumerate(zip(dates, amounts, strict=True), start=1)
    ]
    csv_of("账单编号,学号,金额,缴费截止日", *rows)(tmp_path / "in.csv")
    assert "5 new" in done("bills", "import", "SCHOOL01", "in.csv")
    for at in range(1, 6):
        shown = done("bills", "show", "SCHOOL01", f"S-{at * 37}")
        assert "1234.50" in shown
        assert "2026-11-30" in shown


def test_values_of_formulas_and_of_the_first_visible_sheet_are_taken(school, done, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "in.xlsx") as workbook:
        hidden, page = workbook.add_worksheet(), workbook.add_worksheet()
        hidden.write_row(0, 0, ["旧"])
        hidden.hide()
        page.activate()
        page.set_first_sheet()
        page.write_row(0, 0, HEADER.split(","))
        page.write_row(1, 0, GOOD.split(","))
        page.write_formula(1, 2, "=4+4", None, 8)
    assert "1 new" in done("bills", "import", "SCHOOL01", "in.xlsx")
    assert "8.00" in done("bills", "show", "SCHOOL01", "S-1")


def test_cells_and_titles_do_not_steer_the_terminal_that_shows_them(school, cli, tmp_path):
    csv_of(f"{HEADER},班级", f"{GOOD}\x1b]0;mine\x07,x")(tmp_path / "in.csv")
    told = cli("bills", "import", "SCHOOL01", "in.csv", env={"FORCE_COLOR": "1", "COLUMNS": "200"}).output
    assert r"餐费\x1b]0;mine\x07" in told
    assert "\x1b]" not in told
    csv_of(f"{HEADER},\x1b[31m班级", f"{GOOD},x")(tmp_path / "in.csv")
    told = cli("bills", "import", "SCHOOL01", "in.csv", env={"FORCE_COLOR": "1"}).output
    assert r"in.csv, row 1, column F (\x1b[31m班级): has control characters in its name; delete" in told
    shown = cli("bills", "show", "SCHOOL01", "\x1b[2J", color=True).output
    assert r"has no bill \x1b[2J" in shown


def test_made_numbers_are_told_with_the_bills_that_may_be_former_ones(school, cli, tmp_path):
    path = tmp_path / "rows.csv"
    header = "学号,金额,缴费截止日,账期,项目"
    csv_of(header, "2026030117,8,2030-12-31,2030-12,餐费")(path)
    taken = cli("bills", "import", "SCHOOL01", str(path))
    assert "rows.csv: no column holds bill numbers: made as 2030-12/2026030117/~f0548d" in taken.output
    csv_of(header, "2026030117,8,2030-12-31,2030-12,伙食费")(path)
    shown = cli("bills", "import", "SCHOOL01", str(path), "--preview")
    assert (
        "rows.csv: not in this file: 1 unpaid bill of the same periods or days: a corrected" in shown.output
    )
