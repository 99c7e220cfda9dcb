"""``offline-collect-terminal shell``: its options, its texts, and a session through a pipe."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

import offline_collect_terminal.teller
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import Language
from offline_collect_terminal.teller.link.requests import PaidBill, Requests, Sender
from offline_collect_terminal.teller.screen.words import Words
from offline_collect_terminal.wire.dialects import load_codec
from tests.simulators.peer import serving
from tests.simulators.teller_playing import Platform

SHELL = Path(offline_collect_terminal.teller.__file__).parent


@pytest.fixture
def typed(monkeypatch):
    """Feeds lines to the process."""

    def lines(*each, encoding="utf-8"):
        raw = "".join(f"{line}\n" for line in each).encode(encoding)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))

    return lines


def platform(codec):
    """Serves the wire like :class:`Platform`."""
    plays = Platform()
    return serving(codec, lambda _, request: plays.deliver(request).message)


def test_a_session_through_a_pipe(codec, run, typed, tmp_path):
    typed("\ufeff1", "1", "2026030117", "1", "", "y", "q")
    with platform(codec) as peer:
        ended = run("shell", "--port", peer.port, "--journal", tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "Choose: 1" in ended.stdout
    assert "Receipt · 阳光小学" in ended.stdout
    assert str(tmp_path / "12345678-TERM0001") in ended.stdout


def test_lines_that_are_no_text_or_far_too_long_are_refused(codec, run, typed, tmp_path):
    typed("1", "1", "学号", "9" * 100_000, "2026030117", "q", encoding="gb18030")
    with platform(codec) as peer:
        ended = run("shell", "--port", peer.port, "--journal", tmp_path)
    assert ended.returncode == 0
    assert "学号 must have 10 digits" in ended.stdout
    assert "at most 200 characters" in ended.stdout
    assert "open bills: 1" in ended.stdout


def test_a_platform_that_is_not_there_is_told_and_exits_1(run, typed, tmp_path, codec):
    with serving(codec) as peer:
        port = peer.port
    typed("q")
    ended = run("shell", "--port", port, "--journal", tmp_path)
    assert ended.returncode == 1
    assert "see that the platform serves there" in ended.stdout


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--institution", "12AB", "1 to 11 digits"),
        ("--institution", "１２", "1 to 11 digits"),
        ("--terminal", "", "1 to 8"),
        ("--terminal", "TERM00001", "1 to 8"),
        ("--teller", "张三", "letters, digits and signs"),
        ("--teller", " ", "letters, digits and signs"),
        ("--currency", "XXX", "CNY or 156"),
        ("--channel", "mobile", "channel"),
        ("--language", "fr", "language"),
        ("--timezone", "Mars", "time zone"),
        ("--timeout", "0", "timeout"),
        ("--dialect", "klingon", "no such dialect"),
    ],
)
def test_an_option_that_makes_no_sense_exits_2(run, typed, tmp_path, option, value, said):
    typed("q")
    ended = run("shell", "--journal", tmp_path, option, value)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_a_journal_that_cannot_be_used_exits_1_in_one_line(run, typed, tmp_path):
    (tmp_path / "file").write_text("")
    typed("q")
    ended = run("shell", "--journal", tmp_path / "file")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "name another folder with --journal" in ended.stderr


def test_the_journals_lie_in_the_users_state_folder_by_default(run, typed, tmp_path, monkeypatch, codec):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    typed("q")
    with platform(codec) as peer:
        run("shell", "--port", peer.port)
    assert (tmp_path / "state/offline-collect-terminal/12345678-TERM0001/journal.jsonl").exists()


def test_reasons_are_put_into_chinese_and_unknown_ones_stay():
    words, kept = Words(Language.ZH), "the platform closed the connection"
    short = Phrase("{label} must have {most} digits", label="表号", most=8)
    ranged = Phrase("{label} must have {least} to {most} characters", label="表号", least=6, most=8)
    assert words.reason(short) == "表号须为8位数字"
    assert words.reason(ranged) == "表号须为6到8个字符"
    assert (words.reason(kept), words.reason("something new")) == ("平台关闭了连接", "something new")
    assert words.reason("") == ""
    assert Words(Language.EN).reason(short) == "表号 must have 8 digits"


def test_a_dialect_with_other_identities_is_named_by_them(codec):
    """The originals of dialects whose keys have DE 12 and 13, or 37, are named by those."""
    dialect = replace(load_codec("ascii").dialect, identity=(32, 37, 41, 11, 12, 13))
    stamp = {
        "institution": "12345678", "terminal": "TERM0001", "stan": "000007", "rrn": "632609000007",
        "transmission_time": "1122013000", "local_time": "093000", "local_date": "1122",
    }  # fmt: skip
    requests = Requests(dialect, lambda: stamp, Sender("T001", Channel.TELLER, "156"))
    payment = requests.payment("SCHOOL01", [PaidBill("S-1", 100)], Tender.CASH)
    reversal = requests.reversal(payment, ReversalReason.WRITE_OFF)
    assert reversal.elements[90][10:20] == "1122093000"
    assert (reversal.elements[12], reversal.elements[13], reversal.elements[37]) == (
        "093000",
        "1122",
        "632609000007",
    )
    assert requests.status(payment).elements[37] == "632609000007"
