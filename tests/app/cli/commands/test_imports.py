"""`customers import`, `bills import` and `imports`: what they print, write and refuse."""

import json
import os
import pty
import subprocess
import sys

import pytest
import xlsxwriter
import yaml

from tests.files.workbooks import of_sheets
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
HEADER = "bill_no,学号,amount,due_date,period\n"
GOOD = "X1,2026030117,5.00,2026-12-30,2026-12\n"
BAD = "X2,2026030117,-1.00,2026-12-30,2026-12\n"


@pytest.fixture
def school(prepared):
    """The sample school with its customers and bills, and users who import and check."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
        ("bills", "import", "SCHOOL01", SCHOOL / "bills.csv"),
        ("user", "add", "maker", "--role", "MAKER"),
        ("user", "add", "checker", "--role", "CHECKER"),
        ("user", "add", "auditor", "--role", "AUDITOR"),
    )


@pytest.fixture
def strict(school, done, tmp_path):
    """The school, which requires a checker from now on."""
    text = (SCHOOL / "merchant.yaml").read_text(encoding="utf-8") + "maker_checker: true\n"
    (tmp_path / "strict.yaml").write_text(text, encoding="utf-8")
    done("merchant", "add", "strict.yaml", "--replace")


@pytest.fixture
def write(tmp_path):
    def write(*rows, name="more.csv"):
        (tmp_path / name).write_text(HEADER + "".join(rows), encoding="utf-8")
        return name

    return write


def state(done, number):
    return yaml.safe_load(done("imports", "show", number))["state"]


def test_a_preview_shows_before_and_after_and_does_nothing(school, done, cli, write):
    file = write("S2026-11-0001,2026030117,99.00,2026-11-30,2026-11\n", GOOD)
    shown = done("bills", "import", "SCHOOL01", file, "--preview", "--withdraw-missing")
    assert "more.csv: preview, nothing was done: 2 rows: 1 new, 1 changed, 190 withdrawn" in shown
    assert ["S2026-11-0001", "金额", "123.45", "99.00"] in [line.split() for line in shown.splitlines()]
    assert "the first that would be withdrawn, of 190:" in shown
    assert cli("bills", "show", "SCHOOL01", "X1").exit_code == 1
    assert len(json.loads(done("imports", "list", "--json"))) == 2


def sheet(path, *numbers, hidden=(), columns=()):
    """Write bills of these numbers as a workbook, and hide rows and columns of it."""
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["bill_no", "学号", "amount", "due_date", "班级", "车号"])
        for at, number in enumerate(numbers, start=1):
            page.write_row(at, 0, [number, "2026030117", "5.00", "2026-12-30", "三年级1班", "2"])
        for row in hidden:
            page.set_row(row, None, None, {"hidden": True})
        for column in columns:
            page.set_column(column, column, None, None, {"hidden": True})


def test_an_import_says_what_of_a_sheet_is_hidden_and_takes_it(school, done, tmp_path):
    sheet(tmp_path / "in.xlsx", "X1", "X5", "X3", hidden=[1, 3, 8], columns=[4])
    told = [
        "in.xlsx: 2 of the rows are hidden in the sheet; they are imported too",
        "in.xlsx: the column 班级 is hidden in the sheet; it is imported too",
    ]
    command = ("bills", "import", "SCHOOL01", "in.xlsx")
    assert done(*command, "--preview").splitlines()[1:3] == told
    assert done(*command).splitlines()[1:] == told
    assert "5.00" in done("bills", "show", "SCHOOL01", "X3")
    assert "hidden" not in done(*command)
    sheet(tmp_path / "in.xlsx", "X4", hidden=[1], columns=[4, 5])
    assert done(*command).splitlines()[1:] == [
        "in.xlsx: 1 of the rows is hidden in the sheet; it is imported too",
        "in.xlsx: the columns 班级, 车号 are hidden in the sheet; they are imported too",
    ]


def test_an_import_names_the_sheets_that_it_reads_and_those_that_it_does_not(school, done, tmp_path):
    header = ["bill_no", "学号", "amount", "due_date"]
    rest = ["2026030117", "5.00", "2026-12-30"]
    of_sheets(
        tmp_path / "in.xlsx",
        说明=[["请核对"]],
        一班=[header, ["X1", *rest]],
        二班=[header, ["X2", *rest], ["合计", "", "9.00"]],
    )
    assert done("bills", "import", "SCHOOL01", "in.xlsx").splitlines()[1:] == [
        "in.xlsx: read 2 sheets as one file: 一班, 二班",
        "in.xlsx: left out the sheet 说明: 1 row: none of its cells names a column",
        "in.xlsx: --sheet NAME reads another sheet",
        "in.xlsx: left out 1 row: totals (二班!3)",
        "in.xlsx: row 二班!3 says 9.00, but the rows above it add up to 5.00: check them",
    ]


def test_an_import_says_which_cells_it_read_as_something_else(school, done, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "in.xlsx") as workbook:
        page, cents = workbook.add_worksheet(), workbook.add_format({"num_format": "0.00"})
        page.write_row(0, 0, ["bill_no", "学号", "amount", "due_date", "备注"])
        for row in range(1, 8):
            page.write_row(row, 0, [f"X{row * 37}", "2026030117", "", "2026-12-30"])
            page.write_number(row, 2, 10.355, cents)
        page.write(7, 4, "长" * 61)
    assert done("bills", "import", "SCHOOL01", "in.xlsx").splitlines()[1:] == [
        "in.xlsx: 7 amounts rounded as Excel shows them: 金额, rows 2, 3, 4, 5, 6, …",
        "in.xlsx: 1 text cut, because too long: 备注, rows 8",
    ]
    assert "10.36" in done("bills", "show", "SCHOOL01", "X37")


def test_nothing_is_said_of_hidden_columns_that_are_left_out(school, done, tmp_path):
    sheet(tmp_path / "in.xlsx", "X1", columns=[4, 5])
    (tmp_path / "map.yaml").write_text("ignore: [班级, 车号]", encoding="utf-8")
    assert "hidden" not in done("bills", "import", "SCHOOL01", "in.xlsx", "--mapping", "map.yaml")


def test_what_changes_whose_bills_are_stops_unless_it_is_meant(school, done, cli, write):
    """A second file reuses the numbers of the first for another month."""
    rows = ["1,2026030117,5.00,2026-12-30,2026-12\n", "2,2026030117,6.00,2026-12-30,2026-12\n"]
    command = ("bills", "import", "SCHOOL01", write(*rows))
    counted = "the numbers in the column bill_no are 1, 2, … in the order of the rows"
    assert f"--identity-changes would say that this is meant: {counted}" in done(*command, "--preview")
    refused = cli(*command)
    assert refused.exit_code == 1
    assert f"nothing was imported: {counted}" in refused.stderr
    assert "2 new" in done(*command, "--identity-changes")
    write(*(row.replace("2026-12", "2027-01") for row in (rows[1], "7" + rows[0][1:], rows[0])))
    moved = "bring another customer, period, due month or item for 2 unpaid bills: 2 from"
    assert (
        f"as it is, the import would be refused whole; --identity-changes would say that this is meant: it would {moved}"
        in done(*command, "--preview")
    )
    assert f"nothing was imported: it would {moved}" in cli(*command).stderr
    assert "2026-12" in done("bills", "show", "SCHOOL01", "1")
    previewed = done(*command, "--preview", "--identity-changes")
    assert f"\nit would {moved}" in previewed
    assert "refused whole" not in previewed
    assert "brought another customer, period, due month or item for 2 unpaid bills: 2 from" in done(
        *command, "--identity-changes"
    )
    assert "identity_changes: true" in done("imports", "show", 4)


def test_customers_that_are_numbered_like_rows_are_told_once(school, done, tmp_path):
    text = "客户编号,姓名,学号\n1,张三,2026039001\n2,李四,2026039002\n"
    (tmp_path / "new.csv").write_text(text, encoding="utf-8")
    command = ("customers", "import", "SCHOOL01", "new.csv")
    told = "the numbers in the column 客户编号 are 1, 2, … in the order of the rows"
    assert told in done(*command, "--preview")
    assert f"new.csv: {told}" in done(*command)
    assert told not in done(*command, "--again")


def test_a_preview_tells_what_would_be_refused(school, done, write, tmp_path):
    shown = done("bills", "import", "SCHOOL01", write(GOOD, BAD), "--preview", "--errors", "bad.xlsx")
    assert "as it is, the import would be refused whole" in shown
    assert "is negative" in shown
    assert (tmp_path / "bad.xlsx").is_file()


def test_bad_rows_go_into_a_workbook_that_is_named(school, cli, write, tmp_path):
    result = cli("bills", "import", "SCHOOL01", write(GOOD, BAD))
    assert result.exit_code == 1
    assert (
        f"the whole file, its bad rows first, each with its reason, is in {tmp_path}/more-errors.xlsx"
        in result.stdout
    )
    assert (tmp_path / "more-errors.xlsx").is_file()
    result = cli("bills", "import", "SCHOOL01", "more.csv", "--errors", "elsewhere.xlsx")
    assert f"is in {tmp_path}/elsewhere.xlsx" in result.stdout
    assert (tmp_path / "elsewhere.xlsx").is_file()


def test_an_error_workbook_takes_nobodys_place(school, refused, write, tmp_path):
    (tmp_path / "mine.xlsx").write_text("mine", encoding="utf-8")
    reason = refused("bills", "import", "SCHOOL01", write(BAD), "--errors", "mine.xlsx", code=2)
    assert "mine.xlsx is there already" in reason
    assert (tmp_path / "mine.xlsx").read_text(encoding="utf-8") == "mine"


def test_the_good_rows_are_taken_where_that_is_asked_for(school, done, write):
    shown = done("bills", "import", "SCHOOL01", write(GOOD, BAD), "--accept-valid")
    assert "2 bills of SCHOOL01: 1 new, 0 changed, 0 unchanged, 1 refused" in shown
    assert "more-errors.xlsx" in shown
    assert yaml.safe_load(done("bills", "show", "SCHOOL01", "X1"))["payable"] == "5.00"


def test_missing_bills_are_withdrawn_where_that_is_asked_for(school, done, write):
    row = "S2026-11-0001,2026030117,123.45,2026-11-30,2026-11\n"
    shown = done("bills", "import", "SCHOOL01", write(row), "--withdraw-missing")
    assert "180 withdrawn" in shown
    assert yaml.safe_load(done("bills", "show", "SCHOOL01", "S2026-11-0002"))["state"] == "WITHDRAWN"


def test_options_that_contradict_each_other_are_refused(school, refused, write):
    reason = refused(
        "bills", "import", "SCHOOL01", write(GOOD), "--accept-valid", "--withdraw-missing", code=2
    )
    assert "--withdraw-missing needs the whole file" in reason


def test_a_mapping_is_read_from_yaml(school, done, refused, tmp_path):
    (tmp_path / "map.yaml").write_text("columns: {bill_no: 单号, amount: 应缴}", encoding="utf-8")
    text = "单号,学号,应缴,缴费截止日\nM1,2026030117,7.00,2026-12-30\n"
    (tmp_path / "theirs.csv").write_text(text, encoding="utf-8")
    shown = done("bills", "import", "SCHOOL01", "theirs.csv", "--mapping", "map.yaml")
    assert "1 new" in shown
    (tmp_path / "map.yaml").write_text("columns: {nonsense: 单号}", encoding="utf-8")
    assert "map.yaml: columns.nonsense" in refused(
        "bills", "import", "SCHOOL01", "theirs.csv", "--mapping", "map.yaml"
    )


def test_what_waits_is_released_by_somebody_else(strict, done, refused, write):
    shown = done("bills", "import", "SCHOOL01", write(GOOD), "--as", "maker")
    assert "it waits: nothing is in effect until another user releases it" in shown
    assert "waits to be released" in done("bills", "import", "SCHOOL01", "more.csv", "--as", "maker")
    assert "SCHOOL01 has no bill X1" in refused("bills", "show", "SCHOOL01", "X1")
    assert "maker may not release" in refused("imports", "release", "3", "--as", "maker")
    assert done("imports", "release", "3", "--as", "checker") == "import 3 is in effect\n"
    assert yaml.safe_load(done("bills", "show", "SCHOOL01", "X1"))["state"] == "OPEN"
    shown = yaml.safe_load(done("imports", "show", "3"))
    assert (shown["imported_by"], shown["decided_by"], shown["rows"]["new"]) == ("maker", "checker", 1)


def test_nobody_releases_his_own_import(strict, done, refused, write):
    done("bills", "import", "SCHOOL01", write(GOOD))
    assert "import 3 was made by system: another user must release it" in refused("imports", "release", "3")


def test_whoever_imported_it_may_take_it_back(strict, done, refused, write):
    done("bills", "import", "SCHOOL01", write(GOOD), "--as", "maker")
    assert "auditor may not" in refused("imports", "reject", "3", "--as", "auditor")
    assert "import 3 is rejected" in done("imports", "reject", "3", "--as", "maker", "--reason", "too early")
    assert state(done, 3) == "REJECTED"
    assert "import 3 is REJECTED" in refused("imports", "release", "3", "--as", "checker")


def test_an_import_is_undone(school, done, refused, write):
    done("bills", "import", "SCHOOL01", write("S2026-11-0001,2026030117,99.00,2026-11-30,2026-11\n", GOOD))
    assert done("imports", "undo", "3") == "import 3 is undone: what it replaced is in effect again\n"
    assert yaml.safe_load(done("bills", "show", "SCHOOL01", "S2026-11-0001"))["payable"] == "123.45"
    assert "SCHOOL01 has no bill X1" in refused("bills", "show", "SCHOOL01", "X1")
    assert "import 3 is UNDONE" in refused("imports", "undo", "3")


def test_customers_with_bills_are_not_undone(school, refused):
    reason = refused("imports", "undo", "1")
    assert "import 1 is not undone, and stays in effect: has bills by now: 2026010101, 2026010102, " in reason
    assert reason.count("has bills by now") == 1
    assert ", and 115 more\n" in reason


def test_imports_are_listed_and_filtered(school, cli, done, refused, write):
    cli("bills", "import", "SCHOOL01", write(*[GOOD.replace("X1", f"X{n}") for n in range(1_000)], BAD))
    listed = json.loads(done("imports", "list", "--json"))
    assert [each["import"] for each in listed] == [3, 2, 1]
    assert [each["kind"] for each in listed] == ["bills", "bills", "customers"]
    asked = {
        ("--kind", "customers"): [1],
        ("--state", "released"): [2, 1],
        ("--state", "rejected"): [3],
        ("--limit", "1"): [3],
        ("--merchant", "SCHOOL01"): [3, 2, 1],
    }
    for options, numbers in asked.items():
        assert [each["import"] for each in json.loads(done("imports", "list", "--json", *options))] == numbers
    assert "bills.csv" in done("imports", "list")
    assert done("imports", "list", "--state", "waiting") == "no import matches\n"
    assert "--state: NONSENSE is none of STAGING" in refused("imports", "list", "--state", "nonsense", code=2)
    assert "no merchant NOBODY" in refused("imports", "list", "--merchant", "NOBODY")
    assert json.loads(done("imports", "show", "1", "--json"))["rows"]["new"] == 120
    assert "99" in refused("imports", "show", "99")


@pytest.mark.parametrize(
    "command",
    [
        ["bills", "import", "SCHOOL01", "more.csv"],
        ["bills", "import", "SCHOOL01", "more.csv", "--preview"],
        ["imports", "release", "2"],
        ["imports", "undo", "2"],
    ],
    ids=" ".join,
)
def test_what_takes_a_role_is_refused_without_it(school, refused, write, command):
    write(GOOD)
    assert "auditor may not" in refused(*command, "--as", "auditor")


def test_accounts_are_never_shown_and_people_to_some_only(school, done, tmp_path):
    text = "客户编号,姓名,学号,手机,扣款账号\nN1,王小明,2026099999,13812345678,6222000000000002\n"
    (tmp_path / "new.csv").write_text(text, encoding="utf-8")
    shown = done("customers", "import", "SCHOOL01", "new.csv", "--preview", "--as", "maker")
    assert "王小明" in shown
    assert "13812345678" in shown
    assert "6222000000000002" not in shown


def test_a_terminal_sees_how_far_it_is(school, tmp_path, write):
    """On a terminal a bar is drawn on standard error; standard output does not change."""
    file = write(GOOD)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "offline_collect", "bills", "import", "SCHOOL01", file]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "120"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    drawn = os.read(ours, 65_536).decode()
    os.close(ours)
    assert "more.csv" in drawn
    assert " row" in drawn
    assert done.stdout.decode().startswith("more.csv: import 3: 1 bill of SCHOOL01: 1 new")
