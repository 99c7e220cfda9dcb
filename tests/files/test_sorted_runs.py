"""Rows come out in the order of one value, however many runs they were written in."""

import errno
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.files.errors import UnwritableError
from offline_collect.files.sorted_runs import SortedRuns

ROWS = st.lists(st.tuples(st.text(max_size=3), st.integers()), max_size=30)


@pytest.mark.hypothesis
@given(parts=st.lists(ROWS, max_size=6), run=st.integers(1, 40), most=st.integers(1, 7))
def test_all_rows_come_in_order_and_those_that_are_alike_as_they_came(parts, run, most):
    with SortedRuns(place=0, run=run) as runs:
        for part in parts:
            runs.add(part)
        chunks = list(runs.chunks(most))
    assert [row for chunk in chunks for row in chunk] == sorted(
        (row for part in parts for row in part), key=lambda row: row[0]
    )
    assert all(len(chunk) == most for chunk in chunks[:-1])


def open_files():
    return set(Path("/proc/self/fd").iterdir())


def test_temporary_files_are_gone_afterwards():
    before = open_files()
    with SortedRuns(place=0, run=1) as runs:
        runs.add([("a",)])
        runs.add([("b",)])
        assert len(open_files() - before) == 2
    assert open_files() == before


def test_a_full_disk_is_told(monkeypatch):
    def full():
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with (
        SortedRuns(place=0, run=1) as runs,
        pytest.raises(UnwritableError, match="no space left on device"),
    ):
        runs.add([("a",)])
