"""Verify passes keys of every state, and finds a key that was tampered with, does not open, or skipped a transition."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update

from offline_collect.domain.access.actor import SYSTEM, Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Role
from offline_collect.domain.keys.life import KeyPurpose
from offline_collect.merchant.keys import ceremony, working_keys
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.merchant.keys.rewrap import rewrap
from offline_collect.store import append_audit, verify
from offline_collect.store.schema.key_tables import link_keys
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey
from tests.fakes.bank import NOON
from tests.support.actors import person

OLD, NEW = MasterKey(bytes(range(32))), MasterKey(bytes(range(1, 33)))
BOTH = Custody(OLD, dt.timedelta(hours=1), following=NEW)
TERMS = KeyTerms("fep-1", MacAlgorithm.AES_CMAC, "BANK")
LINK = Actor("link fep-1", frozenset())
KEK, RETIRED, RETIRING, ACTIVE, ISSUED, ENTERING = 1, 2, 3, 4, 5, 6
LATER = NOON + dt.timedelta(hours=1)


def enter(store, number, name, value):
    component = Component(number, value)
    enter_component(store, BOTH, TERMS, KeyPurpose.KEK, component, person(name, Role.OPERATOR), NOON)


def use_next(store, now):
    issued = working_keys.issue_by_message(store, BOTH, TERMS, LINK, now)
    working_keys.mark_used(store, BOTH, TERMS, issued.key.key_number, LINK, now)


@pytest.fixture
def keyed(store):
    """A store with a key in each state, after a change of the master key."""
    ceremony.master_key_made(store, OLD, SYSTEM, NOON)
    enter(store, 1, "anna", bytes(range(16)))
    enter(store, 2, "bob", b"0123456789abcdef")
    for now in (NOON, NOON, LATER):
        use_next(store, now)
    working_keys.retire_due(store, "fep-1", LINK, LATER)
    rewrap(store, BOTH, SYSTEM, LATER)
    working_keys.issue_by_message(store, BOTH, TERMS, LINK, LATER)
    working_keys.export(store, BOTH, TERMS, SYSTEM, LATER)
    enter(store, 1, "anna", b"0123456789abcdef")
    return store


def found(store, problem_of=BOTH.problem):
    with store.snapshot() as reading:
        report = verify(reading, problem_of)
    return {each.subject: each.problem for each in report.findings if each.invariant == 8}


def tamper(store, number, **values):
    with store.transaction() as tx:
        tx.connection.execute(update(link_keys).where(link_keys.c.key_number == number).values(values))


def test_keys_of_every_state_are_whole(keyed):
    with keyed.snapshot() as reading:
        states = select(link_keys.c.state).order_by(link_keys.c.key_number)
        assert reading.connection.execute(states).scalars().all() == [
            "ACTIVE",
            "RETIRED",
            "RETIRING",
            "ACTIVE",
            "ISSUED",
            "ENTERING",
        ]
        assert verify(reading, BOTH.problem).whole
        assert verify(reading).unopened == 5
    assert found(keyed) == {}


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (KEK, {"state": "ISSUED"}),
        (KEK, {"completed_by": None}),
        (KEK, {"completed_by": "anna"}),
        (RETIRED, {"sealed": "00"}),
        (RETIRING, {"retires_at": None}),
        (ACTIVE, {"retires_at": LATER}),
        (ACTIVE, {"sealed": None}),
        (ISSUED, {"state": "LOST"}),
        (ENTERING, {"completed_by": "bob"}),
        (ISSUED, {"check_value": "000000"}),
        (ACTIVE, {"sealed": "00" * 60}),
        (ACTIVE, {"sealed": "no hex"}),
        (ACTIVE, {"sealed": "hsm-gcm:00"}),
        (ACTIVE, {"purpose": "KEK"}),
        (ACTIVE, {"cipher": "XYZ"}),
        (ACTIVE, {"cipher": "DES", "sealed": NEW.seal(bytes(5), "fep-1 MAC 4", bytes(12))}),
        (ISSUED, {"state": "ACTIVE"}),
        (ACTIVE, {"key_number": 9}),
    ],
)
def test_a_key_that_was_tampered_with_is_found(keyed, number, values):
    tamper(keyed, number, **values)
    assert f"fep-1 {'KEK' if number in {KEK, ENTERING} else 'MAC'} {number}" in found(keyed)


def test_two_current_keys_of_a_link_are_found(keyed):
    tamper(keyed, RETIRING, state="ACTIVE", retires_at=None)
    assert found(keyed)["fep-1 MAC"] == "the link has several current keys of one purpose"


def test_keys_under_two_master_keys_are_found_and_rewrapped(keyed):
    stale = replace(BOTH, following=None)
    terms = replace(TERMS, key_name="fep-2")
    component = Component(1, bytes(range(16)))
    actor = person("anna", Role.OPERATOR)
    enter_component(keyed, stale, terms, KeyPurpose.KEK, component, actor, NOON)
    (problem,) = found(keyed).values()
    assert problem == "keys are stored under several master keys: `keys rewrap` makes it one"
    rewrap(keyed, BOTH, SYSTEM, LATER)
    assert found(keyed) == {}


def test_a_key_that_the_audit_trail_does_not_know_is_found(keyed):
    with keyed.transaction() as tx:
        row = tx.connection.execute(select(link_keys).where(link_keys.c.key_number == ACTIVE)).one()._asdict()
        tx.connection.execute(insert(link_keys), row | {"key_name": "fep-9"})
    problems = found(keyed)
    assert set(problems) == {"fep-9 MAC 4"}


def test_a_key_that_is_gone_is_found(keyed):
    with keyed.transaction() as tx:
        tx.connection.execute(delete(link_keys).where(link_keys.c.key_number == RETIRED))
    assert found(keyed) == {"fep-1 MAC 2": "the audit trail names this key, and the store does not have it"}


@pytest.mark.parametrize(
    ("action", "before", "after", "problem"),
    [
        ("keys used", "RETIRING", "ACTIVE", "no transition leads from RETIRING to ACTIVE"),
        ("keys used", "ISSUED", "ACTIVE", "no transition leads from RETIRING to ACTIVE"),
        ("keys export", None, "ACTIVE", "the key was exported in another state than it had"),
    ],
)
def test_a_step_that_the_table_does_not_have_is_found(keyed, action, before, after, problem):
    subject = Subject(SubjectType.KEY, "fep-1 MAC 3")
    with keyed.transaction() as tx:
        former = None if before is None else {"state": before}
        append_audit(tx, SYSTEM, action, subject, former, {"state": after}, LATER)
    with keyed.snapshot() as reading:
        problems = [each.problem for each in verify(reading, BOTH.problem).findings]
    assert problem in problems


def test_a_key_whose_making_is_not_in_the_audit_trail_is_found(keyed):
    with keyed.transaction() as tx:
        own = audit_trail.c.subject_id == "fep-1 MAC 2"
        first = select(audit_trail.c.sequence).where(own).order_by(audit_trail.c.sequence).limit(1)
        number = tx.connection.execute(first).scalar_one()
        tx.connection.execute(delete(audit_trail).where(audit_trail.c.sequence == number))
    assert found(keyed) == {"fep-1 MAC 2": "the audit trail does not say how the key was made"}
