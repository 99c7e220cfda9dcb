"""Money in suspense on a page: refunded or applied to a bill, once another person approves it."""

import pytest

from offline_collect.console.forms import SEEN
from tests.console.browser import hidden_fields, text_of
from tests.console.night import SUSPENDED, store  # noqa: F401 - a fixture

PAGE = f"/suspense/{SUSPENDED}"
REFUND, APPLY = f"/suspense-refund/{SUSPENDED}", f"/suspense-apply/{SUSPENDED}"


def send(browser, path, **fields):
    seen = hidden_fields(browser.get(PAGE)).get(SEEN, "")
    return browser.post(path, {SEEN: seen, **fields})


def state(browser):
    return text_of(browser.get(PAGE)).partition("State ")[2].partition(" ")[0]


def test_the_list_leads_to_who_may_do_something_about_it(as_user):
    assert f'href="{PAGE}"' in as_user("olga").get("/payments/doubts").text
    assert f'href="{PAGE}"' not in as_user("max").get("/payments/doubts").text


def test_it_is_refunded_by_two_people(as_user):
    olga = as_user("olga")
    assert send(olga, REFUND, reason="paid twice", reference="T-1").headers["location"] == PAGE
    assert state(olga) == "SUSPENSE"
    assert olga.post("/approvals/1/approve").status_code == 403
    assert as_user("carla").post("/approvals/1/approve").status_code == 303
    text = text_of(olga.get(PAGE))
    assert "It is not in suspense any more" in text
    assert send(olga, REFUND, reason="again").status_code == 409


def test_who_checks_can_ask_and_does_not_approve_it_himself(as_user):
    carla = as_user("carla")
    assert send(carla, REFUND, reason="paid twice").status_code == 303
    assert "the same person" in text_of(carla.post("/approvals/1/approve"))


def test_it_is_applied_to_a_bill_by_two_people(as_user):
    olga = as_user("olga")
    assert send(olga, APPLY, bill_no="S4", why="the payer's other child").headers["location"] == PAGE
    assert as_user("carla").post("/approvals/1/approve").status_code == 303
    assert "PAID" in text_of(olga.get("/bill/SCHOOL01/S4"))


def test_a_bill_that_cannot_take_it_is_refused_at_once(as_user):
    olga = as_user("olga")
    paid = send(olga, APPLY, bill_no="S1", why="the payer's other child")
    assert paid.status_code == 422
    assert "S1" in text_of(paid)
    unknown = send(olga, APPLY, bill_no="NONE", why="a guess")
    assert unknown.status_code == 422
    assert 'value="a guess"' in unknown.text
    assert state(olga) == "SUSPENSE"


@pytest.mark.parametrize("path", [REFUND, APPLY])
def test_a_reason_is_needed(as_user, path):
    assert send(as_user("olga"), path, reason="", why="", bill_no="S4").status_code == 422


@pytest.mark.parametrize("name", ["max", "wang.fang", "mei"])
def test_who_may_not_is_refused(as_user, name):
    browser = as_user(name)
    assert browser.get(PAGE).status_code == 403
    assert [browser.post(path, {"reason": "x"}).status_code for path in (REFUND, APPLY)] == [403, 403]


def test_a_payment_of_another_bank_is_not_there(as_user):
    browser = as_user("otto")
    assert browser.get(PAGE).status_code == 404
    assert [browser.post(path, {"reason": "x"}).status_code for path in (REFUND, APPLY)] == [404, 404]
    assert as_user("olga").get("/suspense/nothing").status_code == 404


def test_the_page_is_in_chinese_too(as_user):
    assert "退回" in text_of(as_user("olga", **{"Accept-Language": "zh-CN"}).get(PAGE))
