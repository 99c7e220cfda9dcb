"""What becomes of a notice after an attempt."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict, after_attempt
from offline_collect.domain.notices.timing import Retries
from tests.domain.notices.notices import waiting
from tests.fakes.bank import NOON

RETRIES = Retries(attempts_max=3, least_s=10, most_s=600)
CLAIMED = waiting(state=NoticeState.CLAIMED, attempts=1, claimed_by="one", message_id="m", reason="500")
LONG = reason_of(Reason.NO_ANSWER, why="x" * 300)
LATER = NOON + dt.timedelta(minutes=2)


def attempted(result, **changes):
    return after_attempt(replace(CLAIMED, **changes), result, RETRIES, LATER, 1.0)


def test_what_is_accepted_is_sent_and_done():
    done = attempted(ACCEPTED)
    assert (done.state, done.sent_at, done.reason, done.claimed_by) == (NoticeState.SENT, LATER, None, None)


def test_what_failed_is_tried_again_later_under_its_id():
    again = attempted(Result(Verdict.TRY_AGAIN, "answered 500"))
    assert (again.state, again.due_at) == (NoticeState.WAITING, LATER + dt.timedelta(seconds=10))
    assert (again.reason, again.message_id, again.claimed_by) == ("answered 500", "m", None)


def test_the_pause_that_a_receiver_asks_for_is_kept():
    again = attempted(Result(Verdict.TRY_AGAIN, "answered 429", 120))
    assert again.due_at == LATER + dt.timedelta(seconds=120)


@pytest.mark.parametrize(
    ("result", "attempts"),
    [(Result(Verdict.STOP, LONG), 1), (Result(Verdict.TRY_AGAIN, LONG), 3)],
)
def test_a_notice_is_dead_after_the_last_attempt_or_at_once_if_the_receiver_wants_no_more(result, attempts):
    dead = attempted(result, attempts=attempts)
    assert (dead.state, dead.reason, dead.claimed_by) == (NoticeState.DEAD, LONG, None)


def test_a_failure_without_a_reason_has_none():
    assert attempted(Result(Verdict.STOP)).reason is None
