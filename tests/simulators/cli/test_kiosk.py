"""``offline-collect-terminal kiosk`` where it does not start, and how it ends."""

import socket

import pytest

from offline_collect.domain.commands import Tender
from offline_collect_terminal.cli import kiosk as command
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.journal.journal import Journal, terminal_folder
from offline_collect_terminal.teller.link.answers import Listed
from offline_collect_terminal.teller.link.requests import PaidBill
from offline_collect_terminal.teller.tasks.payment_rules import new_entry
from tests.simulators.teller_playing import session_of

ELSEWHERE = "192.0.2.7"


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def start(run, journal):
    """Runs the command, which must not get as far as serving, and returns its result."""

    def start(*words):
        return run("kiosk", "--journal", journal, "--web-port", "0", *words)

    return start


def test_it_does_not_start_against_a_platform_elsewhere(start):
    ended = start("--host", ELSEWHERE)
    assert ended.returncode == 1
    assert f"{ELSEWHERE}:8583 is not on this machine" in ended.stderr


def test_it_does_not_start_against_a_link_that_is_not_marked(start, tmp_path):
    config = tmp_path / "platform.yaml"
    config.write_text("links: [{listen: '0.0.0.0:8583'}]", encoding="utf-8")
    ended = start("--host", ELSEWHERE, "--config", config)
    assert ended.returncode == 1
    assert "no link with listen port 8583 has test: true" in ended.stderr


def test_a_port_that_is_taken_is_said(run, journal):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("kiosk", "--journal", journal, "--web-port", port)
    assert ended.returncode == 1
    assert f"127.0.0.1:{port}: Address already in use; name another port with --web-port" in ended.stderr


def test_a_terminal_that_another_program_has_is_said(start, journal):
    with Journal(terminal_folder(journal, "12345678", "KIOSK001"), first_stan=0):
        ended = start()
    assert ended.returncode == 1
    assert "another shell has this terminal open" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [("--currency", "XXY"), ("--terminal", "TOO-LONG-1"), ("--timezone", "Nowhere"), ("--language", "fr"),
     ("--dialect", "none"), ("--mac-padding", "zero")],
)  # fmt: skip
def test_a_wrong_option_is_exit_2(start, words):
    ended = start(*words)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_what_has_no_answer_at_its_end_is_said_and_is_exit_1(start, monkeypatch, journal):
    monkeypatch.setattr(command, "_serve", lambda *_: None)
    ended = start()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "(for tests: simulated money)" in ended.stdout
    session = session_of(terminal_folder(journal, "12345678", "KIOSK001"))
    bill = PaidBill("X1", 100)
    request = session.requests.payment("SCHOOL01", [bill], Tender.CARD)
    entry = new_entry(session, Listed("SCHOOL01", "阳光小学", ""), request, State.SENT, [bill])
    session.journal.put(entry)
    session.journal.close()
    ended = start()
    assert ended.returncode == 1
    assert "1 payments without an answer" in ended.stderr


def test_a_page_does_not_wait_for_an_acknowledgement():
    with command.listening(0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
