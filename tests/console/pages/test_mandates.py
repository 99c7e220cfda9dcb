"""Mandates on the pages: listed, shown with their decisions, signed, suspended, resumed and cancelled."""

import re
from dataclasses import replace
from hashlib import sha256

import pytest

from offline_collect.console.forms import ONCE, SEEN, TOKEN
from offline_collect.domain.debits.mandates import MandateState
from offline_collect.store import put_customers
from offline_collect.store.backoffice.mandates import get_mandate
from tests.console.browser import hidden_fields, text_of
from tests.console.town import PASSWORD
from tests.fakes.bank import DAY
from tests.settlement.debit.desk import payer
from tests.support.samples import PUPIL

OPEN, NEW = "R-OPEN", "R/NEW"
LIST, ONE, PROPOSED = "/mandates?merchant=SCHOOL01", f"/mandate/SCHOOL01/{OPEN}", "/mandate/SCHOOL01/R%2FNEW"
WHY = {"reason": "by letter"}


@pytest.fixture(autouse=True)
def signed_and_not(store):
    """Two customers of the school: one has signed a mandate, and one has not."""
    other = replace(
        payer(PUPIL, NEW, mandate_signed_on=None), customer_no="C-NEW", inputs={"student_no": "9"}
    )
    with store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [payer(PUPIL, OPEN), other])


def state_of(store, reference=OPEN):
    with store.snapshot() as reading:
        return get_mandate(reading, "SCHOOL01", reference).terms.state(DAY)


def decide(browser, verb, fields, address=ONE, seen=None, **given):
    """Send a decision from the mandate's page as it is now, or as it was seen."""
    fields = {SEEN: seen or hidden_fields(browser.get(address)).get(SEEN, ""), **fields}
    return browser.post(address.replace("/mandate/", f"/mandate-{verb}/"), fields, **given)


@pytest.mark.parametrize("name", ["olga", "max", "carla", "wang.fang", "mei"])
def test_mandates_are_listed_and_shown_without_the_account(as_user, name):
    browser = as_user(name)
    page = browser.get(LIST)
    assert f'href="{ONE}"' in page.text
    assert f'href="{PROPOSED}"' in page.text
    whole = f"6222{PUPIL.customer_no}"
    assert whole not in page.text
    assert whole not in browser.get(ONE).text
    assert "ACTIVE" in text_of(browser.get(ONE))


def test_mandates_are_narrowed_by_their_state(as_user):
    page = as_user("olga").get(f"{LIST}&state=PROPOSED").text
    assert f'href="{PROPOSED}"' in page
    assert f'href="{ONE}"' not in page


def test_a_mandate_is_suspended_resumed_and_cancelled(as_user, store):
    browser = as_user("olga")
    assert decide(browser, "suspend", {**WHY, "by": "BANK"}).headers["location"] == ONE
    assert state_of(store) is MandateState.SUSPENDED
    assert "by letter" in text_of(browser.get(ONE))
    assert decide(browser, "suspend", WHY).status_code == 422
    assert decide(browser, "resume", WHY).status_code == 303
    assert state_of(store) is MandateState.ACTIVE
    assert decide(browser, "cancel", {**WHY, "by": "PAYER"}).status_code == 303
    assert state_of(store) is MandateState.CANCELLED
    assert "/mandate-" not in browser.get(ONE).text


def test_a_proposed_mandate_is_signed_and_the_digest_of_its_form_is_kept(as_user, store):
    browser, form = as_user("max"), b"%PDF signed"
    assert decide(browser, "sign", {"signed_on": "never"}, PROPOSED).status_code == 422
    assert state_of(store, NEW) is MandateState.PROPOSED
    files = {"form": ("form.pdf", form)}
    assert decide(browser, "sign", {"signed_on": "2026-11-20"}, PROPOSED, files=files).status_code == 303
    assert state_of(store, NEW) is MandateState.ACTIVE
    assert sha256(form).hexdigest() in browser.get(PROPOSED).text


def test_a_decision_in_an_old_tab_is_refused_with_what_has_changed(as_user, store):
    browser = as_user("olga")
    seen = hidden_fields(browser.get(ONE))[SEEN]
    assert decide(browser, "suspend", {**WHY, "by": "BANK"}).status_code == 303
    late = decide(browser, "cancel", {**WHY, "by": "PAYER"}, seen=seen)
    assert late.status_code == 409
    assert "State ACTIVE SUSPENDED" in text_of(late)
    assert state_of(store) is MandateState.SUSPENDED


def test_the_signed_form_is_asked_for_again_after_a_session_has_ended(as_user, store, clock):
    browser, form = as_user("max"), b"%PDF signed"
    browser.get(PROPOSED)
    clock.advance(16 * 60)
    fields, files = {"signed_on": "2026-11-20"}, {"form": ("form.pdf", form)}
    ended = decide(browser, "sign", fields, PROPOSED, files=files)
    assert ended.status_code == 401
    kept = {name: value for name, value in hidden_fields(ended).items() if name not in {TOKEN, ONCE}}
    again = browser.post("/sign-in", {**kept, "name": "max", "password": PASSWORD})
    assert 'enctype="multipart/form-data"' in again.text
    assert "_seen" not in text_of(again), "what the form was opened on is carried, not shown"
    assert re.search('name="form" type="file" required', again.text)
    assert state_of(store, NEW) is MandateState.PROPOSED


def test_a_decision_needs_its_reason(as_user, store):
    assert decide(as_user("olga"), "cancel", {"reason": ""}).status_code == 422
    assert state_of(store) is MandateState.ACTIVE


@pytest.mark.parametrize("name", ["carla", "wang.fang"])
def test_who_does_not_maintain_mandates_decides_nothing(as_user, store, name):
    browser = as_user(name)
    assert "/mandate-" not in browser.get(ONE).text
    assert decide(browser, "suspend", WHY).status_code == 403
    assert state_of(store) is MandateState.ACTIVE


def test_mandates_of_another_bank_and_unknown_ones_are_not_there(as_user):
    other = as_user("otto")
    assert [other.get(path).status_code for path in (LIST, ONE)] == [404, 404]
    assert decide(other, "cancel", WHY).status_code == 404
    assert as_user("olga").get("/mandate/SCHOOL01/R-NONE").status_code == 404


def test_the_pages_are_in_chinese_too(as_user):
    browser = as_user("olga", **{"Accept-Language": "zh-CN"})
    assert "代扣授权" in text_of(browser.get(LIST))
    assert "签署" in text_of(browser.get(PROPOSED))
