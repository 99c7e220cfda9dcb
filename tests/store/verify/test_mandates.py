"""Verify finds a mandate whose state no decision leads to, or which does not go with the decision."""

import pytest
from sqlalchemy import insert, text, update

from offline_collect.domain.debits.mandates import MandateState
from offline_collect.store.schema.mandate_tables import mandates
from tests.fakes.bank import DAY, NOON

ROW = {
    "merchant_id": "SCHOOL01",
    "reference": "M1",
    "customer_no": "C1",
    "state": MandateState.ACTIVE.value,
    "decided_by": "ann",
    "decided_at": NOON,
    "version": 1,
}


def found(teller):
    return [(each.invariant, each.subject) for each in teller.report().findings]


@pytest.mark.parametrize("state", sorted(set(MandateState) - {MandateState.PROPOSED}))
def test_a_decision_of_each_kind_is_whole(teller, state):
    with teller.store.transaction() as tx:
        tx.connection.execute(insert(mandates), ROW | {"state": state})
    assert found(teller) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"form_digest": "a" * 64},
        {"party": "NOBODY"},
        {"state": MandateState.EXPIRED.value, "party": "PAYER", "signed_on": DAY},
        {"version": 0},
    ],
)
def test_what_does_not_go_with_its_decision_is_found(teller, changes):
    with teller.store.transaction() as tx:
        tx.connection.execute(insert(mandates), ROW | changes)
    assert found(teller) == [(9, "SCHOOL01 M1")]


def test_a_state_that_no_decision_leads_to_is_found_where_the_database_did_not_refuse_it(sqlite_teller):
    with sqlite_teller.store.transaction() as tx:
        tx.connection.execute(insert(mandates), ROW)
        tx.connection.execute(text("PRAGMA ignore_check_constraints=ON"))
        tx.connection.execute(update(mandates).values(state=MandateState.PROPOSED.value))
        tx.connection.execute(text("PRAGMA ignore_check_constraints=OFF"))
    assert found(sqlite_teller) == [(9, "SCHOOL01 M1")]
