"""The teller's shell against the real server: through a pipe, at a keyboard, without answers, killed."""

import datetime as dt
import re
import socket
import threading
from contextlib import contextmanager

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store import StoreSettings, open_store
from tests.databases.school import DAY, bill_no, findings, in_force, states
from tests.e2e.serving import serving, write_config
from tests.e2e.terminal_shell import TerminalShell, run_shell

TO_BILLS = ("1", "SCHOOL01", "pupil")
PAY = (*TO_BILLS, "1", "", "y")
AT_BILLS = ("Choose: ", "1", "Merchant (number, id or part of a name): ", "阳光", "请输入学号: ", "pupil")
AT_PAY = (*AT_BILLS, "Bill (number", "1", "Tender (", "2", "(y/n): ", "y")


@pytest.fixture
def config(sqlite_config):
    return sqlite_config


@pytest.fixture
def store(config, sqlite_url):
    opened = open_store(StoreSettings(sqlite_url))
    yield opened
    opened.dispose()


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal"


@contextmanager
def relay(port, *, answers=bool):
    """Pass requests on to a server, and only those of its answers that ``answers`` allows."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_relay, args=(listener, port, answers), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def _relay(listener, port, answers):
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        with near, socket.create_connection(("127.0.0.1", port)) as far:
            # One request at a time, as the shell sends them.
            while request := _frame(near):
                far.sendall(request)
                answer = _frame(far)
                if answers(request):
                    near.sendall(answer)


def _frame(connection):
    head = _exactly(connection, 4)
    return head + _exactly(connection, int(head)) if head else b""


def _exactly(connection, size):
    data = b""
    while len(data) < size:
        try:
            chunk = connection.recv(size - len(data))
        except OSError:
            return b""
        if not chunk:
            return b""
        data += chunk
    return data


def no_payments(request):
    return request[4:8] not in {b"0200", b"0201"}


def test_a_session_through_a_pipe(server, store, journal):
    code, said = run_shell(server.port, journal, *PAY, "menu", "2", "", "y", "5", "back", "6", "3", "q")
    assert code == 0, said
    for told in (
        "Signed on.", "open bills: 60", "Receipt · 阳光小学", "is taken.", "is reversed", "The platform is there.",
        "2026-11-22             1   123.45           1   123.45   0.00", "Taken in this session: 0, 0.00 CNY.",
    ):  # fmt: skip
        assert told in said
    assert in_force(store) == {}
    assert sorted(states(store).values()) == ["REVERSED"]
    assert findings(store) == []


def test_several_bills_are_paid_and_written_off_together(server, store, journal):
    code, said = run_shell(server.port, journal, *TO_BILLS, "1-2,5", "", "y", "1", "", "y", "q")
    assert code == 0, said
    for told in ("CASH for 3 bills", "open bills: 57", "+2 is taken."):
        assert told in said
    assert sorted(in_force(store).values()) == [1, 1, 1, 1]
    assert findings(store) == []
    code, said = run_shell(server.port, journal, "2", "2", "y", "q")
    assert code == 0, said
    assert "+2 is reversed completely." in said
    assert list(in_force(store).values()) == [1]
    assert findings(store) == []


def test_the_end_of_the_input_leaves_well(server, journal):
    code, said = run_shell(server.port, journal, *TO_BILLS, "1")
    assert code == 0
    assert said.rstrip().endswith("Signed off.")


def test_a_session_in_chinese_under_a_locale_without_any(server, journal, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONCOERCECLOCALE", "0")
    code, said = run_shell(server.port, journal, *PAY, "菜单", "退出", options=("--language", "zh"))
    assert code == 0, said
    assert "缴费凭条 · 阳光小学" in said


def test_a_session_at_a_keyboard(server, store, journal):
    with TerminalShell(server.port, journal) as shell:
        shell.type(*AT_PAY)
        assert "S-0000" in shell.expect("is taken.")
        shell.type(
            "Bill (number", "menu", "Choose: ", "2", "(number; Enter: 1, the last): ", "", "(y/n): ", "y"
        )
        shell.expect("is reversed")
        shell.type("Choose: ", "q")
        assert shell.wait() == 0
    assert in_force(store) == {}


def test_ctrl_c_goes_to_the_menu_and_leaves_from_there(server, store, journal):
    with TerminalShell(server.port, journal) as shell:
        shell.type(*AT_BILLS, "Bill (number", "1")
        shell.expect("Tender (")
        shell.press("\x03")
        shell.expect("Choose: ")
        shell.press("\x03")
        shell.expect("Taken in this session: 0")
        assert shell.wait() == 0
    assert in_force(store) == {}


def test_ctrl_d_leaves_from_anywhere(server, journal):
    with TerminalShell(server.port, journal) as shell:
        shell.type(*AT_BILLS)
        shell.expect("Bill (number")
        shell.press("\x04")
        shell.expect("Signed off.")
        assert shell.wait() == 0


def test_no_answer_then_status(server, store, journal):
    with relay(server.port, answers=no_payments) as port:
        code, said = run_shell(port, journal, *PAY, "1", options=("--timeout", "1"))
    assert code == 0, said
    assert "No answer: none within 1 s." in said
    assert "whether it was taken is NOT KNOWN" in said
    assert "is taken." in said
    assert in_force(store) == {bill_no(0): 1}


def test_no_answer_then_a_repeat_is_one_payment(server, store, journal):
    swallowed = []

    def all_but_the_first(request):
        first = request[4:8] == b"0200" and not swallowed
        swallowed.extend([request] * first)
        return not first

    with relay(server.port, answers=all_but_the_first) as port:
        code, said = run_shell(port, journal, *PAY, "2", options=("--timeout", "1"))
    assert code == 0, said
    assert "Sending 0201" in said
    assert "Receipt · 阳光小学" in said
    assert in_force(store) == {bill_no(0): 1}
    assert findings(store) == []


def test_no_answer_then_a_reversal(server, store, journal):
    with relay(server.port, answers=no_payments) as port:
        code, said = run_shell(port, journal, *PAY, "3", options=("--timeout", "1"))
    assert code == 0, said
    assert in_force(store) == {}
    assert sorted(states(store).values()) == ["REVERSED"]


def test_ctrl_c_while_waiting_says_that_the_outcome_is_unknown(server, store, journal):
    with relay(server.port, answers=no_payments) as port, TerminalShell(port, journal) as shell:
        shell.type(*AT_PAY)
        shell.expect("Sending 0200")
        until_paid(store)
        shell.press("\x03")
        shell.expect("NOT KNOWN")
        shell.type("What now: ", "1")
        shell.expect("is taken.")
        shell.expect("Bill (number")
        shell.press("\x04")
        assert shell.wait() == 0


def test_what_is_typed_ahead_does_not_decide_about_a_payment_without_an_answer(server, store, journal):
    with (
        relay(server.port, answers=no_payments) as port,
        TerminalShell(port, journal, "--timeout", "2") as shell,
    ):
        shell.type(*AT_PAY)
        shell.expect("Sending 0200")
        shell.press("\r3\r3\r")
        shell.type("What now: ", "5")
        shell.expect("Bill (number")
        shell.press("\x04")
        assert shell.wait() == 1
    assert in_force(store) == {bill_no(0): 1}


def test_killed_in_the_middle_of_a_payment_and_started_again(server, store, journal):
    with relay(server.port, answers=no_payments) as port:
        with TerminalShell(port, journal) as shell:
            shell.type(*AT_PAY)
            shell.expect("Sending 0200")
            until_paid(store)
            shell.kill()
        with TerminalShell(port, journal) as shell:
            assert bill_no(0) in shell.expect("What now: ")
            shell.press("3\r")
            shell.expect("is reversed")
            shell.type("Choose: ", "q")
            assert shell.wait() == 0
    assert in_force(store) == {}
    assert findings(store) == []


def test_a_termination_while_waiting_is_told_and_leaves_it_for_the_next_start(server, store, journal):
    with relay(server.port, answers=no_payments) as port, TerminalShell(port, journal) as shell:
        shell.type(*AT_PAY)
        shell.expect("Sending 0200")
        until_paid(store)
        shell.process.terminate()
        shell.expect("NOT KNOWN")
        shell.expect("1 without an answer: start the shell again")
        assert shell.wait() == 1
    code, said = run_shell(server.port, journal, "y", "1", "q")
    assert code == 0, said
    assert "is taken." in said


def test_a_server_that_comes_back_is_talked_to_again(tmp_path, config, sqlite_url, store, journal):
    with TerminalShell(free_port(), journal) as shell:
        shell.expect("Not sent: ")
        shell.type("Choose: ", "6", "Choose: ", "3")
        shell.expect("see that the platform serves there")
        shell.type("Choose: ", "q")
        assert shell.wait() == 1
    with serving(config) as first:
        port = first.port
        shell = TerminalShell(port, journal)
        with shell:
            shell.type("Choose: ", "6", "Choose: ", "3")
            shell.expect("The platform is there.")
            first.kill()
            with serving(write_config(tmp_path, sqlite_url, port)):
                shell.type(*AT_PAY)
                shell.expect("is taken.")
                shell.type("Bill (number", "q")
                assert shell.wait() == 0
    assert in_force(store) == {bill_no(0): 1}


def test_totals_of_a_day_that_was_cut_are_in_balance(server, store, journal):
    run_shell(server.port, journal, *PAY)
    assert store.cutover(DAY, BusinessDate.of(DAY + dt.timedelta(days=1)), dt.datetime.now(dt.UTC))
    _, said = run_shell(server.port, journal, "5", "", "q")
    assert "In balance." in said


def test_two_shells_do_not_share_a_terminal(server, journal):
    with TerminalShell(server.port, journal) as shell:
        shell.expect("Choose: ")
        code, said = run_shell(server.port, journal, "q")
        assert code == 1
        assert "another shell has this terminal open" in said
        code, said = run_shell(server.port, journal, "q", options=("--terminal", "TERM0002"))
        assert code == 0


def test_a_terminals_numbers_go_on_after_a_restart(server, journal):
    stans = []
    for _ in range(3):
        _, said = run_shell(server.port, journal, *PAY)
        stans += re.findall(r"Sending 0200 STAN (\d+)", said)
    assert len(set(stans)) == 3


def free_port():
    """A port without a listener."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def until_paid(store):
    """Wait until the platform has taken the one payment."""
    for _ in range(2_000):
        if in_force(store):
            return
    raise AssertionError("nothing was paid")
