"""A debit batch is made on a page, and says what it leaves out."""

import pytest

from offline_collect.store import put_customers
from offline_collect.store.debits.batches import get_batch
from tests.console.browser import text_of
from tests.console.town import NIGHT
from tests.settlement.debit.desk import payer
from tests.support.samples import DUE, PUPIL

ORDER = {"merchant": "SCHOOL01", "institution": "8801", "attempt": "FIRST", "due_by": str(DUE)}


@pytest.fixture
def mandate(store):
    """The pupil's mandate."""
    with store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [payer(PUPIL, "R-PUPIL")])


def test_a_batch_is_made_and_its_page_says_what_is_left_out(as_user, store, mandate):
    browser = as_user("olga")
    assert 'href="/debit-new"' in browser.get("/debit-batches").text
    made = browser.post("/debit-new", ORDER).headers["location"]
    number = made.removeprefix("/debit-batches/")
    with store.snapshot() as reading:
        found = get_batch(reading, number)
    assert (found.batch.merchant_id, found.batch.institution) == ("SCHOOL01", "8801")
    assert (found.story.registered_by, found.story.registered_at) == ("olga", NIGHT)
    page = browser.get(made)
    assert f"the batch has {found.batch.record_count} debits; bills that are left out:" in text_of(page)
    assert f'action="{made}/file"' in page.text
    assert browser.post(f"{made}/file").status_code == 200


def test_without_a_mandate_no_batch_is_made_and_the_reason_is_said(as_user):
    browser = as_user("olga")
    assert browser.post("/debit-new", ORDER).headers["location"] == "/debit-new"
    assert "no batch was made; left out: NO_MANDATE" in text_of(browser.get("/debit-new"))


@pytest.mark.parametrize("bad", [{"due_by": "soon"}, {"collect_on": "2020-01-01"}, {"institution": ""}])
def test_what_is_wrong_is_said(as_user, mandate, bad):
    response = as_user("olga").post("/debit-new", {**ORDER, **bad})
    assert response.status_code == 422
    assert 'value="SCHOOL01"' in response.text


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_has_no_debits_is_refused(as_user, name):
    assert as_user(name).get("/debit-new").status_code == 403
    assert as_user(name).post("/debit-new", ORDER).status_code == 403


def test_another_banks_merchant_is_not_there(as_user):
    assert as_user("otto").post("/debit-new", ORDER).status_code == 404


def test_the_merchant_is_named(as_user):
    response = as_user("olga").post("/debit-new", {**ORDER, "merchant": ""})
    assert response.status_code == 422
    assert "name the merchant whose bills are debited" in text_of(response)
