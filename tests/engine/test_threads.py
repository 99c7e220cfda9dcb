"""Lanes as threads: they drain at the end, and survive faults."""

import queue
import threading

import pytest

from offline_collect.engine import Engine, EngineSettings
from offline_collect.engine.retry import RetryingRunner
from tests.engine.rig import PATIENCE, codes
from tests.fakes.bank import TERMS
from tests.messages.commands import Terminal

JOIN_S = 20


@pytest.fixture
def started(rig):
    """An engine whose deliveries go into a queue; it is closed at the end."""
    rig.settings = EngineSettings(write_lanes=2, read_lanes=1, terms=TERMS)
    arrived = queue.Queue()
    engine = Engine(rig.maker(), arrived.put)
    engine.start()
    yield engine, arrived
    engine.close()
    assert engine.join(JOIN_S)


def submit(rig, engine, *commands):
    return [engine.submit(command, rig.clock.monotonic() + PATIENCE, command) for command in commands]


def arrivals(arrived, count):
    outcomes = []
    while len(outcomes) < count:
        outcomes += arrived.get(timeout=JOIN_S).outcomes
    return outcomes


def test_many_terminals_payments_are_all_decided_once(rig, started):
    engine, arrived = started
    terminals = [Terminal(f"TERM{nth:04d}") for nth in range(8)]
    payments = [rig.payment(bill, terminal=terminals[bill % 8]) for bill in range(1, 41)]
    assert all(submit(rig, engine, *payments))
    outcomes = arrivals(arrived, 40)
    assert {outcome.work.token.key for outcome in outcomes} == {payment.key for payment in payments}
    assert len(rig.paid()) == 40


def test_two_lanes_that_race_for_one_bill_approve_one(rig, started):
    engine, arrived = started
    payments = [rig.payment(1, terminal=Terminal(f"TERM{nth:04d}")) for nth in range(16)]
    submit(rig, engine, *payments)
    answers = codes(arrivals(arrived, 16))
    assert sorted(answers) == ["ALREADY_PAID"] * 15 + ["APPROVED"]


def test_what_waits_at_the_close_is_still_decided(rig):
    arrived = queue.Queue()
    engine = Engine(rig.maker(), arrived.put)
    submit(rig, engine, *(rig.payment(bill) for bill in (1, 2, 3)))
    engine.close()
    assert submit(rig, engine, rig.payment(4)) == [False]
    engine.start()
    assert engine.join(JOIN_S)
    assert codes(arrivals(arrived, 3)) == ["APPROVED"] * 3
    assert rig.store.log[-1] == "close"
    assert rig.store.log.count("close") == 2


def test_a_join_ends_at_its_bound_though_a_lane_does_not(rig):
    held = threading.Event()
    rig.store.before_writes.append(lambda: held.wait(JOIN_S))
    engine = Engine(rig.maker(), lambda _: None)
    engine.start()
    submit(rig, engine, rig.payment(1))
    engine.close()
    assert not engine.join(0.01)
    held.set()
    assert engine.join(JOIN_S)
    assert rig.paid() == {"S-1"}


def test_a_lane_outlives_its_faults_and_says_nothing(rig, monkeypatch, caplog):
    """It is not known whether anything was done, so no answer may be given."""
    run, faults = RetryingRunner.run, [RuntimeError("a fault of the lane's own")]

    def fail_once(retrying, works):
        if faults:
            raise faults.pop()
        return run(retrying, works)

    monkeypatch.setattr(RetryingRunner, "run", fail_once)
    engine = rig.engine()
    rig.submit(engine, rig.payment(1))
    engine._lanes.lanes.write[0].turn()
    rig.submit(engine, rig.payment(2))
    engine._lanes.lanes.write[0].turn()
    assert codes(rig.delivered()) == [None, "APPROVED"]
    assert "1 commands stay unanswered" in caplog.text
