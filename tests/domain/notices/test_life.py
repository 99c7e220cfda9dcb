"""The life of a notice."""

import pytest

from offline_collect.domain.notices.life import LIFE, NoticeEvent, NoticeState, after


@pytest.mark.parametrize("event", NoticeEvent)
@pytest.mark.parametrize("state", NoticeState)
def test_an_event_moves_a_notice_from_its_states_only(event, state):
    expected = LIFE[event].target if state in LIFE[event].sources else None
    assert after(state, event) is expected


def test_nothing_moves_a_notice_that_was_cancelled():
    assert [event for event in NoticeEvent if after(NoticeState.CANCELLED, event)] == []


@pytest.mark.parametrize("state", [NoticeState.SENT, NoticeState.DELIVERED])
def test_only_a_report_moves_a_notice_that_was_sent(state):
    reports = {NoticeEvent.DELIVERED, NoticeEvent.UNDELIVERED}
    assert {event for event in NoticeEvent if after(state, event)} <= reports


def test_only_a_claim_leads_to_sending():
    senders = [event for event in NoticeEvent if LIFE[event].target is NoticeState.SENT]
    assert senders == [NoticeEvent.ACCEPTED]
    assert LIFE[NoticeEvent.ACCEPTED].sources == {NoticeState.CLAIMED}
