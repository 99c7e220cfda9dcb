"""A debit batch's file goes out, its result and debits that came back come in, and a batch is cancelled."""

from types import SimpleNamespace

import pytest

from offline_collect.domain.debits.batches import BatchState
from offline_collect.store.debits.batches import get_batch
from offline_collect.store.schema.debit_tables import debit_records
from tests.console.browser import text_of
from tests.console.evening import store  # noqa: F401 - a fixture
from tests.settlement.debit.desk import Desk

SCHOOL = "20261123000001"
ONE = f"/debit-batches/{SCHOOL}"
FILE, CANCEL = f"{ONE}/file", f"{ONE}/cancel"
ROW = ("batch_no", "sequence", "bill_no")
RESULT, RETURNED = "/bank-files/debits", "/bank-files/returned-debits"


def batch_in(store):  # noqa: F811
    with store.snapshot() as reading:
        return get_batch(reading, SCHOOL).batch


@pytest.fixture
def bank(store, tmp_path):  # noqa: F811
    """The bank at the other end of the batch."""
    return Desk(SimpleNamespace(store=store), tmp_path)


def form_file(path):
    return {"file": (path.name, path.read_bytes())}


@pytest.fixture
def result(as_user, bank, tmp_path):
    """The bank's result of the file that the browser got: all is settled."""
    sent = tmp_path / "sent.dat"
    sent.write_bytes(as_user("olga").post(FILE).content)
    return form_file(bank.result(sent))


def test_a_batchs_file_goes_out_and_its_result_comes_in(as_user, store, result):  # noqa: F811
    browser = as_user("olga")
    assert f'action="{FILE}"' in browser.get(ONE).text
    assert browser.post(RESULT, files=result).headers["location"] == ONE
    batch = batch_in(store)
    assert batch.state is BatchState.TAKEN
    count = batch.record_count
    page = browser.get(ONE)
    assert f"the result is taken: {count} of {count} debits are settled" in text_of(page)
    assert FILE not in page.text
    assert CANCEL not in page.text
    assert "was taken before" in text_of(browser.post(RESULT, files=result))
    assert browser.post(FILE).status_code == 422


def test_debits_that_came_back_open_their_bills_again(as_user, store, bank, result):  # noqa: F811
    browser = as_user("olga")
    browser.post(RESULT, files=result)
    first = next((*row[1:], 12_345) for row in bank.rows(debit_records, *ROW) if row[0] == SCHOOL)
    back = form_file(bank.returns(batch_in(store), first))
    assert browser.post(RETURNED, files=back).headers["location"] == "/debit-batches"
    assert "came back: 1 debit; what they paid is open again" in text_of(browser.get("/debit-batches"))
    assert browser.post(RETURNED, files=back).status_code == 422


def test_a_batch_is_cancelled_and_its_result_is_refused_then(as_user, store, result):  # noqa: F811
    browser = as_user("olga")
    assert browser.post(CANCEL).headers["location"] == ONE
    assert batch_in(store).state is BatchState.CANCELLED
    assert browser.post(CANCEL).status_code == 422
    assert browser.post(RESULT, files=result).status_code == 422


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_has_no_debits_is_refused(as_user, store, name):  # noqa: F811
    browser = as_user(name)
    page = browser.get(ONE).text
    assert FILE not in page
    assert CANCEL not in page
    assert [browser.post(path).status_code for path in (FILE, CANCEL, RESULT, RETURNED)] == [403] * 4
    assert batch_in(store).state is BatchState.WRITTEN


def test_another_banks_batch_is_not_there(as_user):
    browser = as_user("otto")
    assert [browser.post(path).status_code for path in (FILE, CANCEL)] == [404, 404]


@pytest.mark.parametrize("path", [RESULT, RETURNED])
@pytest.mark.parametrize("content", [b"hello\n", b"<?xml version='1.0'?><Document/>"])
def test_what_is_no_file_of_a_bank_is_refused_by_its_name(as_user, path, content):
    response = as_user("olga").post(path, files={"file": ("notes.txt", content)})
    assert response.status_code == 422
    assert "notes.txt" in text_of(response)
