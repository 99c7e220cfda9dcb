"""The end of work that is done again and again: asked for by signals, at whatever moment they come."""

import os
import signal
import subprocess
import sys
from threading import Event

import pytest

from offline_collect.app.tools.rounds import keep_doing, stopped_by_signals
from offline_collect.domain.ports import UnavailableError

WAITS = """
import os, signal, sys
from offline_collect.app.tools.rounds import stopped_by_signals

def end(*_):
    os.kill(os.getpid(), signal.SIGTERM)

def within_a_lock(frame, event, argument):
    if frame.f_code.co_name == "_is_owned":
        end()

stop = stopped_by_signals()
signal.signal(signal.SIGALRM, end)
signal.setitimer(signal.ITIMER_REAL, 0.05)
sys.settrace(within_a_lock)
print(stop.is_set(), stop.wait(60), stop.wait(60), stop.is_set())
"""


def test_a_signal_ends_a_wait_wherever_it_comes():
    """An event's lock may be taken just then, by the wait that the handler interrupts."""
    done = subprocess.run(
        [sys.executable, "-c", WAITS], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "False True True True\n"


@pytest.fixture
def before():
    """The handlers of a moment ago, which come back."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    kept = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_ask_also_twice_and_before_the_wait(number):
    stop = stopped_by_signals()
    assert not stop.wait(0)
    for _ in range(2):
        os.kill(os.getpid(), number)
    assert (stop.is_set(), stop.wait(60)) == (True, True)


def test_rounds_follow_at_once_end_when_asked_and_outlive_an_outage():
    stop, told, done = Event(), [], []

    def work():
        done.append(len(done))
        if len(done) == 2:
            raise UnavailableError("away")
        if len(done) == 4:
            stop.set()
        return len(done) == 1

    keep_doing(work, 0, stop, told.append)
    assert (len(done), [str(each) for each in told]) == (4, ["away"])
