"""Bytes in, bytes out: frames in pieces of any size, keep-alives, garbage, in both dialects."""

import logging

import pytest

from tests.messages.golden import NAMES, vectors
from tests.server.rig import APPROVED, frame_of, payments, request_of

REQUESTS = {name: [each["name"] for each in vectors(name) if int(each["mti"][2]) % 2 == 0] for name in NAMES}


@pytest.fixture(params=NAMES)
def dialect(request):
    return request.param


@pytest.fixture
def platform(make_platform, dialect):
    return make_platform(dialect=dialect)


def test_there_are_golden_requests_to_send():
    assert len(REQUESTS["ascii"]) > len(REQUESTS["bcd"]) > 3


@pytest.mark.parametrize("size", [1, 2, 5, 64, 100_000])
def test_golden_requests_are_answered_however_tcp_cuts_them(platform, peer, dialect, size):
    stream = b"".join(frame_of(name, dialect) for name in REQUESTS[dialect])
    for at in range(0, len(stream), size):
        peer.transport_in(stream[at : at + size])
        platform.answer()
    answers = peer.received()
    expected = {each["name"]: each["mti"] for each in vectors(dialect)}
    assert len(answers) == len(REQUESTS[dialect])
    asked = [expected[name] for name in REQUESTS[dialect]]
    assert sorted(answer.mti[:2] for answer in answers) == sorted(mti[:2] for mti in asked)
    assert all(answer.elements[15] == "1122" for answer in answers)


def test_requests_that_came_together_are_answered_in_one_write(platform, peer, dialect):
    peer.send(*payments(3, dialect))
    written = []
    peer.transport.write = written.append
    platform.answer()
    assert len(written) == 1


@pytest.mark.parametrize("header", [b"0000", b"\x00\x00"])
def test_a_keep_alive_gets_no_answer_and_resets_the_idle_timer(make_platform, header):
    platform = make_platform(dialect="ascii" if len(header) == 4 else "bcd")
    peer = platform.connect()
    platform.clock.advance(299)
    peer.transport_in(header * 3)
    platform.clock.advance(299)
    platform.link.close_idle()
    assert not peer.transport.disconnecting
    assert peer.transport.value() == b""
    assert platform.observed.silences == []


def test_a_tpdu_goes_back_with_source_and_destination_swapped(make_platform):
    platform = make_platform(dialect="bcd")
    peer = platform.connect()
    frame = frame_of("payment", "bcd")
    peer.transport_in(frame[:2] + bytes.fromhex("6000010002") + frame[7:])
    platform.answer(APPROVED)
    assert peer.transport.value()[2:7] == bytes.fromhex("6000020001")


def test_a_frame_with_a_tpdu_and_no_message_is_unreadable(make_platform, caplog):
    platform = make_platform(dialect="bcd")
    peer = platform.connect()
    peer.transport_in(bytes.fromhex("00056000010002") + bytes.fromhex("00026000"))
    assert peer.transport.value() == b""
    assert platform.observed.silences == ["unreadable", "unreadable"]
    assert len(caplog.records) == 2
    assert not peer.transport.disconnecting


@pytest.mark.parametrize(
    ("garbage", "reason"),
    [(b"GET / HTTP/1.1\r\n\r\n", "not a number"), (b"8193", "over length_max"), (b" 100", "not a number")],
)
def test_garbage_closes_the_connection_with_one_log_line_that_says_which(
    make_platform, caplog, garbage, reason
):
    platform = make_platform()
    peer, other = platform.connect(), platform.connect()
    with caplog.at_level(logging.INFO):
        peer.transport_in(garbage)
        peer.transport_in(garbage)
    assert peer.transport.disconnecting
    (record,) = caplog.records
    assert reason in record.getMessage()
    assert "fep-1" in record.getMessage()
    assert "127.0.0.9" in record.getMessage()
    assert platform.observed.silences == ["frame"]
    other.send("echo_test")
    assert other.codes() == ["00"]


def test_what_came_whole_before_the_garbage_is_answered_first(make_platform):
    """For any cut of the TCP stream: together with the garbage, or well before it."""
    platform = make_platform()
    peer = platform.connect()
    payment = request_of("payment")
    peer.transport_in(frame_of("echo_test") + frame_of(payment) + b"garbage")
    assert not peer.transport.reading
    assert not peer.transport.disconnecting
    platform.answer(APPROVED)
    assert peer.codes() == ["00", "00"]
    assert peer.transport.disconnecting


def test_nothing_is_read_any_more_behind_garbage(make_platform, caplog):
    platform = make_platform()
    peer = platform.connect()
    peer.send("payment")
    peer.transport_in(b"garbage")
    peer.send("payment_repeat")
    assert len(platform.engine.taken) == 1
    assert len(caplog.records) == 1


def test_half_a_frame_is_waited_for(make_platform):
    platform = make_platform()
    peer = platform.connect()
    frame = frame_of("payment")
    peer.transport_in(frame[:-1])
    assert platform.engine.taken == []
    peer.transport_in(frame[-1:])
    assert len(platform.engine.taken) == 1
