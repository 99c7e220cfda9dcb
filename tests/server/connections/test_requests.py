"""Which messages a link answers itself, which it passes on, and which get no answer."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Payment
from offline_collect.domain.ports import Cause
from offline_collect.engine import unavailable
from offline_collect.server.connections.translator import Translator
from offline_collect.wire.messages.message import Message
from tests.messages.golden import NOW, TODAY, golden
from tests.server.reactor import HandReactor
from tests.server.rig import APPROVED, Platform, ScriptedEngine, frame_of, payments, request_of


def test_what_a_silent_lane_would_get_is_answered_at_once(peer, engine):
    engine.refused[True] = unavailable(Cause.LANES)
    peer.send("payment", "lookup_by_bill")
    (refused,) = peer.received()
    assert (refused.elements[39], refused.elements[44]) == ("91", "unavailable: no lane")
    assert [work.command.writes for work in engine.taken] == [False]


def test_a_payment_is_handed_on_with_its_deadline_and_its_answer_echoes_it(platform, peer):
    received = platform.clock.monotonic()
    peer.send("payment")
    (work,) = platform.engine.taken
    assert isinstance(work.command, Payment)
    assert work.deadline == received + 10
    assert work.command.received_at == NOW
    values = {"approval_code": "A00001", "serial_number": "20261122000000000001", "bill_no": "S2026-11-0001"}
    platform.answer(Answer(ResponseCode.APPROVED, TODAY, values=values))
    (answer,) = peer.received()
    asked, _ = golden("payment")
    assert answer.mti == "0210"
    assert {number: answer.elements[number] for number in (3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49)} == {
        number: asked.elements[number] for number in (3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49)
    }
    assert (answer.elements[15], answer.elements[38], answer.elements[39]) == ("1122", "A00001", "00")
    assert platform.observed.answers == [("payment", ResponseCode.APPROVED)]


def test_answers_may_come_in_another_order_than_requests(platform, peer):
    peer.send(*payments(3))
    platform.answer(which=[2, 0])
    platform.answer()
    assert [answer.elements[11] for answer in peer.received()] == ["000003", "000001", "000002"]


def test_each_connection_gets_its_own_answers(platform):
    one, other = platform.connect(), platform.connect()
    first, second = payments(2)
    one.send(first)
    other.send(second)
    platform.answer(which=[1, 0])
    assert [answer.elements[11] for answer in one.received()] == ["000001"]
    assert [answer.elements[11] for answer in other.received()] == ["000002"]


def test_an_echo_is_answered_without_the_engine(platform, peer):
    peer.send("echo_test")
    (answer,) = peer.received()
    assert (answer.mti, answer.elements[39], answer.elements[70]) == ("0810", "00", "301")
    assert platform.engine.taken == []
    assert platform.observed.answers == [("echo-test", ResponseCode.APPROVED)]


def test_an_institution_of_another_link_is_refused(platform, peer):
    peer.send(request_of("payment", de32="99999999"))
    (answer,) = peer.received()
    assert answer.elements[39] == "58"
    assert answer.elements[44]
    assert platform.engine.taken == []


def test_a_message_that_cannot_be_decoded_gets_30_and_the_element_by_name(platform, peer, caplog):
    peer.transport_in(frame_of(request_of("payment")).replace(b"000000012345", b"0000000123x5"))
    (answer,) = peer.received()
    assert (answer.mti, answer.elements[39], answer.elements[11]) == ("0210", "30", "000008")
    assert answer.elements[44].startswith("DE 4:")
    assert 4 not in answer.elements
    assert platform.observed.answers == [("unknown", ResponseCode.FORMAT_ERROR)]
    assert len(caplog.records) == 1


def test_a_message_that_lacks_what_it_must_carry_gets_30(platform, peer):
    peer.send(request_of("payment", de41=None))
    (answer,) = peer.received()
    assert (answer.elements[39], answer.elements[44]) == ("30", "DE 41: missing")
    assert platform.observed.answers == [("payment", ResponseCode.FORMAT_ERROR)]


def test_an_unknown_message_gets_12(platform, peer):
    peer.send(request_of("payment", de3="999999"), Message("0600", {7: "1122093011", 11: "000001"}))
    assert [(answer.mti, answer.elements[39]) for answer in peer.received()] == [
        ("0210", "12"),
        ("0610", "12"),
    ]


@pytest.mark.parametrize("mti", ["0210", "0810", "0430"])
def test_a_response_that_nobody_asked_for_gets_a_log_line_and_no_answer(platform, peer, caplog, mti):
    peer.send(Message(mti, {7: "1122093011", 11: "000001", 39: "00"}))
    assert peer.transport.value() == b""
    assert platform.observed.silences == ["response"]
    assert mti in caplog.text
    peer.send("echo_test")
    assert peer.codes() == ["00"]


@pytest.mark.parametrize("message", [b"02x0", b"", b"\xff\xff\xff\xff", b"0"])
def test_a_message_whose_mti_cannot_be_read_gets_a_log_line_and_no_answer(platform, peer, caplog, message):
    peer.transport_in(b"%04d" % (len(message) + 20) + message + b" " * 20)
    assert peer.transport.value() == b""
    assert platform.observed.silences == ["unreadable"]
    assert len(caplog.records) == 1
    assert not peer.transport.disconnecting


def test_an_answer_that_came_too_late_for_its_connection_is_let_go(platform, peer):
    other = platform.connect()
    first, second = payments(2)
    peer.send(first)
    other.send(second)
    peer.transport.lose(peer.connection)
    platform.answer()
    assert platform.observed.silences == ["gone"]
    assert other.codes() == ["00"]
    assert peer.transport.value() == b""


def test_what_cannot_be_proved_is_answered_with_silence(platform, peer):
    peer.send(*payments(2))
    platform.answer(None, which=[0])
    assert peer.transport.value() == b""
    assert peer.connection.in_flight == 1
    assert platform.observed.silences == ["unproved"]
    platform.answer()
    assert [answer.elements[11] for answer in peer.received()] == ["000002"]
    assert peer.connection.idle


def test_an_answer_that_the_dialect_cannot_say_is_replaced_by_96(platform, peer, caplog):
    peer.send("payment")
    platform.answer(Answer(ResponseCode.APPROVED, TODAY, values={"approval_code": "far too long"}))
    assert peer.codes() == ["96"]
    assert "could not be written" in caplog.text


def test_a_fault_in_one_answer_keeps_no_fellow_from_its_own(platform, peer, caplog):
    peer.send(*payments(3))
    nonsense = Answer("no such code", TODAY)
    platform.answer(lambda command: nonsense if command.stan == "000001" else APPROVED)
    assert [answer.elements[11] for answer in peer.received()] == ["000002", "000003"]
    assert platform.observed.silences == ["fault"]
    assert peer.connection.idle
    assert "failed" in caplog.text


def test_a_fault_in_reading_one_message_costs_nobody_the_connection(platform, peer, caplog, monkeypatch):
    read, faults = Translator._read, [ZeroDivisionError()]

    def fail_once(*arguments):
        if faults:
            raise faults.pop()
        return read(*arguments)

    monkeypatch.setattr(Translator, "_read", fail_once)
    peer.send("payment", "echo_test")
    assert peer.codes() == ["00"]
    assert platform.observed.silences == ["fault"]
    assert "reading a message failed" in caplog.text


def test_de_15_of_an_answer_that_posts_nothing_is_the_open_day(platform, peer):
    tomorrow = type(TODAY)(2026, 11, 23)
    platform.server.day_opened(tomorrow)
    peer.send("echo_test", "payment")
    platform.answer(decline(ResponseCode.TOO_LATE, "too late"), open_day=None)
    assert [answer.elements[15] for answer in peer.received()] == ["1123", "1123"]


def test_a_lane_that_was_idle_over_the_cutover_does_not_bring_the_old_day_back(platform, peer):
    platform.server.day_opened(type(TODAY)(2026, 11, 23))
    peer.send("payment")
    platform.answer(decline(ResponseCode.UNAVAILABLE, "unavailable"), open_day=TODAY)
    assert [answer.elements[15] for answer in peer.received()] == ["1123"]


def test_every_stage_is_told_once_a_batch(platform, peer):
    peer.send(*payments(3))
    platform.answer()
    assert platform.observed.stages == {"decode": 3, "encode": 3}


def test_no_card_or_account_number_reaches_a_log(platform, peer, caplog):
    """The golden advice carries a PAN; with any fault in the message, the PAN must not get into a log line."""
    frame = frame_of("payment_advice")
    caplog.set_level(logging.DEBUG)
    peer.transport_in(frame)
    platform.answer(None)
    for at in range(4, len(frame)):
        broken = platform.connect()
        broken.transport_in(frame[:at] + b"\x00" + frame[at + 1 :])
        platform.answer(Answer("no such code", TODAY))
        broken.transport.lose(broken.connection)
    assert len(caplog.records) > 50
    rendered = [caplog.handler.format(record) for record in caplog.records]
    assert not [line for line in rendered if "6225880100001234" in line or "622588010000" in line]


@given(
    frame=st.sampled_from(["payment", "payment_advice", "lookup_by_inputs", "totals", "reversal_advice"]).map(
        frame_of
    ),
    changes=st.lists(st.tuples(st.integers(4, 400), st.binary(min_size=1, max_size=3)), max_size=4),
)
def test_nothing_that_a_peer_sends_stops_the_listener(frame, changes):
    platform = Platform(HandReactor(), ScriptedEngine())
    peer = platform.connect()
    body = bytearray(frame)
    for at, junk in changes:
        body[at : at + len(junk)] = junk
    peer.transport_in(b"%04d" % (len(body) - 4) + bytes(body[4:]))
    platform.answer()
    peer.received()
    peer.send("echo_test")
    assert peer.codes() == ["00"]
    assert "fault" not in platform.observed.silences
