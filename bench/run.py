"""``make bench``: throughput, latency, fairness, overload, scale, memory, imports, notices, the end of a day, the console and starts, as tables and as JSON under var/bench/.

Compared figures are measured in the same run; they are medians of several
rounds. The machine is shared and noisy, so ratios are more reliable than figures.
"""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path

import console as console_pages
import day_end
import debit_file
import imports
import notices
import overload
import paid_notices
import starting
from databases import all_databases
from figures import Figures
from measures import LARGE, ROUNDS, SMALL, measure
from order import SEED, TERMINALS
from random_load import BUSY, IDLE, LEVELS, MANY
from rich.console import Console
from rich.table import Table
from servers import STAGES

BARS = {
    "SQLite": {"payments": 4000, "payments_p99_ms": 150, "lookups": 4000},
    "PostgreSQL": {"payments": 3000, "payments_p99_ms": 150, "lookups": 4000},
}
COST = "{:.2f} of those without (at least 0.9)"
Row = tuple[str, str, str]


def random_rows(name: str, figures: Figures) -> list[Row]:
    """Return the measurements of random bills, their figures and targets."""
    median, bars = figures.median, BARS[name]
    found = []
    for level in sorted(LEVELS, reverse=True):
        rate = median(f"random_{level}")
        p50_ms, p99_ms = median(f"random_{level}_p50_ms"), median(f"random_{level}_p99_ms")
        bar = f"at least {bars['payments']:,}" if level == max(LEVELS) else ""
        found += [
            (f"payments a second, {level} in flight", f"{rate:,.0f}", bar),
            ("  p50, p99, ms", f"{p50_ms:.1f}, {p99_ms:.1f}", ""),
        ]
    compared = [
        ("in order, one merchant", "payments", "random_256", "random is {:.2f} of that"),
        (f"{MANY:,} merchants", "random_256", "random_many_merchants", COST),
        (f"beside {IDLE:,} idle connections", "random_few_connections", "random_idle_connections", COST),
        (f"over {BUSY} connections", "random_20_connections", "random_busy_connections", COST),
    ]
    for what, base, other, words in compared:
        shown = base if base == "payments" else other
        found.append((what, f"{median(shown):,.0f}", words.format(median(other) / median(base))))
    return found


def rows(name: str, figures: Figures) -> list[Row]:
    """Return each measurement of bills in order, its figure and its target."""
    median, bars = figures.median, BARS[name]
    full, single = median("payments"), median("payments_batch_1")
    slow = median("one_p50_ms") / median("one_alone_p50_ms")
    large = median(f"payments_{LARGE}_bills") / median(f"payments_{SMALL}_bills")
    return [
        ("payments a second", f"{full:,.0f}", ""),
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
    of_many = f"random bills of many merchants, {TERMINALS:,} terminals, seed {SEED}"
    for title, found in (
        (of_many, random_rows(name, figures)),
        ("bills of one merchant in order, 16 terminals", rows(name, figures)),
    ):
        table = Table(title=f"{name}: {title}; medians of {ROUNDS} rounds")
        table.add_column("")
        table.add_column("measured", justify="right")
        table.add_column("bar")
        for row in found:
            table.add_row(*row)
        console.print(table)
    console.print(stage_table(name, figures))


def stage_table(name: str, figures: Figures) -> Table:
    """Return where the time goes; "wait" is summed over the commands that wait at the same time."""
    table = Table(title=f"{name}: where a payment's time goes, µs a payment")
    table.add_column("")
    for stage in STAGES:
        table.add_column(stage, justify="right")
    for what, stages in figures.stages.items():
        table.add_row(what, *(f"{stages[stage]:,.0f}" for stage in STAGES))
    return table


def main() -> None:
    """Measure, print and write the results."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    console = Console()
    report: dict[str, object] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seed": SEED,
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
            told = paid_notices.measure(databases)
            paid_notices.show(console, databases.name, told)
            with notices.receiving() as receiver:
                drained = notices.measure(databases, receiver)
            notices.show(console, databases.name, drained)
            debited = debit_file.measure(databases)
            debit_file.show(console, databases.name, debited)
            ended = day_end.measure(databases)
            day_end.show(console, databases.name, ended)
            pages = console_pages.measure(databases)
            console_pages.show(console, databases.name, pages)
            started = starting.measure(databases)
            starting.show(console, databases.name, started)
            report[databases.name] = {
                "rounds": figures.rounds,
                "stages_us": figures.stages,
                "overload": overloaded,
                "imports": imported,
                "notices": told,
                "notices_drained": drained,
                "debits": debited,
                "day_end": ended,
                "console": pages,
                "start_s": started,
            }
    path = Path("var/bench") / time.strftime("bench-%Y%m%d-%H%M%S.json")
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"written to {path}")


if __name__ == "__main__":
    main()
