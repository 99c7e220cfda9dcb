"""Bad input on every form that a page has: nothing is a fault, half done, or shown unescaped.

The forms are found on the pages as each user, so those of a new page are in these tests.
"""

import json
import logging
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from offline_collect.console.forms import ONCE, SEEN, new_once
from offline_collect.domain.ports import UnavailableError
from offline_collect.store import SqlStore
from offline_collect.store.schema.tables import metadata
from tests.console.browser import text_of
from tests.console.crawling import found_on, page_at, send, walk
from tests.console.two_banks import store

__all__ = ["store"]

# One process has what everybody finds.
pytestmark = pytest.mark.xdist_group("attack")

WHO = ["anna", "greta", "max", "olga", "mei"]
"""Users whose pages have all forms between them."""

SCRIPT = "<script>alert(1)</script>\"'"
BAD = [
    SCRIPT,
    "x" * 70_000,
    "九" * 400,
    "\x00",
    "a\x00b",
    "\x1b[2J\x7f\u202e",
    "\ud7ff\uffff\U0001f4a3",
    "9" * 40,
    "-1",
    "1e400",
    "NaN",
    "0",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "' OR 1=1 --",
    "%s{0}{x}%(y)s",
    "../../../etc/passwd",
    "[" * 3_000,
]
ADDRESS_MAX = 5_000
PLACES = [
    '"\\ud800"',
    '["\\ud800", "\\ud800"]',
    '"\\u0000"',
    '["\\u0000", 0]',
    '["", 1e999]',
    "9" * 40,
    "-" + "9" * 40,
    '["", ' + "9" * 40 + "]",
]
"""Places in lists that no list has given."""

NOT_CHANGES = {"/sign-in", "/sign-out", "/language", "/sessions", "/account/password"}
OWN_TABLES = {"console_forms", "console_sessions", "user_credentials", "audit_trail", "serial_counters"}
"""What signing in and refused attempts write."""


@pytest.fixture(scope="module")
def walks():
    """What users have found, by name: each test has the same store."""
    return {}


@pytest.fixture
def of_user(as_user, walks):
    """Return a user's browser, and his forms that change something."""

    def enter(name):
        browser = as_user(name)
        if name not in walks:
            walks[name] = walk(browser)
        forms = [forms[0] for forms in walks[name].forms.values() if forms[0].action not in NOT_CHANGES]
        return browser, sorted(forms, key=lambda form: form.action)

    return enter


def fields_of(form, **changed):
    fields = {}
    for key, value in form.fields:
        fields.setdefault(key, []).append(value)
    return fields | changed


def faults(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def rows_of(store):
    found = {}
    with store.snapshot() as reading:
        for table in metadata.sorted_tables:
            if table.name not in OWN_TABLES:
                found[table.name] = sorted(map(repr, reading.connection.execute(select(table))))
    return found


def names_in(form):
    return sorted({name for name, _ in form.fields} | set(form.bounds))


@pytest.mark.parametrize("name", WHO)
def test_no_field_of_a_form_takes_what_is_beyond_its_bounds(of_user, name, caplog):
    browser, forms = of_user(name)
    for number, form in enumerate(forms):
        for fields, bad in broken(form, number):
            response = send(browser, name, form, fields_of(form, **fields))
            tried = (form.action, sorted(fields), bad[:20])
            assert response.status_code < 500, tried
            assert SCRIPT not in response.text
    assert faults(caplog) == []


def broken(form, number):
    """Yield fields with bad values: each alone with one of them, and all of a form together with each of them."""
    names = [field for field in names_in(form) if field != SEEN]
    for place, field in enumerate(names):
        bad = BAD[(number + place) % len(BAD)]
        yield {field: bad}, bad
    for bad in BAD:
        yield dict.fromkeys(names, bad), bad


@pytest.mark.parametrize("name", ["anna", "greta", "mei", "max"])
def test_no_query_is_a_fault_whatever_is_asked_for(of_user, walks, name, caplog):
    browser, _ = of_user(name)
    asked = {}
    for _, text in walks[name].answers.values():
        for form in found_on(text)[1]:
            if form.method == "get":
                asked[form.key] = form
    assert asked
    for form in asked.values():
        fields = dict(form.fields)
        for place, field in enumerate(
            [*names_in(form), "after", "version", "known", "class", "state", "open"]
        ):
            for bad in BAD[place % 4 :: 4]:
                address = f"{form.action}?{urlencode({**fields, field: bad[:ADDRESS_MAX]})}"
                response = browser.get(address)
                assert (address[:200], response.status_code < 500) == (address[:200], True)
                assert SCRIPT not in response.text
    assert faults(caplog) == []


@pytest.mark.parametrize("name", ["anna", "greta", "max"])
def test_no_place_in_a_list_is_a_fault(of_user, walks, name, caplog):
    browser, _ = of_user(name)
    one_each = {page_at("GET", address): address for address in walks[name].answers}
    for address in one_each.values():
        status = walks[name].answers[address][0]
        for place in PLACES:
            with_place = f"{address}{'&' if '?' in address else '?'}{urlencode({'after': place})}"
            assert (with_place, browser.get(with_place).status_code) == (with_place, status)
    assert faults(caplog) == []


@pytest.mark.parametrize("seen", ['{"a": "\\ud800"}', '"\\ud800"', "[" * 5_000, "9" * 5_000, "null", "{", ""])
def test_no_document_that_a_form_was_opened_on_is_a_fault(of_user, seen, caplog):
    for name in ("anna", "max"):
        browser, forms = of_user(name)
        carrying = [form for form in forms if SEEN in dict(form.fields) and page_at("POST", form.action).once]
        assert carrying
        for form in carrying:
            assert browser.post(form.action, fields_of(form, **{SEEN: seen})).status_code == 409
    assert faults(caplog) == []


@pytest.mark.parametrize(
    "bad", ["%00", "a%00b", "%FF%FE", "%ED%A0%80", "..%2F..%2Fetc", "9" * 400, "%0A", "", "%27"]
)
def test_no_address_is_a_fault_whatever_stands_in_it(walks, of_user, bad, caplog):
    for name in ("anna", "max"):
        other, _ = of_user(name)
        folders = {address.split("?")[0].rpartition("/")[0] for address in walks[name].answers}
        assert len(folders) > 10
        for folder in sorted(folders):
            response = other.get(f"{folder}/{bad}")
            assert (folder, response.status_code in {200, 303, 404, 403}) == (folder, True)
    assert faults(caplog) == []


@pytest.mark.parametrize("name", WHO)
def test_a_form_of_an_ended_session_changes_nothing_and_is_kept(of_user, name, clock, store):
    browser, forms = of_user(name)
    before = rows_of(store)
    clock.advance(16 * 60)
    for form in forms:
        response = browser.post(form.action, fields_of(form))
        assert (form.action, response.status_code) == (form.action, 401)
        shown = [name for found in found_on(response.text)[1] for name, _ in found.fields]
        assert {f"kept.{field}" for field, value in form.fields if field != ONCE and value} <= {
            *shown,
            *(f"kept.{field}" for field in secrets(form)),
        }
    assert rows_of(store) == before


def secrets(form):
    return {name for name, bounds in form.bounds.items() if bounds.get("type") == "password"} | {"totp"}


@pytest.mark.parametrize("name", WHO)
def test_a_form_that_comes_twice_changes_once(of_user, name, store, caplog):
    browser, forms = of_user(name)
    for form in forms:
        once = new_once()
        first = send(browser, name, form, fields_of(form), once=once)
        if first.status_code != 303:
            continue
        after = rows_of(store)
        again = browser.post(form.action, fields_of(form), once=once)
        assert (form.action, again.status_code in {303, 401}) == (form.action, True)
        assert rows_of(store) == after
    assert faults(caplog) == []


@pytest.mark.parametrize("name", WHO)
def test_an_outdated_tab_changes_nothing_and_says_so(of_user, name, store):
    browser, forms = of_user(name)
    carrying = [form for form in forms if SEEN in dict(form.fields) and page_at("POST", form.action).once]
    before = rows_of(store)
    for form in carrying:
        seen = json.loads(dict(form.fields)[SEEN])
        older = {**seen, "_once_there": 1} if isinstance(seen, dict) else "another"
        response = browser.post(form.action, fields_of(form, **{SEEN: json.dumps(older)}))
        assert (form.action, response.status_code) == (form.action, 409)
        assert "somebody has changed this" in text_of(response)
    assert rows_of(store) == before


@pytest.mark.parametrize("name", WHO)
def test_while_the_store_is_away_pages_say_so_and_come_back(of_user, walks, name, monkeypatch, store, caplog):
    browser, forms = of_user(name)
    before = rows_of(store)

    def away(*_, **__):
        raise UnavailableError("the database cannot be reached: connection refused at 10.1.2.3")

    addresses = [each for each, (status, _) in walks[name].answers.items() if status == 200]
    with monkeypatch.context() as patched:
        for method in ("snapshot", "transaction"):
            patched.setattr(SqlStore, method, away)
        for address in addresses:
            response = browser.get(address)
            assert (address, response.status_code, "retry-after" in response.headers) == (address, 503, True)
            assert "10.1.2.3" not in response.text
        for form in forms:
            response = browser.post(form.action, fields_of(form))
            assert (form.action, response.status_code) == (form.action, 503)
    assert [browser.get(address).status_code for address in addresses] == [200] * len(addresses)
    assert rows_of(store) == before
    assert faults(caplog) == []
