"""What is reported when no descriptors are left; Twisted decides the wording of its own message."""

import errno

import pytest
from twisted.internet.tcp import Port
from twisted.internet.testing import MemoryReactor
from twisted.logger import globalLogPublisher

from offline_collect.server.health.descriptors import REMEMBERED_S, Descriptors
from tests.fakes.clock import HandClock
from tests.messages.golden import NOW


class Failing:
    """A listening socket on which accepting fails once; then nobody waits.

    After the first failure Twisted tries again in the place of the file that it has in reserve, if a test before has
    made it open one.
    """

    def __init__(self, number):
        self.numbers = [number]

    def accept(self):
        raise OSError(self.numbers.pop() if self.numbers else errno.EAGAIN, "no")


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
def failures():
    return []


@pytest.fixture
def descriptors(clock, failures):
    observer = Descriptors(clock, lambda: failures.append(1))
    globalLogPublisher.addObserver(observer)
    yield observer
    globalLogPublisher.removeObserver(observer)


def accept(number):
    port = Port(0, None, reactor=MemoryReactor())
    port.numberAccepts = 1
    port.socket = Failing(number)
    port.doRead()


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_a_failed_accept_is_counted_told_and_a_problem_for_some_time(
    descriptors, clock, failures, caplog, number
):
    assert descriptors.problem() is None
    accept(number)
    assert failures == [1]
    (record,) = caplog.records
    assert "LimitNOFILE" in record.getMessage()
    assert "could be accepted" in descriptors.problem()
    clock.advance(REMEMBERED_S)
    assert descriptors.problem() is None


def test_failures_in_a_row_are_all_counted_and_told_once_in_a_while(descriptors, clock, failures, caplog):
    for _ in range(100):
        accept(errno.ENFILE)
    assert len(caplog.records) == 1
    clock.advance(REMEMBERED_S)
    accept(errno.ENFILE)
    assert len(caplog.records) == 2
    assert len(failures) == 101


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.EPERM, errno.ECONNABORTED])
def test_an_accept_that_finds_no_peer_is_no_failure(descriptors, failures, number):
    accept(number)
    assert failures == []


def test_all_connections_being_taken_is_a_problem_while_it_lasts(clock, failures):
    descriptors = Descriptors(clock, lambda: failures.append(1), most=1)
    descriptors.room.taken = 1
    assert descriptors.problem().startswith("connections: all 1 that the file descriptors allow are taken")
    descriptors.room.taken = 0
    assert descriptors.problem() is None
    assert failures == []
