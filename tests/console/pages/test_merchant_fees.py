"""Lists of a merchant's fees on the pages: payers' fees, and fees that change on dates."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.console.forms import SEEN, document_text
from offline_collect.console.merchant_lists import ROWS_MAX, rows_of
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.store import get_merchant, replace_merchant
from tests.console.browser import hidden_fields, text_of
from tests.console.pages.test_merchant_new import NEW

FEES = "/merchants/SCHOOL01/fees"
AT_KIOSK = {
    "payer_fees.0.channel": "KIOSK",
    "payer_fees.0.institution": "12345678",
    "payer_fees.0.amount": "1.50",
    "payer_fees.0.per": "PAYMENT",
}
LATER = {
    "late_fee.tiers.0.from": "2027-01-01",
    "late_fee.tiers.0.rule": "DAILY",
    "late_fee.tiers.0.rate": "0.0005",
    "late_fee.tiers.0.grace_days": "5",
    "fee.tiers.1.from": "2027-07-01",
    "fee.tiers.1.per_payment": "0.30",
}


def change(browser, fields, path=FEES):
    seen = hidden_fields(browser.get(path))[SEEN]
    return browser.post(path, {SEEN: seen, **fields})


def approved(as_user, response):
    """Have another person approve what a form asked for."""
    asked = response.headers["location"]
    assert asked.startswith("/approvals/")
    assert as_user("carla").post(f"{asked}/approve").status_code == 303


def merchant(store, merchant_id="SCHOOL01"):
    with store.snapshot() as reading:
        return get_merchant(reading, merchant_id)


def starts(rule):
    return [each.starts for each in rule.history()]


def test_lists_are_changed_once_another_person_approves_them(as_user, store):
    browser = as_user("olga")
    approved(as_user, change(browser, {**AT_KIOSK, **LATER}))
    changed = merchant(store)
    assert changed.payer_fees == (PayerFee("KIOSK", "12345678", 150, 0, False),)
    assert starts(changed.late_fee) == [None, dt.date(2027, 1, 1)]
    assert (changed.late_fee.kind, changed.late_fee.grace_days) == ("DAILY", 5)
    assert starts(changed.fee) == [None, dt.date(2027, 7, 1)]
    page = browser.get(FEES).text
    assert 'name="payer_fees.0.amount" value="1.50"' in page
    assert 'name="late_fee.tiers.0.from" value="2027-01-01"' in page
    assert 'name="payer_fees.1.amount" value=""' in page


def test_a_row_that_is_emptied_is_taken_out_and_the_other_lists_stay(as_user, store):
    browser = as_user("olga")
    approved(as_user, change(browser, {**AT_KIOSK, **LATER}))
    approved(as_user, change(browser, {**LATER, **dict.fromkeys(AT_KIOSK, "")}))
    changed = merchant(store)
    assert changed.payer_fees == ()
    assert starts(changed.late_fee) == [None, dt.date(2027, 1, 1)]


def test_what_has_not_changed_asks_nobody(as_user, store):
    before = merchant(store)
    response = change(as_user("olga"), {})
    assert response.headers["location"] == "/merchants/SCHOOL01"
    assert merchant(store) == before


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"payer_fees.0.channel": "KIOSK"}, "payer_fees[0]"),
        ({"payer_fees.0.amount": "much"}, "payer_fees[0].amount"),
        ({"payer_fees.0.amount": "1", "payer_fees.0.channel": "PIGEON"}, "payer_fees[0].channel"),
        ({"late_fee.tiers.0.rule": "FLAT", "late_fee.tiers.0.amount": "5"}, "late_fee.tiers[0]"),
        ({**LATER, "late_fee.tiers.0.grace_days": "many"}, "late_fee.tiers[0].grace_days"),
        ({**LATER, "late_fee.tiers.0.rate": ""}, "needs rate"),
        ({"fee.tiers.0.from": "soon", "fee.tiers.0.rate": "0.01"}, "fee.tiers[0].from"),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_stays_in_the_form(as_user, store, bad, said):
    before = merchant(store)
    response = change(as_user("olga"), bad)
    assert response.status_code == 422
    assert said in text_of(response)
    for name, text in bad.items():
        assert f'name="{name}"' in response.text
        assert f'value="{text}"' in response.text or text == "PIGEON"
    assert merchant(store) == before


def test_a_form_that_was_opened_before_another_change_is_refused(as_user):
    browser = as_user("olga")
    seen = hidden_fields(browser.get(FEES))[SEEN]
    approved(as_user, change(browser, AT_KIOSK))
    assert browser.post(FEES, {SEEN: seen, **LATER}).status_code == 409


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_does_not_maintain_merchants_is_refused(as_user, name):
    browser = as_user(name)
    assert browser.get(FEES).status_code == 403
    assert browser.post(FEES, AT_KIOSK).status_code == 403
    assert FEES not in browser.get("/merchants/SCHOOL01").text


def test_a_merchant_of_another_bank_is_not_there(as_user):
    assert as_user("otto").get(FEES).status_code == 404
    assert as_user("otto").post(FEES, AT_KIOSK).status_code == 404


def test_a_form_has_rows_up_to_a_bound(as_user):
    browser = as_user("olga")
    rows = {f"payer_fees.{at}.institution": f"{at + 1}" for at in range(ROWS_MAX)}
    amounts = {f"payer_fees.{at}.amount": "1" for at in range(ROWS_MAX)}
    approved(as_user, change(browser, {**rows, **amounts}))
    page = browser.get(FEES).text
    assert f'name="payer_fees.{ROWS_MAX - 1}.amount"' in page
    assert f'name="payer_fees.{ROWS_MAX}.amount"' not in page


def test_a_list_that_is_too_long_for_a_form_is_left_to_a_file(as_user, store):
    browser = as_user("olga")
    seen = rows_of({"payer_fees": [{"amount": "1.00", "per": "BILL"}] * (ROWS_MAX + 1)})
    with store.transaction() as tx:
        before = get_merchant(tx, "SCHOOL01", lock=True)
        fees = (PayerFee(None, None, 100, 0, True),) * (ROWS_MAX + 1)
        replace_merchant(tx, replace(before, payer_fees=fees))
    page = browser.get(FEES)
    assert "more than 20 rows: it is changed by a file" in text_of(page)
    assert "payer_fees.0.amount" not in page.text
    response = browser.post(FEES, {SEEN: document_text(seen), **AT_KIOSK})
    assert response.status_code == 422
    assert merchant(store).payer_fees == fees


def test_a_new_merchant_has_lists_and_contacts_from_the_first(as_user, store):
    contacts = {"contacts.mobile": "13800000000", "contacts.email": "office@example.test"}
    approved(as_user, as_user("olga").post("/merchant-new", {**NEW, **AT_KIOSK, **LATER, **contacts}))
    made = merchant(store, "GAS00001")
    assert made.payer_fees == (PayerFee("KIOSK", "12345678", 150, 0, False),)
    assert starts(made.fee) == [None, dt.date(2027, 7, 1)]
    assert (made.contacts.mobile, made.contacts.email) == ("13800000000", "office@example.test")


def test_the_page_is_in_chinese_too(as_user):
    assert "商户收费" in text_of(as_user("olga", **{"Accept-Language": "zh-CN"}).get(FEES))
