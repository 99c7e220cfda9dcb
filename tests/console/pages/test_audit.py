"""The audit trail on the pages: filtered, limited to what the user sees, and its chain proved."""

import re
from html import unescape

import pytest

from tests.console.browser import text_of


@pytest.fixture
def lived(as_user, store):
    """olga has signed in twice, anna and otto once."""
    as_user("olga")
    as_user("olga")
    as_user("otto")
    return as_user("anna")


def rows(response):
    return len(re.findall('<td class="number">', response.text))


def test_the_latest_change_is_the_first(lived):
    text = text_of(lived.get("/audit"))
    assert text.index("anna console sign-in") < text.index("olga console sign-in")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actor=olga", 2),
        ("actor=nobody", 0),
        ("action=console+sign-in", 4),
        ("subject_type=user&subject_id=otto", 1),
        ("subject_type=bill", 0),
        ("since=2026-11-22&to=2026-11-22&actor=anna", 1),
        ("since=2026-11-23", 0),
        ("to=2026-11-21", 0),
        ("since=nonsense&actor=anna", 1),
        ("to=9999-12-31&actor=anna", 1),
        ("merchant=NOSUCH01", 0),
    ],
)
def test_changes_are_found_by_what_they_are(lived, query, count):
    assert rows(lived.get(f"/audit?{query}")) == count


def test_a_long_trail_goes_on_before_its_last_row(lived, monkeypatch):
    monkeypatch.setattr("offline_collect.console.pages.audit.ROWS", 3)
    first = lived.get("/audit?action=console+sign-in")
    assert rows(first) == 3
    following = re.search('<a href="([^"]+)" rel="next">', first.text)[1]
    second = lived.get(unescape(following))
    assert rows(second) == 1
    assert "First page" in text_of(second)
    assert "Next page" not in text_of(second)


def test_an_auditor_of_a_bank_sees_nothing_of_another(lived, as_user):
    assert "otto" not in text_of(as_user("wang.fang").get("/audit"))


def test_the_chain_is_proved_and_its_end_shown(lived):
    text = text_of(lived.get("/audit/chain"))
    assert "The trail is whole: 4 rows" in text
    end = re.search(r"\b4:[0-9a-f]{64}\b", text)[0]
    assert "The trail is whole" in text_of(lived.get(f"/audit/chain?known={end}"))
    other = "5" + end[1:]
    assert "audit rows after this one are gone" in text_of(lived.get(f"/audit/chain?known={other}"))
    assert "An end of the trail is" in text_of(lived.get("/audit/chain?known=x"))


def test_a_changed_row_breaks_it(lived, store):
    with store.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE audit_trail SET actor = 'max' WHERE sequence = 2")
    text = text_of(lived.get("/audit/chain"))
    assert "The trail is broken in one place" in text
    assert "2 the audit row was changed" in text


@pytest.mark.parametrize("name", ["olga", "max", "carla", "mei"])
def test_the_trail_is_for_auditors(as_user, name):
    browser = as_user(name)
    assert [browser.get(path).status_code for path in ("/audit", "/audit/chain")] == [403, 403]


def test_one_value_is_singular(as_user):
    text = text_of(as_user("anna").get("/audit"))
    assert " 1 value " in text
    assert " 1 values " not in text
