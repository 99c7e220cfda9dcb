"""Measures the console: each page's time and size on a small and on a large store, payments beside ten people who click, and memory.

A page's time is that of the whole answer on a loopback connection; its processor time that of the console and the database's server.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

from console_clicks import People
from console_site import Site, showing, used_ms
from console_store import FILES, addresses, prepare, searches
from databases import Databases, all_databases
from measures import LARGE, SMALL
from rich.console import Console
from rich.table import Table
from servers import serving

ROUNDS = 5
"""Times that each address is asked for; the first one, which may fill caches, is told by itself."""

STORES = {SMALL: 50.0, LARGE: 200.0}
"""Milliseconds that a page may take, by bills and as many payments of one day."""

FIRST_VIEW_BYTES = 100_000
PAGES_OF_MEMORY, MEMORY_MIB = 10_000, 150
PEOPLE, BURST, BURSTS = 10, 10_000, 3
KEPT_RATE = {"SQLite": 0.8, "PostgreSQL": 0.9}


@dataclass(frozen=True)
class Timed:
    """What an address took.

    Attributes:
        first_ms: the first time; ``wall_ms`` and ``processor_ms`` are medians and means of the others.
    """

    address: str
    status: int
    size: int
    first_ms: float
    wall_ms: float
    processor_ms: float


def measure(databases: Databases) -> dict[str, object]:
    """Measure one kind of database."""
    found: dict[str, object] = {}
    for bills in STORES:
        databases.fill(bills)
        url = databases.copy(bills)
        known = prepare(url, bills)
        with showing(url) as site:
            wanted, lacking = addresses(known)
            asked = [*wanted, *searches(known, bills)]
            found[f"pages_{bills}"] = [asdict(each) for each in _all(site, databases, asked)]
            found[f"first_view_{bills}"] = _first_view(site)
            found["not_measured"] = lacking
            if bills == LARGE:
                found["memory_mib"] = _memory(site, wanted)
        if bills == LARGE:
            found |= _beside(url, wanted)
    return found


def _all(site: Site, databases: Databases, asked: list[tuple[str, str]]) -> Iterator[Timed]:
    connection = site.connect()
    for user, address in asked:
        first = site.ask(connection, user, address)
        used = used_ms(site, databases)
        more = [site.ask(connection, user, address) for _ in range(ROUNDS)]
        yield Timed(
            address=address,
            status=first.status,
            size=max(each.size for each in more),
            first_ms=first.wall_ms,
            wall_ms=statistics.median(each.wall_ms for each in more),
            processor_ms=(used_ms(site, databases) - used) / ROUNDS,
        )
    connection.close()


def _first_view(site: Site) -> int:
    """Return the bytes of the first page with all that it loads."""
    connection = site.connect()
    parts = ("/", "/static/console.css", "/static/console.js", "/static/icon.svg")
    return sum(site.ask(connection, "operator", each).size for each in parts)


def _memory(site: Site, wanted: list[tuple[str, str]]) -> float:
    """Return the console's memory after many pages; the one that reads the whole audit trail is left out."""
    connection = site.connect()
    pages = [each for each in wanted if each[1] != "/audit/chain"]
    for n in range(PAGES_OF_MEMORY):
        site.ask(connection, *pages[n % len(pages)])
    return site.resident_mib()


def _beside(url: str, wanted: list[tuple[str, str]]) -> dict[str, object]:
    """Return the rates of payments without and with people, by turns, on a store whose bills are not paid yet."""
    rates: dict[str, list[float]] = {"alone": [], "beside": []}
    clicked = 0
    with showing(url) as site, serving(url, "beside-console") as server:
        first = 1
        server.load("payment", BURST // 2, first, 16, 16, 0)
        first += BURST
        for _ in range(BURSTS):
            for name, found in rates.items():
                with _clicking(site, wanted, PEOPLE if name == "beside" else 0) as people:
                    report = server.load("payment", BURST, first, 16, 16, 1.0)["kinds"]["payment"]
                first += 2 * BURST
                clicked += people.clicks
                found.append(report["per_second"])
    ratios = [beside / alone for alone, beside in zip(rates["alone"], rates["beside"], strict=True)]
    return {
        **{f"{name}_per_second": each for name, each in rates.items()},
        "ratios": ratios,
        "clicks": clicked,
    }


@contextmanager
def _clicking(site: Site, wanted: list[tuple[str, str]], number: int) -> Iterator[People]:
    stop = Event()
    people = People(site, wanted, stop)
    threads = [Thread(target=people.click, args=(n,)) for n in range(number)]
    for each in threads:
        each.start()
    try:
        yield people
    finally:
        stop.set()
        for each in threads:
            each.join()


def show(console: Console, name: str, found: dict[str, object]) -> None:
    """Print one database's tables."""
    for bills, bar in STORES.items():
        title = f"{name}: pages of the console with {bills:,} bills and as many payments of one day"
        table = Table(title=f"{title}; at most {bar:.0f} ms each")
        for heading in ("address", "first, ms", "median, ms", "processor, ms", "bytes", ""):
            table.add_column(heading, justify="left" if heading == "address" else "right")
        for each in found[f"pages_{bills}"]:  # type: ignore[attr-defined]
            file = "a file" if each["address"] in FILES else ""
            slow = "slow" if not file and max(each["first_ms"], each["wall_ms"]) > bar else ""
            figures = (each["first_ms"], each["wall_ms"], each["processor_ms"])
            odd = "" if each["status"] == 200 else f"status {each['status']}"  # noqa: PLR2004
            large = "large" if each["size"] > FIRST_VIEW_BYTES else ""
            words = " ".join(filter(None, (file, slow, large, odd)))
            table.add_row(each["address"], *(f"{value:.1f}" for value in figures), f"{each['size']:,}", words)
        console.print(table)
    console.print(f"  first view, bytes: {found[f'first_view_{LARGE}']:,} (at most {FIRST_VIEW_BYTES:,})")
    console.print(
        f"  memory after {PAGES_OF_MEMORY:,} pages, MiB: {found['memory_mib']:.0f} (under {MEMORY_MIB})"
    )
    ratio = statistics.median(found["ratios"])  # type: ignore[call-overload]
    console.print(
        f"  payments beside {PEOPLE} people: {ratio:.2f} of those without (at least {KEPT_RATE[name]}),"
        f" {found['clicks']} pages; not measured: {', '.join(found['not_measured'])}"  # type: ignore[arg-type]
    )


def main() -> None:
    """Measure the console alone, on the named kinds of databases."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    with all_databases() as kinds:
        for databases in kinds:
            if len(sys.argv) == 1 or databases.name in sys.argv[1:]:
                show(Console(width=160), databases.name, measure(databases))


if __name__ == "__main__":
    main()
