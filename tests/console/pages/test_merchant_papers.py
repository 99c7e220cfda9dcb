"""What a merchant is given: workbooks to fill in, and a poster."""

import io

import pytest
from openpyxl import load_workbook

from offline_collect.store import AuditFilter, audit_rows
from tests.console.browser import text_of

WORKBOOKS, POSTER = "/merchants/SCHOOL01/workbooks/", "/merchants/SCHOOL01/poster"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The folder in which files are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("kind", ["customers", "bills"])
@pytest.mark.parametrize("name", ["olga", "mei"])
def test_a_workbook_to_fill_in_is_given(as_user, store, folders, name, kind):
    browser = as_user(name)
    assert f'href="{WORKBOOKS}{kind}"' in browser.get("/merchants/SCHOOL01").text
    given = browser.get(f"{WORKBOOKS}{kind}")
    assert f'filename="SCHOOL01-{kind}.xlsx"' in given.headers["content-disposition"]
    sheet = load_workbook(io.BytesIO(given.content)).worksheets[0]
    assert sheet.max_column > 3
    assert list(folders.iterdir()) == []
    with store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(action="console download"))
    assert (row.actor, row.merchant_id) == (name, "SCHOOL01")


def test_a_poster_is_given_or_the_font_is_named_without_our_folder(as_user, folders):
    response = as_user("olga").get(POSTER)
    if response.status_code == 200:
        assert response.content.startswith(b"%PDF")
    else:
        assert response.status_code == 422
        assert "SCHOOL01-poster.pdf" in text_of(response)
        assert str(folders) not in response.text
    assert list(folders.iterdir()) == []


@pytest.mark.parametrize("path", [f"{WORKBOOKS}customers", POSTER])
def test_a_merchant_of_another_bank_is_not_there(as_user, path):
    assert as_user("otto").get(path).status_code == 404


def test_a_kind_that_there_is_not_is_no_page(as_user):
    assert as_user("olga").get(f"{WORKBOOKS}debts").status_code == 404
