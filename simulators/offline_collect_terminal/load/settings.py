"""The settings of a load."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from offline_collect_terminal.wire.tls import Tls


class Kind(StrEnum):
    """The messages that each turn of a slot sends."""

    PAYMENT = "payment"
    LOOKUP = "lookup"
    MIXED = "mixed"


STEPS: dict[Kind, tuple[Kind, ...]] = {
    Kind.PAYMENT: (Kind.PAYMENT,),
    Kind.LOOKUP: (Kind.LOOKUP,),
    Kind.MIXED: (Kind.LOOKUP, Kind.PAYMENT),
}
"""The messages of one turn, in order: mixed looks a bill up and then pays it."""


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """Settings of a closed loop, where each slot waits for its answer; with a rate, of an open loop.

    Attributes:
        connections: TCP connections.
        in_flight: slots of each connection.
        count: messages to measure; None to go by ``duration_s``.
        duration_s: how long to measure; with neither, until the bills are used up.
        warmup_s: how long to send before anything is measured.
        terminal: DE 41 as a pattern of the terminal's number: ``LD{:06d}``.
        terminals: how many terminals; None for one a connection. Each belongs to one connection.
        start_at: where STANs begin.
        stall_s: the load gives up after this time without any answer.
        connect_s: how long to try to connect.
        half_close: whether each connection closes its sending direction after its last message.
        currency: DE 49 of payments.
        rate: messages a second, independent of answers; None for a closed loop. ``in_flight`` then limits a
            connection's unanswered messages: over the limit nothing is sent, which counts as a problem.
    """

    host: str
    port: int
    kind: Kind
    connections: int
    in_flight: int
    institution: str
    terminal: str
    timezone: dt.tzinfo
    count: int | None = None
    duration_s: float | None = None
    warmup_s: float = 0.0
    start_at: int = 1
    stall_s: float = 30.0
    connect_s: float = 5.0
    half_close: bool = False
    rate: float | None = None
    tls: Tls | None = None
    currency: str = "156"
    terminals: int | None = None

    def terminals_of(self, connection: int) -> range:
        """Return the numbers of a connection's terminals; connections are numbered from 1 on."""
        return range(connection, (self.terminals or self.connections) + 1, self.connections)
