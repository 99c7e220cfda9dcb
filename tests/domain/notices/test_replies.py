"""What a payer's answer means."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.replies import (
    REPLY_MAX,
    SAID_MAX,
    ReplyMeaning,
    ReplyWords,
    UpstreamSms,
    meaning_of,
    said_at,
)
from tests.fakes.bank import NOON

WORDS = ReplyWords(frozenset({"td", "t", "r", "退订"}), frozenset({"不是我", "notme"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TD", ReplyMeaning.STOP),
        ("td.", ReplyMeaning.STOP),
        ("ＴＤ。", ReplyMeaning.STOP),
        (" T d ", ReplyMeaning.STOP),
        ("r", ReplyMeaning.STOP),
        ("“退订”！", ReplyMeaning.STOP),
        ("退\u200b订", ReplyMeaning.STOP),
        ("Not me!", ReplyMeaning.NOT_ME),
        ("不是我。", ReplyMeaning.NOT_ME),
        ("不退订", ReplyMeaning.OTHER),
        ("TDTD", ReplyMeaning.OTHER),
        ("", ReplyMeaning.OTHER),
        ("谢谢", ReplyMeaning.OTHER),
        ("TD" + " " * REPLY_MAX, ReplyMeaning.OTHER),
    ],
)
def test_an_answer_means_what_its_whole_text_says(text, expected):
    assert meaning_of(text, WORDS) is expected


@given(st.sampled_from(sorted(WORDS.stop)), st.text(" \t.。!！", max_size=20), st.booleans())
def test_a_stop_is_understood_in_any_case_with_marks_around_it(word, marks, upper):
    written = marks + (word.upper() if upper else word) + marks
    assert meaning_of(written, WORDS) is ReplyMeaning.STOP


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (dt.timedelta(hours=3), NOON - dt.timedelta(hours=3)),
        (dt.timedelta(0), NOON),
        (SAID_MAX, NOON - SAID_MAX),
        (SAID_MAX + dt.timedelta(seconds=1), NOON),
        (dt.timedelta(seconds=-1), NOON),
    ],
)
def test_an_answer_holds_from_when_it_was_sent_unless_that_cannot_be_right(before, expected):
    assert said_at(UpstreamSms("1", "TD", NOON - before), NOON) == expected


def test_an_answer_without_a_time_holds_from_when_it_came():
    assert said_at(UpstreamSms("1", "TD"), NOON) == NOON


def test_number_and_text_of_an_sms_are_not_shown():
    shown = repr(UpstreamSms("13800001234", "secret", NOON))
    assert [hidden for hidden in ("13800001234", "secret") if hidden in shown] == []
