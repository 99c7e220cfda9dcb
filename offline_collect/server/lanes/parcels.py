"""Parcels: the messages between the two processes of one server over a pair of sockets.

A parcel is four bytes of length and a pickled value. Both ends are one program, forked from one process, and no
other process can reach the pair; only for this reason pickle is safe here.
"""

from __future__ import annotations

import pickle
from typing import Any

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Command
from offline_collect.engine import Origin

HandedIn = tuple[int, Command, float, float, Origin]
"""A command for its lane: its number, itself, its deadline and its submission time (monotonic), its origin."""

Told = tuple[str, tuple[Any, ...]]
"""A call of :class:`offline_collect.domain.ports.Observer`: the method's name and its arguments."""

HandedOut = tuple[list[tuple[int, Answer | None]], BusinessDate | None, list[Told]]
"""A batch's answers by number, its open day, and the observations since the last batch."""

PARCEL_MAX = 1 << 28
"""The longest parcel, bytes: a full queue of commands is far shorter."""

_HEADER = 4


def seal(content: list[HandedIn] | HandedOut) -> bytes:
    """Return ``content`` as a parcel."""
    body = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    assert len(body) <= PARCEL_MAX, "a parcel is bounded by the queue"
    return len(body).to_bytes(_HEADER, "big") + body


class Unsealer:
    """Cuts a stream into parcels, for any split of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes | memoryview) -> list[Any]:
        """Return the content of the complete parcels: :data:`HandedIn` lists, or :data:`HandedOut`."""
        buffer = self._buffer
        buffer += data
        contents = []
        start = 0
        while len(buffer) - start >= _HEADER:
            end = start + _HEADER + int.from_bytes(buffer[start : start + _HEADER], "big")
            if len(buffer) < end:
                break
            with memoryview(buffer)[start + _HEADER : end] as body:
                contents.append(pickle.loads(body))  # noqa: S301 - our own process wrote it, see above
            start = end
        del buffer[:start]
        return contents
