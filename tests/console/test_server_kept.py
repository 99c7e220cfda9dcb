"""What the server said last: kept for ten seconds, asked beside who looks, by one at a time."""

import pytest

from offline_collect.console import server_kept
from offline_collect.console.link_desk import RunningServer
from offline_collect.console.server_kept import KEPT_S, ServerKept
from tests.fakes.bank import NOON
from tests.fakes.clock import HandClock


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    monkeypatch.setattr(server_kept, "WAIT_S", 0)


class Server:
    """Counts how often it is asked; asking begins when the test says."""

    def __init__(self):
        self.clock = HandClock(NOON)
        self.asked = 0
        self.begun = []
        self.kept = ServerKept(self.say, self.clock.monotonic, self.begun.append)

    def say(self):
        self.asked += 1
        if self.asked == 3:
            raise OSError("cut")
        return RunningServer([f"answer {self.asked}"])

    def run(self):
        (work,), self.begun[:] = list(self.begun), []
        work()

    def last(self):
        answer = self.kept.last()
        return None if answer is None else answer.says


def test_the_first_answer_is_not_waited_for_and_kept_for_ten_seconds():
    server = Server()
    assert server.last() is None
    assert server.last() is None
    server.run()
    assert server.last() == ["answer 1"]
    server.clock.advance(KEPT_S - 1)
    assert (server.last(), server.begun) == (["answer 1"], [])
    server.clock.advance(1)
    assert server.last() == ["answer 1"]
    server.run()
    assert server.last() == ["answer 2"]
    assert server.asked == 2


def test_after_a_fault_it_is_asked_again_and_the_last_answer_stays():
    server = Server()
    for _ in range(2):
        server.last()
        server.run()
        server.clock.advance(KEPT_S)
    server.last()
    with pytest.raises(OSError, match="cut"):
        server.run()
    assert server.last() == ["answer 2"]
    server.run()
    assert server.last() == ["answer 4"]


def test_a_thread_asks_beside_who_looks(monkeypatch):
    monkeypatch.setattr(server_kept, "WAIT_S", 10)
    kept = ServerKept(lambda: RunningServer(["heard"]), HandClock(NOON).monotonic)
    assert kept.last() == RunningServer(["heard"])
