"""The site: headers, languages, navigation, errors, and who may open which page."""

import pytest

from offline_collect.console.headers import ALWAYS
from offline_collect.console.page import Opens
from offline_collect.console.page_table import PAGES
from offline_collect.console.sections import BEHIND, section_of
from offline_collect.console.site import STATIC, build
from offline_collect.domain.access.roles import PERMISSIONS
from offline_collect.store.backoffice.credentials import Credentials, put_credentials
from tests.console import town
from tests.console.browser import Browser, text_of
from tests.console.town import USERS, office_of

LISTED = [page for page in PAGES if page.method == "GET" and "{" not in page.path]
ADDRESSES = ["/", "/sign-in", "/nothing/here", "/static/console.css", "/static/nothing.css"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_has_the_headers(browser, path):
    headers = browser.get(path).headers
    assert {name: headers[name] for name in ALWAYS} == ALWAYS
    assert "strict-transport-security" not in headers


def test_over_tls_browsers_are_told_to_stay_there(store, clock):
    office = office_of(store, clock, proxies=("127.0.0.1",))
    with Browser(build(office), office) as browser:
        assert browser.get("/sign-in").headers["strict-transport-security"].startswith("max-age=")


def test_the_policy_allows_nothing_in_line_and_nothing_from_elsewhere():
    policy = ALWAYS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_are_not_kept_and_the_style_sheet_is_checked(browser):
    assert browser.get("/sign-in").headers["cache-control"] == "no-store"
    assert browser.get("/static/console.css").headers["cache-control"] == "no-cache"


def test_the_scripts_are_short():
    lines = sum(path.read_bytes().count(b"\n") for path in STATIC.glob("*.js"))
    assert [path.name for path in STATIC.glob("*.js")] == ["console.js"]
    assert lines <= 200


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr,en;q=0.5,zh;q=0.9", "zh-CN"),
        ("fr", "en"),
        ("zh;q=x", "zh-CN"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_asks_for(browser, accepted, language):
    response = browser.get("/sign-in", **{"Accept-Language": accepted})
    assert f'<html lang="{language}">' in response.text


def test_the_switch_of_the_language_is_remembered(browser):
    assert browser.post("/language", {"language": "zh", "to": "/sign-in"}).headers["location"] == "/sign-in"
    assert "登录" in text_of(browser.get("/sign-in", **{"Accept-Language": "en"}))
    assert browser.post("/language", {"language": "xx", "to": "//evil.test"}).headers["location"] == "/"


def test_the_page_of_an_address_that_there_is_not(as_user):
    response = as_user("olga").get("/nothing/here")
    assert response.status_code == 404
    assert "Not found" in text_of(response)


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("page", LISTED, ids=lambda page: page.path)
def test_a_page_opens_to_who_has_its_permission_and_the_navigation_shows_no_other(as_user, page, name):
    may = page.permission is None or page.permission in PERMISSIONS[USERS[name][0]]
    browser = as_user(name)
    response = browser.get(page.path)
    assert response.status_code == (200 if may else 403)
    listed = f'<li><a href="{page.path}"' in browser.get("/").text
    assert listed == (may and page.menu is not None)


def test_the_navigation_is_there_for_who_has_signed_in_and_lacks_nothing(as_user, browser, store):
    assert "<nav" in as_user("olga").get("/account").text
    assert "<nav" not in browser.get("/sign-in").text
    with store.transaction() as tx:
        put_credentials(tx, Credentials("olga", town.hashed(), must_change=True))
    assert "<nav" not in as_user("olga").get("/account").text


def test_every_page_for_anybody_is_named_here():
    anybody = {(page.method, page.path) for page in PAGES if page.opens is Opens.ANYBODY}
    assert anybody == {("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/language")}


def test_every_change_needs_a_permission_or_is_of_ones_own():
    own = {page.path for page in PAGES if page.method == "POST" and page.permission is None}
    assert own == {"/sign-in", "/sign-out", "/language", "/account/password", "/account/second-factor"}


OF_NO_SECTION = ("/account", "/language", "/sign-out", "/sign-in")


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if not page.path.startswith(OF_NO_SECTION)],
    ids=lambda page: f"{page.method} {page.path}",
)
def test_each_page_is_behind_one_of_the_navigation(page):
    assert section_of(page.path) in {each.path for each in PAGES if each.menu is not None}


def test_no_section_is_said_of_pages_that_are_gone():
    assert {page.path.split("/")[1] for page in PAGES} >= BEHIND.keys()


@pytest.mark.parametrize(
    ("path", "mark", "link"),
    [
        ("/payments", "page", "/payments"),
        ("/payments/doubts", "true", "/payments"),
        ("/mandates", "true", "/customers"),
        ("/", "page", "/"),
    ],
)
def test_the_navigation_marks_the_page_or_the_one_before_it(as_user, path, mark, link):
    page = as_user("olga").get(path).text
    assert page.count(" aria-current=") == 1
    assert f'<a href="{link}" aria-current="{mark}">' in page
