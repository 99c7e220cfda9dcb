"""`offline-collect serve` as a process: it serves and drains."""

import datetime as dt
import os
import signal
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store import StoreSettings, open_store
from offline_collect.wire.layouts.pds import parse_pds
from tests.databases.school import DAY, bill_no, fill, findings, in_force
from tests.e2e.serving import ECHO, FrontEnd, by_stan, serving, write_config
from tests.messages.golden import golden

REPEAT = "0201"
IN_FLIGHT = 200
READY_TRIES = 2_000
"""Requests that cannot be served are sent again each second; in between, a query costs almost nothing."""


def repeat_of(message):
    return replace(message, mti=REPEAT)


def said(answer):
    """The elements that a repeat must have again: 15, 38, 39, and the serial number."""
    return [answer.elements.get(number) for number in (15, 38, 39)] + [serial_of(answer)]


def serial_of(answer):
    return parse_pds(answer.elements[48], "utf-8").get("0070") if 48 in answer.elements else None


@contextmanager
def lanes_held(store):
    """Keep every write lane waiting for the business day until the block ends."""
    with store.transaction() as tx:
        if tx.connection.dialect.name != "sqlite":
            tx.connection.execute(tx.statements.close_days)
        yield


def test_a_repeat_after_a_restart_gets_the_same_answer(config, store, pay):
    payment, refused = pay(0), pay(0)
    with serving(config) as server, server.connect() as front_end:
        first, second = by_stan(front_end.ask(payment, refused)).values()
        assert [first.elements[39], second.elements[39]] == ["00", "U1"]
        assert server.stop() == 0
    with serving(config) as server, server.connect() as front_end:
        again = by_stan(front_end.ask(repeat_of(payment), repeat_of(refused)))
        assert [said(each) for each in again.values()] == [said(first), said(second)]
    assert in_force(store) == {bill_no(0): 1}
    assert findings(store) == []


def test_a_cutover_by_command_dates_what_comes_after_it(server, store, pay):
    with server.connect() as front_end:
        (before,) = front_end.ask(pay(0))
        opened = BusinessDate.of(DAY + dt.timedelta(days=1))
        assert store.cutover(DAY, opened, dt.datetime.now(dt.UTC))
        (after,) = front_end.ask(pay(1))
    assert (before.elements[15], after.elements[15]) == ("1122", "1123")
    assert serial_of(after).startswith("20261123")


def test_a_front_end_is_told_of_a_cutover_and_acknowledges_it(tmp_path, sqlite_url, pay):
    fill(sqlite_url)
    store = open_store(StoreSettings(sqlite_url))
    config = write_config(tmp_path, sqlite_url, link=", cutover_notice: true")
    with serving(config) as server, server.connect() as front_end:
        assert store.cutover(DAY, BusinessDate.of(DAY + dt.timedelta(days=1)), dt.datetime.now(dt.UTC))
        store.dispose()
        front_end.send(pay(1))
        told = {message.mti: message for message in front_end.receive(2)}
        notice = told["0800"]
        assert (notice.elements[15], notice.elements[70]) == ("1123", "201")
        front_end.send(
            replace(notice, mti="0810", elements=dict(sorted({**notice.elements, 39: "00"}.items())))
        )
        assert front_end.ask(ECHO)
        assert (
            'offline_collect_cutover_notices_total{link="fep-1",what="acknowledged"} 1'
            in server.get("/metrics")[1]
        )


def test_sigterm_answers_what_was_taken_and_exits_0(server, store, pay):
    """The lanes are held, so that all requests are in flight when the signal arrives."""
    payments = [pay(nth) for nth in range(IN_FLIGHT)]
    with server.connect() as front_end:
        with lanes_held(store):
            front_end.send(*payments, ECHO)
            (echo,) = front_end.receive(1)
            assert echo.elements[70] == "301", "what came before the echo has been taken"
            server.process.send_signal(signal.SIGTERM)
            assert until_draining(server) == "draining"
            with pytest.raises(ConnectionRefusedError):
                FrontEnd(server.port)
        answers = front_end.rest()
    assert {answer.elements[11] for answer in answers} == {each.elements[11] for each in payments}
    assert {answer.elements[39] for answer in answers} == {"00"}
    assert server.wait() == 0
    assert sum(in_force(store).values()) == IN_FLIGHT
    assert findings(store) == []


def test_a_front_end_that_goes_on_sending_gets_its_answers_and_a_proper_end(tmp_path, sqlite_url, pay):
    """A socket that is closed over unread bytes is reset, and a reset may take answers with it."""
    fill(sqlite_url)
    held = open_store(StoreSettings(sqlite_url))
    with serving(write_config(tmp_path, sqlite_url)) as server, server.connect() as front_end:
        with lanes_held(held):
            front_end.send(pay(0), ECHO)
            front_end.receive(1)
            server.process.send_signal(signal.SIGTERM)
            until_draining(server)
            front_end.send(*(pay(nth) for nth in range(1, 50)))
        assert [answer.elements[39] for answer in front_end.rest()] == ["00"]
        assert not front_end.was_reset
        assert server.wait() == 0
    assert in_force(held) == {bill_no(0): 1}
    held.dispose()


def test_a_drain_is_bounded_by_its_timeout(tmp_path, sqlite_url, pay):
    """The lanes are held for longer than that; requests without an answer may be repeated later."""
    fill(sqlite_url)
    config = write_config(tmp_path, sqlite_url, drain_timeout_s=1)
    held = open_store(StoreSettings(sqlite_url))
    with serving(config) as server, server.connect() as front_end:
        with lanes_held(held):
            front_end.send(pay(0), ECHO)
            front_end.receive(1)
            assert server.stop() == 0
        assert front_end.rest() == []
    assert any("cut off" in line for line in server.log)
    held.dispose()


def test_the_operators_side_tells_how_it_goes(sqlite_server, pay):
    with sqlite_server.connect() as front_end:
        front_end.ask(pay(0))
    status, text = sqlite_server.get("/metrics")
    assert status == 200
    assert 'offline_collect_messages_total{code="APPROVED",link="fep-1",message="payment"} 1.0' in text
    assert 'offline_collect_commits_total{lane="write-0"} 1.0' in text
    assert sqlite_server.get("/healthz") == (200, "alive\n")
    assert readiness(sqlite_server) == (200, "ready")


def test_without_its_store_a_server_is_alive_but_not_ready(sqlite_server, sqlite_url):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.rename(path.with_suffix(".away"))
    status, text = sqlite_server.get("/readyz")
    assert (status, text[:6]) == (503, "store:")
    assert sqlite_server.get("/healthz")[0] == 200
    assert not path.exists(), "a new one would cost the store its journal"
    path.with_suffix(".away").rename(path)
    assert until_ready(sqlite_server, ready=True).startswith("ready\n")


def test_no_card_number_reaches_the_servers_log(sqlite_server):
    advice, _ = golden("payment_advice")
    broken = replace(advice, elements={**advice.elements, 49: "999"})
    with sqlite_server.connect() as front_end:
        front_end.ask(advice, broken)
    assert sqlite_server.stop() == 0
    assert len(sqlite_server.log) > 2
    assert not [line for line in sqlite_server.log if advice.elements[2][:8] in line]


def test_garbage_costs_one_connection_and_one_line(sqlite_server, pay):
    with sqlite_server.connect() as front_end, FrontEnd(sqlite_server.port) as stranger:
        stranger.send_bytes(b"GET / HTTP/1.1\r\n\r\n")
        assert stranger.rest() == []
        assert [answer.elements[39] for answer in front_end.ask(pay(0))] == ["00"]
    assert sqlite_server.stop() == 0
    assert len([line for line in sqlite_server.log if "not a number" in line]) == 1


def test_the_end_of_the_lanes_process_ends_the_server_with_its_reason(sqlite_config, pay):
    """Its commands get no answer; the next server gives the true answer to a repeat."""
    payment = pay(0)
    with serving(sqlite_config) as server, server.connect() as front_end:
        assert front_end.ask(payment)[0].elements[39] == "00"
        (lanes,) = server.children()
        os.kill(lanes, signal.SIGKILL)
        assert server.wait() == 1
        assert front_end.rest() == []
    assert "start the server again" in server.log[-1]
    assert not any("Traceback" in line for line in server.log)
    with serving(sqlite_config) as server, server.connect() as front_end:
        assert front_end.ask(repeat_of(payment))[0].elements[39] == "00"


def test_lanes_that_end_during_the_drain_end_it_with_their_reason(tmp_path, sqlite_url, pay):
    fill(sqlite_url)
    held = open_store(StoreSettings(sqlite_url))
    with serving(write_config(tmp_path, sqlite_url)) as server, server.connect() as front_end:
        (lanes,) = server.children()
        with lanes_held(held):
            front_end.send(pay(0), ECHO)
            front_end.receive(1)
            server.process.send_signal(signal.SIGTERM)
            until_draining(server)
            os.kill(lanes, signal.SIGKILL)
            assert server.wait() == 1
    assert "start the server again" in server.log[-1]
    assert not any("Traceback" in line for line in server.log)
    held.dispose()


def test_a_killed_server_leaves_no_lanes_behind(sqlite_server):
    assert len(sqlite_server.children()) == 1
    sqlite_server.kill()
    assert sqlite_server.has_gone, "the log is open as long as somebody may write to it"


def test_a_signal_to_the_whole_group_drains_all_the_same(sqlite_config, pay):
    with serving(sqlite_config) as server, server.connect() as front_end:
        (lanes,) = server.children()
        os.kill(lanes, signal.SIGTERM)
        os.kill(lanes, signal.SIGINT)
        assert front_end.ask(pay(0))[0].elements[39] == "00"
        assert server.stop() == 0


def test_lanes_may_be_threads_of_the_servers_process(tmp_path, sqlite_url, pay):
    fill(sqlite_url)
    config = write_config(tmp_path, sqlite_url, own_process="false")
    with serving(config) as server, server.connect() as front_end:
        assert server.children() == []
        assert [answer.elements[39] for answer in front_end.ask(pay(0), pay(1))] == ["00", "00"]
        assert server.stop() == 0


def readiness(server):
    """Status and first line; the rest are notes, as of a clock that is far from these tests' business day."""
    status, text = server.get("/readyz")
    return status, text.splitlines()[0]


def until_ready(server, *, ready):
    """Ask until the server says so; return its text."""
    for _ in range(READY_TRIES):
        status, words = server.get("/readyz")
        if (status == 200) == ready:
            return words
    raise AssertionError(f"the server went on saying: {words}")


def until_draining(server):
    """The signal may reach the reactor a moment later than a request."""
    for _ in range(1_000):
        status, word = readiness(server)
        if status == 503:
            return word
    raise AssertionError("the server does not drain")
