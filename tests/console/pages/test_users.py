"""Users on the pages: shown to who may see them, changed by who maintains them, with a second person."""

import pytest

from offline_collect.console.forms import SEEN, document_text
from offline_collect.merchant.access.approvals import approve
from offline_collect.merchant.access.user_changes import document_of
from offline_collect.merchant.access.users import acting_user
from offline_collect.store import get_user
from tests.console.browser import text_of
from tests.console.town import PASSWORD


def user(store, name):
    with store.snapshot() as reading:
        return get_user(reading, name)


def seen(store, name="olga"):
    return document_text(document_of(user(store, name)))


def approve_first(store, clock, by="carla"):
    whole = acting_user(store, by)
    approve(store.within(whole.scope), 1, whole, clock.now())


def test_a_user_is_asked_for_and_another_user_approves(as_user, store, clock):
    browser = as_user("anna")
    fields = {"name": "nora", "role": ["MAKER", "OPERATOR"], "organisation": "BANK"}
    response = browser.post("/users", fields)
    assert response.headers["location"] == "/users"
    assert "request 1 waits for another user" in text_of(browser.get("/users"))
    assert user(store, "nora") is None
    approve_first(store, clock)
    assert user(store, "nora").roles == ("MAKER", "OPERATOR")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "nora"}, "at least one role"),
        ({"name": "nora", "role": ["MAKER", "CHECKER"]}, "exclude each other"),
        ({"name": "olga", "role": "MAKER"}, "there is a user olga already"),
        ({"name": "no ra", "role": "MAKER"}, "a user's name is"),
        ({"name": "nora", "role": "MERCHANT", "merchants": "NOSUCH01"}, "NOSUCH01"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_and_stays_in_the_form(as_user, store, fields, said):
    response = as_user("anna").post("/users", {**fields, "os_account": "n.typed"})
    assert response.status_code in {404, 422}
    assert said in text_of(response)
    if response.status_code == 422:
        assert 'value="n.typed"' in response.text
    assert user(store, "nora") is None


def test_a_users_roles_are_changed_by_two_people(as_user, store, clock):
    fields = {"role": "MAKER", "organisation": "BANK", SEEN: seen(store)}
    assert as_user("anna").post("/users/olga", fields).status_code == 303
    assert user(store, "olga").roles == ("OPERATOR",)
    approve_first(store, clock)
    assert user(store, "olga").roles == ("MAKER",)


def test_a_change_of_a_user_who_has_changed_meanwhile_is_refused(as_user, store):
    browser = as_user("anna")
    opened_on = document_text({**document_of(user(store, "olga")), "roles": ["AUDITOR"]})
    response = browser.post("/users/olga", {"role": "MAKER", SEEN: opened_on})
    assert response.status_code == 409
    assert "Roles AUDITOR OPERATOR" in text_of(response)
    assert browser.get("/users/olga").text.count("checked") == 1


def test_disabling_is_done_at_once_and_ends_every_session(as_user, store):
    there = as_user("olga")
    assert as_user("anna").post("/users/olga/disable").status_code == 303
    assert user(store, "olga").disabled
    assert there.get("/").status_code == 401
    before = document_text({**document_of(user(store, "olga")), "roles": ["AUDITOR"]})
    assert as_user("anna").post("/users/olga/enable", {SEEN: before}).status_code == 409
    response = as_user("anna").post("/users/olga/enable", {SEEN: seen(store, "olga")})
    assert response.headers["location"] == "/users/olga"


def test_a_password_is_set_by_two_people_and_changed_at_the_first_sign_in(as_user, browser, store, clock):
    fields = {"new_password": "four other plain words", "forget": "1"}
    response = as_user("anna").post("/users/olga/password", fields)
    assert response.status_code == 303
    assert browser.post("/sign-in", {"name": "olga", "password": PASSWORD}).status_code == 303
    approve_first(store, clock)
    assert browser.get("/").status_code == 401, "sessions under the old password have ended"
    assert browser.post("/sign-in", {"name": "olga", "password": PASSWORD}).status_code == 422
    response = browser.post("/sign-in", {"name": "olga", "password": fields["new_password"]})
    assert response.status_code == 303
    assert browser.get("/").headers["location"] == "/account"


def test_letting_somebody_in_asks_for_the_password_again(as_user, clock):
    browser = as_user("anna")
    clock.advance(600)
    response = browser.post("/users/olga/password", {"new_password": "four other plain words"})
    assert response.status_code == 403
    assert "four other" not in response.text


@pytest.mark.parametrize("name", ["olga", "max", "carla", "mei", "wang.fang"])
def test_who_does_not_maintain_users_changes_none(as_user, store, name):
    browser = as_user(name)
    for path in ("/users", "/users/max", "/users/max/disable", "/users/max/enable", "/users/max/password"):
        assert browser.post(path, {"role": "ADMIN", SEEN: seen(store, "max")}).status_code == 403
    assert (user(store, "max").roles, user(store, "max").disabled) == (("MAKER",), False)


def test_an_auditor_sees_users_and_no_form(as_user):
    browser = as_user("wang.fang")
    assert "olga" in text_of(browser.get("/users"))
    page = browser.get("/users/olga")
    assert "OPERATOR" in text_of(page)
    assert page.text.count("<form") == 2, "the switch of the language, and sign out"


@pytest.mark.parametrize("path", ["/users/otto", "/users/nobody", "/users/%20"])
def test_a_user_of_another_bank_is_as_one_who_is_not_there(as_user, path):
    browser = as_user("wang.fang")
    assert browser.get(path).status_code == 404
    assert "otto" not in text_of(browser.get("/users"))
