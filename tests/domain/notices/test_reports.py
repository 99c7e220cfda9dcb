"""What a receiver reports later."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reports import Outcome, Report, after_report, blames_number
from tests.domain.notices.notices import waiting
from tests.fakes.bank import NOON

KANNEL = NoticeChannel.KANNEL
SENT = waiting(state=NoticeState.SENT, attempts=1, message_id="m", channel=KANNEL, sent_at=NOON)
CLAIMED = replace(SENT, state=NoticeState.CLAIMED, sent_at=None, claimed_by="one")
LATER = NOON + dt.timedelta(minutes=2)
ARRIVED = Report(KANNEL, Outcome.DELIVERED, "m")
LOST = Report(KANNEL, Outcome.UNDELIVERED, "m", code="EXPIRED")
UNDER_WAY = Report(KANNEL, Outcome.UNDER_WAY, "m")


def played(each, reports):
    for report in reports:
        each = after_report(each, report, LATER) or each
    return each


def test_a_sent_message_that_has_arrived_is_delivered():
    done = after_report(SENT, ARRIVED, LATER)
    assert (done.state, done.reported_at, done.sent_at, done.reason) == (
        NoticeState.DELIVERED,
        LATER,
        NOON,
        None,
    )


def test_one_that_will_not_arrive_has_failed_with_the_receiver_s_code():
    done = after_report(SENT, LOST, LATER)
    assert (done.state, done.reported_at) == (NoticeState.FAILED, LATER)
    assert done.reason == "the receiver reports that it was not delivered: EXPIRED"
    assert after_report(SENT, replace(LOST, code=None), LATER).reason.endswith("not delivered")


@given(st.permutations([ARRIVED, ARRIVED, LOST, UNDER_WAY, LOST]))
def test_reports_of_parts_count_in_any_order(reports):
    assert played(SENT, reports).state is NoticeState.FAILED


@given(st.lists(st.sampled_from([ARRIVED, UNDER_WAY]), min_size=1))
def test_a_report_that_comes_again_changes_nothing(reports):
    once = played(SENT, reports)
    assert played(once, reports) == once
    assert (once.state is NoticeState.DELIVERED) == (ARRIVED in reports)


@pytest.mark.parametrize("report", [ARRIVED, LOST])
def test_a_report_may_come_before_the_sender_has_written_that_it_sent(report):
    done = after_report(CLAIMED, report, LATER)
    assert (done.sent_at, done.claimed_by) == (LATER, None)


@pytest.mark.parametrize("state", [NoticeState.WAITING, NoticeState.DEAD])
def test_what_has_arrived_is_not_tried_again_and_what_is_lost_may_be(state):
    silent = replace(SENT, state=state, sent_at=None, reason="no whole answer within 10 s")
    done = after_report(silent, ARRIVED, LATER)
    assert (done.state, done.reason) == (NoticeState.DELIVERED, None)
    assert after_report(silent, LOST, LATER) is None


@pytest.mark.parametrize(
    "each",
    [
        replace(SENT, channel=NoticeChannel.GATEWAY),
        waiting(),
        replace(SENT, state=NoticeState.CANCELLED),
        replace(SENT, state=NoticeState.MERGED),
    ],
)
def test_a_report_on_another_channel_s_message_or_on_none_changes_nothing(each):
    assert after_report(each, ARRIVED, LATER) is None
    assert after_report(each, LOST, LATER) is None


@pytest.mark.parametrize(
    ("report", "named"),
    [
        (ARRIVED, True),
        (replace(ARRIVED, message_id=None), False),
        (replace(ARRIVED, message_id=None, receipt="G-7^0"), True),
        (replace(ARRIVED, message_id=""), False),
        (replace(ARRIVED, message_id="m\0"), False),
        (replace(ARRIVED, message_id="m" * 65), False),
        (replace(ARRIVED, message_id="", receipt="G-7"), False),
    ],
)
def test_only_what_can_be_an_id_is_looked_for(report, named):
    assert report.names_one is named


@pytest.mark.parametrize(
    ("report", "blamed"),
    [
        (replace(LOST, bad_number=True), True),
        (LOST, False),
        (replace(ARRIVED, bad_number=True), False),
        (replace(UNDER_WAY, bad_number=True), False),
    ],
)
def test_only_a_lost_message_whose_code_names_the_number_counts_against_it(report, blamed):
    assert blames_number(report) is blamed
