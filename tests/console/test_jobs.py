"""Work in the background: how far it is, what came of it, bounds, and the console's end."""

from threading import Event

import pytest

from offline_collect.console.errors import BusyError
from offline_collect.console.jobs import WAITING_MAX, Jobs

LONG_S = 20


@pytest.fixture
def jobs():
    """The work of a console."""
    opened = Jobs(workers=1)
    yield opened
    opened.close()


class Slow:
    """Work that goes on until it is told to end.

    Attributes:
        begun, go_on: events.
    """

    def __init__(self):
        self.begun, self.go_on = Event(), Event()

    def __call__(self, watch):
        watch("reading", 10, 0.5)
        self.begun.set()
        self.go_on.wait(LONG_S)
        watch("reading", 20, 1.0)
        return "done"


def test_work_says_how_far_it_is_and_what_came_of_it(jobs):
    work = Slow()
    job = jobs.begin("one", work)
    assert work.begun.wait(LONG_S)
    assert (job.runs, job.step, job.rows, job.share, job.result) == (True, "reading", 10, 0.5, None)
    assert jobs.find("one") is job
    work.go_on.set()
    job.wait(LONG_S)
    assert (job.runs, job.rows, job.result, job.error) == (False, 20, "done", None)


def test_the_same_work_is_done_once_at_a_time_and_not_too_much_at_once(jobs):
    work = Slow()
    jobs.begin("one", work)
    with pytest.raises(BusyError, match="already"):
        jobs.begin("one", work)
    for at in range(WAITING_MAX - 1):
        jobs.begin(f"further {at}", work)
    with pytest.raises(BusyError, match="too much"):
        jobs.begin("one more", work)
    work.go_on.set()


def test_a_fault_is_logged_and_a_refusal_is_not(jobs, caplog):
    def faulty(_):
        raise ZeroDivisionError

    def refused(_):
        raise BusyError("later")

    for work, error in ((faulty, ZeroDivisionError), (refused, BusyError)):
        job = jobs.begin("one", work)
        job.wait(LONG_S)
        assert isinstance(job.error, error)
    assert [each.exc_info[0] for each in caplog.records] == [ZeroDivisionError]


def test_the_end_of_the_console_stops_work_at_its_next_step():
    jobs, work = Jobs(workers=1), Slow()
    job = jobs.begin("one", work)
    waiting = jobs.begin("two", work)
    assert work.begun.wait(LONG_S)
    jobs._ending.set()
    work.go_on.set()
    jobs.close()
    assert "the console was stopped" in str(job.error)
    assert waiting.result is None
