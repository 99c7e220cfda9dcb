"""`details` and `statement`: what they write, print and refuse."""

import csv
import re

import pytest
from python_calamine import CalamineWorkbook

from offline_collect.store import StoreSettings, open_store
from tests.databases.school_week import POSTINGS
from tests.databases.sqlite_images import image_of, put_image
from tests.merchant.exported import lived

TUESDAY = "2026-11-23"
WEEK = "2026-11-22..2026-11-25"


@pytest.fixture(scope="module")
def four_days(tmp_path_factory):
    """A store after four days of payments, reversals and postings by hand, and the names that tests use."""
    path = tmp_path_factory.mktemp("lived") / "store.db"
    with lived(f"sqlite:///{path}") as (_, serials):
        return image_of(path), serials


@pytest.fixture
def week(cli, four_days, tmp_path):
    """The command line's store after these days."""
    image, serials = four_days
    put_image(tmp_path / "bank.db", image)
    return serials


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def files_in(folder):
    """Return the files of a folder, without the files of the store."""
    return {path.name for path in folder.iterdir() if not path.name.startswith("bank.db")}


def test_details_are_a_workbook_named_for_what_it_is(week, done, tmp_path):
    printed = done("details", "SCHOOL01", TUESDAY)
    assert "SCHOOL01-details-20261123.xlsx: 5 rows" in printed
    assert re.search(r"^Paid +1 +123\.45$", printed, re.MULTILINE)
    assert re.search(r"^Net +123\.25$", printed, re.MULTILINE)
    with CalamineWorkbook.from_path(tmp_path / "SCHOOL01-details-20261123.xlsx") as workbook:
        assert workbook.sheet_names == ["汇总", "明细"]


def test_the_ending_of_the_file_says_its_format(week, done, tmp_path):
    assert "out.CSV: 5 rows" in done("details", "SCHOOL01", TUESDAY, "--out", "out.CSV", "--language", "en")
    assert len(read_csv(tmp_path / "out.CSV")) == 5
    assert "evening: 5 rows" in done("details", "SCHOOL01", TUESDAY, "--out", "evening", "--format", "csv")


def test_a_statement_names_its_days(week, done, tmp_path):
    printed = done("statement", "SCHOOL01", WEEK, "--format", "csv", "--language", "zh")
    assert f"SCHOOL01-statement-20261122-20261125-details.csv：{sum(POSTINGS.values())} 行" in printed
    assert "SCHOOL01-statement-20261122-20261125.csv：4 行" in printed
    days = read_csv(tmp_path / "SCHOOL01-statement-20261122-20261125.csv")
    assert [day["业务日期"] for day in days] == ["2026-11-22", TUESDAY, "2026-11-24", "2026-11-25"]
    assert [day["期末应付"] for day in days] == ["370.35", "493.80", "493.80", "370.35"]


def test_a_statement_of_one_day_needs_no_dots(week, done):
    assert "SCHOOL01-statement-20261123.xlsx: 5 rows" in done("statement", "SCHOOL01", TUESDAY)


def test_days_on_which_no_business_day_was_opened_are_left_out(week, done):
    assert f"{sum(POSTINGS.values())} rows" in done("statement", "SCHOOL01", "2026-11-01..2026-12-31")


def test_names_are_shown_to_those_who_may_see_them(week, done, tmp_path):
    done("user", "add", "auditor", "--role", "AUDITOR")
    asked = ("details", "SCHOOL01", "2026-11-22", "--format", "csv", "--language", "en")
    done(*asked, "--out", "full.csv")
    done("--as", "auditor", *asked, "--out", "masked.csv")
    assert {row["Name"] for row in read_csv(tmp_path / "full.csv")} == {"王小明", ""}
    assert {row["Name"] for row in read_csv(tmp_path / "masked.csv")} == {"王*明", ""}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("details", "SCHOOL01", "yesterday"), "'yesterday' is not a date: write it like 2026-11-30"),
        (("details", "SCHOOL01", "2026-02-30"), "'2026-02-30' is not a date"),
        (("details", "SCHOOL01", WEEK), "is not a date"),
        (("details", "SCHOOL01", TUESDAY, "--format", "pdf"), "--format pdf: must be one of xlsx, csv"),
        (("details", "SCHOOL01", TUESDAY, "--language", "fr"), "must be one of zh, en, both"),
        (("details", "SCHOOL01", TUESDAY, "--out", "a.csv", "--format", "xlsx"), "leave one out"),
        (("details", "SCHOOL01", TUESDAY, "--out", "a.doc"), "must end in .xlsx or .csv"),
        (("statement", "SCHOOL01", "2026-11-25..2026-11-22"), "ends before it begins"),
        (("statement", "SCHOOL01", "2026-01-01..2027-12-31"), "is 730 days long; 366 at most"),
        (("statement", "SCHOOL01", "..2026-11-22"), "'' is not a date"),
    ],
)
def test_wrong_usage_is_exit_2_and_writes_nothing(week, refused, tmp_path, arguments, reason):
    before = files_in(tmp_path)
    assert reason in refused(*arguments, code=2)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("details", "NOBODY", TUESDAY), "there is no merchant NOBODY"),
        (("details", "SCHOOL01", "2026-11-29"), "2026-11-29 is not a business day of this store"),
        (("details", "SCHOOL01", TUESDAY, "--out", "nowhere/a.xlsx"), "nowhere/a.xlsx: cannot be written"),
        (("details", "SCHOOL01", TUESDAY, "--out", "taken.csv"), "taken.csv: is there already"),
        (("statement", "SCHOOL01", "2025-01-01..2025-12-31"), "has no business day"),
    ],
)
def test_what_cannot_be_done_is_refused_and_writes_nothing(week, refused, tmp_path, arguments, reason):
    (tmp_path / "taken.csv").write_text("precious", encoding="utf-8")
    before = files_in(tmp_path)
    assert reason in refused(*arguments)
    assert files_in(tmp_path) == before
    assert (tmp_path / "taken.csv").read_text(encoding="utf-8") == "precious"


def test_a_file_is_overwritten_where_that_is_meant(week, done, tmp_path):
    (tmp_path / "taken.csv").write_text("old", encoding="utf-8")
    done("details", "SCHOOL01", TUESDAY, "--out", "taken.csv", "--overwrite")
    assert len(read_csv(tmp_path / "taken.csv")) == 5


def test_a_store_that_does_not_agree_with_itself_hands_nothing_out(week, refused, tmp_path):
    store = open_store(StoreSettings(f"sqlite:///{tmp_path / 'bank.db'}"))
    with store.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE payments SET amount_minor = 1 WHERE bill_no = 'S7'")
    store.dispose()
    reason = refused("details", "SCHOOL01", TUESDAY)
    assert "PAID: 123.45 in the ledger, 0.01 by the payments" in reason
    assert "run `offline-collect verify`" in reason
    assert not list(tmp_path.glob("SCHOOL01*"))
