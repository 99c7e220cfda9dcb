"""A merchant's notices on the pages: which events it tells of, and its own contacts, masked."""

import pytest

from offline_collect.console.forms import SEEN, document_text, new_once
from offline_collect.domain.effects import NoticeKind
from offline_collect.store import get_merchant
from tests.console.browser import hidden_fields, text_of

PATH = "/merchants/SCHOOL01/notices"


def merchant(store):
    with store.snapshot() as reading:
        return get_merchant(reading, "SCHOOL01")


def opened(browser):
    return {SEEN: hidden_fields(browser.get(PATH))[SEEN]}


def test_events_and_contacts_are_changed_once_and_shown_masked(as_user, store):
    browser, once = as_user("olga"), new_once()
    fields = {**opened(browser), "event": ["PAID", "STATEMENT_READY"], "mobile": "13900001234"}
    for _ in range(2):
        assert browser.post(PATH, fields, once=once).headers["location"] == PATH
    told = {kind for kind in NoticeKind if merchant(store).tells(kind)}
    assert told == {NoticeKind.PAID, NoticeKind.STATEMENT_READY}
    assert merchant(store).contacts.mobile == "13900001234"
    page = browser.get(PATH)
    assert "now: 139****1234" in text_of(page)
    assert "13900001234" not in page.text


def test_a_contact_that_is_not_typed_stays_and_one_is_taken_out(as_user, store):
    browser = as_user("olga")
    first = {"event": "PAID", "mobile": "13900001234", "email": "school@example.com"}
    browser.post(PATH, {**opened(browser), **first})
    browser.post(PATH, {**opened(browser), "event": "PAID", "gone": "email"})
    assert (merchant(store).contacts.mobile, merchant(store).contacts.email) == ("13900001234", None)
    assert "the merchant is changed" in text_of(browser.get(PATH))
    browser.post(PATH, {**opened(browser), "event": "PAID"})
    assert "the merchant is as before" in text_of(browser.get(PATH))


@pytest.mark.parametrize(
    "fields", [{"event": "STATEMENT_READY"}, {"event": "PAID", "email": "no address"}], ids=str
)
def test_what_the_merchant_cannot_have_is_refused(as_user, store, fields):
    browser, before = as_user("olga"), merchant(store)
    response = browser.post(PATH, {**opened(browser), **fields})
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert merchant(store) == before


def test_a_change_in_an_old_tab_is_refused_and_names_what_has_changed(as_user, store):
    browser = as_user("olga")
    old = opened(browser)
    browser.post(PATH, {**old, "event": "PAID"})
    response = browser.post(PATH, {**old, "event": ["PAID", "OVERDUE"]})
    assert response.status_code == 409
    assert "DEBIT_FAILED true false" in text_of(response)
    assert not merchant(store).tells(NoticeKind.OVERDUE)


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_others_look_and_change_nothing(as_user, store, name):
    browser, before = as_user(name), merchant(store)
    page = browser.get(PATH)
    assert page.status_code == 200
    assert "Notices go out" in text_of(page)
    assert 'name="mobile"' not in page.text
    assert browser.post(PATH, {SEEN: document_text({}), "event": "PAID"}).status_code == 403
    assert merchant(store) == before


def test_another_banks_merchant_is_not_there(as_user):
    assert as_user("otto").get(PATH).status_code == 404
    assert as_user("otto").post(PATH, {"event": "PAID"}).status_code == 404
