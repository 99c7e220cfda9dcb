"""Measures the load of a real day: random bills of many merchants, paid by 2,000 terminals over few connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from databases import Databases
from figures import Figures
from order import bills_file
from servers import Running, of_file, serving

BILLS = 100_000
FEW, MANY = 100, 10_000
"""Merchants of the two stores."""

LEVELS = {1: (1, 1), 16: (16, 1), 32: (16, 2), 64: (16, 4), 256: (16, 16)}
"""Connections, and requests in flight on each, by requests in flight in all."""

COUNTS = {256: 10_000, 64: 4_000, 32: 3_000, 16: 2_000, 1: 300}
PARTS = {256: 18_000, 64: 6_500, 32: 4_500, 16: 3_500, 1: 500}
"""Bills reserved for each level of a round; warm-ups use some of them."""

ROUND_BILLS = sum(PARTS.values())
WARMUP_S, SHORT_S = 1.0, 0.3
CACHES_S = 2.0
"""A warm-up in which most of 10,000 merchants are met once."""

IDLE, BUSY, SAME_IN_FLIGHT = 1_000, 500, (20, 25)
CONNECTED, CONNECTED_PART = 6_000, 12_000
LIMITS = dict.fromkeys(
    ("connections_max", "connections_max_per_peer", "connections_max_per_institution"), IDLE + BUSY + 100
)


def fill(databases: Databases) -> tuple[str, str]:
    """Fill the two stores; return the URLs of copies with few and with many merchants."""
    for merchants in (FEW, MANY):
        databases.fill(BILLS, merchants)
    return databases.copy(BILLS, FEW), databases.copy(BILLS, MANY)


def measure_round(databases: Databases, urls: tuple[str, str], nth: int, figures: Figures) -> None:
    """Measure one round: each level, many merchants, and many connections."""
    few, many = urls
    _levels(few, nth * ROUND_BILLS, figures)
    with serving(many, "merchants") as server:
        first = nth * ROUND_BILLS
        bills = bills_file(BILLS, MANY, first, ROUND_BILLS)
        report = _pay(server, (bills, first), COUNTS[256], LEVELS[256], CACHES_S)
    figures.add("random_many_merchants", report["per_second"])
    _connections(databases.copy(BILLS, FEW), figures)


def _levels(url: str, first: int, figures: Figures) -> None:
    with serving(url, "random") as server:
        for level, part in PARTS.items():
            before = server.stages()
            warmup_s = {256: WARMUP_S, 1: 0.0}.get(level, SHORT_S)
            bills = bills_file(BILLS, FEW, first, part)
            report = _pay(server, (bills, first), COUNTS[level], LEVELS[level], warmup_s)
            first += part
            figures.add(f"random_{level}", report["per_second"])
            figures.add(f"random_{level}_p50_ms", report["latency_ms"]["p50"])
            figures.add(f"random_{level}_p99_ms", report["latency_ms"]["p99"])
            figures.stages[f"{level} in flight"] = server.stages_us(before)


def _pay(
    server: Running, bills: tuple[Path, int], count: int, shape: tuple[int, int], warmup_s: float
) -> dict[str, Any]:
    """Pay the bills of a file; return what the load generator says of payments.

    Args:
        bills: the file, and the place of its first bill in the order of all: STANs go on from there, as two loads within
            one second would send the same keys.
    """
    file, first = bills
    report = server.load("payment", count, first + 1, *shape, warmup_s, of_file(file))
    payments: dict[str, Any] = report["kinds"]["payment"]
    return payments


def _connections(url: str, figures: Figures) -> None:
    """Measure idle connections beside a load, and a load over many connections; each beside its like."""
    cases = (
        ("random_few_connections", LEVELS[256], 0),
        ("random_idle_connections", LEVELS[256], IDLE),
        ("random_20_connections", SAME_IN_FLIGHT, 0),
        ("random_busy_connections", (BUSY, 1), 0),
    )
    with serving(url, "connections", **LIMITS) as server:
        for nth, (name, shape, idle) in enumerate(cases):
            with _idle(server, idle):
                first = nth * CONNECTED_PART
                bills = bills_file(BILLS, FEW, first, CONNECTED_PART)
                report = _pay(server, (bills, first), CONNECTED, shape, SHORT_S)
            figures.add(name, report["per_second"])


@contextmanager
def _idle(server: Running, count: int) -> Iterator[None]:
    """Keep connections that never send."""
    peers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
    try:
        yield
    finally:
        for peer in peers:
            peer.close()
