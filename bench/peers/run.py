"""``make bench-peers``: our payments beside a plain jPOS listener's and the raw driver's, by turns, in one run.

All three pay the same random bills on the same machine, each on its own copy of one store. The two servers are
driven by the same load generator in the same dialect. Prints tables, and writes JSON under var/bench/.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from data import reserve_serial_numbers
from databases import DURABLE, Databases, Postgresql, Sqlite
from figures import Figures
from order import SEED, TERMINALS, bills_file, random_order
from peers.jpos import listening, missing_tools
from peers.raw import PostgresqlDriver, RawDriver, SqliteDriver, payment_rows
from random_load import BILLS, FEW, LEVELS
from rich.console import Console
from rich.table import Table
from run import stage_table
from servers import Running, free_port, of_file, serving
from sqlalchemy import func, make_url, select

from offline_collect.store import StoreSettings, open_store
from offline_collect.store.schema import tables
from offline_collect.store.verify.run import verify
from tests.databases.postgresql import find_binaries, running_server

OURS, JPOS, RAW = "ours", "jPOS", "raw"
ROUNDS = 5
COUNTS = {256: 5_000, 64: 3_500, 32: 2_500, 16: 1_800, 1: 300}
WARM_UP = 8_000
"""Payments of each side before anything is measured: Java compiles what runs often."""

POOL = 16
DIALECT = "jpos-iso87ascii"
WANTED = {"SQLite": (4.0, 0.6, 1.2), "PostgreSQL": (1.4, None, 1.2)}
"""At full load at least so many times jPOS and the raw driver; one payment alone at most so many times jPOS's."""

Pay = Callable[[int, int, int], tuple[float, float]]
"""Pays bills of the random order, from a place on, with so many in flight: payments a second, and p50 in ms."""


@dataclass(frozen=True)
class Place:
    """A store as each side is given it."""

    url: str
    jdbc_url: str
    open_raw: Callable[[], RawDriver]
    pool: int


def sqlite_place(databases: Databases) -> Place:
    """Return a fresh SQLite store."""
    url = databases.copy(BILLS, FEW)
    file = Path(str(make_url(url).database)).resolve()
    words = "journal_mode=WAL&synchronous=FULL&busy_timeout=60000&transaction_mode=IMMEDIATE"
    return Place(url, f"jdbc:sqlite:{file}?{words}", lambda: SqliteDriver(str(file)), 1)


def postgresql_place(databases: Databases) -> Place:
    """Return a fresh PostgreSQL database, which all sides reach over TCP."""
    name, port = make_url(databases.copy(BILLS, FEW)).database, os.environ["PGPORT"]
    address = f"postgres@127.0.0.1:{port}/{name}"
    # Texts are sent without a type, so that the same statements do for dates and moments of both databases.
    words = "user=postgres&stringtype=unspecified"
    return Place(
        f"postgresql+psycopg://{address}",
        f"jdbc:postgresql://127.0.0.1:{port}/{name}?{words}",
        lambda: PostgresqlDriver(f"postgresql://{address}"),
        POOL,
    )


def over_the_wire(server: Running) -> Pay:
    """Pay through a server by the load generator."""

    def pay(first: int, number: int, level: int) -> tuple[float, float]:
        subject = (*of_file(bills_file(BILLS, FEW, first, number)), "--dialect", DIALECT)
        # STANs go on from turn to turn: two turns of one second would send the same keys.
        report = server.load("payment", number, first + 1, *LEVELS[level], 0, subject)
        kind = report["kinds"]["payment"]
        if report["problems"] or set(kind["codes"]) != {"00"}:
            raise RuntimeError(f"not all payments were approved: {kind['codes']} {report['problems']}")
        return kind["per_second"], kind["latency_ms"]["p50"]

    return pay


def by_driver(driver: RawDriver) -> Pay:
    """Pay by the raw driver, in batches of what would be in flight."""
    serials = count(1)

    def pay(first: int, number: int, level: int) -> tuple[float, float]:
        numbers = random_order(BILLS)[first : first + number]
        rows = list(payment_rows(numbers, BILLS, FEW, serials))
        clock, took = time.perf_counter, []
        for at in range(0, number, level):
            begun = clock()
            driver.pay(rows[at : at + level])
            took.append(clock() - begun)
        return number / sum(took), statistics.median(took) * 1000

    return pay


def compare(make_place: Callable[[], Place], name: str, *, with_jpos: bool) -> Figures:
    """Let all sides pay the same bills by turns; the order of turns changes from round to round."""
    figures = Figures()
    with ExitStack() as stack:
        places = {side: make_place() for side in (OURS, JPOS, RAW) if side != JPOS or with_jpos}
        for side in places.keys() - {OURS}:
            # They count from 1 on, in memory.
            reserve_serial_numbers(places[side].url, BILLS)
        server = stack.enter_context(serving(places[OURS].url, f"peers-{name}", dialect=DIALECT))
        sides = {OURS: over_the_wire(server)}
        if with_jpos:
            place = places[JPOS]
            listener = listening(place.jdbc_url, place.pool, f"peers-{name}-jpos")
            sides[JPOS] = over_the_wire(stack.enter_context(listener))
        driver = places[RAW].open_raw()
        stack.callback(driver.close)
        sides[RAW] = by_driver(driver)
        _take_turns(sides, server, figures)
        _refuse_differences({side: written(place.url) for side, place in places.items()})
    return figures


def _take_turns(sides: Mapping[str, Pay], server: Running, figures: Figures) -> None:
    for pay in sides.values():
        pay(0, WARM_UP, max(COUNTS))
    first = WARM_UP
    for nth in range(ROUNDS):
        for level, number in COUNTS.items():
            for side in _turned(list(sides), nth):
                before = server.stages()
                _add(figures, side, level, sides[side](first, number, level))
                if side == OURS:
                    figures.stages[f"{level} in flight"] = server.stages_us(before)
            first += number


def written(url: str) -> tuple[int, ...]:
    """Return how many rows a store has of each kind that a payment writes, and what was paid.

    Raises:
        RuntimeError: the store breaks one of the platform's invariants.
    """
    kinds = (tables.transactions, tables.traces, tables.payments, tables.entries)
    store = open_store(StoreSettings(url))
    with store.snapshot() as tx:
        counts = [tx.connection.scalar(select(func.count()).select_from(table)) for table in kinds]
        paid = tx.connection.scalar(select(func.sum(tables.bills.c.paid_principal_minor)))
        findings = verify(tx).findings
    store.dispose()
    if findings:
        raise RuntimeError(f"{url}: {findings[0].subject}: {findings[0].problem}")
    return (*counts, int(paid))


def _refuse_differences(found: Mapping[str, tuple[int, ...]]) -> None:
    """Raise RuntimeError unless all sides have done the same work."""
    if len(set(found.values())) != 1:
        raise RuntimeError(f"the sides have not written the same rows: {found}")


def _turned(names: Sequence[str], by: int) -> Iterator[str]:
    yield from (names[(nth + by) % len(names)] for nth in range(len(names)))


def _add(figures: Figures, side: str, level: int, found: tuple[float, float]) -> None:
    figures.add(f"{side}, {level} in flight, payments a second", found[0])
    figures.add(f"{side}, {level} in flight, p50 ms", found[1])


def comparison_table(name: str, figures: Figures) -> Table:
    """Return payments a second of each side, and one payment alone; medians of the rounds."""
    title = f"{name}: payments a second, by requests in flight; medians of {ROUNDS} rounds"
    table = Table(title=title)
    table.add_column("", no_wrap=True)
    for heading in (OURS, JPOS, RAW, f"of {JPOS}'s", f"of {RAW}"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("wanted", no_wrap=True)
    times_jpos, times_raw, alone = WANTED[name]
    most = f"over {times_jpos}" + ("" if times_raw is None else f", {times_raw}")
    for level in COUNTS:
        cells = _cells(figures, level, "payments a second", ",.0f")
        table.add_row(str(level), *cells, most if level == max(COUNTS) else "over 1")
    table.add_row("one alone, ms", *_cells(figures, 1, "p50 ms", ".2f"), f"under {alone}")
    return table


def _cells(figures: Figures, level: int, what: str, form: str) -> Iterator[str]:
    found = {
        side: figures.median(name)
        for side in (OURS, JPOS, RAW)
        if (name := f"{side}, {level} in flight, {what}") in figures.rounds
    }
    for side in (OURS, JPOS, RAW):
        yield format(found[side], form) if side in found else "-"
    for side in (JPOS, RAW):
        yield f"{found[OURS] / found[side]:.2f}" if side in found else "-"


@contextmanager
def _places() -> Iterator[Iterator[tuple[str, Callable[[], Place]]]]:
    """Yield the name of each database here, and what makes a fresh store in it."""
    with ExitStack() as stack:
        yield _each_place(stack)


def _each_place(stack: ExitStack) -> Iterator[tuple[str, Callable[[], Place]]]:
    sqlite = Sqlite()
    sqlite.fill(BILLS, FEW)
    yield sqlite.name, lambda: sqlite_place(sqlite)
    binaries = find_binaries()
    if binaries is None:
        print("no PostgreSQL server binaries: comparing on SQLite only (apt-get install postgresql)")
        return
    # JDBC's driver has no Unix sockets, so all connect by TCP; libpq and the server read the port from here.
    os.environ["PGPORT"] = str(free_port())
    settings = DURABLE | {"listen_addresses": "127.0.0.1"}
    postgresql = Postgresql(stack.enter_context(running_server(binaries, settings)))
    postgresql.fill(BILLS, FEW)
    yield postgresql.name, lambda: postgresql_place(postgresql)


def main() -> None:
    """Compare on each database, print and write the results."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    console = Console()
    missing = missing_tools()
    if missing:
        console.print(f"{', '.join(missing)} missing: comparing with the raw driver only")
    report: dict[str, object] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seed": SEED,
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()},
    }
    with _places() as places:
        for name, make_place in places:
            figures = compare(make_place, name, with_jpos=not missing)
            console.print(f"Random bills of {FEW} merchants, {TERMINALS:,} terminals, seed {SEED}")
            console.print(comparison_table(name, figures))
            console.print(stage_table(f"{name}, ours", figures))
            report[name] = {"rounds": figures.rounds, "stages_us": figures.stages}
    path = Path("var/bench") / time.strftime("peers-%Y%m%d-%H%M%S.json")
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"written to {path}")


if __name__ == "__main__":
    main()
