"""Statements on the pages: a merchant's figures by day, and their files, each on record."""

import io
import zipfile

import pytest

from offline_collect.store import AuditFilter, audit_rows
from tests.console.browser import text_of

OF_SCHOOL = "/statements?merchant=SCHOOL01"
FILES = "/statements/files/"
DAY = "?merchant=SCHOOL01&from=2026-11-22&to=2026-11-22"
STATEMENT, DETAILS = f"{FILES}statement{DAY}", f"{FILES}details{DAY}"


def on_record(store):
    with store.snapshot() as reading:
        return [
            (row.action, row.merchant_id)
            for row in audit_rows(reading, AuditFilter(action="console download"))
        ]


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The folder in which files are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", ["anna", "olga", "max", "carla", "wang.fang", "mei"])
def test_the_open_month_is_shown_with_its_picture(as_user, name):
    page = as_user(name).get(OF_SCHOOL)
    text = text_of(page)
    assert page.status_code == 200
    assert 'aria-label="Paid by business day"' in page.text
    assert "2026-11-22 OPEN 0.00 CNY 3 370.35 CNY 0.00 CNY 0.00 CNY 370.35 CNY 370.35 CNY" in text
    assert 'value="2026-11-01"' in page.text
    assert 'value="2026-11-22"' in page.text


def test_a_user_of_one_merchant_sees_it_at_once_and_others_name_one(as_user):
    assert "370.35 CNY" in text_of(as_user("mei").get("/statements"))
    assert "Name a merchant to see its statement." in text_of(as_user("olga").get("/statements"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("&from=2026-11-23&to=2026-11-22", "exchange the two"),
        ("&from=2025-11-01&to=2026-11-22", "387 days are too many"),
        ("&from=yesterday", "is no date"),
        ("&from=2025-01-01&to=2025-01-31", "business day"),
    ],
)
def test_a_period_without_figures_says_why_and_stays_in_the_form(as_user, query, said):
    page = as_user("olga").get(OF_SCHOOL + query)
    assert page.status_code == 422
    assert said in text_of(page)
    assert f'value="{query.split("=")[1].partition("&")[0]}"' in page.text


def test_another_banks_merchant_is_not_there(as_user, store, folders):
    browser = as_user("otto")
    assert browser.get(OF_SCHOOL).status_code == 404
    assert browser.get(STATEMENT + "&format=xlsx").status_code == 404
    assert as_user("mei").get("/statements?merchant=WATER001").status_code == 404
    assert on_record(store) == []
    assert list(folders.iterdir()) == []


def test_the_statement_is_a_workbook_on_record(as_user, store, folders):
    response = as_user("mei").get(STATEMENT + "&format=xlsx")
    assert response.status_code == 200
    assert 'filename="SCHOOL01-statement-20261122.xlsx"' in response.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as workbook:
        assert "xl/workbook.xml" in workbook.namelist()
    assert on_record(store) == [("console download", "SCHOOL01")]
    assert list(folders.iterdir()) == []


def test_as_csv_a_statement_and_its_details_come_in_one_file(as_user, folders):
    response = as_user("mei").get(STATEMENT + "&format=csv&language=en")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == [
            "SCHOOL01-statement-20261122.csv",
            "SCHOOL01-statement-20261122-details.csv",
        ]
        assert "370.35" in archive.read("SCHOOL01-statement-20261122.csv").decode("utf-8-sig")
    assert list(folders.iterdir()) == []


def test_a_days_details_are_one_file(as_user, folders):
    response = as_user("olga").get(DETAILS + "&format=csv")
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text.count("123.45") >= 3


@pytest.mark.parametrize(
    "path",
    [
        STATEMENT,
        f"{FILES}all{DAY}&format=csv",
        f"{DETAILS}&format=pdf",
        f"{DETAILS}&format=csv&language=fr",
        f"{FILES}details?format=csv",
    ],
)
def test_a_file_that_there_is_not_is_not_found(as_user, store, folders, path):
    assert as_user("olga").get(path).status_code == 404
    assert on_record(store) == []
    assert list(folders.iterdir()) == []


def test_a_period_without_business_days_has_no_file(as_user, store, folders):
    path = f"{FILES}statement?merchant=SCHOOL01&from=2025-01-01&to=2025-01-31&format=csv"
    assert as_user("olga").get(path).status_code == 422
    assert on_record(store) == []
    assert list(folders.iterdir()) == []
