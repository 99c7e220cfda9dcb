"""The measurements of a load."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from offline_collect_terminal.load.histogram import Latencies
from offline_collect_terminal.load.settings import Kind


@dataclass(slots=True)
class Tally:
    """Counts of a running load; ``codes`` and latencies count only answers while measuring.

    Attributes:
        sent: all requests, warm-up included.
        answered: all answers, warm-up included.
        codes: answers by kind of message and DE 39, as bytes of the wire.
        began_ns: when measuring began, monotonic; 0 before.
        last_ns: when the last measured answer arrived.
        slowest_ns: the greatest latency by kind and DE 39.
    """

    sent: int = 0
    answered: int = 0
    measured: int = 0
    measuring: bool = False
    began_ns: int = 0
    last_ns: int = 0
    codes: dict[Kind, Counter[bytes]] = field(default_factory=dict)
    slowest_ns: dict[tuple[Kind, bytes], int] = field(default_factory=dict)
    latencies: dict[Kind, Latencies] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def begin(self, kinds: tuple[Kind, ...], now_ns: int) -> None:
        """Start measuring."""
        self.codes = {kind: Counter() for kind in kinds}
        self.latencies = {kind: Latencies() for kind in kinds}
        self.measuring = True
        self.began_ns = self.last_ns = now_ns

    def count(self, kind: Kind, code: bytes, latency_ns: int, now_ns: int) -> None:
        """Count one answer."""
        self.codes[kind][code] += 1
        if latency_ns > self.slowest_ns.get((kind, code), 0):
            self.slowest_ns[kind, code] = latency_ns
        self.latencies[kind].add(latency_ns)
        self.measured += 1
        self.last_ns = now_ns


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Figures of one kind of message: latencies in milliseconds, answers and slowest answer by DE 39."""

    kind: Kind
    messages: int
    per_second: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float
    codes: dict[str, int]
    slowest_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """The result of a load.

    Attributes:
        seconds: measured time, from the end of the warm-up to the last counted answer.
        verified: answers that the full codec has also read.
        problems: one sentence each; empty after a good run.
    """

    connections: int
    in_flight: int
    seconds: float
    sent: int
    answered: int
    messages: int
    per_second: float
    verified: int
    kinds: tuple[KindFigures, ...]
    problems: tuple[str, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return the content for ``--json``."""
        return {
            "connections": self.connections,
            "in_flight": self.in_flight,
            "seconds": round(self.seconds, 3),
            "sent": self.sent,
            "answered": self.answered,
            "messages": self.messages,
            "per_second": round(self.per_second, 1),
            "verified": self.verified,
            "kinds": {
                figures.kind.value: {
                    "messages": figures.messages,
                    "per_second": round(figures.per_second, 1),
                    "latency_ms": {
                        "p50": figures.p50_ms,
                        "p90": figures.p90_ms,
                        "p99": figures.p99_ms,
                        "max": figures.max_ms,
                    },
                    "codes": figures.codes,
                    "slowest_ms": figures.slowest_ms,
                }
                for figures in self.kinds
            },
            "problems": list(self.problems),
        }


def figures_of(tally: Tally, connections: int, in_flight: int, verified: int) -> Figures:
    """Return the figures of a finished load."""
    seconds = (tally.last_ns - tally.began_ns) / 1_000_000_000
    return Figures(
        connections=connections,
        in_flight=in_flight,
        seconds=seconds,
        sent=tally.sent,
        answered=tally.answered,
        messages=tally.measured,
        per_second=tally.measured / seconds if seconds else 0.0,
        verified=verified,
        kinds=tuple(_kind(tally, kind, seconds) for kind in tally.codes),
        problems=tuple(tally.problems),
    )


def _kind(tally: Tally, kind: Kind, seconds: float) -> KindFigures:
    latencies, codes = tally.latencies[kind], tally.codes[kind]
    return KindFigures(
        kind=kind,
        messages=latencies.count,
        per_second=latencies.count / seconds if seconds else 0.0,
        p50_ms=round(latencies.percentile_ms(50), 3),
        p90_ms=round(latencies.percentile_ms(90), 3),
        p99_ms=round(latencies.percentile_ms(99), 3),
        max_ms=round(latencies.greatest_ms, 3),
        codes={code.decode("ascii", "replace"): number for code, number in codes.most_common()},
        slowest_ms={
            code.decode("ascii", "replace"): round(slowest_ns / 1_000_000, 3)
            for (of, code), slowest_ns in tally.slowest_ns.items()
            if of is kind
        },
    )
