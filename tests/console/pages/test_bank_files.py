"""Files of banks by the browser: a run's file goes out, its result and an institution's day come in."""

import datetime as dt
import hashlib

import pytest

from offline_collect.console.forms import PROOF
from offline_collect.domain.settlement.payouts import RunState
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.settlement.runs import get_run
from tests.console.browser import text_of
from tests.console.night import RUN
from tests.console.payday import result_of, store  # noqa: F401 - a fixture
from tests.console.town import PASSWORD
from tests.fakes.bank import DAY
from tests.settlement.fep import Book

ONE, FILE, RESULT, DAYS = (
    f"/payout-runs/{RUN}",
    f"/payout-runs/{RUN}/file",
    "/bank-files/payouts",
    "/bank-files/day",
)
ACCOUNT = b"6222000000000001"


def state_of(written):
    with written.snapshot() as reading:
        return get_run(reading, RUN).run.state


def on_record(written):
    with written.snapshot() as reading:
        return [row.action for row in audit_rows(reading, AuditFilter())]


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The folder in which files are kept while they are read or sent."""
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(kept))
    return kept


@pytest.mark.parametrize("name", ["olga", "greta", "anna"])
def test_a_runs_file_goes_out_with_its_accounts_and_the_same_bytes_again(as_user, store, folders, name):  # noqa: F811
    browser = as_user(name)
    assert f'action="{FILE}"' in browser.get(ONE).text
    given = browser.post(FILE)
    assert given.headers["content-disposition"].startswith(f'attachment; filename="settle-out-{RUN}.dat"')
    assert ACCOUNT in given.content
    assert state_of(store) is RunState.WRITTEN
    assert hashlib.sha256(given.content).hexdigest() in browser.get(ONE).text
    assert browser.post(FILE).content == given.content
    assert {"settle write", "console download"} <= set(on_record(store))
    assert list(folders.iterdir()) == []


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_does_not_settle_gets_no_file_and_brings_no_result(as_user, store, tmp_path, name):  # noqa: F811
    browser = as_user(name)
    assert FILE not in browser.get(ONE).text
    assert RESULT not in browser.get("/payout-runs").text
    assert browser.post(FILE).status_code == 403
    assert browser.get(RESULT).status_code == 403
    assert browser.post(RESULT, files=result_of(store, tmp_path)).status_code == 403
    assert state_of(store) is RunState.MADE


def test_another_banks_run_is_not_there(as_user, store, folders, tmp_path):  # noqa: F811
    browser = as_user("otto")
    assert browser.post(FILE).status_code == 404
    refused = browser.post(RESULT, files=result_of(store, tmp_path))
    assert refused.status_code == 422
    assert "is not known here" in text_of(refused)
    assert list(folders.iterdir()) == []


def test_a_result_is_taken_once_and_its_run_shows_what_failed(as_user, store, folders, tmp_path):  # noqa: F811
    browser, file = as_user("olga"), result_of(store, tmp_path, 1)
    taken = browser.post(RESULT, files=file)
    assert taken.headers["location"] == ONE
    page = text_of(browser.get(ONE))
    assert "the result is taken: 0 of 1 payouts are booked, 1 failed" in page
    assert "FAILED 1002 account closed" in page
    again = browser.post(RESULT, files=file)
    assert again.status_code == 422
    assert f"result.dat: was taken before, for run {RUN}, by olga" in text_of(again)
    assert str(folders) not in again.text
    gone = browser.post(FILE)
    assert gone.status_code == 422
    assert "is not written again" in text_of(gone)
    assert list(folders.iterdir()) == []


def test_a_result_that_does_not_fit_is_refused_whole_with_each_difference(as_user, store, tmp_path):  # noqa: F811
    response = as_user("olga").post(RESULT, files=result_of(store, tmp_path, bank="9999"))
    assert response.status_code == 422
    assert "the file was refused: result.dat: is not the result of its run" in text_of(response)
    assert state_of(store) is RunState.MADE


def test_what_is_no_file_of_a_bank_is_refused(as_user, folders):
    browser = as_user("olga")
    assert "no file was chosen" in text_of(browser.post(RESULT))
    response = browser.post(RESULT, files={"file": ("notes.txt", b"hello\n")})
    assert response.status_code == 422
    assert "notes.txt" in text_of(response)
    assert list(folders.iterdir()) == []


def test_the_form_asks_for_the_password_as_no_later_page_has_the_file(as_user, store, clock, tmp_path):  # noqa: F811
    browser, file = as_user("olga"), result_of(store, tmp_path)
    assert PROOF not in browser.get(RESULT).text
    clock.advance(dt.timedelta(minutes=6).total_seconds())
    assert f'name="{PROOF}"' in browser.get(RESULT).text
    assert browser.post(RESULT, files=file).status_code == 403
    assert state_of(store) is RunState.MADE
    assert browser.post(RESULT, {PROOF: PASSWORD}, files=file).headers["location"] == ONE
    assert state_of(store) is RunState.TAKEN


def test_an_institutions_file_of_a_day_that_is_settled_is_refused(as_user, tmp_path):
    path = Book().write(tmp_path / "fep.dat")
    response = as_user("greta").post(DAYS, files={"file": (path.name, path.read_bytes())})
    assert response.status_code == 422
    assert f"{DAY}" in text_of(response)


def test_the_pages_are_in_chinese_too(as_user):
    browser = as_user("greta", **{"Accept-Language": "zh-CN"})
    assert "取得文件" in text_of(browser.get(ONE))
    assert "银行的付款结果" in text_of(browser.get(RESULT))
    assert "机构的日文件" in text_of(browser.get(DAYS))
