"""Measures what triggers would cost a payment that refuse new rows of settled days, with and without them by turns."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import alone
from databases import Databases, all_databases
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from offline_collect.store import StoreSettings, open_store

BILLS, A_ROUND, ROUNDS = 100_000, 4_096, 11
SIZES = (1, 16, 256)
TABLES = ("payments", "entries")
_SETTLED = (
    "EXISTS (SELECT 1 FROM business_days WHERE business_date = NEW.business_date AND state = 'SETTLED')"
)
_REFUSED = "the business day is settled"


def add_triggers(url: str) -> None:
    """Add triggers that refuse new payments and entries of settled days."""
    store = open_store(StoreSettings(url))
    with store.transaction() as tx:
        on_postgresql = tx.connection.dialect.name == "postgresql"
        for words in _postgresql() if on_postgresql else _sqlite():
            tx.connection.execute(text(words))
    store.dispose()


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    return [
        f"CREATE TRIGGER settled_{table}_insert BEFORE INSERT ON {table} WHEN {_SETTLED} {refuse}"
        for table in TABLES
    ]


def _postgresql() -> list[str]:
    function = (
        "CREATE FUNCTION refuse_new_of_settled_day() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN"
        f" IF {_SETTLED} THEN RAISE EXCEPTION '{_REFUSED}'; END IF; RETURN NEW; END $refuse$"
    )
    run = "FOR EACH ROW EXECUTE FUNCTION refuse_new_of_settled_day()"
    return [
        function,
        *(f"CREATE TRIGGER settled_{table}_insert BEFORE INSERT ON {table} {run}" for table in TABLES),
    ]


def measure(databases: Databases) -> dict[int, list[float]]:
    """Return the processor time a payment with triggers, as a part of that without them, in each round, by batch size."""
    databases.fill(BILLS)
    urls = {"without": databases.copy(BILLS), "with": databases.copy(BILLS)}
    add_triggers(urls["with"])
    found: dict[int, list[float]] = {size: [] for size in SIZES}
    first = 0
    for nth in range(ROUNDS):
        for size in SIZES:
            count = A_ROUND if size > 1 else A_ROUND // 8
            order = ("without", "with") if nth % 2 else ("with", "without")
            used = {name: _used_s(databases, urls[name], first, count, size) for name in order}
            found[size].append(used["with"] / used["without"])
            first += count
    return found


def _used_s(databases: Databases, url: str, first: int, count: int, size: int) -> float:
    before = time.process_time() + databases.processor_s()
    alone.batches(url, first, count, size)
    return time.process_time() + databases.processor_s() - before


def main() -> None:
    """Measure; the argument is the first letters of a database."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    with all_databases() as kinds:
        for databases in kinds:
            if not sys.argv[1:] or databases.name.lower().startswith(sys.argv[1]):
                table = Table("batch", "with / without: median", "rounds", title=databases.name)
                for size, ratios in measure(databases).items():
                    shown = " ".join(f"{each:.2f}" for each in sorted(ratios))
                    table.add_row(str(size), f"{statistics.median(ratios):.3f}", shown)
                Console().print(table)


if __name__ == "__main__":
    main()
