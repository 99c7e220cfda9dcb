"""Measures the end of a day: reconciling a day of many payments with a front-end processor's file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml
from data import INSTITUTION
from databases import Databases, all_databases
from imports import command
from paid_day import PLANTED, day_file, pay_day
from rich.console import Console
from rich.table import Table

PAYMENTS = 1_000_000
Figures = dict[str, float]


def measure(databases: Databases, payments: int = PAYMENTS) -> Figures:
    """Measure one kind of database."""
    databases.fill(2)
    file = Path("var/bench/fep-detail.dat")
    details = day_file(file, payments)
    url = databases.copy(2)
    pay_day(url, payments)
    plain = Path(__file__).with_name("plain_day.py")
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(plain), url, str(file)], check=True, capture_output=True, text=True
    )
    read_s, load_s, join_s = map(float, done.stdout.split())
    run = command(_config(url), "recon", "ingest", str(file))
    return {
        "details": details,
        "plain_read_s": read_s,
        "plain_load_s": load_s,
        "plain_join_s": join_s,
        "reconcile_s": run.seconds,
        "reconcile_ratio": run.seconds / (read_s + load_s + join_s),
        "reconcile_peak_mib": run.peak_mib,
    }


def _config(url: str) -> Path:
    path = Path("var/bench/day-end.yaml")
    links = [{"name": "bench", "listen": "127.0.0.1:0", "institutions": [INSTITUTION]}]
    path.write_text(yaml.safe_dump({"database": {"url": url}, "links": links}), encoding="utf-8")
    return path


def show(console: Console, name: str, figures: Figures) -> None:
    """Print one database's table."""
    table = Table(
        title=f"{name}: a file of {figures['details']:,.0f} details with {PLANTED:,} planted differences"
    )
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("bar")
    plain = "plain_read_s", "plain_load_s", "plain_join_s"
    table.add_row("plainly read, loaded, joined, s", ", ".join(f"{figures[each]:.1f}" for each in plain), "")
    ratio = f"{figures['reconcile_ratio']:.2f} times (at most 3)"
    table.add_row("recon ingest, s", f"{figures['reconcile_s']:.1f}", ratio)
    table.add_row("    peak memory, MiB", f"{figures['reconcile_peak_mib']:.0f}", "under 300")
    console.print(table)


def main() -> None:
    """Measure the end of a day alone; the first argument is the number of payments."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    payments = int(sys.argv[1]) if sys.argv[1:] else PAYMENTS
    with all_databases() as kinds:
        for databases in kinds:
            show(Console(), databases.name, measure(databases, payments))


if __name__ == "__main__":
    main()
