"""When a file in a folder may be taken."""

from __future__ import annotations

import datetime as dt

import pytest

from offline_collect.domain.file_arrival import (
    Arrival,
    Completion,
    FirstSight,
    SeenFile,
    arrival,
    unchanged_for,
)

NOW = dt.datetime(2030, 11, 22, 23, 40, tzinfo=dt.UTC)
REST = dt.timedelta(seconds=30)


def seen(name: str = "result.dat", ago: float = 0, size: int = 554) -> SeenFile:
    return SeenFile(name, size, NOW - dt.timedelta(seconds=ago))


@pytest.mark.parametrize(
    "name",
    [
        ".result.dat.x7",
        "result.dat.tmp",
        "result.dat.part",
        "RESULT.DAT.FILEPART",
        "result.dat~",
        "result.dat.done",
    ],
)
@pytest.mark.parametrize("completion", list(Completion))
def test_unfinished_files_and_marks_are_never_taken(name: str, completion: Completion) -> None:
    names = {name, f"{name}.done"}
    assert arrival(seen(name), names, completion, dt.timedelta(days=1), REST) is Arrival.NO_FILE


def test_a_renamed_file_is_whole_at_once() -> None:
    assert arrival(seen(), {"result.dat"}, Completion.RENAME, dt.timedelta(), REST) is Arrival.WHOLE


def test_a_file_waits_for_its_mark_however_long_it_rests() -> None:
    long = dt.timedelta(days=1)
    assert arrival(seen(), {"result.dat", "other.dat.done"}, Completion.DONE, long, REST) is Arrival.GROWING
    names = {"result.dat", "result.dat.done"}
    assert arrival(seen(), names, Completion.DONE, dt.timedelta(), REST) is Arrival.WHOLE


@pytest.mark.parametrize(("seconds", "expected"), [(29, Arrival.GROWING), (30, Arrival.WHOLE)])
def test_a_file_is_whole_when_it_has_rested(seconds: int, expected: Arrival) -> None:
    unchanged = dt.timedelta(seconds=seconds)
    assert arrival(seen(), {"result.dat"}, Completion.REST, unchanged, REST) is expected


def test_at_first_sight_the_file_system_says_for_how_long_a_file_is_unchanged() -> None:
    assert unchanged_for(seen(ago=45), None, NOW) == dt.timedelta(seconds=45)


def test_a_file_of_a_clock_that_is_ahead_rests_from_when_it_was_seen() -> None:
    ahead = seen(ago=-3600)
    first = FirstSight(ahead, NOW - dt.timedelta(seconds=40))
    assert unchanged_for(ahead, None, NOW) == dt.timedelta()
    assert unchanged_for(ahead, first, NOW) == dt.timedelta(seconds=40)


def test_a_file_that_grows_begins_to_rest_again() -> None:
    first = FirstSight(seen(ago=-3600), NOW - dt.timedelta(seconds=40))
    assert unchanged_for(seen(ago=-3600, size=555), first, NOW) == dt.timedelta()
