"""Mandates of version 0014: what was ACTIVE or SUSPENDED becomes a decision; nothing else does."""

import datetime as dt

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from offline_collect.domain.debits.mandates import MandateState
from offline_collect.store import (
    CustomerRecord,
    StoreSettings,
    get_customer,
    open_store,
    put_customers,
    upgrade,
    verify,
)
from offline_collect.store.backoffice.mandates import get_mandate
from offline_collect.store.database.connection import database_url
from tests.fakes.bank import DAY
from tests.store import importing as imports
from tests.store.schema.test_upgrade import migrate
from tests.store.teller import fill

STATES = {"C1": "ACTIVE", "C2": "SUSPENDED", "C3": "NONE", "C4": "ACTIVE", "C5": "SUSPENDED", "C6": "ACTIVE"}
REFERENCES = {"C4": "M45", "C5": "M45", "C6": None}


def person(number, reference, **more):
    return CustomerRecord(
        number, "李雷", {"student_no": f"20260309{number:0>2}"}, mandate_ref=reference, **more
    )


@pytest.fixture
def old_url(store_url):
    """A store as version 0014 left it: customers with mandates, and an import of two that waits, and one rejected."""
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    fill(store)
    with store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [person(number, None) for number in STATES])
    imports.staged_people(store, person("C7", "M7"))
    rejected = imports.staged_people(store, person("C8", "M8"), sha256="1" * 64)
    imports.reject(store, rejected)
    store.dispose()
    migrate(store_url, command.downgrade, "0014")
    engine = create_engine(database_url(store_url))
    with engine.begin() as connection:
        status = text(
            "UPDATE customers SET mandate_status = :status, mandate_ref = :reference WHERE customer_no = :number"
        )
        for number, state in (STATES | {"C7": "ACTIVE", "C8": "ACTIVE"}).items():
            reference = REFERENCES.get(number, f"M{number[1:]}")
            connection.execute(status, {"status": state, "reference": reference, "number": number})
    engine.dispose()
    return store_url


def test_what_was_active_or_suspended_stays_so(old_url):
    assert upgrade(StoreSettings(old_url))
    store = open_store(StoreSettings(old_url))
    with store.snapshot() as reading:

        def state(reference):
            found = get_mandate(reading, "SCHOOL01", reference)
            return None if found is None else found.terms.state(DAY)

        assert state("M1") is MandateState.ACTIVE
        assert state("M2") is MandateState.SUSPENDED
        assert state("M3") is MandateState.PROPOSED
        # Two customers with one reference: the stricter of the two holds.
        assert state("M45") is MandateState.SUSPENDED
        # The waiting import would have brought it ACTIVE; the rejected one brings nothing.
        assert (state("M7"), state("M8")) == (MandateState.ACTIVE, None)
        decision = get_mandate(reading, "SCHOOL01", "M1").decision
        assert (decision.decided_by, decision.decided_at.tzinfo) == ("upgrade", dt.UTC)
        assert get_customer(reading, "SCHOOL01", "C1").mandate_ref == "M1"
        assert verify(reading).whole
    store.dispose()


def test_a_downgrade_gives_the_status_back(old_url):
    upgrade(StoreSettings(old_url))
    migrate(old_url, command.downgrade, "0014")
    engine = create_engine(database_url(old_url))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT customer_no, mandate_status FROM customers"))
        found = {number: status for number, status in rows if number in STATES}
    engine.dispose()
    assert found == STATES | {"C4": "SUSPENDED", "C6": "NONE"}
