"""A commit with an unknown outcome is proved, or there is no answer."""

import logging

import pytest

from offline_collect.domain.ports import Cause, CommitUnknownError
from offline_collect.engine import EngineSettings
from offline_collect.engine.outage import TRY_EVERY_S
from tests.engine.rig import PATIENCE, WatchedSession, codes
from tests.fakes.bank import TERMS


@pytest.mark.parametrize("took_effect", [True, False])
def test_the_answer_is_the_truth_whether_the_commit_took_effect_or_not(rig, took_effect):
    rig.store.faults.lost_commits = [took_effect]
    payments = [rig.payment(bill) for bill in (1, 2, 3)]
    retrying = rig.retrying()
    outcomes = retrying.run(rig.works(*payments))
    assert codes(outcomes) == ["APPROVED"] * 3
    assert rig.paid() == {"S-1", "S-2", "S-3"}
    assert len(rig.store.tables.payments) == 3
    assert rig.observed.reasons == ["commit_unknown"]
    again = retrying.run(rig.works(*payments))
    assert [outcome.answer for outcome in again] == [outcome.answer for outcome in outcomes]


@pytest.mark.parametrize("took_effect", [True, False])
def test_declines_and_reversals_are_proved_too(rig, took_effect):
    payment = rig.payment(1)
    retrying = rig.retrying()
    retrying.run(rig.works(payment))
    rig.store.faults.lost_commits = [took_effect]
    reversal = rig.terminal.reversal(rig.clock.now(), payment)
    commands = [
        reversal,
        rig.payment(2, amount=7),
        rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1"),
    ]
    outcomes = retrying.run(rig.works(*commands))
    assert codes(outcomes) == ["APPROVED", "WRONG_AMOUNT", "APPROVED"]
    assert len(rig.store.tables.reversals) == 1
    assert rig.paid() == set()


@pytest.mark.parametrize("losses", [[False, False, True], [False, True], [True, True, False, False]])
def test_a_commit_that_is_lost_again_and_again_is_proved_in_the_end(rig, losses):
    rig.store.faults.lost_commits = losses
    assert codes(rig.retrying().run(rig.works(rig.payment(1), rig.payment(2)))) == ["APPROVED"] * 2
    assert len(rig.store.tables.payments) == 2


def test_what_is_proved_undone_past_its_deadline_is_rolled_back_and_answered_68(rig):
    """The other command, which still has time, is done."""
    rig.store.faults.lost_commits = [False]
    works = rig.works(rig.payment(1), patience=1.0) + rig.works(rig.payment(2), patience=50.0)
    rig.store.before_writes.append(lambda: rig.clock.advance(2.0))
    outcomes = rig.retrying().run(works)
    assert {outcome.work.command.bill_no: outcome.answer.code.value for outcome in outcomes} == {
        "S-1": "TOO_LATE",
        "S-2": "APPROVED",
    }
    assert rig.paid() == {"S-2"}
    assert works[0].command.key not in rig.store.tables.transactions


def test_a_batch_that_is_proved_undone_and_wholly_too_late_is_done_with(rig):
    rig.store.faults.lost_commits = [False]
    rig.store.before_writes.append(lambda: rig.clock.advance(2 * PATIENCE))
    assert codes(rig.retrying().run(rig.works(rig.payment(1), rig.payment(2)))) == ["TOO_LATE"] * 2
    assert rig.store.tables.transactions == {}
    assert rig.observed.reasons == ["commit_unknown"]


def test_what_took_effect_is_approved_though_its_deadline_has_passed(rig):
    rig.store.faults.lost_commits = [True]
    rig.store.before_writes.append(lambda: rig.clock.advance(2 * PATIENCE))
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["APPROVED"]
    assert rig.paid() == {"S-1"}


def test_what_was_too_late_before_the_commit_was_lost_stays_too_late(rig):
    """It was never in the lost transaction, and proving must not do it now."""
    rig.store.faults.lost_commits = [True]
    late = rig.works(rig.payment(1), patience=0.0)
    outcomes = rig.retrying().run(late + rig.works(rig.payment(2)))
    assert sorted(codes(outcomes)) == ["APPROVED", "TOO_LATE"]
    assert rig.paid() == {"S-2"}


def test_nothing_is_said_while_the_store_cannot_be_asked(rig, caplog, monkeypatch):
    """Neither 91 nor 96: the front end will ask."""
    rig.settings = EngineSettings(proof_retries=5, pause_s=0.01, pause_max_s=0.04, terms=TERMS)
    commit = WatchedSession.commit

    def commit_and_vanish(session):
        commit(session)
        rig.store.faults.unavailable = True
        raise CommitUnknownError("cut")

    monkeypatch.setattr(WatchedSession, "commit", commit_and_vanish)
    retrying = rig.retrying()
    payments = [rig.payment(1), rig.payment(2)]
    with caplog.at_level(logging.WARNING):
        outcomes = retrying.run(rig.works(*payments))
    assert codes(outcomes) == [None, None]
    assert rig.pauses == [0.01, 0.02, 0.04, 0.04, 0.04]
    assert caplog.records[-1].getMessage().endswith("2 commands stay unanswered")
    rig.store.faults.unavailable = False
    monkeypatch.undo()
    rig.clock.advance(TRY_EVERY_S)
    assert codes(retrying.run(rig.works(*payments))) == ["APPROVED", "APPROVED"]
    assert len(rig.store.tables.payments) == 2


@pytest.mark.parametrize("losses", [[False, True], [False, False, True]])
def test_a_commit_that_is_proved_ends_the_outage_that_was_met_meanwhile(rig, losses):
    rig.store.faults.lost_commits = losses
    retrying = rig.retrying()
    retrying.run(rig.works(rig.payment(1)))
    assert codes(retrying.run(rig.works(rig.payment(2)))) == ["APPROVED"]
    assert [cause for _, cause in rig.observed.outages] == [Cause.UNREACHABLE, None]


def test_a_collision_while_proving_is_waited_out(rig):
    """The lost transaction still holds its keys: the insert collides until it has ended."""
    rig.store.faults.lost_commits = [False]
    rig.store.before_writes.append(lambda: _collide_after(rig, "commit", 2))
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["APPROVED"]
    assert len(rig.store.tables.payments) == 1
    assert len(rig.pauses) == 2


def _collide_after(rig, step, times):
    if step in rig.store.log:
        rig.store.before_writes.clear()
        rig.store.faults.conflicts = times


def test_an_unforeseen_error_of_a_commit_is_as_open_as_a_lost_connection(rig, monkeypatch):
    commit = WatchedSession.commit
    failures = [OSError("unforeseen")]

    def fail_once(session):
        commit(session)
        if failures:
            raise failures.pop()

    monkeypatch.setattr(WatchedSession, "commit", fail_once)
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["APPROVED"]
    assert rig.observed.reasons == ["commit_unknown"]
    assert len(rig.store.tables.payments) == 1


def test_an_unforeseen_error_while_proving_proves_nothing(rig, monkeypatch):
    rig.store.faults.lost_commits = [True]
    begin, failures = WatchedSession.begin, [None, OSError("unforeseen")]

    def fail_second(session):
        failure = failures.pop(0) if failures else None
        if failure is not None:
            raise failure
        return begin(session)

    monkeypatch.setattr(WatchedSession, "begin", fail_second)
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["APPROVED"]
    assert len(rig.store.tables.payments) == 1


def test_a_lost_commit_in_one_half_of_a_refused_batch_is_proved_there(rig):
    payments = [rig.payment(bill) for bill in (1, 2, 3, 4)]
    rig.store.faults.refused_keys.add(payments[3].key)
    rig.store.faults.lost_commits = [True]
    outcomes = rig.retrying().run(rig.works(*payments))
    assert codes(outcomes) == ["APPROVED", "APPROVED", "APPROVED", "MALFUNCTION"]
    assert len(rig.store.tables.payments) == 3
