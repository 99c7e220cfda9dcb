"""The journal: on disk before anything is sent, complete after a kill, bounded, one shell at a time."""

import os
from dataclasses import replace

import pytest

from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import JournalError
from offline_collect_terminal.teller.journal import journal as journals
from offline_collect_terminal.teller.journal.entries import Entry, State
from offline_collect_terminal.teller.journal.journal import STAN_BLOCK, Journal, terminal_folder
from offline_collect_terminal.teller.journal.numbering import Numbering
from offline_collect_terminal.wire.stamps import STANS, Stamps
from tests.simulators.teller_playing import NOW, SHANGHAI


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "terminal"


def entry(number, state=State.SENT, **more):
    request = Message("0200", {4: "000000012345", 11: f"{number:06d}", 41: "TERM0001"})
    made = Entry(
        number,
        "run-1",
        "127.0.0.1:8583",
        NOW,
        state,
        request,
        "SCHOOL01",
        "阳光小学",
        f"S-{number}",
        "",
        12345,
        "156",
    )
    return replace(made, **more)


def test_what_was_put_is_there_for_the_next_shell(folder):
    told = entry(
        1, reversal=Message("0400", {11: "000009"}), before_reversal=State.SENT, business_date=NOW.date()
    )
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
        journal.put(told)
        journal.put(entry(2, State.APPROVED))
    with Journal(folder, 0) as again:
        assert list(again.entries.values()) == [told, entry(2, State.APPROVED)]
        assert again.unresolved == [told]
        assert again.next_number() == 3


def test_it_is_on_the_disk_when_put_returns(folder):
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
        assert b"S-1" in (folder / "journal.jsonl").read_bytes()


def test_only_its_owner_can_read_it(folder):
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
    assert (folder / "journal.jsonl").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_half_a_line_of_a_killed_shell_is_passed_over(folder):
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
    file = folder / "journal.jsonl"
    whole = file.read_bytes()
    for size in range(len(whole), 2 * len(whole), 97):
        file.write_bytes((whole + whole)[:size])
        with Journal(folder, 0) as again:
            assert list(again.entries) == [1]


@pytest.mark.parametrize("line", [b"nonsense", b"{}", b"\xff\xfe", b'{"number": "one"}', b"[]", b"null"])
def test_a_damaged_line_is_named_and_nothing_is_lost(folder, line):
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
    file = folder / "journal.jsonl"
    file.write_bytes(file.read_bytes() + line + b"\n")
    damaged = file.read_bytes()
    with pytest.raises(JournalError, match=r"line 2: .*may be unresolved"):
        Journal(folder, 0)
    assert file.read_bytes() == damaged


def test_another_shell_is_told_that_the_terminal_is_taken(folder):
    with Journal(folder, 0), pytest.raises(JournalError, match="another shell has this terminal open"):
        Journal(folder, 0)
    with Journal(folder, 0) as free:
        assert free.entries == {}


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="name another folder with --journal"):
        Journal(tmp_path / "file" / "terminal", 0)


def test_settled_payments_go_the_oldest_first_and_unsettled_ones_stay(folder, monkeypatch):
    monkeypatch.setattr(journals, "RESOLVED_MAX", 3)
    monkeypatch.setattr(journals, "LINES_MAX", 8)
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
        for number in range(2, 30):
            journal.put(entry(number, State.APPROVED))
        assert len((folder / "journal.jsonl").read_bytes().splitlines()) <= 9
    with Journal(folder, 0) as again:
        assert list(again.entries) == [1, 27, 28, 29]


def test_a_write_that_failed_half_way_leaves_no_half_line(folder, monkeypatch):
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
        with monkeypatch.context() as patched:
            patched.setattr(journals, "_write", _half)
            with pytest.raises(JournalError, match="No space left on device"):
                journal.put(entry(2))
        assert list(journal.entries) == [1]
        journal.put(entry(3))
    with Journal(folder, 0) as again:
        assert list(again.entries) == [1, 3]


def _half(file, line):
    file.write(line[:50])
    raise OSError(28, "No space left on device")


def test_too_much_without_an_answer_is_full(folder, monkeypatch):
    monkeypatch.setattr(journals, "UNRESOLVED_MAX", 2)
    with Journal(folder, 0) as journal:
        journal.put(entry(1))
        assert not journal.full
        journal.put(entry(2))
        assert journal.full


def test_trace_numbers_are_never_given_out_again(folder):
    seen = []
    for _ in range(3):
        with Journal(folder, first_stan=STANS - STAN_BLOCK // 2) as journal:
            numbering = Numbering(journal, stamps)
            seen += [numbering.next()["stan"] for _ in range(STAN_BLOCK + 20)]
    assert len(set(seen)) == len(seen)
    assert {"999999", "000001"} <= set(seen)
    assert "000000" not in seen


def stamps(first):
    return Stamps(
        institution="1",
        terminal="T",
        timezone=SHANGHAI,
        sent=Sent(),
        clock=lambda: NOW,
        first=first,
    )


def test_damaged_numbers_are_named(folder):
    with Journal(folder, 0) as journal:
        journal.take_stans()
    (folder / "numbers.json").write_text("{}")
    with pytest.raises(JournalError, match=r"numbers\.json: is damaged"):
        Journal(folder, 0)


def test_a_terminal_cannot_lead_out_of_the_folder(tmp_path):
    assert terminal_folder(tmp_path, "1", "../../x").parent == tmp_path


def test_whatever_a_terminal_keeps_is_its_owners_alone(tmp_path):
    before = os.umask(0)
    try:
        folder = tmp_path / "state" / "journals" / "one"
        with Journal(folder, 0) as journal:
            journal.put(entry(1))
            journal.take_stans()
            left = folder / "journal.new"
            left.touch(mode=0o666)
            journal._compact()
    finally:
        os.umask(before)
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert {oct(each.stat().st_mode & 0o777) for each in (folder, *folder.parents[:2])} == {"0o700"}
