"""Banks and branches on a page; who maintains users adds one."""

import pytest

from tests.console.browser import text_of

PAGE = "/organisations"
BRANCH = {"id": "BRANCH1", "name": "城东支行", "kind": "BRANCH", "under": "BANK"}


def test_a_branch_is_added_and_listed(as_user):
    browser = as_user("anna")
    assert f'href="{PAGE}"' in browser.get("/users").text
    assert browser.post(PAGE, BRANCH).headers["location"] == PAGE
    assert "BRANCH1 城东支行 BRANCH BANK" in text_of(browser.get(PAGE))
    again = browser.post(PAGE, BRANCH)
    assert again.status_code == 422
    assert 'value="城东支行"' in again.text


@pytest.mark.parametrize(
    "bad", [{"kind": "HOUSE"}, {"name": ""}, {"id": "two words"}, {"under": "BANK2", "kind": "BANK"}]
)
def test_what_cannot_be_added_is_refused(as_user, bad):
    browser = as_user("anna")
    assert browser.post(PAGE, {**BRANCH, **bad}).status_code == 422
    assert "城东支行" not in text_of(browser.get(PAGE))


@pytest.mark.parametrize("name", ["olga", "max", "mei"])
def test_others_see_their_own_and_add_none(as_user, name):
    browser = as_user(name)
    page = browser.get(PAGE)
    assert "二行" not in text_of(page)
    assert 'method="post" action="/organisations"' not in page.text
    assert browser.post(PAGE, BRANCH).status_code == 403
