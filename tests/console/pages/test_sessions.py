"""Sessions are listed and ended: one's own by everybody, others' by who maintains users."""

import pytest

from offline_collect.merchant.access.sessions import digest_of_key
from tests.console.browser import text_of


def test_everybody_sees_his_own_sessions_and_ends_another_one_of_them(as_user):
    here, there = as_user("olga"), as_user("olga")
    as_user("max")
    text = text_of(here.get("/sessions"))
    assert "this one" in text
    assert "max" not in text
    response = here.post("/sessions", {"session": digest_of_key(there.key)})
    assert response.status_code == 303
    assert "a session of olga has ended" in text_of(here.get("/sessions"))
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 401)


def test_who_maintains_users_ends_any(as_user):
    admin, other = as_user("anna"), as_user("olga")
    assert "olga" in text_of(admin.get("/sessions"))
    assert admin.post("/sessions", {"session": digest_of_key(other.key)}).status_code == 303
    assert other.get("/").status_code == 401


def test_nobody_else_ends_the_session_of_another(as_user):
    checker, other = as_user("carla"), as_user("olga")
    assert checker.post("/sessions", {"session": digest_of_key(other.key)}).status_code == 403
    assert other.get("/").status_code == 200


@pytest.mark.parametrize("session", ["", "0" * 64])
def test_a_session_that_is_not_there_cannot_be_ended(as_user, session):
    assert as_user("olga").post("/sessions", {"session": session}).status_code == 404


def test_sessions_that_have_expired_are_not_listed(as_user, clock):
    as_user("olga")
    clock.advance(16 * 60)
    assert "olga" not in text_of(as_user("anna").get("/sessions"))


def test_a_user_has_ten_sessions_at_most(as_user, clock):
    browsers = []
    for _ in range(11):
        clock.advance(1)
        browsers.append(as_user("olga"))
    assert [one.get("/").status_code for one in browsers] == [401] + [200] * 10


def test_a_long_list_goes_on_after_its_last_row(as_user, clock, monkeypatch):
    monkeypatch.setattr("offline_collect.console.pages.sessions.ROWS", 2)
    for name in ("max", "mei", "olga"):
        as_user(name)
    admin = as_user("anna")
    first = admin.get("/sessions")
    assert "Next page" in text_of(first)
    assert admin.get('/sessions?after=["olga","x"]').status_code == 200
    assert admin.get("/sessions?after=[1]").text.count("End</button>") == first.text.count("End</button>")
