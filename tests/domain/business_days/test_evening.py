"""The next step of an evening: each in its order, once, and none that a person must decide."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.access.roles import roles_with
from offline_collect.domain.business_days.cutover import Verdict
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.evening import (
    DECIDED_BY,
    DayDocument,
    Ended,
    EveningFacts,
    Question,
    Step,
    documents_of,
    next_step,
)
from offline_collect.domain.business_days.life import DayStanding

DAY = BusinessDate(2026, 11, 22)
ALL = frozenset(Step)
AFTER = {Step.STATEMENTS: DayDocument.STATEMENTS, Step.VOUCHER: DayDocument.VOUCHER}


def facts(state=DayState.CUT, cutover=Verdict.NOT_DUE, **more):
    standing = {
        name: more.pop(name)
        for name in ("missing", "items", "differences", "earlier_unsettled")
        if name in more
    }
    return EveningFacts(DAY, DayStanding(state, **standing), cutover, more.pop("wanted", ALL), **more)


def after(known, step):
    """The facts when a step was done."""
    standing = known.standing
    moved = {
        Step.CUTOVER: DayState.CUT,
        Step.RECONCILE: DayState.RECONCILED,
        Step.SETTLE: DayState.SETTLED,
    }
    if step in moved:
        standing = replace(standing, state=moved[step])
    written = {DayDocument(step.value)} if step.value in set(DayDocument) else set()
    return replace(
        known,
        standing=standing,
        cutover=Verdict.NOT_DUE,
        done=known.done | {step},
        documents=known.documents | written,
        payouts_wait=known.payouts_wait and step is not Step.PAYOUTS,
    )


def run(known):
    """All steps until there is none."""
    steps = []
    while isinstance(found := next_step(known), Step):
        steps.append(found)
        known = after(known, found)
    return steps, found


def test_a_clean_evening_does_all_steps_in_their_order():
    steps, end = run(facts(DayState.OPEN, Verdict.DUE, payouts_wait=True))
    assert (steps, end) == (list(Step), Ended.DONE)


WANTED = st.frozensets(st.sampled_from(Step)).map(
    lambda some: some | {Step.CUTOVER, Step.RECONCILE, Step.SETTLE}
)


@given(WANTED, st.booleans(), st.integers(0, 8))
def test_an_evening_that_was_stopped_goes_on_where_it_was(wanted, waits, stopped_at):
    whole, _ = run(facts(DayState.OPEN, Verdict.DUE, wanted=wanted, payouts_wait=waits))
    known = facts(DayState.OPEN, Verdict.DUE, wanted=wanted, payouts_wait=waits)
    first = []
    while len(first) < stopped_at and isinstance(found := next_step(known), Step):
        first.append(found)
        known = after(known, found)
    again, end = run(replace(known, done=frozenset()))
    assert end is Ended.DONE
    # Files that came meanwhile are taken by the next run too.
    assert [*first, *(each for each in again if each is not Step.INGEST or each not in first)] == whole


@pytest.mark.parametrize(
    ("cutover", "end"),
    [
        (None, Ended.NOT_DUE),
        (Verdict.NOT_DUE, Ended.NOT_DUE),
        (Verdict.OPENED_LATELY, Question.CLOCK_IN_DOUBT),
        (Verdict.DAYS_APART, Question.CLOCK_IN_DOUBT),
        (Verdict.OPENED_AHEAD, Question.CLOCK_IN_DOUBT),
    ],
)
def test_a_day_that_the_clock_does_not_close_stays_open(cutover, end):
    assert run(facts(DayState.OPEN, cutover)) == ([], end)


@pytest.mark.parametrize(
    ("state", "more", "asked"),
    [
        (DayState.CUT, {"missing": ("1234",)}, Question.FILES_MISSING),
        (DayState.CUT, {"differences": 2, "items": 2}, Question.ITEMS_OPEN),
        (DayState.CUT, {"differences": 2, "items": 2, "proposed": 1}, Question.ITEMS_OPEN),
        (DayState.CUT, {"differences": 2, "items": 2, "proposed": 2}, Question.ITEMS_PROPOSED),
        (DayState.RECONCILED, {"items": 1}, Question.ITEMS_OPEN),
        (DayState.RECONCILED, {"items": 1, "proposed": 1}, Question.ITEMS_PROPOSED),
        (DayState.RECONCILED, {"earlier_unsettled": True}, Question.EARLIER_DAY),
    ],
)
def test_a_person_is_asked_after_the_files_that_came_were_taken(state, more, asked):
    steps, end = run(facts(state, **more))
    assert (steps, end) == ([Step.DEBITS, Step.INGEST], asked)
    assert roles_with(DECIDED_BY[asked])


def test_a_settled_day_has_no_debits_any_more_and_each_file_once():
    assert run(facts(DayState.SETTLED, wanted=ALL - {Step.INGEST})) == (
        [Step.VOUCHER, Step.STATEMENTS],
        Ended.DONE,
    )
    assert run(facts(DayState.SETTLED, documents=frozenset(DayDocument), done=frozenset({Step.INGEST}))) == (
        [],
        Ended.DONE,
    )


def test_files_that_could_not_be_written_are_not_tried_twice_in_a_run():
    known = facts(DayState.SETTLED, done=frozenset({Step.INGEST, Step.VOUCHER, Step.STATEMENTS}))
    lacking = replace(known, documents=frozenset({DayDocument.VOUCHER}))
    assert next_step(lacking) is Ended.FILES_LACK
    assert next_step(replace(lacking, wanted=ALL - {Step.STATEMENTS})) is Ended.DONE
    assert next_step(replace(lacking, done=frozenset({Step.INGEST}))) is Step.STATEMENTS


def test_whom_a_question_asks_is_known():
    assert set(DECIDED_BY) == set(Question)
    assert {document.value for document in AFTER.values()} == {step.value for step in AFTER}


@pytest.mark.parametrize(
    ("wanted", "documents"),
    [(ALL, set(AFTER.values())), ({Step.VOUCHER}, {DayDocument.VOUCHER}), ({Step.DEBITS}, set())],
)
def test_a_settled_day_lacks_only_files_of_steps_that_an_evening_has(wanted, documents):
    assert documents_of(frozenset(wanted)) == documents
