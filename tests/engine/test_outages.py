"""While a store cannot serve, commands get 91 at once with the cause, and the store is tried at intervals."""

import logging

import pytest

from offline_collect.domain.ports import (
    Cause,
    CommitUnknownError,
    ConflictError,
    RefusedError,
    UnavailableError,
)
from offline_collect.engine.lane import HELD_UP_S
from offline_collect.engine.outage import PROVED_FOR_S, TRY_EVERY_S
from offline_collect.engine.retry import CHECKED_AGAIN_S, CHECKED_FOR_S
from offline_collect.engine.work import LANE_CHECK, Work, unavailable
from tests.engine.rig import WatchedSession, codes
from tests.fakes.stepping import run_lanes

FULL = UnavailableError("SQLite: the disk is full (SQLITE_FULL)", Cause.DISK_FULL)


@pytest.fixture
def failing(rig, monkeypatch):
    """Errors by the call of a session that raises them; empty while the store works."""
    errors = {}

    def raising(name):
        call = getattr(WatchedSession, name)

        def instead(session, *arguments):
            if name in errors:
                raise errors[name]
            return call(session, *arguments)

        monkeypatch.setattr(WatchedSession, name, instead)

    for name in ("begin", "load", "write", "commit", "check"):
        raising(name)
    return errors


def check_of(rig, engine):
    """Ask both lanes; return the reasons they give, None for a lane that serves."""
    rig.deliveries.clear()
    deadline = rig.clock.monotonic() + 2
    for queue in engine._queues:
        queue.put(Work(LANE_CHECK, deadline, rig.clock.monotonic(), None))
    run_lanes(engine)
    return [outcome.answer.reason for outcome in rig.delivered()]


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_an_answer_that_fits_de_44(cause):
    answer = unavailable(cause)
    assert answer.code.value == "UNAVAILABLE"
    assert 0 < len(answer.brief) <= 25
    assert answer.reason.endswith("; nothing was done")


@pytest.mark.parametrize("step", ["begin", "load", "write", "commit"])
def test_a_full_disk_is_91_at_once_with_its_cause_and_nobody_is_halved(rig, failing, step):
    failing[step] = FULL
    retrying = rig.retrying()
    outcomes = retrying.run(rig.works(*(rig.payment(bill) for bill in range(1, 9))))
    assert [outcome.answer for outcome in outcomes] == [unavailable(Cause.DISK_FULL)] * 8
    assert (rig.pauses, rig.observed.reasons) == ([], [])
    assert rig.observed.outages == [("write-0", Cause.DISK_FULL)]
    assert rig.store.tables.transactions == {}


def test_meanwhile_nothing_is_asked_of_the_store(rig, failing):
    failing["write"] = FULL
    retrying = rig.retrying()
    retrying.run(rig.works(rig.payment(1)))
    rig.store.log.clear()
    rig.clock.advance(TRY_EVERY_S - 0.01)
    assert codes(retrying.run(rig.works(rig.payment(2), rig.payment(3)))) == ["UNAVAILABLE"] * 2
    assert rig.store.log == []


def test_it_is_tried_every_second_and_ends_with_the_first_commit(rig, failing, caplog):
    caplog.set_level(logging.INFO)
    failing["write"] = FULL
    retrying = rig.retrying()
    payments = [rig.payment(1), rig.payment(2)]
    for _ in range(3):
        assert codes(retrying.run(rig.works(*payments))) == ["UNAVAILABLE"] * 2
        rig.clock.advance(TRY_EVERY_S)
    failing.clear()
    assert codes(retrying.run(rig.works(*payments))) == ["APPROVED"] * 2
    assert rig.observed.outages == [("write-0", Cause.DISK_FULL), ("write-0", None)]
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2, "the log is told of its beginning and its end"
    assert "cannot decide commands; they get 91 until it can: SQLite: the disk is full" in said[0]
    assert "decides commands again" in said[1]


def test_another_cause_is_told_too(rig, failing):
    retrying = rig.retrying()
    for error in (FULL, UnavailableError("read-only", Cause.READ_ONLY)):
        failing["begin"] = error
        retrying.run(rig.works(rig.payment(1)))
        rig.clock.advance(TRY_EVERY_S)
    assert [cause for _, cause in rig.observed.outages] == [Cause.DISK_FULL, Cause.READ_ONLY]


def test_an_outage_is_tried_on_one_connection_only(rig, failing):
    """The first failure may be a dead connection; during the outage each try takes its whole time limit."""
    failing["begin"] = UnavailableError("gone")
    retrying = rig.retrying()
    retrying.run(rig.works(rig.payment(1)))
    assert rig.observed.reasons == ["reconnect"]
    rig.clock.advance(TRY_EVERY_S)
    retrying.run(rig.works(rig.payment(1)))
    assert rig.observed.reasons == ["reconnect"]


@pytest.mark.parametrize("error", [ConflictError("busy"), RefusedError("a row")])
def test_a_command_or_a_collision_is_no_outage(rig, failing, error):
    failing["write"] = error
    retrying = rig.retrying()
    retrying.run(rig.works(rig.payment(1)))
    assert (retrying.outage.cause, rig.observed.outages) == (None, [])


def test_what_waits_while_the_store_is_tried_gets_91_from_the_sweep(rig, failing):
    """Each try may take the time limit of a connection; no command waits for it."""
    failing["begin"] = UnavailableError("gone")
    engine = rig.engine()
    rig.submit(engine, rig.payment(1))
    run_lanes(engine)
    rig.deliveries.clear()
    late = rig.payment(2)
    rig.submit(engine, late, patience=0.0)
    rig.submit(engine, rig.payment(3))
    engine.sweep()
    assert codes(rig.delivered()) == ["TOO_LATE", "UNAVAILABLE"]
    assert engine.depth == 0


def test_what_waits_while_a_lost_commit_is_proved_gets_91_and_the_batch_the_truth(rig, failing, monkeypatch):
    engine = rig.engine()
    rig.store.faults.lost_commits = [True]
    commit = WatchedSession.commit

    def commit_and_lose_the_store(session):
        failing["begin"] = UnavailableError("gone")
        commit(session)

    monkeypatch.setattr(WatchedSession, "commit", commit_and_lose_the_store)
    swept = []

    def sweep_and_find(seconds):
        rig.clock.advance(seconds)
        if not swept:
            rig.submit(engine, rig.payment(2))
            engine.sweep()
            swept.extend(codes(rig.delivered()))
            failing.clear()

    for lane in engine._lanes.lanes:
        lane._retrying._pause = sweep_and_find
    rig.submit(engine, rig.payment(1))
    run_lanes(engine)
    assert swept == ["UNAVAILABLE"]
    assert codes(rig.delivered()) == ["UNAVAILABLE", "APPROVED"]
    assert rig.paid() == {"S-1"}


def test_a_lane_that_serves_says_so_after_a_write_of_its_own(rig):
    engine = rig.engine()
    assert check_of(rig, engine) == [None, None]
    assert rig.store.log.count("begin") == 2


def test_a_commit_of_lately_is_write_enough(rig):
    engine = rig.engine()
    rig.submit(engine, rig.payment(1))
    run_lanes(engine)
    rig.store.log.clear()
    assert check_of(rig, engine) == [None, None]
    assert rig.store.log.count("begin") == 1, "the read lane has done nothing yet"
    rig.clock.advance(CHECKED_FOR_S)
    check_of(rig, engine)
    assert rig.store.log.count("begin") == 3


def test_who_asks_often_does_not_have_the_store_written_to_as_often(rig):
    engine = rig.engine()
    check_of(rig, engine)
    rig.store.log.clear()
    rig.clock.advance(CHECKED_AGAIN_S - 0.01)
    assert check_of(rig, engine) == [None, None]
    assert rig.store.log == []
    rig.clock.advance(0.01)
    check_of(rig, engine)
    assert rig.store.log.count("begin") == 2


def test_checks_and_commands_of_one_turn_are_all_answered(rig):
    engine = rig.engine()
    queue = engine._queues.write[0]
    rig.submit(engine, rig.payment(1))
    queue.put(Work(LANE_CHECK, 1e9, 0.0, "check"))
    rig.submit(engine, rig.payment(2))
    run_lanes(engine)
    assert codes(rig.delivered()) == ["APPROVED"] * 3
    assert rig.delivered()[-1].work.token == "check"
    assert rig.observed.sizes == [2]


@pytest.mark.parametrize("error", [FULL, CommitUnknownError("a sync failed", Cause.DISK_ERROR)])
def test_a_check_that_fails_begins_an_outage_and_says_what_the_store_said(rig, failing, error):
    engine = rig.engine()
    failing["check"] = error
    assert check_of(rig, engine) == [str(error)] * 2
    assert rig.observed.outages == [("write-0", error.cause), ("read-0", error.cause)]
    rig.submit(engine, rig.payment(1))
    rig.deliveries.clear()
    run_lanes(engine)
    assert [outcome.answer for outcome in rig.delivered()] == [unavailable(error.cause)]


def test_a_check_that_collides_is_told_and_is_no_outage(rig, failing):
    engine = rig.engine()
    failing["check"] = ConflictError("another session holds the table business_days")
    assert check_of(rig, engine) == ["another session holds the table business_days"] * 2
    assert rig.observed.outages == []


def test_a_check_that_fails_unexpectedly_does_not_end_the_lane(rig, failing):
    engine = rig.engine()
    failing["check"] = ZeroDivisionError()
    assert (
        check_of(rig, engine) == ["its check failed unexpectedly (ZeroDivisionError); the log says more"] * 2
    )
    failing.clear()
    assert check_of(rig, engine) == [None, None]


def test_a_check_ends_an_outage_that_only_checks_have_met(rig, failing):
    engine = rig.engine()
    failing["check"] = FULL
    check_of(rig, engine)
    failing.clear()
    rig.clock.advance(TRY_EVERY_S)
    assert check_of(rig, engine) == [None, None]


def test_a_check_does_not_belie_the_commands_that_failed_lately(rig, failing):
    """A check finds room on a disk that has none for payments: the server must not become ready."""
    engine = rig.engine()
    failing["write"] = FULL
    rig.submit(engine, rig.payment(1))
    run_lanes(engine)
    rig.clock.advance(PROVED_FOR_S - 0.01)
    assert check_of(rig, engine) == [str(FULL), None]
    rig.clock.advance(TRY_EVERY_S)
    assert check_of(rig, engine) == [None, None]


def test_what_waits_behind_a_batch_that_is_held_up_is_91_before_its_deadline(rig):
    """A frozen disk, a locked table: its commands stay open, but no others wait behind them."""
    engine = rig.engine()
    swept = []

    def freeze():
        rig.store.before_writes.clear()
        for seconds in (HELD_UP_S - 0.01, 0.01):
            rig.clock.advance(seconds)
            rig.submit(engine, rig.payment(2))
            engine.sweep()
            swept.append([outcome.answer.brief for outcome in rig.delivered()])

    rig.store.before_writes.append(freeze)
    rig.submit(engine, rig.payment(1))
    run_lanes(engine)
    assert swept == [[], ["unavailable: no lane"] * 2]
    assert codes(rig.delivered()) == ["UNAVAILABLE"] * 2 + ["APPROVED"]
    engine.sweep()
    assert rig.paid() == {"S-1"}


def test_a_check_behind_a_lane_that_is_held_up_says_so(rig):
    engine = rig.engine()
    engine._queues.write[0].put(Work(LANE_CHECK, rig.clock.monotonic(), 0.0, None))
    engine.sweep()
    (outcome,) = rig.delivered()
    assert outcome.answer.brief == Cause.LANES
    assert "held up" in outcome.answer.reason
