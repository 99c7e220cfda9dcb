"""The measurements of one database: each a median of several rounds, interleaved, in one run."""

from __future__ import annotations

import alone
import random_load
from databases import Databases
from figures import Figures
from servers import serving

ROUNDS = 3
CONNECTIONS = 16
IN_FLIGHT = 16
WARMUP_S = 1.0
SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000

FULL, SINGLY, SCALED, LOOKUPS, ALONE = 10_000, 1_500, 4_000, 8_000, 7_680
ONE_BY_ONE = 300
ROUND_BILLS = 33_000
"""Bills reserved for a round on the middle store; the warm-up uses some too."""


def measure(databases: Databases) -> Figures:
    """Measure one kind of database."""
    figures = Figures()
    for bills in (SMALL, MIDDLE, LARGE):
        databases.fill(bills)
    _idle_memory(databases, figures)
    middle, random_urls = databases.copy(MIDDLE), random_load.fill(databases)
    for nth in range(ROUNDS):
        first = nth * ROUND_BILLS
        _full_load(middle, first, figures)
        _batch_of_one(middle, first + 18_000, figures)
        figures.add("store_alone", alone.batches(middle, first + 24_000, ALONE, 256))
        _lookups(middle, figures)
        _one_at_a_time(middle, first + 32_000, figures)
        _scale(databases, figures)
        random_load.measure_round(databases, random_urls, nth, figures)
    return figures


def _full_load(url: str, first: int, figures: Figures) -> None:
    with serving(url, "full") as server:
        report = server.load("payment", FULL, first, CONNECTIONS, IN_FLIGHT, WARMUP_S)["kinds"]["payment"]
        figures.stages["in order"] = server.stages_us()
    figures.add("payments", report["per_second"])
    figures.add("payments_p50_ms", report["latency_ms"]["p50"])
    figures.add("payments_p99_ms", report["latency_ms"]["p99"])


def _batch_of_one(url: str, first: int, figures: Figures) -> None:
    with serving(url, "singly", batch_max=1) as server:
        report = server.load("payment", SINGLY, first, CONNECTIONS, IN_FLIGHT, WARMUP_S)
    figures.add("payments_batch_1", report["kinds"]["payment"]["per_second"])


def _lookups(url: str, figures: Figures) -> None:
    with serving(url, "lookups") as server:
        report = server.load("lookup", LOOKUPS, 1, CONNECTIONS, IN_FLIGHT, WARMUP_S)["kinds"]["lookup"]
    figures.add("lookups", report["per_second"])
    figures.add("lookups_p99_ms", report["latency_ms"]["p99"])


def _one_at_a_time(url: str, first: int, figures: Figures) -> None:
    """One connection, one in flight; then the same loads and writes on one thread at the same pace."""
    with serving(url, "one") as server:
        report = server.load("payment", ONE_BY_ONE, first, 1, 1, 0)["kinds"]["payment"]
    figures.add("one_p50_ms", report["latency_ms"]["p50"])
    bare = alone.paced(url, first + ONE_BY_ONE, ONE_BY_ONE, 1 / report["per_second"])
    figures.add("one_alone_p50_ms", bare * 1000)


def _scale(databases: Databases, figures: Figures) -> None:
    for bills in (SMALL, LARGE):
        with serving(databases.copy(bills), f"scale-{bills}") as server:
            report = server.load("payment", SCALED, 1, CONNECTIONS, IN_FLIGHT, WARMUP_S)
        figures.add(f"payments_{bills}_bills", report["kinds"]["payment"]["per_second"])


def _idle_memory(databases: Databases, figures: Figures) -> None:
    with serving(databases.copy(LARGE), "idle") as server:
        figures.add("idle_mib", server.resident_mib())
