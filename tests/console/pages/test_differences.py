"""Differences are resolved by two people, each on the same page."""

import pytest

from offline_collect.console.forms import SEEN, document_text
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.store.reconciliation.items import get_item
from tests.console.browser import text_of
from tests.console.evening import ONLY_OURS, ONLY_THEIRS, store  # noqa: F401 - a fixture

ADDRESS = f"/differences/{ONLY_THEIRS}"
FRESH = {SEEN: document_text({"state": "OPEN", "request": None})}
ASKED = {SEEN: document_text({"state": "OPEN", "request": 1})}
ORDER = {**FRESH, "follow_up": "SUSPENSE", "reason": "the journal has it"}


def state(reader, number=ONLY_THEIRS):
    with reader.snapshot() as reading:
        return get_item(reading, number).state


def test_a_difference_is_shown_with_what_each_side_counts(as_user):
    text = text_of(as_user("greta").get(ADDRESS))
    assert "FEP_ONLY_UNKNOWN – only the institution counts it" in text
    assert "Theirs 123.45 CNY Ours –" in text
    assert "age in days: 1" in text
    assert "Proposed follow-up keep the money in suspense" in text


def test_one_asks_and_another_approves(as_user, store):  # noqa: F811 - a fixture
    asking, deciding = as_user("greta"), as_user("chen")
    assert asking.post(ADDRESS, ORDER).headers["location"] == ADDRESS
    text = text_of(asking.get(ADDRESS))
    assert "request 1 waits for another user" in text
    assert "You have asked for it: another user decides." in text
    assert state(store) is ItemState.OPEN
    text = text_of(deciding.get(ADDRESS))
    assert "Asked for by greta" in text
    assert "the journal has it" in text
    assert deciding.post(f"{ADDRESS}/decide", {**ASKED, "decision": "approve"}).status_code == 303
    assert state(store) is ItemState.RESOLVED
    text = text_of(deciding.get(ADDRESS))
    assert "approved, and carried out" in text
    assert "Posting 20261123" in text


def test_a_rejected_request_changes_nothing(as_user, store):  # noqa: F811 - a fixture
    as_user("greta").post(ADDRESS, ORDER)
    deciding = as_user("chen")
    fields = {**ASKED, "decision": "reject", "why": "ask the institution first"}
    assert deciding.post(f"{ADDRESS}/decide", fields).status_code == 303
    assert "rejected: nothing was changed" in text_of(deciding.get(ADDRESS))
    assert state(store) is ItemState.OPEN


def test_nobody_approves_his_own_request(as_user, store):  # noqa: F811 - a fixture
    browser = as_user("anna")
    browser.post(ADDRESS, ORDER)
    response = browser.post(f"{ADDRESS}/decide", {**ASKED, "decision": "approve"})
    assert response.status_code == 422
    assert "was asked for by the same person" in text_of(response)
    assert state(store) is ItemState.OPEN


def test_only_the_request_that_was_seen_is_decided(as_user, store):  # noqa: F811 - a fixture
    as_user("greta").post(ADDRESS, ORDER)
    response = as_user("chen").post(f"{ADDRESS}/decide", {**FRESH, "decision": "approve"})
    assert response.status_code == 409
    assert state(store) is ItemState.OPEN
    assert as_user("chen").post(f"/differences/{ONLY_OURS}/decide", FRESH).status_code == 303
    assert state(store, ONLY_OURS) is ItemState.OPEN


@pytest.mark.parametrize(
    ("number", "changed", "said"),
    [
        (ONLY_THEIRS, {"reason": ""}, "reason"),
        (ONLY_THEIRS, {"follow_up": "CONTRA"}, "cannot be resolved as contra"),
        (ONLY_OURS, {"follow_up": "CONTRA"}, "the file of 2026-11-23 may still have it"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(as_user, store, number, changed, said):  # noqa: F811 - a fixture
    response = as_user("greta").post(f"/differences/{number}", {**ORDER, **changed})
    assert response.status_code == 422
    assert said in text_of(response)
    assert state(store, number) is ItemState.OPEN


def test_money_moves_only_after_the_password_was_given_again(as_user, store, clock):  # noqa: F811 - a fixture
    asking, deciding = as_user("greta"), as_user("chen")
    clock.advance(600)
    assert asking.post(ADDRESS, ORDER).status_code == 403
    assert deciding.post(f"{ADDRESS}/decide", {**FRESH, "decision": "approve"}).status_code == 403
    assert state(store) is ItemState.OPEN


@pytest.mark.parametrize("name", ["olga", "max", "carla", "wang.fang", "mei", "otto"])
def test_who_sees_part_of_the_store_sees_and_resolves_none(as_user, store, name):  # noqa: F811 - a fixture
    browser = as_user(name)
    assert browser.get(ADDRESS).status_code == 403
    assert browser.post(ADDRESS, ORDER).status_code == 403
    assert browser.post(f"{ADDRESS}/decide", ASKED).status_code == 403
    assert state(store) is ItemState.OPEN


@pytest.mark.parametrize("path", ["/differences/99", "/differences/x", "/differences/1.0"])
def test_a_difference_that_there_is_not(as_user, path):
    assert as_user("greta").get(path).status_code == 404
