"""Signing in: a new session, its cookie, wrong passwords, and what was typed before a session ended."""

import datetime as dt

import pyotp
import pytest

from offline_collect.console.forms import ONCE, TOKEN, token_of
from offline_collect.console.site import build
from offline_collect.merchant.access.factor_secrets import open_secret, seal_secret
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials
from offline_collect.store.schema.console_tables import console_sessions
from tests.console.browser import Browser, hidden_fields, text_of
from tests.console.town import CUSTODY, PASSWORD, office_of

WRONG = "name, password or code is wrong"


def enter(browser, name="olga", password=PASSWORD, **fields):
    return browser.post("/sign-in", {"name": name, "password": password, "to": "/", **fields})


def actions(store):
    with store.snapshot() as reading:
        rows = list(audit_rows(reading, AuditFilter()))
    return [(row.actor, row.action) for row in rows if row.action.startswith("console")]


def test_without_a_session_every_page_is_the_one_to_sign_in_on(browser):
    response = browser.get("/?of=today")
    assert response.status_code == 401
    assert hidden_fields(response)["to"] == "/?of=today"
    assert "Password" in text_of(response)


def test_who_signs_in_gets_what_he_asked_for(browser, store):
    response = enter(browser, to="/?of=today")
    assert (response.status_code, response.headers["location"]) == (303, "/?of=today")
    assert "olga" in text_of(browser.get("/"))
    assert actions(store) == [("olga", "console sign-in")]


def test_a_session_has_a_new_key_that_the_store_does_not_have(browser, store):
    before = browser.key
    enter(browser)
    assert browser.key != before
    with store.snapshot() as reading:
        rows = [tuple(row) for row in reading.connection.execute(console_sessions.select())]
    assert len(rows) == 1
    assert browser.key not in str(rows)


def test_a_key_that_somebody_planted_is_no_session(browser):
    browser.take_key("A" * 43)
    enter(browser)
    assert browser.key != "A" * 43
    browser.take_key("A" * 43)
    assert browser.get("/").status_code == 401


def test_who_signs_in_again_ends_the_session_before(as_user):
    browser = as_user("olga")
    before = browser.key
    enter(browser, "max")
    assert "max" in text_of(browser.get("/"))
    browser.take_key(before)
    assert browser.get("/").status_code == 401


@pytest.mark.parametrize(
    ("fields", "name", "attributes"),
    [
        ({}, "session", {"httponly", "path=/", "samesite=strict"}),
        ({"proxies": ("127.0.0.1",)}, "__Host-session", {"httponly", "path=/", "samesite=strict", "secure"}),
    ],
)
def test_the_cookie_is_for_this_site_alone_and_for_no_script(store, clock, fields, name, attributes):
    office = office_of(store, clock, **fields)
    with Browser(build(office), office) as browser:
        given = browser.get("/").headers["set-cookie"]
    own, *found = given.lower().split("; ")
    assert own.startswith(f"{name}=".lower())
    assert set(found) == attributes


@pytest.mark.parametrize(
    ("name", "password"),
    [("olga", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("system", PASSWORD)],
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(browser, name, password):
    response = enter(browser, name, password)
    assert response.status_code == 422
    assert WRONG in text_of(response)
    assert password not in response.text or not password
    assert browser.get("/").status_code == 401


def test_after_five_wrong_passwords_the_right_one_must_wait(browser, store, clock):
    for _ in range(5):
        enter(browser, password="wrong horse battery")
    assert enter(browser).status_code == 422
    clock.advance(59)
    assert enter(browser).status_code == 422
    clock.advance(1)
    assert enter(browser).status_code == 303
    assert actions(store) == [("olga", "console sign-in refused")] * 5 + [("olga", "console sign-in")]


def test_a_disabled_user_is_out_at_once(as_user, store):
    browser = as_user("olga")
    with store.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET disabled = 1 WHERE name = 'olga'")
    assert browser.get("/").status_code == 401
    assert enter(browser).status_code == 422


@pytest.mark.parametrize("seconds", [15 * 60, 12 * 3600])
def test_a_session_ends_by_the_clock(as_user, clock, seconds):
    browser = as_user("olga")
    clock.advance(seconds)
    assert browser.get("/").status_code == 401


def test_a_session_in_use_lasts_twelve_hours(as_user, clock):
    browser = as_user("olga")
    for _ in range(12 * 6 - 1):
        clock.advance(600)
        assert browser.get("/").status_code == 200
    clock.advance(600)
    assert browser.get("/").status_code == 401


def test_figures_that_a_page_asks_for_by_itself_keep_no_session(as_user, clock):
    browser = as_user("olga")
    for _ in range(2):
        clock.advance(450)
        last = browser.get("/", **{"X-Live": "1"})
    assert last.status_code == 401


def test_who_signs_out_is_out(as_user, store):
    browser = as_user("olga")
    key = browser.key
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    browser.take_key(key)
    assert browser.get("/").status_code == 401
    assert actions(store)[-1] == ("olga", "console sign-out")


@pytest.mark.parametrize(
    "to", ["https://evil.test/", "//evil.test/", "/\\evil.test", "evil", "javascript:alert(1)", "/a\nb", ""]
)
def test_nobody_is_sent_to_another_site(browser, to):
    assert enter(browser, to=to).headers["location"] == "/"


def test_what_was_typed_before_the_session_ended_can_be_sent_again(as_user, clock):
    browser = as_user("olga")
    token = token_of(browser.key)
    clock.advance(16 * 60)
    response = browser.post("/language", {"to": "/"}, token=token)
    assert response.status_code == 303, "a page for anybody needs no session"
    response = browser.post("/account/second-factor", {"note": "typed <b>", "totp": "123456"}, token=token)
    assert response.status_code == 401
    fields = hidden_fields(response)
    assert fields["kept.note"] == "typed <b>"
    assert "kept.totp" not in fields, "codes are not shown again"
    kept = {name: value for name, value in fields.items() if name not in {TOKEN, ONCE}}
    response = browser.post("/sign-in", {**kept, "name": "olga", "password": PASSWORD})
    assert response.status_code == 200
    assert hidden_fields(response)["note"] == "typed <b>"
    assert 'action="/account/second-factor"' in response.text


def test_another_site_cannot_have_a_form_kept(browser):
    response = browser.post("/account/second-factor", {"note": "planted"}, token="0" * 64)
    assert response.status_code == 403
    assert "planted" not in response.text


@pytest.fixture
def with_factor(store):
    """olga has a second factor; returns its secret."""
    secret = pyotp.random_base32()
    with store.transaction() as tx:
        known = get_credentials(tx, "olga")
        sealed = seal_secret(tx, CUSTODY, "olga", secret)
        put_credentials(tx, Credentials("olga", known.password_hash, totp_secret=sealed))
    return secret


def test_a_second_factor_is_asked_for_and_each_code_counts_once(browser, with_factor, clock):
    assert enter(browser).status_code == 422
    code = pyotp.TOTP(with_factor).at(clock.now())
    assert enter(browser, totp=code).status_code == 303
    assert enter(browser, totp=code).status_code == 422, "a code that somebody has seen"
    clock.advance(30)
    assert enter(browser, totp=pyotp.TOTP(with_factor).at(clock.now())).status_code == 303


def test_a_code_of_long_ago_is_wrong(browser, with_factor, clock):
    code = pyotp.TOTP(with_factor).at(clock.now() - dt.timedelta(minutes=5))
    assert enter(browser, totp=code).status_code == 422


def test_where_it_is_required_a_user_adds_a_second_factor_first(store, clock):
    office = office_of(store, clock, rules=SignInRules(require_totp=True, custody=CUSTODY))
    with Browser(build(office), office) as browser:
        browser.sign_in("olga")
        assert browser.get("/").headers["location"] == "/account"
        page = browser.get("/account")
        assert "A second factor is required" in text_of(page)
        with store.snapshot() as reading:
            proposed = get_credentials(reading, "olga").proposed_totp
        secret = open_secret(CUSTODY, "olga", proposed)
        assert browser.post("/account/second-factor", {"totp": "000000"}).status_code == 422
        code = pyotp.TOTP(secret).at(clock.now())
        assert browser.post("/account/second-factor", {"totp": code}).status_code == 303
        assert browser.get("/").status_code == 200


def test_a_one_time_password_is_changed_first(browser, store):
    with store.transaction() as tx:
        known = get_credentials(tx, "olga")
        put_credentials(tx, Credentials("olga", known.password_hash, must_change=True))
    browser.sign_in("olga")
    assert browser.get("/").headers["location"] == "/account"
    new = {"old_password": PASSWORD, "new_password": "four other plain words"}
    response = browser.post("/account/password", {**new, "new_password_again": "four other plain word"})
    assert response.status_code == 422
    assert "four other" not in response.text
    response = browser.post("/account/password", {**new, "new_password_again": new["new_password"]})
    assert response.status_code == 303
    assert browser.get("/").status_code == 200


def test_a_changed_password_ends_the_users_other_sessions(as_user):
    here, there = as_user("olga"), as_user("olga")
    new = {"old_password": PASSWORD, "new_password": "four other plain words"}
    here.post("/account/password", {**new, "new_password_again": new["new_password"]})
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 401)
