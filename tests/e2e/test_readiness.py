"""The reason why payments cannot be taken is in /readyz, in the log, in a metric, and in each 91."""

import datetime as dt
import os
import resource
import signal
import subprocess
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import create_engine, text

from offline_collect.store import StoreSettings, open_store
from offline_collect.store.database.connection import database_url
from tests.databases.school import MERCHANT, bill_no, fill, findings, in_force
from tests.e2e.serving import ECHO, serving, write_config
from tests.e2e.test_serve import lanes_held, until_ready
from tests.messages.commands import Terminal
from tests.messages.front_end import message_of


def until_paid(front_end, payment):
    """Send a payment until it is approved; return the earlier codes."""
    refused = []
    for _ in range(10_000):
        (answer,) = front_end.ask(payment)
        if answer.elements[39] == "00":
            return set(refused)
        refused.append(answer.elements[39])
    raise AssertionError("it was never approved")


def lookup():
    now = dt.datetime.now(dt.UTC)
    return message_of(Terminal().lookup(now, MERCHANT, bill_no=bill_no(0)))


ASKED_BETWEEN = 20


def until_refused(server, lookup):
    """Ask until there is an answer: the lane, which is given what was asked before, has none."""
    with server.connect() as front_end:
        while True:
            front_end.send(lookup, ECHO)
            (first,) = front_end.receive(1)
            if first.elements[39] == "91":
                return first.elements[44]
            # A connection may have this many requests in flight, and a lane counts as silent only after a while.
            for _ in range(ASKED_BETWEEN):
                server.get("/readyz")


def metric(server, name):
    lines = server.get("/metrics")[1].splitlines()
    return next((line.rsplit(" ", 1)[1] for line in lines if line.startswith(name)), None)


@contextmanager
def no_room(pid):
    """Prevent a process from writing files until the block ends."""
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


def test_lanes_that_are_stopped_are_not_ready_and_whoever_asks_is_answered(sqlite_server, pay):
    (lanes,) = sqlite_server.children()
    with sqlite_server.connect() as front_end:
        front_end.ask(pay(0))
        os.kill(lanes, signal.SIGSTOP)
        try:
            words = until_ready(sqlite_server, ready=False)
            assert "lane write-0: no answer for" in words
            assert "lane read-0: no answer for" in words
            assert sqlite_server.get("/healthz") == (200, "alive\n")
            assert metric(sqlite_server, 'offline_collect_unready{cause="lanes"}') == "1.0"
            assert until_refused(sqlite_server, lookup()) == "unavailable: no lane"
        finally:
            os.kill(lanes, signal.SIGCONT)
        until_ready(sqlite_server, ready=True)
        assert [answer.elements[39] for answer in front_end.ask(pay(1))] == ["00"]
    assert sqlite_server.stop() == 0
    assert any("requests cannot be served: lane write-0: no answer" in line for line in sqlite_server.log)


def test_a_lane_that_is_held_up_in_the_database_is_not_ready(server, store):
    with server.connect(), lanes_held(store):
        assert "lane write-0" in until_ready(server, ready=False)
    until_ready(server, ready=True)


def test_without_room_on_the_disk_payments_are_91_at_once_and_it_is_said_why(sqlite_server, sqlite_url, pay):
    (lanes,) = sqlite_server.children()
    with sqlite_server.connect() as front_end:
        assert front_end.ask(pay(0))[0].elements[39] == "00"
        with no_room(lanes):
            answers = front_end.ask(*(pay(nth) for nth in range(1, 40)))
            assert {answer.elements[39] for answer in answers} == {"91"}
            assert {answer.elements[44] for answer in answers} == {"unavailable: disk error"}
            words = until_ready(sqlite_server, ready=False)
            assert "lane write-0: SQLite: reading or writing the file failed (SQLITE_IOERR_WRITE)" in words
            assert metric(sqlite_server, 'offline_collect_outage{cause="disk_error",lane="write-0"}') == "1.0"
            assert metric(sqlite_server, 'offline_collect_unready{cause="disk_error"}') == "1.0"
        assert until_paid(front_end, pay(1)) <= {"91"}
        until_ready(sqlite_server, ready=True)
    assert sqlite_server.stop() == 0
    assert any("they get 91 until it can: SQLite" in line for line in sqlite_server.log)
    store = open_store(StoreSettings(sqlite_url))
    assert (in_force(store), findings(store)) == ({bill_no(0): 1, bill_no(1): 1}, [])
    store.dispose()


def test_without_a_payment_a_disk_without_room_is_found_too(sqlite_server):
    (lanes,) = sqlite_server.children()
    with no_room(lanes):
        assert "SQLITE_IOERR_WRITE" in until_ready(sqlite_server, ready=False)
    until_ready(sqlite_server, ready=True)


@pytest.fixture
def small_disk(tmp_path):
    """A separate small file system."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system takes rights that this user lacks")
    yield folder
    unmount = ["umount", "-l", str(folder)]
    subprocess.run(unmount, check=True)


def test_a_disk_that_is_full_is_named_and_nothing_is_lost(tmp_path, small_disk, pay):
    url = f"sqlite:///{small_disk}/store.db"
    fill(url)
    with serving(write_config(tmp_path, url)) as server, server.connect() as front_end:
        assert front_end.ask(pay(0))[0].elements[39] == "00"
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4_096)):
                pass
        answers = front_end.ask(*(pay(nth) for nth in range(1, 40)))
        assert {answer.elements[39] for answer in answers} == {"91"}
        assert {answer.elements[44] for answer in answers} == {"unavailable: disk full"}
        assert "the disk is full (SQLITE_FULL)" in until_ready(server, ready=False)
        ballast.unlink()
        assert until_paid(front_end, pay(1)) <= {"91"}
        until_ready(server, ready=True)
        assert server.stop() == 0
    store = open_store(StoreSettings(url))
    assert (in_force(store), findings(store)) == ({bill_no(0): 1, bill_no(1): 1}, [])
    store.dispose()


@contextmanager
def read_only(url):
    """Make a PostgreSQL database read-only, as an operator would, and as a standby is, until the block ends."""
    engine = create_engine(database_url(url), isolation_level="AUTOCOMMIT")

    def say(words):
        name = engine.url.database
        with engine.connect() as connection:
            connection.execute(text(words.format(name=f'"{name}"')))
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    say("ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        yield
    finally:
        say("ALTER DATABASE {name} SET default_transaction_read_only = off")
        engine.dispose()


@pytest.mark.postgresql
def test_a_read_only_database_is_91_at_once_and_it_is_said_why(tmp_path, postgresql_url, pay):
    fill(postgresql_url)
    with serving(write_config(tmp_path, postgresql_url)) as server, server.connect() as front_end:
        assert front_end.ask(pay(0))[0].elements[39] == "00"
        with read_only(postgresql_url):
            answers = front_end.ask(*(pay(nth) for nth in range(1, 40)))
            assert {answer.elements[39] for answer in answers} == {"91"}
            assert {answer.elements[44] for answer in answers} == {"unavailable: read-only"}
            assert "read-only" in until_ready(server, ready=False)
            assert metric(server, 'offline_collect_unready{cause="read_only"}') == "1.0"
        assert until_paid(front_end, pay(1)) <= {"91"}
        until_ready(server, ready=True)
        assert server.stop() == 0


def test_the_end_of_the_lanes_process_ends_the_server_whatever_is_in_flight(tmp_path, sqlite_url, pay):
    """None of it can be answered any more, so the server does not wait for it."""
    fill(sqlite_url)
    config = write_config(tmp_path, sqlite_url, drain_timeout_s=3_600)
    held = open_store(StoreSettings(sqlite_url))
    with serving(config) as server, server.connect() as front_end, server.connect() as other:
        (lanes,) = server.children()
        with lanes_held(held):
            # More than a connection may have in flight: the others wait in the server.
            front_end.send(*(pay(nth) for nth in range(600)))
            while int(float(metric(server, "offline_collect_stage_messages_total") or 0)) < 512:
                other.ask(ECHO)
            os.kill(lanes, signal.SIGKILL)
            assert server.wait() == 1
        # Requests that the lanes could not decide in time were refused before.
        assert {answer.elements[39] for answer in front_end.rest()} <= {"68"}
    assert "start the server again" in server.log[-1]
    held.dispose()
