"""Payout runs on the pages; a payout that failed is paid again once another person approves it."""

import pytest

from offline_collect.console.forms import SEEN
from tests.console.browser import hidden_fields, text_of
from tests.console.night import PAYOUT, RUN, store  # noqa: F401 - a fixture

LIST, ONE, AGAIN = "/payout-runs", f"/payout-runs/{RUN}", f"/payouts/{PAYOUT}"
OTHER = {
    "account": "6222000000000042",
    "account_bank": "105",
    "account_name": "阳光小学",
    "reason": "by letter",
}


def again(browser, **fields):
    seen = hidden_fields(browser.get(AGAIN))[SEEN]
    return browser.post(AGAIN, {SEEN: seen, "reason": "by letter", **fields})


@pytest.mark.parametrize("name", ["olga", "greta", "carla", "wang.fang"])
def test_a_run_and_its_failed_payout_are_shown_without_the_account(as_user, name):
    browser = as_user(name)
    assert f'href="{ONE}"' in browser.get(LIST).text
    page = browser.get(ONE)
    text = text_of(page)
    assert "FAILED 1002" in text
    assert f"{PAYOUT} SCHOOL01 PAYOUT 370.35 CNY FAILED 1002" in text
    assert "6222000000000001" not in page.text
    assert (AGAIN in page.text) == (name in {"olga", "greta"})


def test_what_is_of_another_bank_is_not_there(as_user):
    browser = as_user("otto")
    assert RUN not in browser.get(LIST).text
    for path in (ONE, AGAIN, "/payouts/nothing", f"/payouts/{RUN}-77"):
        assert browser.get(path).status_code == 404
    assert browser.post(AGAIN, OTHER).status_code == 404


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_does_not_settle_pays_nothing_again(as_user, name):
    assert as_user(name).get(AGAIN).status_code == 403
    assert as_user(name).post(AGAIN, OTHER).status_code == 403


def test_it_is_paid_again_to_another_account_by_two_people(as_user):
    response = again(as_user("olga"), **OTHER)
    assert response.headers["location"] == ONE
    olga = as_user("olga")
    number = 1
    assert "6222000000000042" not in olga.get(f"/approvals/{number}").text
    assert olga.post(f"/approvals/{number}/approve").status_code == 403
    checker = as_user("chen")
    assert "6222000000000042" in checker.get(f"/approvals/{number}").text
    assert checker.post(f"/approvals/{number}/approve").status_code == 303
    assert AGAIN not in olga.get(ONE).text


def test_a_second_request_is_refused_while_one_waits(as_user):
    assert again(as_user("olga")).status_code == 303
    second = again(as_user("greta"), **OTHER)
    assert second.status_code == 422
    assert "waits already" in text_of(second)
    assert 'value="by letter"' in second.text


def test_a_form_that_was_opened_before_is_refused(as_user):
    browser = as_user("olga")
    seen = hidden_fields(browser.get(AGAIN))[SEEN]
    again(as_user("greta"))
    as_user("chen").post("/approvals/1/approve")
    assert browser.post(AGAIN, {SEEN: seen, **OTHER}).status_code == 409


@pytest.mark.parametrize(("field", "value"), [("account", "6222 0042"), ("account_bank", "1-0-5")])
def test_an_account_that_cannot_be_is_refused(as_user, field, value):
    response = again(as_user("olga"), **{**OTHER, field: value})
    assert response.status_code == 422
    assert f"{field}: must be" in text_of(response)


def test_the_pages_are_in_chinese_too(as_user):
    browser = as_user("olga", **{"Accept-Language": "zh-CN"})
    assert "付款批次" in text_of(browser.get(LIST))
    assert "重新付款" in text_of(browser.get(ONE))
