"""Mandates: their states in SQL, whose they are, and what stays when their customers are imported again."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from sqlalchemy import select, text

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.domain.debits.mandates import Cycle, Mandate, MandateState, Party
from offline_collect.domain.imports.refusals import MandateTaken
from offline_collect.domain.ports import ConflictError
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.store import (
    Change,
    CustomerRecord,
    ImportKind,
    StoreSettings,
    cutover,
    get_customer,
    open_store,
    put_customers,
)
from offline_collect.store.backoffice.mandates import (
    Decision,
    decide_mandate,
    decided_about,
    decisions_about,
    get_mandate,
    hold_mandates,
    list_mandates,
    state_on,
)
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.tables import customers
from tests.fakes.bank import DAY, NOON
from tests.store import importing as imports

SIGNED = dt.date(2026, 9, 1)
YESTERDAY, TOMORROW = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
CUSTOMERS_FILE = {"kind": ImportKind.CUSTOMERS}


def person(number, reference, **terms):
    return CustomerRecord(
        f"C{number}",
        "李雷",
        {"student_no": f"20260309{number:02}"},
        debit_account="6222000000000002",
        mandate_ref=reference,
        **({"mandate_signed_on": SIGNED} | terms),
    )


def put(teller, *records):
    with teller.store.transaction() as tx:
        return put_customers(tx, "SCHOOL01", records)


def decide(teller, reference, state, **more):
    with teller.store.transaction() as tx:
        hold_mandates(tx, "SCHOOL01")
        before = get_mandate(tx, "SCHOOL01", reference)
        decide_mandate(tx, "SCHOOL01", before, Decision(state, "ann", NOON, **more))


def mandate(teller, reference="M1"):
    with teller.store.snapshot() as reading:
        return get_mandate(reading, "SCHOOL01", reference)


def state(teller, reference="M1", on=DAY):
    return mandate(teller, reference).terms.state(on)


def brought(teller, *records, sha256="1" * 64):
    """Import customers, release them, and return what staging them said."""
    number = imports.begin(teller.store, sha256=sha256, **CUSTOMERS_FILE)
    outcomes = imports.stage_people(teller.store, number, *records)
    imports.finish(teller.store, number, len(records))
    imports.release(teller.store, number)
    imports.tidy(teller.store, number)
    return number, outcomes


DAYS = (None, YESTERDAY, DAY, TOMORROW)
DECIDED = (None, MandateState.ACTIVE, MandateState.SUSPENDED, MandateState.CANCELLED, MandateState.EXPIRED)


def test_the_state_in_a_query_is_that_of_the_rule(teller):
    cases = list(product(DECIDED, DAYS, DAYS))
    for number, (decided, signed_on, last_day) in enumerate(cases):
        put(teller, person(number, f"M{number}", mandate_signed_on=signed_on, mandate_to=last_day))
        if decided is not None:
            decide(teller, f"M{number}", decided)
    wanted = select(customers.c.mandate_ref, state_on(DAY)).select_from(
        customers.outerjoin(mandates, decided_about())
    )
    with teller.store.snapshot() as reading:
        found = dict(reading.connection.execute(wanted.where(customers.c.mandate_ref.is_not(None))).all())
    assert found == {
        f"M{number}": Mandate("M", signed_on=signed_on, last_day=last_day, decided=decided).state(DAY).value
        for number, (decided, signed_on, last_day) in enumerate(cases)
    }


def test_terms_and_decision_come_back_whole(teller):
    terms = {
        "mandate_from": SIGNED,
        "mandate_to": TOMORROW,
        "mandate_cycle": Cycle.MONTH,
        "mandate_limit_minor": 500,
        "mandate_cycle_limit_minor": 900,
    }
    put(teller, person(1, "M1", **terms))
    found = mandate(teller)
    assert (found.customer_no, found.decision, found.version) == ("C1", None, 0)
    assert found.terms == Mandate("M1", SIGNED, SIGNED, TOMORROW, 500, Cycle.MONTH, 900)
    decide(teller, "M1", MandateState.SUSPENDED, party=Party.BANK, reason="账户冻结", signed_on=YESTERDAY)
    decide(teller, "M1", MandateState.ACTIVE, form_digest="a" * 64, signed_on=YESTERDAY)
    found = mandate(teller)
    assert found.decision == Decision(
        MandateState.ACTIVE, "ann", NOON, signed_on=YESTERDAY, form_digest="a" * 64
    )
    assert (found.version, found.terms.signed_on) == (2, YESTERDAY)
    assert mandate(teller, "M2") is None


def test_a_mandate_that_no_customer_has_any_more_is_known_by_its_decision(teller):
    put(teller, person(1, "M1"))
    decide(teller, "M1", MandateState.CANCELLED)
    put(teller, person(1, "M2"))
    found = mandate(teller)
    assert (found.customer, found.customer_no, found.terms.state(DAY)) == (None, "C1", MandateState.CANCELLED)


def test_mandates_are_listed_by_reference_and_state_page_by_page(teller):
    put(teller, person(1, "M3"), person(2, "M1", mandate_to=YESTERDAY), person(3, "M2"), person(4, None))
    decide(teller, "M2", MandateState.SUSPENDED)
    with teller.store.snapshot() as reading:

        def listed(*states, after=None, most=9):
            found = list_mandates(reading, "SCHOOL01", DAY, states, (after, most))
            return [each.reference for each in found]

        assert listed() == ["M1", "M2", "M3"]
        assert listed(most=1) == ["M1"]
        assert listed(after="M1") == ["M2", "M3"]
        assert listed(MandateState.EXPIRED, MandateState.SUSPENDED) == ["M1", "M2"]
        assert decisions_about(reading, "SCHOOL01", []) == {}
        assert set(decisions_about(reading, "SCHOOL01", ["M1", "M2"])) == {"M2"}


@pytest.mark.parametrize("decided", [MandateState.SUSPENDED, MandateState.CANCELLED, MandateState.EXPIRED])
def test_importing_again_revives_nothing(teller, decided):
    put(teller, person(1, "M1"))
    decide(teller, "M1", decided)
    for version, terms in enumerate(({"mandate_limit_minor": 1}, {"mandate_to": TOMORROW}), start=1):
        _, (outcome,) = brought(teller, person(1, "M1", **terms), sha256=str(version) * 64)
        assert outcome.change is Change.CHANGED
        assert outcome.mandate_ended == (decided is not MandateState.SUSPENDED)
        assert state(teller) is decided
    put(teller, person(1, "M1", mandate_signed_on=DAY))
    assert state(teller) is decided


@pytest.mark.parametrize("by_file", [True, False])
@pytest.mark.parametrize("before", [None, MandateState.SUSPENDED, MandateState.CANCELLED])
def test_a_later_last_day_revives_no_expired_mandate(teller, by_file, before):
    put(teller, person(1, "M1", mandate_to=DAY))
    if before is not None:
        decide(teller, "M1", before, reason="等待")
    with teller.store.transaction() as tx:
        cutover(tx, DAY, BusinessDate.of(TOMORROW), CLOCK, NOON)
    longer = person(1, "M1", mandate_to=TOMORROW + dt.timedelta(days=99))
    if by_file:
        _, (outcome,) = brought(teller, longer)
        assert outcome.mandate_ended
    else:
        put(teller, longer)
    found = mandate(teller)
    if before is MandateState.CANCELLED:
        assert (found.decision.state, found.version) == (before, 1)
        return
    assert found.terms.state(TOMORROW) is MandateState.EXPIRED
    assert (found.decision.decided_by, found.decision.decided_at) == (CLOCK, NOON)
    assert (found.decision.reason, found.version) == (None, 1 if before is None else 2)


def test_a_last_day_may_be_put_off_before_it_is_over(teller):
    put(teller, person(1, "M1", mandate_to=DAY))
    brought(teller, person(1, "M1", mandate_to=TOMORROW))
    put(teller, person(1, "M1", mandate_to=None))
    assert mandate(teller).decision is None


def test_a_mandate_is_of_one_customer(teller):
    put(teller, person(1, "M1"))
    (outcome,) = put(teller, person(2, "M1"))
    assert outcome.refusal == MandateTaken("M1", "C1")
    assert refusal_words(outcome.refusal).startswith("mandate M1 is that of customer C1")
    assert [each.change for each in put(teller, person(2, "M2"), person(1, "M1"))] == [
        Change.NEW,
        Change.UNCHANGED,
    ]
    outcomes = put(teller, person(3, "M3"), person(4, "M3"))
    assert [each.refusal for each in outcomes] == [None, MandateTaken("M3", "C3", in_file=True)]
    assert "in this file" in refusal_words(outcomes[1].refusal)


def test_the_mandate_of_another_row_of_the_file_or_of_a_waiting_import_is_taken(teller):
    waiting = imports.begin(teller.store, **CUSTOMERS_FILE)
    imports.stage_people(teller.store, waiting, person(1, "M1"))
    (again,) = imports.stage_people(teller.store, waiting, person(2, "M1"))
    assert again.refusal == MandateTaken("M1", "C1", in_file=True)
    imports.finish(teller.store, waiting)
    other = imports.begin(teller.store, sha256="2" * 64, **CUSTOMERS_FILE)
    (outcome,) = imports.stage_people(teller.store, other, person(2, "M1"))
    assert outcome.refusal == MandateTaken("M1", "C1")


def test_a_file_does_not_hand_a_mandate_on(teller):
    put(teller, person(1, "M1"))
    number = imports.begin(teller.store, **CUSTOMERS_FILE)
    gives, takes = imports.stage_people(teller.store, number, person(1, "M9"), person(2, "M1"))
    assert (gives.refusal, takes.refusal) == (None, MandateTaken("M1", "C1"))


def test_a_mandate_about_which_was_decided_stays_its_customers(teller):
    put(teller, person(1, "M1"))
    decide(teller, "M1", MandateState.CANCELLED)
    put(teller, person(1, "M2"))
    (outcome,) = put(teller, person(2, "M1"))
    assert outcome.refusal == MandateTaken("M1", "C1")


def test_a_mandate_that_its_customer_gave_up_undecided_is_free_until_an_undo_needs_it(teller):
    put(teller, person(1, "M1"))
    number, _ = brought(teller, person(1, "M2"))
    put(teller, person(2, "M1"))
    imports.start_undo(teller.store, number)
    words = "mandate M1 is that of customer C2: another customer needs one of its own"
    assert imports.mark(teller.store, number) == [("C1", words)]
    imports.cancel(teller.store, number)
    with teller.store.snapshot() as reading:
        assert get_customer(reading, "SCHOOL01", "C1").mandate_ref == "M2"


def test_who_makes_a_batch_finishes_before_a_cancellation_is_decided(teller):
    put(teller, person(1, "M1"))
    with teller.store.transaction() as export:
        hold_mandates(export, "SCHOOL01")
        with pytest.raises(ConflictError):
            decide(teller, "M1", MandateState.CANCELLED)
        assert get_mandate(export, "SCHOOL01", "M1").terms.state(DAY) is MandateState.ACTIVE
    decide(teller, "M1", MandateState.CANCELLED)
    assert state(teller) is MandateState.CANCELLED


@pytest.mark.postgresql
def test_a_batch_that_begins_while_a_cancellation_is_written_waits_for_it_and_sees_it(
    postgresql_teller, migrated_postgresql_url
):
    teller = postgresql_teller
    patient = open_store(StoreSettings(migrated_postgresql_url, lock_timeout_ms=60_000))
    put(teller, person(1, "M1"))

    def export():
        with patient.transaction() as tx:
            # The transaction has a snapshot of its own before it waits: it reads again after the lock.
            assert get_mandate(tx, "SCHOOL01", "M1").terms.state(DAY) is MandateState.ACTIVE
            hold_mandates(tx, "SCHOOL01")
            return get_mandate(tx, "SCHOOL01", "M1").terms.state(DAY)

    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as threads:
        with teller.store.transaction() as tx:
            hold_mandates(tx, "SCHOOL01")
            before = get_mandate(tx, "SCHOOL01", "M1")
            decide_mandate(tx, "SCHOOL01", before, Decision(MandateState.CANCELLED, "ann", NOON))
            seen = threads.submit(export)
            while not seen.done() and not tx.connection.execute(waiting).scalar():
                pass
        assert seen.result() is MandateState.CANCELLED
    patient.dispose()
