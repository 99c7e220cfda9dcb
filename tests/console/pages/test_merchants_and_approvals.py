"""Merchants and what needs two people: one asks on a page, another releases or refuses it there."""

import json
import re

import pytest

from offline_collect.console.forms import PROOF, SEEN
from offline_collect.console.pages import merchants
from offline_collect.store import get_merchant
from tests.console.browser import hidden_fields, next_page, text_of
from tests.console.town import PASSWORD

SCHOOL = "/merchants/SCHOOL01"
RULES = {
    "name": "阳光小学",
    "trade": "school",
    "amount.rule": "EXACT",
    "late_fee.rule": "NONE",
    "fee.per_payment": "0.00",
    "fee.rate": "0",
    "fee.least": "0.00",
    "limits.KIOSK": "100.00",
    "maker_checker": "false",
    "settlement.fees": "netted",
}


def change(browser, **fields):
    seen = hidden_fields(browser.get(f"{SCHOOL}/change"))[SEEN]
    return browser.post(f"{SCHOOL}/change", {SEEN: seen, **RULES, **fields})


@pytest.fixture
def asked(as_user):
    """The address of olga's request for another fee."""
    response = change(as_user("olga"), **{"fee.per_payment": "0.50"})
    assert response.status_code == 303
    return response.headers["location"]


def test_a_long_list_of_merchants_goes_on_where_the_page_ended(as_user, monkeypatch):
    monkeypatch.setattr("offline_collect.console.pages.merchants.ROWS", 1)
    browser = as_user("anna")
    seen, path = [], "/merchants"
    while path:
        page = browser.get(path).text
        seen += re.findall(r'<a class="id" href="/merchants/(\w+)"', page)
        path = next_page(page)
    assert seen == sorted(set(seen))
    assert 'name="merchant"' in browser.get("/merchants").text, "one is opened by its number too"
    assert {"SCHOOL01", "SCHOOL02"} <= set(seen)
    assert browser.get("/merchants?merchant=SCHOOL02").headers["location"] == "/merchants/SCHOOL02"
    assert browser.get("/merchants?merchant=GONE").status_code == 404


def test_merchants_are_listed_within_the_scope(as_user):
    assert "WATER001" in text_of(as_user("olga").get("/merchants"))
    of_other = text_of(as_user("otto").get("/merchants"))
    assert "SCHOOL02" in of_other
    assert "SCHOOL01" not in of_other
    assert "WATER001" not in text_of(as_user("mei").get("/merchants"))


@pytest.mark.parametrize(("name", "whole"), [("carla", True), ("olga", False), ("mei", False)])
def test_an_account_is_whole_only_for_who_approves_it(as_user, name, whole):
    page = as_user(name).get(SCHOOL)
    assert ("6222000000000001" in page.text) is whole
    assert "0001" in page.text


def test_what_is_of_another_bank_is_not_there(as_user, asked):
    browser = as_user("otto")
    for path in (SCHOOL, f"{SCHOOL}/change", f"{SCHOOL}/close", asked):
        assert browser.get(path).status_code == 404
    for path in (f"{SCHOOL}/change", f"{SCHOOL}/suspend", f"{SCHOOL}/resume", f"{SCHOOL}/close"):
        assert browser.post(path, RULES).status_code == 404
    assert asked not in browser.get("/approvals").text
    assert as_user("olga").get("/merchants/SCHOOL02").status_code == 404


def test_limits_and_who_releases_imports_are_changed_too(as_user, store):
    browser = as_user("olga")
    done = change(browser, **{"limits.KIOSK": "", "limits.MOBILE": "50", "maker_checker": "true"})
    assert done.status_code == 303
    with store.snapshot() as reading:
        merchant = get_merchant(reading, "SCHOOL01")
    assert dict(merchant.limits_minor) == {"MOBILE": 5_000}
    assert merchant.maker_checker
    assert 'value="true" selected' in browser.get(f"{SCHOOL}/change").text


def test_what_needs_no_second_person_is_changed_at_once(as_user):
    browser = as_user("olga")
    response = change(browser, name="阳光二小")
    assert response.headers["location"] == SCHOOL
    assert "阳光二小" in text_of(browser.get(SCHOOL))
    assert "as before" in text_of(browser.get(change(browser, name="阳光二小").headers["location"]))


def test_a_rule_of_money_holds_from_its_date_and_never_for_the_past(as_user):
    browser = as_user("olga")
    late = {"late_fee.rule": "FLAT", "late_fee.amount": "5", "late_fee.grace_days": "3"}
    refused = change(browser, since="2026-11-22", **late)
    assert refused.status_code == 422
    assert 'value="2026-11-22"' in refused.text
    assert change(browser, since="2026-12-01", **late).status_code == 303
    text = text_of(browser.get(SCHOOL))
    assert "2026-12-01" in text
    assert "FLAT" in text


def test_an_account_is_never_in_the_form_and_stays_if_none_is_typed(as_user):
    page = as_user("olga").get(f"{SCHOOL}/change")
    assert "0001" not in page.text
    response = change(as_user("olga"), settlement_account="6222000000009999")
    assert response.headers["location"].startswith("/approvals/")
    seen = as_user("olga").get(response.headers["location"]).text
    assert "6222000000009999" not in seen
    assert "6222000000009999" in as_user("carla").get(response.headers["location"]).text


def test_two_who_change_the_same_rules_are_told(as_user):
    browser = as_user("olga")
    seen = hidden_fields(browser.get(f"{SCHOOL}/change"))[SEEN]
    change(browser, name="阳光二小")
    late = browser.post(f"{SCHOOL}/change", {SEEN: seen, **RULES, "name": "阳光三小"})
    assert late.status_code == 409
    assert "阳光二小" in text_of(late)


def test_a_request_is_decided_by_another_person_only(as_user, asked):
    own = as_user("olga").get(asked)
    assert "another user must decide it" in text_of(own)
    assert as_user("olga").post(f"{asked}/approve").status_code == 403
    refused = as_user("anna").post(f"{asked}/withdraw")
    assert refused.status_code == 422
    checker = as_user("carla")
    assert "0.50" in text_of(checker.get(asked))
    assert checker.post(f"{asked}/approve").headers["location"] == asked
    assert "APPROVED" in text_of(checker.get(asked))
    assert "0.50" in text_of(checker.get(SCHOOL))
    again = checker.post(f"{asked}/approve")
    assert again.status_code == 422
    assert "is APPROVED already" in text_of(again)


def test_who_asks_with_approve_does_not_release_it_himself(as_user):
    anna = as_user("anna")
    request = change(anna, **{"fee.per_payment": "0.50"}).headers["location"]
    assert "the same person" in text_of(anna.post(f"{request}/approve"))
    assert "0.50" not in text_of(anna.get(SCHOOL))


def test_before_a_release_the_password_is_asked_for_again(as_user, asked, clock):
    checker = as_user("carla")
    clock.advance(300)
    assert checker.post(f"{asked}/approve").status_code == 403
    assert "PENDING" in text_of(checker.get(asked))
    assert checker.post(f"{asked}/approve", {PROOF: PASSWORD}).status_code == 303


def test_a_request_is_rejected_or_withdrawn_with_a_reason(as_user, asked):
    assert as_user("carla").post(f"{asked}/reject", {"reason": "too dear"}).status_code == 303
    assert "too dear" in text_of(as_user("olga").get(asked))
    request = change(as_user("olga"), **{"fee.per_payment": "0.40"}).headers["location"]
    assert as_user("olga").post(f"{request}/withdraw", {"reason": "wrong"}).status_code == 303
    assert "WITHDRAWN" in text_of(as_user("carla").get(request))
    assert "0.40" not in text_of(as_user("carla").get(SCHOOL))


def test_requests_are_listed_by_their_state(as_user, asked):
    browser = as_user("carla")
    assert f'href="{asked}"' in browser.get("/approvals").text
    assert f'href="{asked}"' in browser.get("/approvals?state=ALL&merchant=SCHOOL01").text
    assert "No request is in this state" in text_of(browser.get("/approvals?state=REJECTED"))
    assert 'href="/approvals"' in browser.get("/").text


def test_a_long_list_of_requests_goes_on_where_the_page_ended(as_user, asked, monkeypatch):
    monkeypatch.setattr("offline_collect.console.pages.approvals.ROWS", 1)
    change(as_user("olga"), **{"fee.per_payment": "0.40"})
    browser = as_user("carla")
    assert f'href="{asked}"' not in browser.get("/approvals").text
    assert f'href="{asked}"' in browser.get("/approvals?after=2").text


def test_a_number_that_is_no_requests_is_not_there(as_user):
    assert [as_user("carla").get(f"/approvals/{n}").status_code for n in ("99", "x")] == [404, 404]


def test_bills_of_a_large_merchant_are_counted_up_to_a_bound(as_user, monkeypatch):
    page = "/merchants/WATER001/close"
    whole = text_of(as_user("olga").get(page))
    assert "at least" not in whole
    monkeypatch.setattr(merchants, "COUNTED_MOST", 1)
    assert "not collected any more at least 1" in text_of(as_user("olga").get(page))


def decide(browser, verb, page):
    """Change a merchant's status from a page as it is now."""
    return browser.post(f"/merchants/WATER001/{verb}", {SEEN: hidden_fields(browser.get(page))[SEEN]})


def test_a_merchant_is_suspended_resumed_and_closed(as_user):
    browser = as_user("olga")
    page = "/merchants/WATER001"
    assert decide(browser, "suspend", page).status_code == 303
    assert "SUSPENDED" in text_of(browser.get("/merchants/WATER001"))
    assert decide(browser, "resume", page).status_code == 303
    assert "Unpaid bills that are not collected any more 1" in text_of(
        browser.get("/merchants/WATER001/close")
    )
    seen = json.loads(hidden_fields(browser.get(page))[SEEN])
    assert decide(browser, "close", f"{page}/close").status_code == 303
    assert "CLOSED" in text_of(browser.get("/merchants/WATER001"))
    assert "Change the rules" not in browser.get("/merchants/WATER001").text
    closed = json.dumps({**seen, "status": "CLOSED"})
    assert browser.post("/merchants/WATER001/suspend", {SEEN: closed}).status_code == 422


@pytest.mark.parametrize("verb", ["suspend", "close"])
def test_the_status_of_a_merchant_that_was_changed_meanwhile_stays(as_user, verb):
    browser, page = as_user("olga"), "/merchants/WATER001"
    seen = hidden_fields(browser.get(page))[SEEN]
    assert decide(browser, "suspend", page).status_code == 303
    late = browser.post(f"{page}/{verb}", {SEEN: seen})
    assert late.status_code == 409
    assert "Status ACTIVE SUSPENDED" in text_of(late)
    assert "SUSPENDED" in text_of(browser.get(page))


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_may_not_change_merchants_is_refused(as_user, name):
    browser = as_user(name)
    assert browser.get(f"{SCHOOL}/change").status_code == 403
    assert browser.post(f"{SCHOOL}/suspend").status_code == 403
    assert "Suspend" not in browser.get(SCHOOL).text


def test_the_pages_are_in_chinese_too(as_user, asked):
    browser = as_user("carla", **{"Accept-Language": "zh-CN"})
    assert "待审批" in text_of(browser.get(asked))
    assert "手续费" in text_of(browser.get(SCHOOL))
