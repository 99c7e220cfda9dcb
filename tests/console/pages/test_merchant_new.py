"""A merchant is registered on a page, another person approves it, and its first form begins with a pattern."""

import re

import pytest

from offline_collect.console.forms import SEEN
from offline_collect.store import get_merchant
from tests.console.browser import hidden_fields, text_of

NEW = {
    "id": "GAS00001",
    "name": "蓝焰燃气",
    "trade": "燃气",
    "settlement_account": "6222000000007777",
    "amount.rule": "EXACT",
    "late_fee.rule": "NONE",
    "settlement.fees": "netted",
}


@pytest.fixture
def registered(as_user):
    """Register the merchant by two people; the second one's browser."""
    asked = as_user("olga").post("/merchant-new", NEW).headers["location"]
    checker = as_user("carla")
    assert checker.post(f"{asked}/approve").status_code == 303
    return checker


def test_a_merchant_is_registered_once_another_person_approves_it(as_user, store):
    browser = as_user("olga")
    response = browser.post("/merchant-new", {**NEW, "limits.KIOSK": "5000", "maker_checker": "1"})
    asked = response.headers["location"]
    assert asked.startswith("/approvals/")
    assert browser.get("/merchants/GAS00001").status_code == 404
    assert browser.post(f"{asked}/approve").status_code == 403
    assert as_user("carla").post(f"{asked}/approve").status_code == 303
    with store.snapshot() as reading:
        merchant = get_merchant(reading, "GAS00001")
    assert merchant.maker_checker
    assert dict(merchant.limits_minor) == {"KIOSK": 500_000}
    page = text_of(browser.get("/merchants/GAS00001"))
    assert "Publish its payment form" in page
    assert "6222000000007777" not in page


def test_rules_are_read_as_in_a_file(as_user, store):
    late = {"late_fee.rule": "DAILY", "late_fee.rate": "0.0005", "late_fee.grace_days": "5"}
    pays = {"amount.rule": "PARTIAL", "amount.least": "10", "settlement.cycle": "weekly: friday"}
    asked = as_user("olga").post("/merchant-new", {**NEW, **late, **pays}).headers["location"]
    as_user("carla").post(f"{asked}/approve")
    with store.snapshot() as reading:
        merchant = get_merchant(reading, "GAS00001")
    assert (merchant.late_fee.kind, merchant.late_fee.grace_days) == ("DAILY", 5)
    assert (merchant.amount_rule.kind, merchant.amount_rule.least_minor) == ("PARTIAL", 1_000)
    assert str(merchant.settlement.cycle) == "weekly: friday"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"id": "two words"}, "id: must be 1 to 15 letters"),
        ({"name": ""}, "name: is missing"),
        ({"settlement_account": "6222 0000"}, "settlement_account: must be 1 to 32"),
        ({"late_fee.rule": "DAILY"}, "needs rate"),
        ({"amount.least": "10"}, "rule EXACT has no least"),
        ({"fee.per_payment": "much"}, "fee.per_payment"),
        ({"organisation": "NOBANK"}, "NOBANK"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_user, bad, said):
    response = as_user("olga").post("/merchant-new", {**NEW, **bad})
    assert response.status_code in {404, 422}
    assert said in text_of(response)
    if response.status_code != 404:
        assert 'value="燃气"' in response.text


def test_an_id_that_is_taken_is_refused(as_user):
    response = as_user("olga").post("/merchant-new", {**NEW, "id": "SCHOOL01"})
    assert response.status_code == 422
    assert "SCHOOL01" in text_of(response)


def test_the_same_sending_asks_once(as_user):
    browser = as_user("olga")
    first = browser.post("/merchant-new", NEW, once="a" * 32).headers["location"]
    again = browser.post("/merchant-new", NEW, once="a" * 32)
    assert again.headers["location"] == first
    assert len(re.findall(r'href="/approvals/\d+"', browser.get("/approvals").text)) == 1


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_may_not_register_merchants_is_refused(as_user, name):
    browser = as_user(name)
    assert browser.get("/merchant-new").status_code == 403
    assert browser.post("/merchant-new", NEW).status_code == 403
    assert "/merchant-new" not in browser.get("/merchants").text


def test_it_belongs_to_the_bank_of_who_registers_it(as_user):
    asked = as_user("otto").post("/merchant-new", NEW).headers["location"]
    assert as_user("carla").get(asked).status_code == 404
    assert as_user("anna").post(f"{asked}/approve").status_code == 303
    assert as_user("otto").get("/merchants/GAS00001").status_code == 200
    assert as_user("olga").get("/merchants/GAS00001").status_code == 404


def test_its_first_form_begins_with_a_pattern(as_user, registered):
    browser = as_user("olga")
    empty = browser.get("/forms/GAS00001")
    assert 'href="/forms/GAS00001?pattern=meter"' in empty.text
    begun = browser.get("/forms/GAS00001?pattern=meter")
    assert "表号" in text_of(begun)
    assert browser.get("/forms/GAS00001?pattern=none").status_code == 404
    fields = dict(re.findall(r'<input id="f-([^"]+)" name="[^"]+" value="([^"]*)"', begun.text))
    sent = {**fields, "0.there": "1", "0.required": "1", "0.type": "NUMERIC", "0.least": "4", "0.most": "20"}
    sent |= {"show": "description", "receipt": "{amount}", SEEN: hidden_fields(begun)[SEEN]}
    assert browser.post("/forms/GAS00001/publish", sent).status_code == 303
    assert "?pattern=" not in browser.get("/forms/GAS00001").text
    assert "Publish its payment form" not in text_of(browser.get("/merchants/GAS00001"))


def test_the_pages_are_in_chinese_too(as_user, registered):
    browser = as_user("olga", **{"Accept-Language": "zh-CN"})
    assert "登记商户" in text_of(browser.get("/merchant-new"))
    assert "物业" in text_of(browser.get("/forms/GAS00001"))
