"""The tellers' close on the pages: what is expected and counted, and who enters it."""

from dataclasses import replace

import pytest

from offline_collect.console.forms import SEEN, new_once
from offline_collect.console.site import build
from offline_collect.console.teller_sums_kept import TellerSumsKept
from offline_collect.merchant.reports import kept_readings
from tests.console.browser import Browser, hidden_fields, text_of
from tests.console.evening import NEXT, store  # noqa: F401 - a fixture
from tests.fakes.bank import DAY

PATH = f"/day-end/{DAY}/tellers"
DRAWER = {"institution": "12345678", "teller": "T001", "tender": "CASH", "currency": "CNY"}


def opened(browser, amount):
    return {**DRAWER, "amount": amount, SEEN: hidden_fields(browser.get(PATH))[SEEN]}


@pytest.mark.parametrize(
    ("amount", "said", "difference"),
    [
        ("370.35", "counted: it agrees", "0.00"),
        ("370.00", "counted: there is too little", "-0.35"),
        ("400", "counted: there is too much", "29.65"),
    ],
)
def test_what_was_counted_stands_beside_what_is_expected(as_user, amount, said, difference):
    browser, once = as_user("greta"), new_once()
    fields = opened(browser, amount)
    for _ in range(2):
        assert browser.post(PATH, fields, once=once).headers["location"] == PATH
    assert "this form was sent twice" in text_of(browser.get(PATH))
    browser.post(PATH, opened(browser, amount))
    text = text_of(browser.get(PATH))
    assert said in text
    assert f"370.35 CNY {float(amount):.2f} CNY {difference} CNY greta" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "much"}, "is not an amount"),
        ({"amount": "-1"}, "is"),
        ({"currency": "XXQ"}, "is no currency"),
        ({"tender": "BATCH"}, "tellers take CASH, CARD or ACCT"),
        ({"teller": ""}, "name the teller"),
        ({"institution": "0"}, "name the teller"),
    ],
)
def test_what_cannot_be_counted_is_refused_and_stays_in_the_form(as_user, changes, said):
    browser = as_user("greta")
    response = browser.post(PATH, {**opened(browser, "370.35"), **changes})
    assert response.status_code == 422
    assert said in text_of(response)
    assert "Counted by" in text_of(response)
    assert "greta, 2026" not in text_of(browser.get(PATH))


def test_a_count_in_an_old_tab_does_not_replace_a_newer_one(as_user):
    browser = as_user("greta")
    old = opened(browser, "1")
    browser.post(PATH, opened(browser, "370.35"))
    response = browser.post(PATH, old)
    assert response.status_code == 409
    assert "370.35 CNY 370.35 CNY 0.00 CNY greta" in text_of(browser.get(PATH))


def test_who_may_not_cut_looks_and_who_sees_one_bank_does_not(as_user):
    browser = as_user("chen")
    page = browser.get(PATH)
    assert "Expected" in text_of(page)
    assert "Enter what was counted" not in page.text
    assert browser.post(PATH, {**DRAWER, "amount": "1"}).status_code == 403
    for name in ("olga", "mei", "otto"):
        assert as_user(name).get(PATH).status_code == 403
        assert as_user(name).post(PATH, {**DRAWER, "amount": "1"}).status_code == 403


def test_a_day_without_payments_and_one_that_is_not_there(as_user):
    browser = as_user("greta")
    assert "No teller took anything on this day." in text_of(browser.get(f"/day-end/{NEXT}/tellers"))
    assert browser.get("/day-end/nothing/tellers").status_code == 404
    assert "there is no business day" in text_of(browser.get("/day-end/2020-01-01/tellers"))


def test_nobody_waits_until_what_tellers_took_is_added_up(office, clock, monkeypatch):
    monkeypatch.setattr(kept_readings, "WAIT_S", 0)
    begun = []
    kept = TellerSumsKept(clock, clock.monotonic, begun.append)
    with Browser(build(replace(office, parts=(kept, *office.parts))), office) as browser:
        browser.sign_in("greta")
        page = browser.get(PATH)
        assert "are being added up" in text_of(page)
        assert 'data-live="2000"' in page.text, "the page renews itself soon"
        (work,) = begun
        work()
        page = browser.get(PATH)
        assert "370.35 CNY" in text_of(page)
        assert "Payments up to 2026-" in text_of(page)
        assert 'data-live="2000"' not in page.text


def test_the_day_leads_to_it(as_user):
    assert f'href="{PATH}"' in as_user("greta").get(f"/day-end/{DAY}").text
    assert f'href="{PATH}"' not in as_user("olga").get(f"/day-end/{DAY}").text
