"""``make bench``: throughput, latency, fairness, overload, scale, memory, imports and starts, as tables and as JSON under var/bench/.

Compared figures are measured in the same run; they are medians of several
rounds. The machine is shared and noisy, so ratios are more reliable than figures.
"""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path

import imports
import overload
import starting
from databases import all_databases
from measures import LARGE, ROUNDS, SMALL, Figures, measure
from rich.console import Console
from rich.table import Table
from servers import STAGES

BARS = {
    "SQLite": {"payments": 4000, "payments_p99_ms": 150, "lookups": 4000},
    "PostgreSQL": {"payments": 3000, "payments_p99_ms": 150, "lookups": 4000},
}
Row = tuple[str, str, str]


def rows(name: str, figures: Figures) -> list[Row]:
    """Return each measurement, its figure and its target."""
    median, bars = figures.median, BARS[name]
    full, single = median("payments"), median("payments_batch_1")
    slow = median("one_p50_ms") / median("one_alone_p50_ms")
    large = median(f"payments_{LARGE}_bills") / median(f"payments_{SMALL}_bills")
    return [
        ("payments a second", f"{full:,.0f}", f"at least {bars['payments']:,}"),
        ("  p50 at full load, ms", f"{median('payments_p50_ms'):.1f}", ""),
        ("  p99 at full load, ms", f"{median('payments_p99_ms'):.1f}", f"under {bars['payments_p99_ms']}"),
        ("  with batch_max 1", f"{single:,.0f}", f"{full / single:.1f} times less (about 4)"),
        ("  the store alone, batches of 256", f"{median('store_alone'):,.0f}", ""),
        ("lookups a second", f"{median('lookups'):,.0f}", f"at least {bars['lookups']:,}"),
        ("one payment alone, p50 ms", f"{median('one_p50_ms'):.2f}", ""),
        (
            "  its loads and writes, p50 ms",
            f"{median('one_alone_p50_ms'):.2f}",
            f"{slow:.2f} times (at most 1.8)",
        ),
        (f"payments a second, {SMALL:,} bills", f"{median(f'payments_{SMALL}_bills'):,.0f}", ""),
        (
            f"payments a second, {LARGE:,} bills",
            f"{median(f'payments_{LARGE}_bills'):,.0f}",
            f"{large:.2f} of that (at least 0.8)",
        ),
        (f"idle server, {LARGE:,} bills, MiB", f"{median('idle_mib'):.0f}", "under 150"),
    ]


def show(console: Console, name: str, figures: Figures) -> None:
    """Print one database's tables."""
    table = Table(title=f"{name}: medians of {ROUNDS} rounds")
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("bar")
    for row in rows(name, figures):
        table.add_row(*row)
    console.print(table)
    stages = Table(title=f"{name}: where a payment's time goes at full load, µs a payment")
    for stage in STAGES:
        stages.add_column(stage, justify="right")
    stages.add_row(*(f"{figures.stages[stage]:,.0f}" for stage in STAGES))
    console.print(stages)


def main() -> None:
    """Measure, print and write the results."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    console = Console()
    report: dict[str, object] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()},
    }
    with all_databases() as kinds:
        for databases in kinds:
            figures = measure(databases)
            show(console, databases.name, figures)
            overloaded = overload.measure(databases)
            overload.show(console, databases.name, overloaded)
            imported = imports.measure(databases)
            imports.show(console, databases.name, imported)
            started = starting.measure(databases)
            starting.show(console, databases.name, started)
            report[databases.name] = {
                "rounds": figures.rounds,
                "stages_us": figures.stages,
                "overload": overloaded,
                "imports": imported,
                "start_s": started,
            }
    path = Path("var/bench") / time.strftime("bench-%Y%m%d-%H%M%S.json")
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"written to {path}")


if __name__ == "__main__":
    main()
