"""Connections over real sockets: peers that close one direction, or disappear, with payments in flight."""

import json
import resource
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from offline_collect.wire.messages.message import Message
from tests.databases.school import in_force
from tests.e2e.serving import ECHO, FrontEnd, serving
from tests.e2e.test_serve import lanes_held


def test_payments_before_a_half_close_are_answered_and_then_comes_the_end(server, store, pay):
    payments = [pay(nth) for nth in range(50)]
    with server.connect() as front_end:
        front_end.send(*payments)
        front_end.half_close()
        answers = front_end.rest()
        assert not front_end.was_reset
    assert {answer.elements[11] for answer in answers} == {each.elements[11] for each in payments}
    assert {answer.elements[39] for answer in answers} == {"00"}
    assert sum(in_force(store).values()) == 50


def test_more_than_may_be_in_flight_is_answered_after_a_half_close(server, pay):
    """Data that is not read yet when the peer closes its direction waits in the socket, before the end."""
    payments = [pay(nth) for nth in range(1_500)]
    with server.connect() as front_end:
        front_end.send(*payments)
        front_end.half_close()
        answers = front_end.rest()
        assert not front_end.was_reset
    assert [answer.elements[39] for answer in answers] == ["00"] * 1_500


def test_a_frame_torn_by_the_end_is_in_the_log(sqlite_server, pay):
    with sqlite_server.connect() as front_end:
        front_end.send_bytes(b"0040" + b"0200" + bytes(32))
        front_end.half_close()
        assert front_end.rest() == []
    assert sqlite_server.stop() == 0
    assert [line for line in sqlite_server.log if "closed with 4 of 44 bytes missing" in line]


@pytest.mark.parametrize("goes", ["close", "reset"])
def test_payments_of_a_front_end_that_goes_are_told_as_unanswered(sqlite_server, sqlite_store, pay, goes):
    """They stay in force: the front end repeats, asks or reverses."""
    front_end = sqlite_server.connect()
    with lanes_held(sqlite_store):
        front_end.send(*(pay(nth) for nth in range(20)), ECHO)
        front_end.receive(1)
        getattr(front_end, goes)()
    until_gone(sqlite_server)
    assert sqlite_server.stop() == 0
    assert len([line for line in sqlite_server.log if "up to 20 of them were not delivered;" in line]) == 1
    assert sum(in_force(sqlite_store).values()) == 20


def test_the_status_page_says_who_is_signed_on_and_the_log_what_was_refused(sqlite_server, pay):
    with sqlite_server.connect() as front_end:
        sign_on = Message("0800", {**ECHO.elements, 32: "12345678", 70: "001"})
        payment = pay(0)
        assert [answer.elements[39] for answer in front_end.ask(sign_on, payment)] == ["00", "00"]
        again = replace(payment, elements={**payment.elements, 11: "999998"})
        (refused,) = front_end.ask(again)
        assert refused.elements[39] != "00"
        code, text = sqlite_server.get("/status")
        status = json.loads(text)
        assert code == 200
        assert status["links"] == [
            {"link": "fep-1", "connections": 1, "signed_on": {"12345678": 1}, "in_flight": 0, "waiting": 0}
        ]
        assert (status["draining"], status["certificates_expire"]) == (False, {})
        (told,) = status["last_errors"]
        assert "the clock cuts no day until they agree" in told, "the store's day is long ago"
    assert sqlite_server.stop() == 0
    lines = [line for line in sqlite_server.log if "payment refused" in line]
    assert len(lines) == 1
    assert "999998" in lines[0]
    assert sqlite_server.log[-1].rstrip().split("]")[1].split("[")[0].strip() == "stopped"


@pytest.fixture
def own_server(sqlite_config):
    """A server of an interpreter of its own; a forked one has files of the process that it was forked from."""
    with serving(sqlite_config, forked=False) as running:
        yield running


def test_out_of_descriptors_new_peers_are_closed_the_rest_goes_on_and_the_operator_is_told(own_server, pay):
    with own_server.connect() as front_end:
        until_checked(own_server)
        with no_descriptors_left(own_server.process.pid):
            accepted = until_one_is_closed(own_server)
            assert [answer.elements[39] for answer in front_end.ask(pay(0))] == ["00"]
        for each in accepted:
            assert each.ask(ECHO)
            each.close()
        status, text = own_server.get("/readyz")
        assert status == 503
        assert "LimitNOFILE" in text
        assert "offline_collect_accept_failures_total 1.0" in own_server.get("/metrics")[1]
        with FrontEnd(own_server.port) as another:
            assert [answer.elements[39] for answer in another.ask(pay(1))] == ["00"]
    assert own_server.stop() == 0
    own = [line for line in own_server.log if "LimitNOFILE" in line and "health.descriptors" in line]
    assert len(own) == 1


@contextmanager
def no_descriptors_left(pid):
    """Prevent a server from opening files until the block ends.

    The limit lies just above the file that Twisted holds in reserve: it gives it up to accept a peer and close it. All
    files below were opened before, at the start; what is closed above makes no room.
    """
    before, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    limit = reserved(pid) + 1
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (before, hard))


def until_one_is_closed(server):
    """Connect until the server closes a peer at once; return the peers before, which it answers.

    They took what the jobs of the server closed meanwhile: a job that cannot open a file drops its connection to SQLite.
    """
    accepted = []
    for _ in range(10):
        peer = FrontEnd(server.port)
        if peer.is_refused():
            peer.close()
            return accepted
        accepted.append(peer)
    raise AssertionError("nobody was closed")


def reserved(pid):
    """Return the number of the file in reserve, below which no number is free."""
    files = Path(f"/proc/{pid}/fd")
    number = next(each for each in count(3) if (files / str(each)).readlink() == Path("/dev/null"))
    assert all((files / str(each)).is_symlink() for each in range(number))
    return number


def until_checked(server):
    """The checks of a start run on threads of their own, which open the store and then keep its files open."""
    for _ in range(10_000):
        metrics = server.get("/metrics")[1]
        if (
            'offline_collect_imports{state="WAITING"}' in metrics
            and "business_day_opened_timestamp_seconds 1" in metrics
        ):
            return
    raise AssertionError("the checks of the start have not ended")


def until_gone(server):
    """Lanes and reactor learn of it one after the other, and a closed connection stays for a moment."""
    for _ in range(10_000):
        if 'reason="gone"} 20.0' in server.get("/metrics")[1]:
            return
    raise AssertionError("no answer went nowhere")
