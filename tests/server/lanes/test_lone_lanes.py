"""A lane of the server's own process: it decides what comes alone, and never at the same time as the others."""

import queue
import threading
from dataclasses import dataclass, field

import pytest

from offline_collect.domain.ports import Cause, UnavailableError
from offline_collect.engine import NO_ORIGIN
from offline_collect.engine.lane_set import LONE
from offline_collect.server.lanes.lone_lanes import IN_A_ROW, KEPT_S, RESTS_S, LoneLanes
from tests.server.lanes.near import WITHIN_S

PATIENCE_S = 10.0


@dataclass
class Side:
    """The server's side: its lanes, what they deliver, and the calls that other threads have for its thread."""

    near: object
    rig: object
    crossing: queue.Queue = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.near.reactor.callFromThread = lambda call, *given: self.crossing.put((call, given))
        self.lanes = LoneLanes(
            self.near.reactor, self.near.lanes, self.rig.maker(), self.near.deliveries.append
        )

    def submit(self, bill: int, patience: float = PATIENCE_S) -> bool:
        until = self.rig.clock.monotonic() + patience
        taken = self.lanes.submit(self.rig.payment(bill), until, bill, NO_ORIGIN)
        self.lanes.flush()
        return taken

    def cross(self) -> None:
        """Do what the lane's thread has for this one."""
        call, given = self.crossing.get(timeout=WITHIN_S)
        call(*given)

    def pay_alone(self, *bills: int) -> None:
        """Pay bills remotely, each after the one before is answered."""
        for bill in bills:
            answered = len(self.near.outcomes)
            assert self.submit(bill)
            self.near.turn_until(lambda before=answered: len(self.near.outcomes) > before)

    @property
    def decided_by(self) -> list[str]:
        """The lanes that have decided batches, in order."""
        return [lane for lane, *_ in [*self.rig.observed.batches, *self.near.observed.batches]]


@pytest.fixture
def side(near, far, rig):
    made = Side(near, rig)
    made.lanes._lane.start()
    yield made
    made.lanes.close()
    assert made.lanes._lane.join(WITHIN_S)


@pytest.fixture
def busy(side, rig):
    """The lane of this process has begun to decide bill 9; it goes on when the event is set."""
    begun, goes_on = threading.Event(), threading.Event()

    def hold() -> None:
        if threading.current_thread().name.endswith(LONE):
            begun.set()
            goes_on.wait(WITHIN_S)

    side.pay_alone(*range(1, IN_A_ROW + 1))
    rig.store.before_writes.append(hold)
    assert side.submit(9)
    assert begun.wait(WITHIN_S)
    yield goes_on
    goes_on.set()


def test_what_comes_alone_is_decided_here_after_some_that_came_alone_too(side, rig):
    side.pay_alone(*range(1, IN_A_ROW + 1))
    assert rig.observed.batches == [], "the remote lanes have decided"
    assert side.submit(9)
    side.cross()
    assert side.near.answered()[9] == "APPROVED"
    assert [lane for lane, *_ in rig.observed.batches] == [LONE]
    assert rig.paid() == {f"S-{bill}" for bill in (*range(1, IN_A_ROW + 1), 9)}


def test_what_comes_together_is_decided_remotely(side, rig):
    for bill in range(1, 3 * IN_A_ROW):
        assert side.submit(bill)
    side.near.turn_until(lambda: len(side.near.outcomes) == 3 * IN_A_ROW - 1)
    side.pay_alone(20)
    assert rig.observed.batches == []


def test_lookups_are_decided_remotely(side, rig):
    side.pay_alone(*range(1, IN_A_ROW + 1))
    lookup = rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-9")
    assert side.lanes.submit(lookup, rig.clock.monotonic() + PATIENCE_S, "looked up", NO_ORIGIN)
    side.lanes.flush()
    side.near.turn_until(lambda: "looked up" in side.near.answered())
    assert side.near.answered()["looked up"] == "APPROVED"


def test_what_comes_meanwhile_is_kept_until_it_is_decided(side, busy, rig):
    assert side.submit(10)
    assert side.submit(9)
    assert "S-10" not in rig.paid()
    busy.set()
    side.cross()
    side.near.turn_until(lambda: len(side.near.outcomes) == IN_A_ROW + 3)
    assert [outcome.answer.code.value for outcome in side.near.outcomes[IN_A_ROW:]] == [
        "APPROVED",
        "APPROVED",
        "ALREADY_PAID",
    ]
    assert not side.near.reactor.getDelayedCalls()


def test_it_is_not_kept_for_long(side, busy, rig):
    assert side.submit(10)
    side.near.reactor.advance(KEPT_S)
    side.near.turn_until(lambda: 10 in side.near.answered())
    assert rig.paid() == {*(f"S-{bill}" for bill in range(1, IN_A_ROW + 1)), "S-10"}
    assert side.submit(11)
    side.near.turn_until(lambda: 11 in side.near.answered())
    busy.set()
    side.cross()
    assert side.near.answered()[9] == "APPROVED"


def test_a_check_does_not_wait_and_takes_no_kept_command_along(side, busy, rig):
    assert side.submit(10)
    assert side.lanes.check("write-0", rig.clock.monotonic() + PATIENCE_S, "asked")
    side.near.turn_until(lambda: "asked" in side.near.answered())
    assert 10 not in side.near.answered()
    assert "S-10" not in rig.paid()


def test_what_the_store_refuses_here_is_decided_remotely_and_nothing_here_for_a_while(side, rig):
    def fail() -> None:
        if threading.current_thread().name.endswith(LONE):
            raise UnavailableError("this connection is lost")

    rig.store.before_writes.append(fail)
    side.pay_alone(*range(1, IN_A_ROW + 1))
    assert side.submit(9)
    side.cross()
    side.near.turn_until(lambda: 9 in side.near.answered())
    assert side.near.answered()[9] == "APPROVED"
    rig.store.before_writes.clear()
    rig.clock.advance(RESTS_S - 0.01)
    side.pay_alone(10)
    assert rig.observed.batches == []
    rig.clock.advance(0.01)
    assert side.submit(11)
    side.cross()
    assert [lane for lane, *_ in rig.observed.batches] == [LONE]
    assert rig.observed.outages == [], "the server's lanes did not fail"


def test_the_refusal_of_a_store_that_fails_is_told_once_the_remote_lanes_have_ended(side, rig):
    side.pay_alone(*range(1, IN_A_ROW + 1))
    rig.store.faults.unavailable = True
    assert side.submit(9)
    side.near.lanes.close()
    side.cross()
    assert side.near.answered()[9] == "UNAVAILABLE"


def test_nothing_is_decided_here_while_the_remote_lanes_fail(side, rig):
    rig.store.faults.unavailable = True
    side.pay_alone(*range(1, IN_A_ROW + 1))
    side.near.turn_until(lambda: side.near.observed.outages == [("write-0", Cause.UNREACHABLE)])
    rig.store.faults.unavailable = False
    side.pay_alone(9)
    assert rig.observed.batches == []


def test_what_is_late_is_not_decided_here_either(side, rig):
    side.pay_alone(*range(1, IN_A_ROW + 1))
    assert side.submit(9, patience=-1.0)
    side.cross()
    assert side.near.answered()[9] == "TOO_LATE"
    assert "S-9" not in rig.paid()


def test_the_sweep_leaves_what_is_being_decided(side, busy):
    side.lanes.sweep()
    assert side.crossing.empty()
    busy.set()
    side.cross()
    assert side.near.answered()[9] == "APPROVED"


def test_the_end_comes_when_all_is_answered(near, far, rig):
    side = Side(near, rig)
    side.lanes._lane.start()
    side.pay_alone(*range(1, IN_A_ROW + 1))
    assert side.submit(9)
    side.lanes.close()
    assert not side.submit(10)
    side.cross()
    near.turn_to_the_end()
    assert near.answered()[9] == "APPROVED"
    assert side.lanes.join(WITHIN_S)
    assert side.lanes.names == ["write-0", "read-0"]
    assert side.lanes.refusal(rig.payment(1)) is None
