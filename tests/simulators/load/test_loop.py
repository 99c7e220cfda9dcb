"""Loads over real connections, against a stub of the platform."""

import socket
import threading
from collections import Counter
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest

from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import LoadError, UnreachableError
from offline_collect_terminal.load.bills import BillRange
from offline_collect_terminal.load.channel import Channel, Shared
from offline_collect_terminal.load.loop import IN_ONE_WRITE, Load
from offline_collect_terminal.load.patched_frames import Digits, Sender
from offline_collect_terminal.load.schedule import Turns
from offline_collect_terminal.load.settings import STEPS, Kind, LoadSettings
from offline_collect_terminal.load.tally import Tally
from offline_collect_terminal.load.verify import Samples
from tests.simulators.loads import of_class, pay
from tests.simulators.peer import CLOSE, Peer, answer, serving


def put(codec, peer, kind=Kind.PAYMENT, *, size=10_000, progress=lambda *_: None, **changes):
    settings = LoadSettings(
        host="127.0.0.1",
        port=peer.port,
        kind=kind,
        connections=changes.pop("connections", 3),
        in_flight=changes.pop("in_flight", 4),
        institution="12345678",
        terminal="LD{:06d}",
        timezone=ZoneInfo("Asia/Shanghai"),
        **changes,
    )
    load = Load(settings, codec, BillRange("SCHOOL01", "B{:08d}", 100, 1, size).bills(), progress)
    return load, load.run()


def test_a_count_of_payments_is_sent_and_answered_each_once(either_codec):
    with serving(either_codec, pay) as peer:
        _, figures = put(either_codec, peer, count=500)
    payments = of_class(peer, "0200")
    assert figures.problems == ()
    assert (figures.sent, figures.answered, figures.messages, len(payments)) == (500, 500, 500, 500)
    assert figures.kinds[0].codes == {"00": 500}
    assert figures.verified == 500 // 97
    bills = {parse_pds(payment.elements[48], "utf-8")["0030"] for payment in payments}
    assert bills == {f"B{number:08d}" for number in range(1, 501)}
    keys = Counter((payment.elements[41], payment.elements[11]) for payment in payments)
    assert set(keys.values()) == {1}
    assert {payment.elements[41] for payment in payments} == {"LD000001", "LD000002", "LD000003"}
    assert len(of_class(peer, "0800")) == 3


def test_many_terminals_take_turns_and_each_keeps_to_one_connection(either_codec):
    with serving(either_codec, pay) as peer:
        _, figures = put(either_codec, peer, count=700, connections=3, terminals=7)
    payments = of_class(peer, "0200")
    assert figures.problems == ()
    sent = Counter(payment.elements[41] for payment in payments)
    assert sent.keys() == {f"LD{number:06d}" for number in range(1, 8)}
    assert len({(payment.elements[41], payment.elements[11]) for payment in payments}) == 700
    # The first connection has terminals 1, 4 and 7, which share its payments evenly; each other one has two.
    shared = [sent[f"LD{number:06d}"] for number in (1, 4, 7)]
    assert max(shared) - min(shared) <= 1


def test_payments_end_with_the_bills(codec):
    with serving(codec, pay) as peer:
        _, figures = put(codec, peer, size=7)
    assert (figures.sent, figures.messages, figures.problems) == (7, 7, ())


def test_each_bill_is_looked_up_and_then_paid(codec):
    with serving(codec, pay) as peer:
        _, figures = put(codec, peer, Kind.MIXED, size=20)
    assert [kind.messages for kind in figures.kinds] == [20, 20]
    assert len(of_class(peer, "0100")) == len(of_class(peer, "0200")) == 20


def test_a_duration_ends_and_the_warm_up_does_not_count(codec):
    seen = []
    with serving(codec, pay) as peer:
        load, figures = put(
            codec,
            peer,
            warmup_s=0.2,
            duration_s=0.3,
            progress=lambda tally, measured_s: seen.append((tally.measured, measured_s)),
        )
    assert figures.problems == ()
    assert 0 < figures.messages < figures.sent == figures.answered
    assert all(measured == 0 for measured, measured_s in seen if measured_s < 0)
    assert load.tally.latencies[Kind.PAYMENT].count == figures.messages


def test_an_open_loop_sends_at_its_rate_whether_it_is_answered_or_not(codec):
    with serving(codec, pay) as peer:
        _, figures = put(codec, peer, rate=400, count=40, in_flight=1_000)
    assert figures.problems == ()
    assert len(of_class(peer, "0200")) == 40
    assert figures.seconds > 0.08, "40 at 400 a second, begun at once"


def test_an_open_loop_gives_its_connections_what_is_due_in_turn(codec):
    with serving(codec, pay) as peer:
        _, figures = put(codec, peer, rate=1_600, count=320, connections=4, in_flight=1_000)
    assert figures.problems == ()
    sent = Counter(request.elements[41] for request in of_class(peer, "0200"))
    assert sent.keys() == {"LD000001", "LD000002", "LD000003", "LD000004"}
    assert max(sent.values()) - min(sent.values()) <= 2 * IN_ONE_WRITE


def test_an_open_loop_sends_nothing_past_what_may_be_unanswered_and_says_so(codec):
    with serving(codec, lambda _peer, request: answer(request) if request.mti == "0800" else None) as peer:
        _, figures = put(codec, peer, rate=2_000, duration_s=0.2, connections=1, in_flight=3, stall_s=0.5)
    assert any("due but not sent" in problem for problem in figures.problems)
    assert len(of_class(peer, "0200")) == 3


def test_a_load_can_be_ended_before_its_time(codec):
    loads = []

    def progress(*_):
        loads[0].stop()

    with serving(codec, pay) as peer:
        settings = LoadSettings(
            "127.0.0.1",
            peer.port,
            Kind.PAYMENT,
            1,
            1,
            "12345678",
            "LD{:06d}",
            ZoneInfo("UTC"),
            duration_s=600,
        )
        load = Load(settings, codec, BillRange("S", "B{:08d}", 1, 1, 10**7).bills(), progress)
        loads.append(load)
        figures = load.run()
    assert figures.problems == ()
    assert figures.sent == figures.answered > 0


def test_what_a_socket_does_not_take_at_once_is_sent_later(codec):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        ours.setblocking(False)
        bills = BillRange("S", "B{:08d}", 1, 1, 500).bills()
        turns = Turns(STEPS[Kind.PAYMENT], bills, Digits(codec.dialect), "utf-8")
        channel = Channel(ours, [Sender("12345678", "LD000001")], Shared(codec, turns, Tally(), Samples()), 0)
        channel.start(500)
        assert channel.unsent
        decoder, frames = FrameDecoder(codec.dialect.frame), []
        while len(frames) < 500:
            frames += decoder.feed(theirs.recv(65_536))
            channel.write()
        assert not channel.unsent
        assert [codec.decode(frame.message).elements[11] for frame in frames] == [
            f"{stan:06d}" for stan in range(1, 501)
        ]


def test_codes_other_than_approved_are_counted_and_no_problem(codec):
    def second_is_paid(_, request):
        return answer(request, "00" if request.mti == "0800" or int(request.elements[11]) % 2 else "U1")

    with serving(codec, second_is_paid) as peer:
        _, figures = put(codec, peer, connections=1, count=40)
    assert figures.kinds[0].codes == {"00": 20, "U1": 20}
    assert figures.problems == ()


def test_a_notice_of_the_platform_is_answered_in_the_middle_of_a_load(codec):
    notice = Message("0800", {7: "1122153000", 11: "000001", 15: "1123", 70: "201"})

    def noticing(peer, request):
        if request.mti == "0810":
            return None
        return [notice, pay(peer, request)] if request.elements[11] == "000005" else pay(peer, request)

    with serving(codec, noticing) as peer:
        _, figures = put(codec, peer, connections=1, count=20)
    assert figures.problems == ()
    assert [request.elements[70] for request in of_class(peer, "0810")] == ["201"]


def test_a_connection_that_is_closed_is_a_problem_and_the_others_go_on(codec):
    def close_second(peer, request):
        return CLOSE if request.elements.get(41) == "LD000002" else pay(peer, request)

    with serving(codec, close_second) as peer:
        _, figures = put(codec, peer, connections=2, in_flight=3, count=100)
    assert figures.problems == ("the platform closed a connection with 3 requests in flight",)
    assert figures.answered == 97


@contextmanager
def answering_at_the_end(codec):
    """A platform that answers payments only when their connection's stream has ended."""
    peer = Peer(codec)

    def serve(listener):
        connection, _ = listener.accept()
        with connection:
            decoder, answers = FrameDecoder(codec.dialect.frame), b""
            while chunk := connection.recv(65_536):
                for frame in decoder.feed(chunk):
                    request = codec.decode(frame.message)
                    said = encode_frame(codec.dialect.frame, codec.encode(pay(peer, request)))
                    if request.mti == "0800":
                        connection.sendall(said)
                    else:
                        answers += said
            connection.sendall(answers)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        peer.port = listener.getsockname()[1]
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield peer
        thread.join(5)


def test_a_load_can_close_its_direction_behind_its_last_message(codec):
    with answering_at_the_end(codec) as peer:
        _, figures = put(codec, peer, connections=1, in_flight=5, count=5, half_close=True)
    assert (figures.answered, figures.problems) == (5, ())


@pytest.mark.parametrize("kind", [Kind.PAYMENT, Kind.MIXED])
def test_nothing_is_left_unsent_by_a_load_that_closes_its_direction(codec, kind):
    with serving(codec, pay) as peer:
        _, figures = put(codec, peer, kind, size=50, half_close=True)
    assert figures.problems == ()
    assert figures.answered == figures.sent == 50 * len(STEPS[kind])


def test_an_answer_that_is_missing_after_a_half_close_is_a_problem(codec):
    def close_at_last(peer, request):
        return CLOSE if request.elements[11] == "000005" else pay(peer, request)

    with serving(codec, close_at_last) as peer:
        _, figures = put(codec, peer, connections=1, in_flight=5, count=5, half_close=True)
    assert figures.problems == ("the platform closed a connection with 1 requests in flight",)


def test_silence_is_a_problem_and_does_not_last_for_ever(codec):
    def mute(_, request):
        return answer(request) if request.mti == "0800" else None

    with serving(codec, mute) as peer:
        _, figures = put(codec, peer, connections=1, in_flight=2, count=5, stall_s=0.2)
    assert figures.problems == ("no answer for 0.2 s", "2 requests were never answered")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (lambda _, request: answer(request, "58"), "refuses the sign-on of 12345678: declined by the script"),
        (lambda *_: CLOSE, "sign-on: the platform closed the connection"),
        (
            lambda _, request: answer(request, **({} if request.mti == "0800" else {"de11": "999999"})),
            "answered a STAN that nothing waits for",
        ),
    ],
)
def test_a_platform_that_makes_no_sense_ends_the_load(script, reason, codec):
    with serving(codec, script) as peer, pytest.raises(LoadError, match=reason):
        put(codec, peer, count=10)


def test_nobody_listening_is_said_so(codec):
    with serving(codec) as peer:
        pass
    with pytest.raises(UnreachableError, match="Connection refused"):
        put(codec, peer, count=1)
