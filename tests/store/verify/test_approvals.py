"""Verify passes the requests of a whole store, and finds a request that was tampered with."""

import datetime as dt

import pytest
from sqlalchemy import delete, insert, update

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.approvals import PENDING_MAX
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.access.approvals import approve, reject, withdraw
from offline_collect.merchant.access.users import register_user
from offline_collect.store.schema.approval_tables import approvals
from offline_collect.store.schema.user_tables import audit_trail
from tests.fakes.bank import NOON
from tests.store.asking import ANNA, BOB, Office
from tests.support.actors import person

APPROVED, REJECTED, WITHDRAWN, EXPIRED, PENDING = "12345"
LATER = NOON + dt.timedelta(hours=72)
AS_ROOT = person("anna", through="root")


@pytest.fixture
def office(teller, tmp_path):
    """A store with a request in each state, by number."""
    for name, role in (("bob", Role.CHECKER), ("carl", Role.CHECKER), ("anna", Role.ADMIN)):
        register_user(teller.store, name, [role], SYSTEM, NOON)
    office = Office(teller, tmp_path)
    approve(office.store, office.ask("user add"), BOB, NOON)
    reject(office.store, office.ask("user set"), BOB, NOON, "no")
    withdraw(office.store, office.ask("merchant set", AS_ROOT), ANNA, NOON)
    office.ask("merchant set")
    # Asking again, later, marks what has expired.
    later = office.change({"name": "二小", "fee.rate": "0.001"}, now=LATER)
    assert str(later.number) == PENDING
    return office


def found(office):
    findings = office.teller.report().findings
    assert {each.invariant for each in findings} <= {6, 7}
    return {each.subject for each in findings if each.invariant == 7}


def tamper(office, number, **values):
    with office.store.transaction() as tx:
        tx.connection.execute(update(approvals).where(approvals.c.approval_id == int(number)).values(values))


def test_requests_of_every_state_are_whole(office):
    with office.store.snapshot() as reading:
        states = reading.connection.execute(approvals.select().order_by("approval_id")).mappings()
        assert [row["state"] for row in states] == ["APPROVED", "REJECTED", "WITHDRAWN", "EXPIRED", "PENDING"]
    assert found(office) == set()


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (APPROVED, {"decided_by": None}),
        (APPROVED, {"decided_at": None}),
        (APPROVED, {"decided_by": "anna"}),
        (APPROVED, {"decided_by": "carl"}),
        (APPROVED, {"decided_through": "anna"}),
        (APPROVED, {"asked_by": "bob"}),
        (APPROVED, {"asked_through": "bob"}),
        (APPROVED, {"decided_at": LATER}),
        (APPROVED, {"state": "PENDING"}),
        (APPROVED, {"state": "LOST"}),
        (REJECTED, {"state": "APPROVED"}),
        (REJECTED, {"decided_by": "anna"}),
        (WITHDRAWN, {"decided_by": "bob"}),
        (WITHDRAWN, {"state": "REJECTED"}),
        (EXPIRED, {"decided_by": "bob"}),
        (EXPIRED, {"decided_at": NOON}),
        (EXPIRED, {"expires_at": NOON}),
        (PENDING, {"state": "APPROVED"}),
        (PENDING, {"state": "APPROVED", "decided_by": "bob", "decided_at": LATER}),
        (PENDING, {"decided_by": "bob"}),
        (PENDING, {"reason": "why"}),
    ],
)
def test_a_request_that_was_changed_is_found(office, number, values):
    tamper(office, number, **values)
    assert found(office) == {number}


def test_a_request_that_was_removed_is_found(office):
    with office.store.transaction() as tx:
        tx.connection.execute(delete(approvals).where(approvals.c.approval_id == int(APPROVED)))
    assert found(office) == {APPROVED}


@pytest.mark.parametrize("action", ["approvals ask", "approvals approve"])
def test_a_request_of_which_the_trail_says_nothing_is_found(office, action):
    own = (audit_trail.c.subject_id == APPROVED, audit_trail.c.action == action)
    with office.store.transaction() as tx:
        tx.connection.execute(delete(audit_trail).where(*own))
    assert found(office) == {APPROVED}


def test_a_user_with_too_many_requests_is_found(office):
    with office.store.transaction() as tx:
        waits = tx.connection.execute(approvals.select().where(approvals.c.approval_id == int(PENDING)))
        row = dict(waits.mappings().one())
        more = [row | {"approval_id": 100 + nth, "asked_by": "many"} for nth in range(PENDING_MAX + 1)]
        tx.connection.execute(insert(approvals), more)
    assert "many" in found(office)
