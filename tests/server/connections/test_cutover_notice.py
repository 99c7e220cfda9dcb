"""The cutover notice that a link sends."""

import logging

import pytest

from offline_collect.server.connections.cutover_notice import REPEAT_S, SENT_MAX
from offline_collect.wire.messages.message import Message
from tests.messages.golden import NOW, TODAY
from tests.server.rig import request_of

NEXT_DAY = type(TODAY)(2026, 11, 23)


@pytest.fixture
def platform(make_platform):
    return make_platform(cutover_notice=True)


def acknowledge(peer, notice, mti="0810", code="00"):
    peer.send(Message(mti, dict(sorted({**notice.elements, 39: code}.items()))))


def wait(platform, seconds):
    platform.clock.advance(seconds)
    platform.link.notices.send_due()


@pytest.mark.parametrize("dialect", ["ascii", "bcd"])
def test_a_link_is_told_which_day_has_opened(make_platform, dialect):
    platform = make_platform(dialect=dialect, cutover_notice=True)
    peer = platform.connect()
    platform.server.day_opened(NEXT_DAY)
    (notice,) = peer.received()
    assert (notice.mti, notice.elements[15], notice.elements[70]) == ("0800", "1123", "201")
    assert notice.elements[7] == f"{NOW:%m%d%H%M%S}"
    acknowledge(peer, notice)
    assert platform.observed.notices == ["acknowledged"]
    assert platform.observed.silences == []
    wait(platform, 10 * REPEAT_S)
    assert peer.received() == []


def test_a_notice_of_1993_is_an_1804_with_a_function_code(make_platform):
    platform = make_platform(dialect="iso93", cutover_notice=True)
    peer = platform.connect()
    platform.server.day_opened(NEXT_DAY)
    (notice,) = peer.received()
    assert (notice.mti, notice.elements[15], notice.elements[24]) == ("0804", "261123", "821")
    assert 7 not in notice.elements
    acknowledge(peer, notice, "0814", "800")
    assert platform.observed.notices == ["acknowledged"]
    assert peer.received() == []


def test_without_an_answer_it_is_sent_again_and_given_up_in_the_end(platform, peer, caplog):
    platform.server.day_opened(NEXT_DAY)
    for _ in range(3 * SENT_MAX):
        wait(platform, REPEAT_S / 2)
    sent = peer.received()
    assert len(sent) == SENT_MAX
    assert len({each.elements[11] for each in sent}) == 1
    with caplog.at_level(logging.WARNING):
        wait(platform, REPEAT_S)
    assert platform.observed.notices == ["unanswered"]
    wait(platform, REPEAT_S)
    assert peer.received() == []


def test_a_second_answer_is_one_that_nobody_asked_for(platform, peer):
    platform.server.day_opened(NEXT_DAY)
    (notice,) = peer.received()
    acknowledge(peer, notice)
    acknowledge(peer, notice)
    assert platform.observed.notices == ["acknowledged"]
    assert platform.observed.silences == ["response"]


def test_the_notice_of_a_later_day_takes_the_place_of_an_earlier_ones(platform, peer):
    platform.server.day_opened(NEXT_DAY)
    (first,) = peer.received()
    platform.server.day_opened(type(TODAY)(2026, 11, 24))
    (second,) = peer.received()
    assert second.elements[15] == "1124"
    acknowledge(peer, first)
    assert platform.observed.notices == []
    wait(platform, REPEAT_S)
    assert [each.elements[15] for each in peer.received()] == ["1124"]


def test_it_goes_to_the_oldest_connection_on_which_somebody_is_signed_on(make_platform):
    platform = make_platform(cutover_notice=True, sign_on_required=True)
    strangers, older, younger = platform.connect(), platform.connect(), platform.connect()
    for each in (older, younger):
        each.send("sign_on")
        assert each.codes() == ["00"]
    platform.server.day_opened(NEXT_DAY)
    assert [len(each.received()) for each in (strangers, older, younger)] == [0, 1, 0]
    older.transport.lose(older.connection)
    wait(platform, REPEAT_S)
    assert [len(each.received()) for each in (strangers, younger)] == [0, 1]


def test_a_link_without_a_connection_is_told_when_there_is_one(platform):
    platform.server.day_opened(NEXT_DAY)
    wait(platform, 20 * REPEAT_S)
    peer = platform.connect()
    wait(platform, 1)
    assert [each.elements[15] for each in peer.received()] == ["1123"]


def test_a_peer_that_does_not_read_is_passed_over(platform):
    deaf, other = platform.connect(), platform.connect()
    deaf.transport.producer.pauseProducing()
    platform.server.day_opened(NEXT_DAY)
    assert [len(each.received()) for each in (deaf, other)] == [0, 1]


def test_a_link_that_does_not_want_it_gets_none(make_platform):
    platform = make_platform()
    peer = platform.connect()
    platform.server.day_opened(NEXT_DAY)
    assert peer.received() == []


def test_a_day_that_is_open_already_is_not_told_again(platform, peer):
    platform.server.day_opened(TODAY)
    assert peer.received() == []
    peer.send(request_of("echo_test"))
    assert peer.codes() == ["00"]
