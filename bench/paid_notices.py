"""Measures what notices cost payments: random bills of many merchants that tell their payers, beside those that do not."""

from __future__ import annotations

import statistics
from dataclasses import replace
from pathlib import Path

from databases import Databases, all_databases
from order import bills_file
from random_load import BILLS, COUNTS, FEW, LEVELS, PARTS, WARMUP_S
from rich.console import Console
from rich.table import Table
from servers import of_file, serving
from sqlalchemy import func, select

from offline_collect.store import StoreSettings, open_store, replace_merchant, require_merchant
from offline_collect.store.schema.tables import merchants, outbox

ROUNDS = 3
FULL = 256
Figures = dict[str, float]


def measure(databases: Databases) -> Figures:
    """Measure one kind of database: medians of rounds in which the two take turns."""
    databases.fill(BILLS, FEW)
    silent, telling = databases.copy(BILLS, FEW), databases.copy(BILLS, FEW)
    _tell(telling)
    rates: dict[str, list[float]] = {"silent": [], "telling": []}
    for nth in range(ROUNDS):
        for name, url in (("silent", silent), ("telling", telling)):
            rates[name].append(_paid(url, nth * PARTS[FULL]))
    found = {name: statistics.median(each) for name, each in rates.items()}
    return found | {"notices": float(_written(telling)), "ratio": found["telling"] / found["silent"]}


def _tell(url: str) -> None:
    store = open_store(StoreSettings(url))
    with store.transaction() as tx:
        for merchant_id in tx.connection.execute(select(merchants.c.merchant_id)).scalars().all():
            replace_merchant(tx, replace(require_merchant(tx, merchant_id), notices=True))
    store.dispose()


def _paid(url: str, first: int) -> float:
    with serving(url, "notices") as server:
        bills = bills_file(BILLS, FEW, first, PARTS[FULL])
        report = server.load("payment", COUNTS[FULL], first + 1, *LEVELS[FULL], WARMUP_S, of_file(bills))
        rate: float = report["kinds"]["payment"]["per_second"]
        return rate


def _written(url: str) -> int:
    store = open_store(StoreSettings(url))
    with store.snapshot() as reading:
        count = reading.connection.execute(select(func.count()).select_from(outbox)).scalar_one()
    store.dispose()
    assert count, "payments write notices"
    return int(count)


def show(console: Console, name: str, figures: Figures) -> None:
    """Print one database's table."""
    table = Table(title=f"{name}: payments of merchants that tell their payers; medians of {ROUNDS} rounds")
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("bar")
    table.add_row("payments a second, no notices", f"{figures['silent']:,.0f}", "")
    bar = f"{figures['ratio']:.2f} of that (at least 0.9)"
    table.add_row("payments a second, a notice each", f"{figures['telling']:,.0f}", bar)
    table.add_row("  notices written", f"{figures['notices']:,.0f}", "")
    console.print(table)


def main() -> None:
    """Measure notices alone."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    with all_databases() as kinds:
        for databases in kinds:
            show(Console(), databases.name, measure(databases))


if __name__ == "__main__":
    main()
