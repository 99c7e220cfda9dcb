"""Measures how notices drain to a webhook, beside plain HTTP clients that send the same bodies, by turns.

Usage: notices.py [COUNT [ROUNDS]]
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import yaml
from data import INSTITUTION, MERCHANT
from databases import Databases, all_databases
from imports import command
from order import BILL
from rich.console import Console
from rich.table import Table
from sqlalchemy import update

from offline_collect.store import StoreSettings, open_store, replace_merchant, require_merchant
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.schema.tables import customers, outbox

NOTICES, ROUNDS = 100_000, 3
SAME_CLIENT = "agent"
CREATED = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
FOLDER = Path("var/bench")
Figures = dict[str, float]


class _Receiver(asyncio.Protocol):
    """Answers each POST with 204, as cheaply as Python can: its time is not the sender's."""

    def __init__(self) -> None:
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            if len(self._held) < end + 4 + length:
                return
            self._held = self._held[end + 4 + length :]
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _receive(said: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Receiver, "127.0.0.1", 0)
        said.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def receiving() -> Iterator[str]:
    """Run a receiver in a process of its own; yield its URL."""
    context = get_context("fork")
    own, other = context.Pipe()
    process = context.Process(target=_receive, args=(other,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{own.recv()}/"
    process.terminate()
    process.join()


def fill(url: str, count: int) -> None:
    """Give each customer of a store an app user, and one notice in the outbox."""
    store = open_store(StoreSettings(url))
    with store.transaction() as tx:
        replace_merchant(tx, replace(require_merchant(tx, MERCHANT), notices=True))
        tx.connection.execute(update(customers).values(app_user=customers.c.customer_no, consent=1))
        for first in range(0, count, 10_000):
            numbers = range(first, min(first + 10_000, count))
            bulk_insert(tx.connection, outbox, [_notice(number) for number in numbers])
    store.dispose()


def _notice(number: int) -> tuple[object, ...]:
    about = (MERCHANT, f"C{number:08d}", BILL.format(2 * number), None, 12_345, "156", CREATED, 1)
    return (f"DEBIT_FAILED:{number:014d}-1", "DEBIT_FAILED", *about)


def measure(databases: Databases, receiver: str, count: int = NOTICES, rounds: int = ROUNDS) -> Figures:
    """Measure the same client without and with the outbox by turns, on one kind of database; return medians."""
    databases.fill(2 * count)
    turns = [_turn(databases, receiver, count) for _ in range(rounds)]
    figures = {name: statistics.median(each[name] for each in turns) for name in turns[0]}
    ratios = [each["ratio"] for each in turns]
    return figures | {"ratio_least": min(ratios), "ratio_most": max(ratios), "notices": count}


def _turn(databases: Databases, receiver: str, count: int) -> Figures:
    alone = plain(receiver, count, SAME_CLIENT)
    url = databases.copy(2 * count)
    fill(url, count)
    used = databases.processor_s()
    run = command(_config(url, receiver), "notify", "run", "--once")
    return {
        "plain_s": alone["seconds"],
        "plain_processor_s": alone["processor_s"],
        "seconds": run.seconds,
        "processor_s": run.processor_s,
        "database_s": databases.processor_s() - used,
        "peak_mib": run.peak_mib,
        "ratio": alone["seconds"] / run.seconds,
    }


def plain(receiver: str, count: int, name: str) -> Figures:
    """Measure a plain client, with its start."""
    script = Path(__file__).with_name("plain_notices.py")
    words = [sys.executable, str(script), name, receiver, str(count)]
    begun = time.perf_counter()
    done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return {"seconds": time.perf_counter() - begun, "processor_s": float(done.stdout)}


def _config(url: str, receiver: str) -> Path:
    secret = FOLDER / "notices.secret"
    secret.unlink(missing_ok=True)
    secret.touch(0o600)
    secret.write_text(f"whsec_{secrets.token_hex(20)}\n", encoding="ascii")
    webhook = {"url": receiver, "secret_file": str(secret), "insecure": True, "private_addresses": True}
    webhook |= {"quiet": None, "per_minute": 1_000_000}
    notify = {"channels": ["webhook"], "webhook": webhook, "batch_max": 500}
    links = [{"name": "bench", "listen": "127.0.0.1:0", "institutions": [INSTITUTION]}]
    path = FOLDER / "notices.yaml"
    settings = {"database": {"url": url}, "links": links, "notify": notify}
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


def show(console: Console, name: str, figures: Figures) -> None:
    """Print one database's table."""
    table = Table(title=f"{name}: {figures['notices']:,.0f} notices to a webhook; medians of rounds by turns")
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("bar")
    table.add_row("the same client, no outbox, s", f"{figures['plain_s']:.1f}", "")
    least, most = figures["ratio_least"], figures["ratio_most"]
    bar = f"{figures['ratio']:.2f} of that rate ({least:.2f} to {most:.2f}; at least 0.7)"
    table.add_row("notify run --once, s", f"{figures['seconds']:.1f}", bar)
    table.add_row(
        "  processor time, s", f"{figures['processor_s']:.1f}", f"plain {figures['plain_processor_s']:.1f}"
    )
    table.add_row("  of the database's server, s", f"{figures['database_s']:.1f}", "")
    table.add_row("  peak memory of its processes, MiB", f"{figures['peak_mib']:.0f}", "under 200")
    console.print(table)


def main() -> None:
    """Measure the draining alone."""
    given = [int(each) for each in sys.argv[1:]]
    count, rounds = [*given, *(NOTICES, ROUNDS)[len(given) :]]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with receiving() as at, all_databases() as kinds:
        library = plain(at, count, "http.client")
        print(f"{count:,} notices; one connection of http.client: {library['seconds']:.1f} s")
        for databases in kinds:
            show(Console(), databases.name, measure(databases, at, count, rounds))


if __name__ == "__main__":
    main()
