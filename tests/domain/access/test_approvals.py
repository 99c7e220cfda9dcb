"""Which changes need two people, and the life of a request: each state and event, and who is refused."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import SYSTEM, Actor
from offline_collect.domain.access.approvals import (
    LIFE,
    NEEDS_TWO,
    ApprovalEvent,
    ApprovalRefusal,
    ApprovalStanding,
    ApprovalState,
    DualAction,
    DualSubject,
    refusal,
    touched,
)
from offline_collect.domain.access.roles import Role
from offline_collect.domain.merchants import AmountRule, AmountRuleKind, FeeRule, Merchant, SettlementAccount
from offline_collect.domain.settlement.cycles import SettlementTerms

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=72)
DECISIONS = (ApprovalEvent.APPROVED, ApprovalEvent.REJECTED)


def actor(name, through=None):
    return Actor(name, frozenset({Role.ADMIN}), through)


def standing(state="PENDING", by="anna", through=None):
    return ApprovalStanding(ApprovalState(state), by, through, LATER)


def test_the_list_is_closed_and_every_action_touches_something_in_it():
    assert set(NEEDS_TWO) == set(DualSubject)
    assert frozenset().union(*NEEDS_TWO.values()) == set(DualAction)


def test_waivers_cannot_be_asked_for_yet():
    waiting = {subject for subject, actions in NEEDS_TWO.items() if not actions}
    assert waiting == {DualSubject.WAIVER}


def test_each_event_ends_the_request_in_a_state_of_its_own():
    assert set(LIFE) == set(ApprovalEvent)
    ends = [step.target for step in LIFE.values()]
    assert sorted(ends) == sorted(set(ApprovalState) - {ApprovalState.PENDING})


@pytest.mark.parametrize("event", ApprovalEvent)
@pytest.mark.parametrize("state", sorted(set(ApprovalState) - {ApprovalState.PENDING}))
def test_nothing_moves_a_request_that_is_decided(event, state):
    assert refusal(event, standing(state), actor("bob"), LATER) is ApprovalRefusal.DECIDED_ALREADY


@pytest.mark.parametrize("event", DECISIONS)
@pytest.mark.parametrize(
    ("asked", "decides", "own"),
    [
        (("anna", None), ("bob", None), False),
        (("anna", None), ("anna", None), True),
        (("anna", None), ("bob", "anna"), True),
        (("anna", "carl"), ("carl", None), True),
        (("anna", "carl"), ("bob", "carl"), True),
        (("anna", "carl"), ("anna", "dora"), True),
        (("anna", "carl"), ("bob", "dora"), False),
    ],
)
def test_nobody_decides_what_he_asked_for_under_whatever_name(event, asked, decides, own):
    found = refusal(event, standing("PENDING", *asked), actor(*decides), NOW)
    assert found is (ApprovalRefusal.OWN_REQUEST if own else None)


def test_a_request_lapses_whoever_has_ended_what_it_is_about_but_not_once_it_has_expired():
    event = ApprovalEvent.LAPSED
    for name in ("anna", "bob"):
        assert refusal(event, standing(), actor(name), NOW) is None
    assert refusal(event, standing(), actor("bob"), LATER) is ApprovalRefusal.HAS_EXPIRED


def test_only_who_asked_withdraws():
    event = ApprovalEvent.WITHDRAWN
    assert refusal(event, standing(), actor("anna"), NOW) is None
    assert refusal(event, standing(), actor("anna", "carl"), NOW) is None
    assert refusal(event, standing(), actor("bob"), NOW) is ApprovalRefusal.NOT_HIS_REQUEST


def test_a_request_expires_at_its_moment_and_is_not_decided_any_more():
    just_before = LATER - dt.timedelta(microseconds=1)
    assert standing().state_at(just_before) is ApprovalState.PENDING
    assert standing().state_at(LATER) is ApprovalState.EXPIRED
    assert standing("REJECTED").state_at(LATER) is ApprovalState.REJECTED
    assert refusal(ApprovalEvent.EXPIRED, standing(), SYSTEM, just_before) is ApprovalRefusal.NOT_EXPIRED_YET
    assert refusal(ApprovalEvent.EXPIRED, standing(), SYSTEM, LATER) is None
    for event in (*DECISIONS, ApprovalEvent.WITHDRAWN):
        assert refusal(event, standing(), actor("bob"), LATER) is ApprovalRefusal.HAS_EXPIRED


def test_only_the_system_user_acts_alone():
    assert SYSTEM.alone
    assert not actor("anna").alone


SCHOOL = Merchant("SCHOOL01", "阳光小学", "school", SettlementAccount("6222000000000009"))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"name": "x", "trade": "y", "limits_minor": {}, "maker_checker": True}, set()),
        ({"settlement_account": SettlementAccount("6222000000000010")}, {DualSubject.SETTLEMENT_ACCOUNT}),
        ({"settlement": SettlementTerms(least_minor=1)}, {DualSubject.SETTLEMENT_TERMS}),
        ({"fee": FeeRule(1), "name": "x"}, {DualSubject.FEE_RULE}),
        ({"amount_rule": AmountRule(AmountRuleKind.PARTIAL)}, {DualSubject.AMOUNT_RULE}),
    ],
)
def test_a_change_of_a_merchant_touches_what_differs(change, found):
    assert touched(SCHOOL, replace(SCHOOL, **change)) == found


def test_a_new_merchant_sets_its_account_and_its_rules():
    account_and_rules = {
        DualSubject.SETTLEMENT_ACCOUNT,
        DualSubject.SETTLEMENT_TERMS,
        DualSubject.FEE_RULE,
        DualSubject.AMOUNT_RULE,
    }
    assert touched(None, SCHOOL) == account_and_rules
