"""How partners use connections: one a message, and several hosts behind one address."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from offline_collect.wire.messages.message import Message
from tests.databases.school import fill
from tests.e2e.serving import ECHO, FrontEnd, serving, write_config


def ask_once(port, request, *, half_close=False):
    """Connect, send one message, take its answer, close."""
    with FrontEnd(port) as front_end:
        front_end.send(request)
        if half_close:
            front_end.half_close()
        (answer,) = front_end.receive(1)
    return answer


@pytest.mark.parametrize("half_close", [False, True])
def test_a_peer_may_keep_one_connection_a_message(server, pay, half_close):
    with ThreadPoolExecutor(16) as hosts:
        answers = list(
            hosts.map(lambda nth: ask_once(server.port, pay(nth), half_close=half_close), range(100))
        )
    assert [answer.elements[39] for answer in answers] == ["00"] * 100
    repeat = ask_once(server.port, pay(100))
    assert repeat.elements[39] == "00"
    assert server.stop() == 0
    assert [line for line in server.log if "WARNING" in line or "ERROR" in line] == []


def test_a_repeat_on_a_new_connection_gets_the_answer_of_the_first(server, pay):
    payment = pay(1)
    first = ask_once(server.port, payment)
    again = ask_once(server.port, Message("0201", payment.elements))
    assert (again.elements[39], again.elements[38]) == ("00", first.elements[38])


def test_where_sign_on_is_required_it_is_for_each_connection(tmp_path, sqlite_url, pay):
    fill(sqlite_url)
    with serving(write_config(tmp_path, sqlite_url, link=", sign_on: required")) as server:
        sign_on = Message("0800", {**ECHO.elements, 32: "12345678", 70: "001"})
        with FrontEnd(server.port) as front_end:
            assert [answer.elements[39] for answer in front_end.ask(sign_on)] == ["00"]
            assert [answer.elements[39] for answer in front_end.ask(pay(1))] == ["00"]
        answer = ask_once(server.port, pay(2))
    assert (answer.elements[39], answer.elements[63]) == ("58", "sign on first (0800, DE 70 001)")


def test_hosts_behind_one_address_get_their_own_answers(sqlite_server, pay):
    """They count their STANs alone, and differ in their terminals."""
    payments = [
        Message("0200", {**pay(nth).elements, 11: "000001", 41: f"HOST{nth:04d}"}) for nth in range(8)
    ]
    with ExitStack() as stack:
        hosts = [stack.enter_context(FrontEnd(sqlite_server.port)) for _ in payments]
        for host, payment in zip(hosts, payments, strict=True):
            host.send(payment)
        answers = [host.receive(1)[0] for host in reversed(hosts)]
    assert [answer.elements[41] for answer in answers] == [each.elements[41] for each in reversed(payments)]
    assert [answer.elements[39] for answer in answers] == ["00"] * 8
    assert len({answer.elements[38] for answer in answers}) == 8


def test_the_connections_of_one_address_are_counted_together(tmp_path, sqlite_url, pay):
    fill(sqlite_url)
    with serving(write_config(tmp_path, sqlite_url, link=", connections_max_per_peer: 2")) as server:
        with server.connect() as first, server.connect() as second, FrontEnd(server.port) as third:
            assert third.rest() == []
            assert [answer.elements[39] for answer in first.ask(pay(1))] == ["00"]
            assert [answer.elements[39] for answer in second.ask(pay(2))] == ["00"]
        assert server.stop() == 0
        assert any("refused 127.0.0.1: connections_max_per_peer" in line for line in server.log)
