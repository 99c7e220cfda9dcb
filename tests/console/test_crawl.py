"""Each user follows every link and sends every form; what belongs to another bank or merchant is not there for him.

Pages, links and forms are found on the pages themselves and in the table of pages, so a new page is in these tests.
"""

import logging
from html import unescape
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import select

from offline_collect.console.forms import FIELDS_MAX
from offline_collect.console.page_table import PAGES
from offline_collect.domain.access.roles import PERMISSIONS
from offline_collect.store.schema.tables import metadata
from tests.console.crawling import has_parts, page_at, send, walk
from tests.console.two_banks import FIRST, MARKERS, SECOND, USERS, store, users_of

__all__ = ["store"]

# One process has what everybody finds.
pytestmark = pytest.mark.xdist_group("crawl")

ALERT = 'role="alert"'
OWN_SESSION = {"/sign-out", "/sessions", "/language", "/sign-in"}
"""Forms that end the session of who sends them, or are for anybody; they have tests of their own."""

OTHERS = {
    **dict.fromkeys(users_of(FIRST), ("SCHOOL02",)),
    **dict.fromkeys(users_of(SECOND), ("SCHOOL01", "WATER001")),
    "mei": ("WATER001", "SCHOOL02"),
    "first.water": ("SCHOOL01", "SCHOOL02"),
}
"""Merchants of which a user sees nothing."""

PEOPLE = sorted(USERS)


@pytest.fixture(scope="module")
def walks():
    """What users have found, by name: each test has the same store."""
    return {}


@pytest.fixture
def find(as_user, walks):
    """Return what a user finds."""

    def found_by(name):
        if name not in walks:
            walks[name] = walk(as_user(name))
        return walks[name]

    return found_by


def markers_of(merchants):
    return [marker for merchant in merchants for marker in MARKERS[merchant]]


def shown(text, merchants, *said):
    """Return what a page shows of other merchants, besides what the request itself has said."""
    known = "".join(unquote(part) for part in said)
    plain = unescape(text)
    return [marker for marker in markers_of(merchants) if marker in plain and marker not in known]


def faults(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def may(name, page):
    return page.permission is None or page.permission in PERMISSIONS[USERS[name][0]]


@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_works_and_shows_nothing_of_others(find, name, caplog):
    found = find(name)
    assert {
        address: status for address, (status, _) in found.answers.items() if status not in {200, 422}
    } == {}
    unsaid = [
        address for address, (status, text) in found.answers.items() if status == 422 and ALERT not in text
    ]
    assert unsaid == [], "what cannot be done says why"
    others = OTHERS.get(name, ())
    assert {
        address: what for address, (_, text) in found.answers.items() if (what := shown(text, others))
    } == {}
    assert faults(caplog) == []


def test_every_page_of_the_navigation_is_reached(find):
    reached = {page_at("GET", address).path for name in PEOPLE for address in find(name).answers}
    listed = {page.path for page in PAGES if page.method == "GET" and page.menu is not None}
    assert listed <= reached


@pytest.mark.parametrize("name", PEOPLE)
def test_every_form_can_be_sent_and_none_is_a_fault(find, as_user, name, caplog):
    browser, found = as_user(name), find(name)
    answers = {}
    for form in (each for forms in found.forms.values() for each in forms):
        if form.action in OWN_SESSION:
            continue
        response = send(browser, name, form, dict_of(form.fields))
        answers[form.action] = response.status_code
        assert shown(response.text, OTHERS.get(name, ())) == []
    assert answers
    assert {each: status for each, status in answers.items() if status not in {200, 303, 409, 422}} == {}
    assert faults(caplog) == []


def dict_of(fields):
    """Return fields as the client sends them: a name with several values has a list."""
    sent = {}
    for key, value in fields[:FIELDS_MAX]:
        sent.setdefault(key, []).append(value)
    return sent


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_addresses_of_others_are_not_there(find, as_user, name, caplog):
    browser, own = as_user(name), find(name)
    tried = set()
    for address in foreign(find, name) - own.seen:
        page = page_at("GET", address)
        response = browser.get(address)
        if not has_parts(page):
            assert (address, response.status_code < 500) == (address, True)
            assert (address, shown(response.text, OTHERS[name], address)) == (address, [])
            continue
        expected = 404 if may(name, page) else 403
        assert (address, response.status_code) == (address, expected)
        assert shown(response.text, OTHERS[name], address) == []
        tried.add(page.path)
    assert len(tried) >= 3
    assert faults(caplog) == []


def foreign(find, name):
    """Return the addresses that users find who see nothing of what this user sees."""
    return {address for other in strangers(name) for address in find(other).seen}


def strangers(name):
    """Return the users whose merchants are all hidden from a user."""
    hidden = set(OTHERS[name])
    return [other for other in OTHERS if other != name and hidden >= visible(other)]


def visible(name):
    role_merchants = USERS[name][2]
    if role_merchants:
        return set(role_merchants)
    return {"SCHOOL02"} if USERS[name][1] == SECOND else {"SCHOOL01", "WATER001"}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_forms_of_others_change_nothing_of_theirs(find, as_user, name, store, caplog):
    browser, own = as_user(name), find(name)
    theirs = {
        form
        for other in strangers(name)
        for key, forms in find(other).forms.items()
        for form in forms
        if form not in own.forms.get(key, ()) and form.action not in OWN_SESSION
    }
    before = rows_of(store, OTHERS[name])
    for form in sorted(theirs, key=lambda each: (each.action, each.fields)):
        response = send(browser, name, form, dict_of(form.fields))
        if has_parts(page_at("POST", form.action)) and form.action not in own.seen:
            page = page_at("POST", form.action)
            expected = 404 if may(name, page) else 403
            assert (form.action, response.status_code) == (form.action, expected)
        assert response.status_code < 500
        said = [form.action, *(value for _, value in form.fields)]
        assert (form.action, shown(response.text, OTHERS[name], *said)) == (form.action, [])
    assert theirs
    assert rows_of(store, OTHERS[name]) == before
    assert faults(caplog) == []


def rows_of(store, merchants):
    """Return all rows of merchants, and of the users of the second bank if its merchant is among them, by table."""
    found = {}
    with store.snapshot() as reading:
        for table in metadata.sorted_tables:
            if "merchant_id" in table.c:
                rows = reading.connection.execute(select(table).where(table.c.merchant_id.in_(merchants)))
                found[table.name] = sorted(map(repr, rows))
    return found


def test_addresses_that_no_link_leads_to_are_not_there_either(find, as_user, store):
    """Pages with parameters that nobody found are asked for by every number and name of the other bank."""
    reached = {
        page_at(method, address)
        for name in PEOPLE
        for method, addresses in (("GET", find(name).answers), ("POST", find(name).seen))
        for address in addresses
    }
    hidden = [page for page in PAGES if has_parts(page) and page not in reached and page.method == "GET"]
    browser = as_user("olga")
    for page in hidden:
        for address in filled(page.path, store):
            response = browser.get(address)
            assert (address, response.status_code in {403, 404}) == (address, True)
            assert shown(response.text, ("SCHOOL02",), address) == []


def filled(path, store):
    """Yield addresses of a page with each identifier of the second bank's rows in the place of each parameter."""
    for value in sorted(identifiers(store)):
        parts = []
        for part in path.split("/"):
            named = part.startswith("{")
            parts.append(
                "SCHOOL02" if part == "{merchant}" else quote(str(value), safe="") if named else part
            )
        yield "/".join(parts)


def identifiers(store):
    """Return the keys of the second bank's rows that no row of the first one has."""
    own, others = set(), set()
    with store.snapshot() as reading:
        for table in metadata.sorted_tables:
            if "merchant_id" not in table.c:
                continue
            keys = [column for column in table.primary_key.columns if column.name != "merchant_id"]
            for row in reading.connection.execute(select(table.c.merchant_id, *keys)):
                (others if row[0] == "SCHOOL02" else own).update(map(str, row[1:]))
    assert others - own
    return others - own
