"""A command's deadline applies in the queue and until the command is decided."""

from offline_collect.engine import EngineSettings
from offline_collect.engine.work import TOO_LATE
from tests.engine.rig import PATIENCE, codes
from tests.fakes.bank import TERMS
from tests.fakes.stepping import run_lanes


def test_what_waits_past_its_deadline_is_swept_out_and_answered_68(rig):
    engine = rig.engine()
    rig.submit(engine, rig.payment(1), patience=1.0)
    rig.submit(engine, rig.payment(2))
    rig.clock.advance(1.0)
    engine.sweep()
    assert codes(rig.delivered()) == ["TOO_LATE"]
    assert engine.depth == 1
    run_lanes(engine)
    assert codes(rig.delivered()) == ["TOO_LATE", "APPROVED"]
    assert rig.paid() == {"S-2"}


def test_a_sweep_delivers_nothing_while_nothing_is_late(rig):
    engine = rig.engine()
    rig.submit(engine, rig.payment(1))
    rig.clock.advance(PATIENCE - 0.001)
    engine.sweep()
    assert rig.deliveries == []


def test_a_sweep_knows_no_open_day(rig):
    engine = rig.engine()
    rig.submit(engine, rig.payment(1), patience=0.0)
    engine.sweep()
    assert [delivery.open_day for delivery in rig.deliveries] == [None]


def test_read_lanes_are_swept_too(rig):
    engine = rig.engine()
    rig.submit(engine, rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1"))
    rig.clock.advance(PATIENCE)
    engine.sweep()
    assert codes(rig.delivered()) == ["TOO_LATE"]


def test_a_command_that_a_lane_has_taken_too_late_is_not_decided(rig):
    works = rig.works(rig.payment(1), patience=1.0) + rig.works(rig.payment(2))
    rig.clock.advance(1.0)
    outcomes = rig.retrying().run(works)
    assert codes(outcomes) == ["TOO_LATE", "APPROVED"]
    assert rig.paid() == {"S-2"}


def test_68_is_not_stored_so_that_the_same_message_may_succeed_later(rig):
    payment = rig.payment(1)
    retrying = rig.retrying()
    late = rig.works(payment, patience=0.0)
    assert [outcome.answer for outcome in retrying.run(late)] == [TOO_LATE]
    assert rig.store.tables.transactions == {}
    assert codes(retrying.run(rig.works(payment))) == ["APPROVED"]


def test_a_collision_that_lasts_past_the_deadline_ends_in_68(rig):
    """The other command, which still has time, is decided."""
    rig.settings = EngineSettings(pause_s=10.0, pause_max_s=10.0, terms=TERMS)
    rig.store.faults.conflicts = 1
    works = rig.works(rig.payment(1), patience=5.0) + rig.works(rig.payment(2), patience=50.0)
    assert codes(rig.retrying().run(works)) == ["TOO_LATE", "APPROVED"]
    assert rig.paid() == {"S-2"}


def test_what_is_decided_in_time_is_answered_however_late(rig):
    """The clock runs on while the store is slow; the decided answer does not change."""
    rig.store.before_writes.append(lambda: rig.clock.advance(10 * PATIENCE))
    engine = rig.engine()
    rig.submit(engine, rig.payment(1))
    run_lanes(engine)
    assert codes(rig.delivered()) == ["APPROVED"]
    assert rig.paid() == {"S-1"}
