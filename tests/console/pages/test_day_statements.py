"""The statements of all merchants of a settled day, as one archive."""

import io
import zipfile

import pytest
from sqlalchemy import update

from offline_collect.console.pages.day_statements import NOT_WRITTEN
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.schema.tables import payments
from tests.console.browser import text_of
from tests.console.payday import store  # noqa: F401 - a fixture
from tests.databases.disarmed import disarm
from tests.fakes.bank import DAY

PAGE, STATEMENTS = f"/day-end/{DAY}", f"/day-end/{DAY}/statements"


def archive(response):
    return zipfile.ZipFile(io.BytesIO(response.content))


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The folder in which files are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_each_merchant_of_the_day_has_its_statement_and_nothing_is_left_behind(as_user, store, folders):  # noqa: F811
    browser = as_user("greta")
    assert f'action="{STATEMENTS}"' in browser.get(PAGE).text
    given = browser.post(STATEMENTS, {"format": "xlsx"})
    assert given.headers["content-type"] == "application/zip"
    opened = archive(given)
    assert opened.testzip() is None
    assert opened.namelist() == ["SCHOOL01-statement-20261122.xlsx"]
    again = archive(browser.post(STATEMENTS, {"format": "xlsx"}))
    assert [each.CRC for each in again.infolist()] == [each.CRC for each in opened.infolist()]
    assert list(folders.iterdir()) == []
    with store.snapshot() as reading:
        actions = {row.action for row in audit_rows(reading, AuditFilter())}
    assert {"day statements", "console download"} <= actions


def test_a_merchant_whose_figures_cannot_be_trusted_is_named_in_the_archive(as_user, store):  # noqa: F811
    with store.transaction() as tx:
        disarm(tx.connection)
        tx.connection.execute(update(payments).values(amount_minor=payments.c.amount_minor + 1))
    opened = archive(as_user("greta").post(STATEMENTS, {"format": "xlsx"}))
    assert opened.namelist() == [NOT_WRITTEN]
    assert opened.read(NOT_WRITTEN).decode().startswith("SCHOOL01, business day 2026-11-22: ")
    with store.snapshot() as reading:
        assert list(audit_rows(reading, AuditFilter(action="day statements"))) == []


def test_as_csv_the_details_are_files_of_their_own(as_user):
    names = archive(as_user("greta").post(STATEMENTS, {"format": "csv"})).namelist()
    assert len(names) > 1
    assert all(name.startswith("SCHOOL01-") and name.endswith(".csv") for name in names)


@pytest.mark.parametrize("name", ["olga", "max", "chen", "mei", "otto"])
def test_who_does_not_settle_for_all_banks_gets_none(as_user, folders, name):
    browser = as_user(name)
    assert STATEMENTS not in browser.get(PAGE).text
    assert browser.post(STATEMENTS, {"format": "xlsx"}).status_code == 403
    assert list(folders.iterdir()) == []


def test_a_day_that_is_not_settled_has_none(as_user, folders):
    response = as_user("greta").post("/day-end/2026-11-23/statements", {"format": "xlsx"})
    assert response.status_code == 422
    assert "has no statements before it is settled" in text_of(response)
    assert list(folders.iterdir()) == []


def test_a_format_that_there_is_not_is_no_page(as_user):
    assert as_user("greta").post(STATEMENTS, {"format": "pdf"}).status_code == 404
