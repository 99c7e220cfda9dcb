"""Imports that failed or were interrupted: they say so, with what they had done."""

import subprocess
import sys

import pytest

from offline_collect.merchant.imports.check_rows import CHUNK
from offline_collect.merchant.imports.process import state_shown, this_process
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.store import ImportCounts, ImportState, list_imports
from tests.merchant.importing import BILLS

HEADER = "bill_no,customer_no,amount,due_date\n"


def test_a_file_whose_first_row_is_bad_is_listed_as_failed_and_may_come_again(pupils):
    for _ in range(2):
        with pytest.raises(ImportRefusedError):
            pupils.take("bills", BILLS + "B3,C1,,-1.00,2026-12-31,,\n")
    with pupils.store.snapshot() as reading:
        first, second = list_imports(reading, "SCHOOL01", kind="bills")
    assert {state_shown(first), state_shown(second)} == {"FAILED"}
    assert (first.counts, first.asked) == (ImportCounts(read=3, refused=1), {})


def test_an_interrupted_import_says_so_with_what_it_had_done(pupils):
    rows = "".join(f"X{number},C1,1.00,2026-11-30\n" for number in range(1_500))

    def interrupt(_step, read, _share):
        if read == CHUNK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pupils.take("bills", HEADER + rows, watch=interrupt)
    with pupils.store.snapshot() as reading:
        (latest, *_) = list_imports(reading, "SCHOOL01")
    assert (latest.state, state_shown(latest)) == (ImportState.REJECTED, "INTERRUPTED")
    assert latest.counts == ImportCounts(read=1_000, new=1_000)


def test_a_killed_import_is_interrupted_as_soon_as_its_process_is_gone(pupils, monkeypatch):
    rows = "".join(f"X{number},C1,1.00,2026-11-30\n" for number in range(1_500))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    def die(_step, read, _share):
        if read == CHUNK:
            raise SystemExit

    monkeypatch.setattr("offline_collect.merchant.imports.run.throw_away", lambda *_: None)
    lives, elsewhere = this_process(), "elsewhere:1"
    gone = f"{lives.rpartition(':')[0]}:{ended.pid}"
    for process, state in ((lives, "STAGING"), (elsewhere, "STAGING"), (gone, "INTERRUPTED")):
        monkeypatch.setattr(
            "offline_collect.merchant.imports.run.this_process", lambda process=process: process
        )
        with pytest.raises(SystemExit):
            pupils.take("bills", HEADER + rows, watch=die)
        with pupils.store.snapshot() as reading:
            (latest, before, *_) = list_imports(reading, "SCHOOL01")
        assert (latest.state, state_shown(latest)) == (ImportState.STAGING, state)
        assert latest.counts == ImportCounts(read=1_000, new=1_000)
    # The next import of the same file gave the one before up.
    assert (before.state, state_shown(before)) == (ImportState.REJECTED, "INTERRUPTED")
    assert before.counts.new == 1_000
