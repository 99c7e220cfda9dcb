"""The inbox is looked into again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from offline_collect.app.tools.file_watch import watch
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.settlement.incoming_files import Fate, IncomingFile, Judged
from offline_collect.store import StoreError


class Looks:
    """An inbox that gives what each look shall find; the stop that ends the watch after the last one."""

    def __init__(self, *looks: list[str] | StoreError) -> None:
        self._looks = list(looks)
        self.pauses: list[float] = []
        self.stopped = False

    def take(self, _: dt.datetime) -> Iterator[IncomingFile]:
        look = self._looks.pop(0)
        if isinstance(look, StoreError):
            raise look
        for name in look:
            yield IncomingFile(name, Judged(Fate.TAKEN, ""), Path(name))

    def is_set(self) -> bool:
        return self.stopped or not self._looks

    def wait(self, pause: float) -> None:
        self.pauses.append(pause)


def watched(looks: Looks, every_s: float = 10) -> tuple[list[str], list[str]]:
    told: list[str] = []
    away: list[str] = []

    def tell(found: IncomingFile) -> None:
        told.append(found.name)
        looks.stopped = found.name == "stop.dat"

    watch(looks, SystemClock(), every_s, looks, tell=tell, tell_away=lambda error: away.append(str(error)))  # type: ignore[arg-type]
    return told, away


def test_each_look_takes_what_is_there() -> None:
    looks = Looks(["1.dat", "2.dat"], [], ["3.dat"], [])
    assert watched(looks) == (["1.dat", "2.dat", "3.dat"], [])
    assert looks.pauses == [10, 10, 10, 10]


def test_pauses_grow_while_the_store_is_away_up_to_five_minutes() -> None:
    away = [StoreError("the store is away")] * 6
    looks = Looks(*away, ["1.dat"], [])
    assert watched(looks) == (["1.dat"], ["the store is away"] * 6)
    assert looks.pauses == [20, 40, 80, 160, 300, 300, 10, 10]


def test_the_file_that_is_being_taken_is_finished_before_the_stop() -> None:
    looks = Looks(["1.dat", "stop.dat", "3.dat"], ["4.dat"])
    assert watched(looks) == (["1.dat", "stop.dat"], [])
    assert looks.pauses == []
