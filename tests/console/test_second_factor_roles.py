"""A second factor that is required of some roles alone."""

from dataclasses import replace

import pyotp
import pytest

from offline_collect.console.page import Opens
from offline_collect.console.page_table import PAGES
from offline_collect.console.site import build
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.access.factor_secrets import open_secret
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.store import change_user, get_user
from offline_collect.store.backoffice.credentials import get_credentials
from tests.console.browser import Browser, text_of
from tests.console.town import CUSTODY, office_of

CLOSED = [page for page in PAGES if page.opens is Opens.SIGNED_IN]


@pytest.fixture
def browser(store, clock):
    """A browser of a console that asks a second factor of ADMINs."""
    rules = SignInRules(custody=CUSTODY, factor_roles=frozenset({Role.ADMIN}))
    office = office_of(store, clock, rules=rules)
    with Browser(build(office), office) as opened:
        yield opened


def enrol(browser, store, name):
    """Add the second factor that the page proposes."""
    browser.get("/account")
    with store.snapshot() as reading:
        secret = open_secret(CUSTODY, name, get_credentials(reading, name).proposed_totp)
    code = pyotp.TOTP(secret).at(browser.office.clock.now())
    return browser.post("/account/second-factor", {"totp": code})


def test_a_user_of_the_role_can_do_nothing_before_he_has_a_second_factor(browser, store):
    browser.sign_in("anna")
    for page in CLOSED:
        path = page.path.replace("{", "").replace("}", "").replace(":path", "")
        response = browser.get(path) if page.method == "GET" else browser.post(path)
        assert (page.method, path, response.headers.get("location")) == (page.method, path, "/account")
    assert "A second factor is required" in text_of(browser.get("/account"))
    assert enrol(browser, store, "anna").status_code == 303
    assert browser.get("/").status_code == 200


def test_a_user_of_another_role_goes_on_without_one(browser):
    browser.sign_in("olga")
    assert browser.get("/").status_code == 200
    assert "A second factor is required" not in text_of(browser.get("/account"))


def test_who_is_given_the_role_in_a_session_must_add_one_at_once(browser, store):
    browser.sign_in("olga")
    assert browser.get("/merchants").status_code == 200
    give(store, "olga", Role.OPERATOR, Role.ADMIN)
    assert browser.get("/merchants").headers["location"] == "/account"
    assert browser.post("/merchants/SCHOOL01/suspend").headers["location"] == "/account"
    assert "A second factor is required" in text_of(browser.get("/account"))
    assert enrol(browser, store, "olga").status_code == 303
    assert browser.get("/merchants").status_code == 200


def give(store, name, *roles):
    """Give a user other roles, as an approved request does."""
    with store.transaction() as tx:
        before = get_user(tx, name, lock=True)
        change_user(tx, replace(before, roles=tuple(role.value for role in roles)))
