"""Bad numbers, opt-outs and consents on the pages: what each shows, and what a user may set or lift."""

from dataclasses import replace

import pytest

from offline_collect.console.forms import new_once
from offline_collect.domain.notices.addresses import AddressKind, address_digest, address_of
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.store import AuditFilter, audit_rows, get_customer, put_customers
from offline_collect.store.notices.address_faults import StoredAddress, put_address
from offline_collect.store.notices.addresses import address_key
from tests.console.browser import text_of
from tests.console.notified import put_deliveries
from tests.console.town import NIGHT
from tests.domain.notices.notices import waiting
from tests.support.samples import PUPIL

PAGES = ("/numbers", "/opt-outs", "/consents")
MOBILE = "13826030117"
OF_SCHOOL = "?merchant=SCHOOL01"
CONSENT = {
    "customer": PUPIL.customer_no,
    "given_at": "2026-11-20T09:30",
    "how": "paper form",
    "proof": "folder 7, sheet 12",
}
OPT_OUT = {"kind": "EMAIL", "address": "Parent@example.com", "class": "SERVICE", "source": "APP"}


def faulty(store, **fault):
    """Have messages to a pupil's mobile fail for good, or its owner refuse it."""
    with store.transaction() as tx:
        put_customers(
            tx, "SCHOOL01", [replace(get_customer(tx, "SCHOOL01", PUPIL.customer_no), mobile=MOBILE)]
        )
        digest = address_digest(address_key(tx), address_of(AddressKind.MOBILE, MOBILE))
        put_address(tx, StoredAddress("SCHOOL01", digest, PUPIL.customer_no, **fault), there=False)


def actions(store):
    with store.snapshot() as reading:
        rows = audit_rows(reading, AuditFilter())
        return [row.action for row in rows if row.action.startswith("notify")]


@pytest.mark.parametrize("path", PAGES)
def test_a_list_is_of_one_merchant_that_the_user_sees(as_user, path):
    assert "Name a merchant." in text_of(as_user("olga").get(path))
    assert as_user("olga").get(path + OF_SCHOOL).status_code == 200
    assert as_user("otto").get(path + OF_SCHOOL).status_code == 404
    assert as_user("mei").get(f"{path}?merchant=WATER001").status_code == 404
    assert "Name a merchant." not in text_of(as_user("mei").get(path))


def test_a_bad_number_is_shown_masked_and_confirmed_once(as_user, store):
    faulty(store, failed=3)
    browser, once = as_user("max"), new_once()
    text = text_of(browser.get("/numbers" + OF_SCHOOL))
    assert PUPIL.customer_no in text
    assert "****" in text
    assert "messages to it fail for good" in text
    for _ in range(2):
        response = browser.post("/numbers/confirm" + OF_SCHOOL, {"customer": PUPIL.customer_no}, once=once)
        assert response.headers["location"] == "/numbers?merchant=SCHOOL01"
    assert "No number of this merchant's customers has a fault." in text_of(
        browser.get("/numbers" + OF_SCHOOL)
    )
    assert actions(store) == ["notify confirm-number"]


def test_a_refused_number_is_not_confirmed(as_user, store):
    faulty(store, refused_at=NIGHT)
    browser = as_user("max")
    page = browser.get("/numbers" + OF_SCHOOL)
    assert "the number must be corrected" in text_of(page)
    assert "It is right" not in page.text
    response = browser.post("/numbers/confirm" + OF_SCHOOL, {"customer": PUPIL.customer_no})
    assert response.status_code == 422
    assert "says that he is not customer" in text_of(response)
    assert actions(store) == []


def test_an_opt_out_is_entered_shown_masked_and_lifted(as_user, store):
    browser = as_user("olga")
    assert browser.post("/opt-outs/add" + OF_SCHOOL, OPT_OUT).headers["location"] == "/opt-outs" + OF_SCHOOL
    text = text_of(browser.get("/opt-outs" + OF_SCHOOL))
    assert "nothing of it is sent there any more" in text
    assert "**" in text
    assert "parent@" not in text
    assert "the bank's app 2026-11-22" in text
    browser.post("/opt-outs/add" + OF_SCHOOL, OPT_OUT)
    assert "that was said before" in text_of(browser.get("/opt-outs" + OF_SCHOOL))
    browser.post("/opt-outs/remove" + OF_SCHOOL, OPT_OUT)
    text = text_of(browser.get("/opt-outs" + OF_SCHOOL))
    assert "it is sent there again" in text
    assert "Nobody has opted out" in text
    assert sorted(actions(store)) == ["notify optout add", "notify optout remove"]


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("/opt-outs/add", {**OPT_OUT, "address": "nobody"}, "is no address"),
        ("/opt-outs/remove", OPT_OUT, "has not opted out"),
    ],
)
def test_an_opt_out_that_cannot_be_says_why(as_user, store, path, fields, said):
    response = as_user("olga").post(path + OF_SCHOOL, fields)
    assert response.status_code == 422
    assert said in text_of(response)
    assert actions(store) == []


def test_an_answer_by_sms_stops_the_notices_of_who_is_answered(as_user, store):
    with store.transaction() as tx:
        digest = address_digest(address_key(tx), address_of(AddressKind.MOBILE, MOBILE))
        sent = {"channel": NoticeChannel.KANNEL, "message_id": "m", "sent_at": NIGHT, "recipient": digest}
        put_deliveries(tx, [waiting(state=NoticeState.SENT, **sent)])
    browser = as_user("anna")
    fields = {"number": MOBILE, "text": "TD", "answered": "SCHOOL01"}
    assert browser.post("/opt-outs/reply" + OF_SCHOOL, fields).status_code == 303
    assert "he wants no more: the notices of 1 merchants stop" in text_of(
        browser.get("/opt-outs" + OF_SCHOOL)
    )
    browser.post("/opt-outs/reply" + OF_SCHOOL, {**fields, "text": "hello"})
    assert "something else, of which nothing is kept" in text_of(browser.get("/opt-outs" + OF_SCHOOL))


def test_an_answer_by_sms_is_taken_by_who_sees_all_banks(as_user, store):
    browser = as_user("olga")
    assert "An answer by SMS" not in browser.get("/opt-outs" + OF_SCHOOL).text
    fields = {"number": "13900000001", "text": "TD"}
    assert browser.post("/opt-outs/reply" + OF_SCHOOL, fields).status_code == 403
    assert actions(store) == []


def test_a_consent_is_kept_with_its_proof_and_withdrawn(as_user, store):
    browser = as_user("mei")
    assert browser.post("/consents/add" + OF_SCHOOL, CONSENT).headers["location"] == "/consents" + OF_SCHOOL
    text = text_of(browser.get("/consents" + OF_SCHOOL))
    assert "2026-11-20 09:30:00 paper form folder 7, sheet 12 –" in text
    assert browser.post("/consents/withdraw" + OF_SCHOOL, CONSENT).status_code == 303
    page = browser.get("/consents" + OF_SCHOOL)
    assert "folder 7, sheet 12 2026-11-22" in text_of(page)
    assert "Withdraw the consent" not in page.text
    again = browser.post("/consents/withdraw" + OF_SCHOOL, CONSENT)
    assert again.status_code == 422
    assert "no consent that is in force" in text_of(again)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"given_at": "yesterday"}, "is no date or time"),
        ({"given_at": "2026-12-20"}, "is in the future"),
        ({"proof": " "}, "and the proof 1 to"),
        ({"customer": "GONE"}, "has no customer GONE"),
    ],
)
def test_a_consent_without_proof_or_customer_is_refused_and_stays_in_the_form(as_user, store, changes, said):
    response = as_user("mei").post("/consents/add" + OF_SCHOOL, {**CONSENT, **changes})
    assert response.status_code == 422
    assert said in text_of(response)
    assert 'value="paper form"' in response.text
    assert actions(store) == []


@pytest.mark.parametrize(
    ("path", "fields", "allowed"),
    [
        ("/numbers/confirm", {"customer": PUPIL.customer_no}, {"max", "mei"}),
        ("/opt-outs/add", OPT_OUT, {"olga"}),
        ("/opt-outs/remove", OPT_OUT, {"olga"}),
        ("/opt-outs/reply", {"number": "13900000001", "text": "hello"}, set()),
        ("/consents/add", CONSENT, {"max", "mei"}),
        ("/consents/withdraw", CONSENT, {"max", "mei"}),
    ],
)
def test_each_change_needs_its_permission_and_its_merchant(as_user, path, fields, allowed):
    for name in ("olga", "max", "carla", "wang.fang", "mei"):
        status = as_user(name).post(path + OF_SCHOOL, fields).status_code
        assert (status != 403) == (name in allowed), name
    anna_of_nobody = as_user("anna").post(f"{path}?merchant=GONE", fields).status_code
    assert anna_of_nobody == (303 if path.endswith("reply") else 404)
    assert as_user("otto").post(path + OF_SCHOOL, fields).status_code in {403, 404}
