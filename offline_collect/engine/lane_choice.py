"""A value for each lane, and the choice of a lane for a command."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Generic, TypeVar

from offline_collect.domain.commands import Command
from offline_collect.engine.settings import EngineSettings

T = TypeVar("T")
S = TypeVar("S", bound=Sized)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PerLane(Generic[T]):
    """One value for each write lane and each read lane."""

    write: Sequence[T]
    read: Sequence[T]

    def __iter__(self) -> Iterator[T]:
        yield from self.write
        yield from self.read

    def map(self, make: Callable[[T], R]) -> PerLane[R]:
        """Return the results of ``make`` for each."""
        return PerLane([make(each) for each in self.write], [make(each) for each in self.read])


def lane_names(settings: EngineSettings) -> PerLane[str]:
    """Return the lanes' names in logs and metrics."""
    return PerLane(_numbered("write", settings.write_lanes), _numbered("read", settings.read_lanes))


def by_name(lanes: PerLane[T]) -> dict[str, T]:
    """Return each lane's value by the lane's name."""
    names = _numbered("write", len(lanes.write)) + _numbered("read", len(lanes.read))
    return dict(zip(names, lanes, strict=True))


def _numbered(kind: str, count: int) -> list[str]:
    return [f"{kind}-{nth}" for nth in range(count)]


def route(lanes: PerLane[S], command: Command) -> S:
    """Return the lane of a command: all writes of a terminal go to one lane, reads to the shortest queue."""
    if not command.writes:
        return min(lanes.read, key=len)
    if len(lanes.write) == 1:
        return lanes.write[0]
    sender = f"{command.institution}|{command.terminal}".encode()
    return lanes.write[zlib.crc32(sender) % len(lanes.write)]
