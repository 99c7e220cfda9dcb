"""The terminal does one thing after the other, and only so many wait."""

import threading

import pytest

from offline_collect.translations import Language
from offline_collect_terminal.errors import BusyError, JournalError
from offline_collect_terminal.kiosk.terminal import WAITING_MAX
from offline_collect_terminal.teller.screen.steps import Ask, read_line


def test_only_so_many_wait_and_then_there_is_room_again(at_kiosk):
    gate = threading.Event()

    def waiting(_):
        assert gate.wait(30)
        return "done"
        yield

    started = [at_kiosk.terminal.start(Language.EN, waiting) for _ in range(WAITING_MAX)]
    with pytest.raises(BusyError):
        at_kiosk.terminal.start(Language.EN, waiting)
    assert "当前使用人数过多" in at_kiosk.open("/")
    gate.set()
    assert {each.result(30).value for each in started} == {"done"}
    at_kiosk.idle()
    assert "SCHOOL01" in at_kiosk.open("/")


def test_a_payment_that_finds_no_room_is_not_begun(at_kiosk):
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    gate = threading.Event()

    def waiting(_):
        assert gate.wait(30)
        yield from ()

    started = [at_kiosk.terminal.start(Language.EN, waiting) for _ in range(WAITING_MAX)]
    assert "当前使用人数过多" in at_kiosk.press("/pay", tender="CARD")
    gate.set()
    for each in started:
        each.result(30)
    assert at_kiosk.platform.of("payment") == []


def test_a_journal_that_cannot_be_written_pays_nothing_and_says_so(at_kiosk, monkeypatch):
    def full(_):
        raise JournalError("journal.jsonl: No space left on device: it must be on disk first")

    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    monkeypatch.setattr(at_kiosk.journal, "put", full)
    at_kiosk.press("/pay", tender="CARD")
    text = at_kiosk.wait()
    assert at_kiosk.path == "/pay"
    assert "No space left on device" in text
    assert at_kiosk.platform.of("payment") == []
    monkeypatch.undo()
    other = at_kiosk.browser
    at_kiosk.browser = at_kiosk.another_browser()
    assert "缴费成功" in at_kiosk.pay()
    # The number that the failed payment would have had is now another payer's.
    at_kiosk.browser = other
    at_kiosk.open("/payment")
    assert at_kiosk.path == "/"
    assert "缴费成功" not in at_kiosk.text


def test_a_task_that_asks_a_teller_is_a_fault(at_kiosk):
    with pytest.raises(AssertionError, match="asks nobody"):
        at_kiosk.terminal.start(Language.EN, lambda _: read_line(Ask("who? "))).result(30)
