"""What users see of notices, on a real store: narrowed lists, a message's notices, and what went out."""

import datetime as dt

import pytest

from offline_collect.domain.access.roles import Role
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import UnknownNoticeError
from offline_collect.domain.notices.deliveries import ChannelFigures, NoticeChannel, NoticeFilter
from offline_collect.domain.notices.life import NoticeEvent, NoticeState
from offline_collect.notify.figures import figures_of
from offline_collect.notify.view import view_notices, view_story
from offline_collect.store.notices import find
from tests.notify.conftest import FILE
from tests.support.actors import user

OPS = user("ops", Role.OPERATOR)


def listed(desk, most=10, after=None, **wanted):
    page = view_notices(desk.store, OPS, NoticeFilter(**wanted), (after, most))
    return [each["bill"] for each in page.documents]


@pytest.fixture
def sent(desk):
    """Pay two bills whose receipts go out together, and a third one that waits."""
    desk.teller.pay("S1")
    desk.teller.pay("S2")
    desk.wait()
    desk.sender().round()
    desk.teller.pay("S3")
    desk.sender().round()
    return desk


def test_lists_are_narrowed_and_go_both_ways(sent):
    now = sent.now()
    assert listed(sent) == ["S1", "S2", "S3"]
    assert listed(sent, latest_first=True) == ["S3", "S2", "S1"]
    assert listed(sent, most=1, latest_first=True, after=_id(sent, "S2")) == ["S1"]
    assert listed(sent, state=NoticeState.WAITING) == ["S3"]
    assert listed(sent, kind=NoticeKind.PAID, channel=FILE) == ["S1", "S2"]
    assert listed(sent, kind=NoticeKind.REVERSED) == []
    assert listed(sent, merchant_id="SCHOOL01", bill_no="S2") == ["S2"]
    assert listed(sent, customer_no="nobody") == []
    assert listed(sent, until=now - dt.timedelta(hours=1)) == []
    assert listed(sent, since=now - dt.timedelta(days=1), until=now + dt.timedelta(days=1)) == [
        "S1",
        "S2",
        "S3",
    ]


def test_lists_go_by_time_and_one_kind_is_picked_from_them(sent):
    command, _ = sent.teller.pay("S4")
    sent.wait()
    sent.teller.ask(sent.teller.terminal.reversal(sent.now(), command))
    sent.sender().round()
    sent.wait(1)
    sent.teller.pay("S5")
    sent.sender().round()
    # By their ids the reversal would be the last one.
    assert listed(sent, most=2, latest_first=True) == ["S5", "S4"]
    assert listed(sent, kind=NoticeKind.REVERSED) == ["S4"]
    assert listed(sent, kind=NoticeKind.PAID, most=2, latest_first=True) == ["S5", "S4"]
    assert listed(sent, after=_id(sent, "S3"), kind=NoticeKind.PAID) == ["S4", "S5"]
    assert listed(sent, after="PAID:1") == []


@pytest.mark.parametrize("few", [0, 1_000])
def test_channels_and_kinds_are_listed_alike_however_many_notices_they_have(sent, monkeypatch, few):
    monkeypatch.setattr(find, "FEW", few)
    assert listed(sent, channel=FILE) == ["S1", "S2"]
    assert listed(sent, channel=FILE, latest_first=True, most=1) == ["S2"]
    assert listed(sent, channel=NoticeChannel.SMTP) == []
    assert listed(sent, kind=NoticeKind.PAID, merchant_id="SCHOOL01") == ["S1", "S2", "S3"]
    assert listed(sent, kind=NoticeKind.PAID, merchant_id="WATER001") == []
    assert listed(sent, kind=NoticeKind.PAID, merchant_id="SCHOOL01", bill_no="S2") == ["S2"]
    assert listed(sent, kind=NoticeKind.OVERDUE) == []


def _id(desk, bill_no):
    (found,) = view_notices(desk.store, OPS, NoticeFilter(bill_no=bill_no), (None, 2)).documents
    return found["notice"]


def test_a_story_has_the_other_notices_of_its_message(sent):
    story = view_story(sent.store, OPS, _id(sent, "S1"))
    assert story.document["state"] == "SENT"
    assert [(each["bill"], each["state"]) for each in story.together] == [("S2", "MERGED")]
    assert story.possible == frozenset()
    waits = view_story(sent.store, OPS, _id(sent, "S3"))
    assert (waits.together, waits.possible) == ([], {NoticeEvent.CANCELLED})
    with pytest.raises(UnknownNoticeError):
        view_story(sent.store, OPS, "PAID:1")


def test_what_went_out_counts_once_by_message_and_only_since_a_moment(sent):
    now = sent.now()
    with sent.store.snapshot() as reading:
        found = figures_of(reading, now - dt.timedelta(days=7))
        later = figures_of(reading, now + dt.timedelta(days=1))
    assert found.sent == [ChannelFigures(FILE, 1, 0, 0)]
    assert {state: number for state, number in found.counts.items() if number} == {
        "SENT": 1,
        "MERGED": 1,
        "WAITING": 1,
    }
    assert (later.sent, later.counts) == ([], found.counts)
