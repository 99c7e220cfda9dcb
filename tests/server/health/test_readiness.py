"""Readiness: all parts are asked at the same time, and the answer comes within the limit even if one hangs."""

import logging

import pytest
from twisted.internet.defer import Deferred, fail, succeed

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.ports import Cause
from offline_collect.engine import Delivery, Outcome
from offline_collect.server.health.readiness import LIMIT_S, SAID_EVERY_S, Problem, Readiness, Report
from offline_collect.server.lanes.lane_checks import add_lane_checks

FULL = Problem("disk_full", "lane write-0: the disk is full")


class Check:
    """A check that answers when the test says so."""

    def __init__(self):
        self.asked = []

    def __call__(self):
        self.asked.append(Deferred())
        return self.asked[-1]

    def answer(self, *problems):
        self.asked[-1].callback(problems)


@pytest.fixture
def told():
    return []


@pytest.fixture
def readiness(reactor, told):
    return Readiness(reactor, lambda causes: told.append(set(causes)))


@pytest.fixture
def check(readiness):
    made = Check()
    readiness.add_check("store", made)
    return made


def ask(readiness):
    reports = []
    readiness.ask().addCallback(reports.append)
    return reports


def test_with_nothing_to_ask_it_is_ready(readiness, told):
    assert ask(readiness) == [Report()]
    assert (Report().ready, Report().text) == (True, "ready\n")
    assert told == [set()]


def test_all_problems_and_notes_are_told(readiness, told):
    readiness.add_check("store", lambda: succeed([FULL]))
    readiness.add_check("lane", lambda: succeed([]))
    readiness.add_check("other", lambda: succeed([Problem("lanes", "lane read-0: it has ended")]))
    readiness.add_notes(lambda: ["few file descriptors are left"])
    readiness.add_notes(list)
    (report,) = ask(readiness)
    assert not report.ready
    assert report.text == (
        "lane write-0: the disk is full\nlane read-0: it has ended\nfew file descriptors are left\n"
    )
    assert told == [{"disk_full", "lanes"}]


def test_a_note_alone_keeps_nobody_from_being_served(readiness):
    readiness.add_notes(lambda: ["the clock is wrong"])
    (report,) = ask(readiness)
    assert (report.ready, report.text) == (True, "ready\nthe clock is wrong\n")


def test_a_note_that_fails_is_left_out_and_logged(readiness, caplog):
    readiness.add_notes(lambda: 1 / 0)
    assert ask(readiness) == [Report()]
    assert "a note of the readiness check failed" in caplog.text


def test_a_check_that_fails_is_a_problem_and_logged(readiness, caplog):
    readiness.add_check("store", lambda: fail(ZeroDivisionError("unforeseen")))
    (report,) = ask(readiness)
    assert report.text == "store: the readiness check failed; see the log\n"
    assert "the readiness check of store failed" in caplog.text


def test_who_asks_meanwhile_gets_the_same_and_asks_nothing(readiness, check):
    first, second = ask(readiness), ask(readiness)
    assert (first, second, len(check.asked)) == ([], [], 1)
    check.answer(FULL)
    assert first == second == [Report((FULL,))]


def test_what_hangs_is_not_waited_for_and_never_asked_twice(readiness, check, reactor):
    reports = ask(readiness)
    reactor.advance(LIMIT_S - 0.01)
    assert reports == []
    reactor.advance(0.01)
    assert [problem.cause for problem in reports[0].problems] == ["lanes"]
    assert "store: no answer for 2 s" in reports[0].text
    reactor.advance(10)
    (again,) = ask(readiness)
    assert "store: no answer for 12 s" in again.text, "it is answered at once"
    assert len(check.asked) == 1


def test_what_has_hung_is_asked_again_once_it_has_answered(readiness, check, reactor):
    ask(readiness)
    reactor.advance(LIMIT_S)
    check.answer(FULL)
    reports = ask(readiness)
    check.answer()
    assert reports == [Report()]
    assert reactor.getDelayedCalls() == []


def test_the_log_says_what_begins_changes_and_ends_and_repeats_itself_seldom(
    readiness, check, reactor, caplog
):
    caplog.set_level(logging.INFO)

    def found(*problems):
        before = len(caplog.records)
        ask(readiness)
        check.answer(*problems)
        return [record.getMessage() for record in caplog.records[before:]]

    reactor.advance(1)
    assert found() == []
    assert found(FULL) == ["requests cannot be served: lane write-0: the disk is full"]
    assert found(FULL) == []
    reactor.advance(SAID_EVERY_S)
    assert len(found(FULL)) == 1
    assert len(found(Problem("read_only", "x"))) == 1
    assert found() == ["requests can be served again"]
    reactor.advance(SAID_EVERY_S)
    assert found() == []


@pytest.fixture
def lanes(readiness, platform, engine):
    """Answers the questions to a server's lanes, like a lane."""
    add_lane_checks(readiness, engine, platform.clock)

    def say(**answers):
        for name, answer in answers.items():
            work = engine.checks.pop(name.replace("_", "-"))
            platform.server.delivered(Delivery([Outcome(work, answer)], None))

    return say


def test_every_lane_is_asked_through_its_queue(readiness, lanes, engine):
    reports = ask(readiness)
    assert set(engine.checks) == {"write-0", "read-0"}
    lanes(write_0=Answer(ResponseCode.APPROVED))
    assert reports == []
    lanes(read_0=Answer(ResponseCode.APPROVED))
    assert reports == [Report()]


def test_what_a_lane_says_is_told(readiness, lanes):
    reports = ask(readiness)
    refusal = decline(ResponseCode.UNAVAILABLE, Cause.DISK_FULL, "SQLite: the disk is full (SQLITE_FULL)")
    lanes(write_0=refusal, read_0=None)
    assert reports[0].text == (
        "lane write-0: SQLite: the disk is full (SQLITE_FULL)\nlane read-0: it has ended\n"
    )
    assert [problem.cause for problem in reports[0].problems] == ["disk_full", "lanes"]


def test_a_lane_that_does_not_answer_is_named(readiness, lanes, reactor):
    reports = ask(readiness)
    lanes(read_0=Answer(ResponseCode.APPROVED))
    reactor.advance(LIMIT_S)
    assert reports[0].text.startswith("lane write-0: no answer for 2 s")


def test_a_lane_that_is_held_up_is_told_by_the_sweep_before_it_is_given_up(
    readiness, lanes, engine, platform
):
    ask(readiness)
    asked_at = platform.clock.monotonic()
    assert asked_at < engine.checks["write-0"].deadline < asked_at + LIMIT_S


def test_lanes_that_take_nothing_have_ended(readiness, lanes, engine):
    engine.closed = True
    (report,) = ask(readiness)
    assert report.text == "lane write-0: it has ended\nlane read-0: it has ended\n"
