"""How often one may try to sign in: by address and by name, behind a proxy too; told, and put on record."""

import pytest
from starlette.testclient import TestClient

from offline_collect.console.forms import ONCE, TOKEN, new_once, token_of
from offline_collect.console.run import server_of
from offline_collect.console.site import build
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.merchant.access.sign_in_rate import SignInRate
from offline_collect.store import AuditFilter, audit_rows
from tests.console.browser import Browser, text_of
from tests.console.town import CUSTODY, PASSWORD, office_of

TOO_MANY = "too many attempts to sign in"


def office_with(store, clock, address=None, name=None, **settings):
    rules = SignInRules(custody=CUSTODY, rate=SignInRate(address, name))
    return office_of(store, clock, rules=rules, **settings)


def enter(browser, name="olga", password=PASSWORD):
    return browser.post("/sign-in", {"name": name, "password": password, "to": "/"})


def throttled(store):
    with store.snapshot() as reading:
        rows = list(audit_rows(reading, AuditFilter(action="console sign-in throttled")))
    return [(row.actor, row.subject_id, row.after) for row in rows]


def test_an_address_may_try_so_often_whatever_names_it_tries(store, clock):
    office = office_with(store, clock, address=5)
    with Browser(build(office), office) as browser:
        codes = [enter(browser, f"nobody{number}").status_code for number in range(5)]
        assert codes == [422] * 5
        refused = enter(browser)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        assert TOO_MANY in text_of(refused)
        assert 'name="password"' in refused.text, "the form is there to try again"
        clock.advance(60)
        assert enter(browser).status_code == 303


@pytest.mark.parametrize("name", ["olga", "nobody"])
def test_a_name_may_be_tried_so_often_whether_or_not_there_is_one(store, clock, name):
    office = office_with(store, clock, name=5)
    with Browser(build(office), office) as browser:
        for _ in range(5):
            enter(browser, name, "wrong horse battery")
        refused = enter(browser, name)
        assert refused.status_code == 429
        assert TOO_MANY in text_of(refused)
        assert enter(browser, "max").status_code == 303, "others are not kept waiting"


def test_it_is_on_record_once_a_minute_without_what_was_typed(store, clock):
    office = office_with(store, clock, address=20, name=5)
    with Browser(build(office), office) as browser:
        for name in ("olga", PASSWORD):
            for _ in range(8):
                enter(browser, name, "wrong horse battery")
        assert throttled(store) == [("system", "olga", {"address": "testclient"})]
        for number in range(20):
            enter(browser, f"other{number}")
        assert throttled(store)[1:] == [("system", None, {"address": "testclient"})]
        clock.advance(61)
        for number in range(30):
            enter(browser, f"other{number}")
        assert len(throttled(store)) == 3


def test_confirmations_and_old_passwords_are_counted_too(store, clock):
    office = office_with(store, clock, name=5)
    with Browser(build(office), office) as browser:
        browser.sign_in("anna")
        fields = {"old_password": "wrong horse battery", "new_password": "four other plain words"}
        typed = {**fields, "new_password_again": fields["new_password"]}
        codes = [browser.post("/account/password", typed).status_code for _ in range(4)]
        assert codes == [422] * 4, "the sign-in was the first"
        assert browser.post("/account/password", typed).status_code == 429
        clock.advance(6 * 60)
        confirm = {"totp": "123456", "_proof": "wrong horse battery"}
        codes = [browser.post("/account/second-factor", confirm).status_code for _ in range(6)]
        assert codes[-1] == 429
        assert 200 not in codes
        asked = browser.post("/account/second-factor", confirm)
        assert 'name="_proof"' in asked.text, "the password is asked for again"


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("127.0.0.1", ["198.51.100.1", "198.51.100.2"]),
        ("203.0.113.9", ["203.0.113.9"]),
    ],
    ids=["a named proxy", "anybody else"],
)
def test_behind_a_proxy_its_word_for_the_address_counts_and_nobody_elses(store, clock, peer, counted):
    office = office_with(store, clock, address=5, proxies=("127.0.0.1",))
    config = server_of(build(office), office.settings).config
    config.load()
    with TestClient(config.loaded_app, "https://console.test", client=(peer, 50_000)) as client:
        key = client.get("/sign-in").cookies["__Host-session"]
        for number in (1, 2):
            headers = {
                "X-Forwarded-For": f"10.9.9.9, 198.51.100.{number}",
                "X-Forwarded-Proto": "https",
                "Cookie": f"__Host-session={key}",
            }
            for _ in range(6):
                fields = {TOKEN: token_of(key), ONCE: new_once(), "name": "nobody", "password": PASSWORD}
                client.post("/sign-in", data=fields, headers=headers)
    assert [after["address"] for _, _, after in throttled(store)] == counted
