"""`files watch`: an evening's files out of the inbox, by one or several processes."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from offline_collect.domain.business_days.dates import BusinessDate
from tests.settlement.fep import Book
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
FOLDERS = ("inbox", "outbox", "taken", "refused")
WITHIN_S = 60


@pytest.fixture
def evening(prepared, tmp_path, monkeypatch):
    """A store whose first day is cut, and folders; the command line's configuration names them."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("day", "cutover", "--date", "2026-11-22", "--next", "2026-11-23", "--yes"),
    )
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    config = tmp_path / "watched.yaml"
    settings = {
        "database": {"url": f"sqlite:///{tmp_path}/bank.db"},
        "links": [{"institutions": ["12345678"]}],
        "files": {**{name: str(tmp_path / name) for name in FOLDERS}, "completion": "rename", "every_s": 1},
    }
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    monkeypatch.setenv("OFFLINE_COLLECT_CONFIG", str(config))
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_day_s_file_is_taken_once_and_what_is_no_such_file_refused(evening, done):
    book = Book()
    book.made_up(900_001)
    book.write(evening / "inbox" / "fep.dat")
    (evening / "inbox" / "notes.txt").write_text("hello")
    said = done("files", "watch", "--once")
    assert "fep.dat: TAKEN: " in said
    assert "1 row, 0 matched; 1 item made" in said
    assert "notes.txt: REFUSED: begins like none of" in said
    assert names(evening / "taken") == ["fep.dat"]
    assert names(evening / "refused") == ["notes.txt", "notes.txt.reason.txt"]
    assert done("files", "watch", "--once") == ""
    assert "FEP_ONLY_UNKNOWN" in done("recon", "show", "2026-11-22")


def test_a_file_of_a_day_that_is_open_waits_for_its_cutover(evening, done):
    Book(day=BusinessDate(2026, 11, 23)).write(evening / "inbox" / "fep.dat")
    assert "fep.dat: WAITING: " in done("files", "watch", "--once")
    assert names(evening / "inbox") == ["fep.dat"]
    done("day", "cutover", "--date", "2026-11-23", "--next", "2026-11-24", "--yes")
    assert "fep.dat: TAKEN: " in done("files", "watch", "--once")


def test_a_run_that_was_killed_after_it_took_a_file_is_made_good(evening, done):
    path = Book().write(evening / "fep.dat")
    done("recon", "ingest", path)
    shutil.copy(path, evening / "inbox")
    assert "fep.dat: TAKEN_BEFORE: " in done("files", "watch", "--once")
    assert names(evening / "taken") == ["fep.dat"]
    shutil.copy(path, evening / "inbox")
    assert "fep.dat: REFUSED: " in done("files", "watch", "--once")


def test_who_may_not_reconcile_takes_nothing(evening, done, refused):
    done("user", "add", "wang", "--role", "AUDITOR")
    Book().write(evening / "inbox" / "fep.dat")
    assert "(RECONCILE)" in refused("files", "watch", "--once", "--as", "wang")
    assert names(evening / "inbox") == ["fep.dat"]


def test_without_folders_it_says_what_to_set(evening, refused, monkeypatch, tmp_path):
    config = tmp_path / "plain.yaml"
    config.write_text(yaml.safe_dump({"links": [{}]}), encoding="utf-8")
    monkeypatch.setenv("OFFLINE_COLLECT_CONFIG", str(config))
    assert "files: names no folders; set files.inbox" in refused("files", "watch", code=2)


def test_two_processes_take_each_file_once_until_they_are_stopped(evening, done):
    command = [sys.executable, "-m", "offline_collect", "files", "watch"]
    watching = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    begun = [process.stdout.readline() for process in watching]
    assert begun == [f"watching {evening / 'inbox'}\n"] * 2
    book = Book()
    for number in range(1, 6):
        book.made_up(900_000 + number)
        book.write(evening / ".writing")
        Path(evening / ".writing").rename(evening / "inbox" / f"fep-{number}.dat")
    deadline = time.monotonic() + WITHIN_S
    while len(names(evening / "taken")) < 5:
        assert all(process.poll() is None for process in watching)
        assert time.monotonic() < deadline, names(evening / "refused")
    for process in watching:
        process.send_signal(signal.SIGTERM)
    said = [line for process in watching for line in process.communicate(timeout=WITHIN_S)[0].splitlines()]
    assert [process.returncode for process in watching] == [0, 0]
    told = [line for line in said if ".dat: TAKEN: " in line]
    assert sorted(line.split()[2] for line in told) == [f"fep-{number}.dat:" for number in range(1, 6)]
    assert names(evening / "taken") == [f"fep-{number}.dat" for number in range(1, 6)]
