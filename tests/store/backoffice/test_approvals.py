"""The table of requests that wait for another user."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.access.approvals import ApprovalState, DualAction
from offline_collect.store import (
    Approval,
    NotFoundError,
    WrongStateError,
    add_approval,
    decide_approval,
    get_approval,
    list_approvals,
    next_approval_number,
    overdue_approvals,
    pending_of,
)
from tests.fakes.bank import NOON
from tests.support.actors import user

LATER = NOON + dt.timedelta(hours=72)
ASKED = Approval(
    approval_id=1,
    action=DualAction.MERCHANT_SET,
    merchant_id="SCHOOL01",
    organisation_id="BANK",
    subject="SCHOOL01",
    payload={"name": "阳光小学", "limits": {"TELLER": 5}, "since": None},
    asked_by="anna",
    asked_through="root.admin",
    asked_at=NOON,
    expires_at=LATER,
)
USER = replace(
    ASKED,
    approval_id=2,
    action=DualAction.USER_ADD,
    merchant_id=None,
    subject="张伟",
    asked_by="bob",
    asked_through=None,
    expires_at=LATER + dt.timedelta(hours=1),
)


@pytest.fixture
def asked(store):
    with store.transaction() as tx:
        for each in (ASKED, USER):
            assert next_approval_number(tx) == each.approval_id
            add_approval(tx, each)
    return store


def test_requests_are_read_as_they_were_asked(asked):
    with asked.snapshot() as reading:
        assert get_approval(reading, 1) == ASKED
        assert list_approvals(reading, NOON) == [USER, ASKED]
        assert list_approvals(reading, NOON, merchant_id="SCHOOL01") == [ASKED]
        assert list_approvals(reading, NOON, ApprovalState.APPROVED) == []
        assert list_approvals(reading, NOON, ApprovalState.PENDING, most=1) == [USER]
        assert (pending_of(reading, "anna"), pending_of(reading, "eve")) == (1, 0)
        with pytest.raises(NotFoundError, match="there is no approval 3; `offline-collect approvals list`"):
            get_approval(reading, 3)


def test_a_request_is_decided_once(asked):
    boss = replace(user("boss"), through="root.admin")
    with asked.transaction() as tx:
        assert get_approval(tx, 2, lock=True) == USER
        decide_approval(tx, 2, ApprovalState.REJECTED, boss, NOON, "too many users")
    with asked.transaction() as tx:
        decided = get_approval(tx, 2)
        with pytest.raises(WrongStateError, match="approval 2 does not wait any more"):
            decide_approval(tx, 2, ApprovalState.APPROVED, boss, NOON)
    assert decided == replace(
        USER,
        state=ApprovalState.REJECTED,
        decided_by="boss",
        decided_through="root.admin",
        decided_at=NOON,
        reason="too many users",
    )
    with asked.snapshot() as reading:
        assert pending_of(reading, "bob") == 0


def test_what_has_expired_is_overdue_until_it_is_marked(asked):
    with asked.transaction() as tx:
        assert overdue_approvals(tx, LATER - dt.timedelta(microseconds=1)) == []
        assert overdue_approvals(tx, LATER) == [ASKED]
        assert list_approvals(tx, LATER, ApprovalState.PENDING) == [USER]
        assert list_approvals(tx, LATER, ApprovalState.EXPIRED) == [ASKED]
        decide_approval(tx, 1, ApprovalState.EXPIRED, "clock", LATER)
        assert overdue_approvals(tx, LATER) == []
        assert (get_approval(tx, 1).decided_by, get_approval(tx, 1).decided_through) == ("clock", None)
