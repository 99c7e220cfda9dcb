"""Paid at the merchant's office, on the pages: posted and undone by two people."""

import pytest

from offline_collect.console.forms import SEEN
from offline_collect.store import bill_details
from tests.console.browser import hidden_fields, text_of
from tests.fakes.bank import DAY

OPEN, PAID = "/bill-paid/SCHOOL01/S5", "/bill-paid/SCHOOL01/S1"
UNDO = "/bill-paid-undo/SCHOOL01/S5"
RECEIPT = {"reference": "R-17", "paid_on": "2026-11-21"}


def post(browser, fields=RECEIPT, path=OPEN):
    first = browser.get(path).text.split("<h2>")[0]
    seen = hidden_fields(type("Part", (), {"text": first}))[SEEN]
    return browser.post(path, {SEEN: seen, **fields})


def state_of(store, bill_no="S5"):
    with store.snapshot() as reading:
        return bill_details(reading, "SCHOOL01", bill_no).bill.state(DAY).value


def approve(as_user, number):
    assert as_user("carla").post(f"/approvals/{number}/approve").status_code == 303


def test_it_is_posted_and_undone_once_another_person_approves(as_user, store):
    browser = as_user("max")
    assert 'href="/bill-paid/SCHOOL01/S5"' in browser.get("/bill/SCHOOL01/S5").text
    assert post(browser).headers["location"] == "/bill/SCHOOL01/S5"
    before = state_of(store)
    approve(as_user, 1)
    assert (before, state_of(store)) == ("OPEN", "PAID")
    page = browser.get("/bill/SCHOOL01/S5")
    serial = next(word for word in text_of(page).split("By hand")[-1].split() if word.startswith("2026"))
    assert browser.post(UNDO, {"serial": serial, "why": "twice"}).status_code == 303
    approve(as_user, 2)
    assert state_of(store) == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reference": ""}, "reference"),
        ({**RECEIPT, "amount": "much"}, "much"),
        ({**RECEIPT, "paid_on": "soon"}, "soon"),
        ({**RECEIPT, "amount": "1.00"}, "1.00"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked_for(as_user, fields, said):
    browser = as_user("max")
    response = post(browser, fields)
    assert response.status_code == 422
    assert said in text_of(response) or said in response.text
    assert "/approvals/1" not in browser.get("/approvals").text


def test_a_bill_that_is_paid_takes_no_more(as_user):
    assert post(as_user("max"), path=PAID).status_code == 422


def test_only_a_payment_at_the_office_of_this_bill_is_undone(as_user):
    response = as_user("max").post(UNDO, {"serial": "20261122000000000001", "why": "twice"})
    assert response.status_code == 422
    assert "it stands under the bill" in text_of(response)


@pytest.mark.parametrize("name", ["carla", "wang.fang", "mei"])
def test_who_may_not_is_refused(as_user, name):
    browser = as_user(name)
    assert "/bill-paid/" not in browser.get("/bill/SCHOOL01/S5").text
    assert browser.get(OPEN).status_code == 403
    assert browser.post(OPEN, RECEIPT).status_code == 403


def test_another_banks_bill_is_not_there(as_user):
    browser = as_user("otto")
    assert [browser.get(OPEN).status_code, browser.post(OPEN, RECEIPT).status_code] == [404, 404]
