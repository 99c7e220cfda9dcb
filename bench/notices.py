"""Measures how notices drain to a webhook, by processor time, beside plain HTTP clients that send the same bodies.

Usage: notices.py [COUNT]
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import subprocess
import sys
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
from sqlalchemy import update

from offline_collect.store import StoreSettings, open_store, replace_merchant, require_merchant
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.schema.tables import customers, outbox

NOTICES = 100_000
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


def measure(databases: Databases, receiver: str, count: int) -> Figures:
    """Measure one kind of database."""
    databases.fill(2 * count)
    url = databases.copy(2 * count)
    fill(url, count)
    used = databases.processor_s()
    run = command(_config(url, receiver), "notify", "run", "--once")
    return {"seconds": run.seconds, "processor_s": run.processor_s, "peak_mib": run.peak_mib} | {
        "database_s": databases.processor_s() - used
    }


def plain(receiver: str, count: int, name: str) -> float:
    """Return the processor time of a plain client."""
    script = Path(__file__).with_name("plain_notices.py")
    words = [sys.executable, str(script), name, receiver, str(count)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - our own


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


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else NOTICES
    FOLDER.mkdir(parents=True, exist_ok=True)
    with receiving() as at, all_databases() as kinds:
        clients = {name: plain(at, wanted, name) for name in ("http.client", "agent")}
        print(f"{wanted:,} notices; plain clients, processor time: {clients}")
        for kind in kinds:
            found = measure(kind, at, wanted)
            print(kind.name, {name: round(value, 2) for name, value in found.items()})
            for name, seconds in clients.items():
                print(f"  of {name}: {seconds / found['processor_s']:.2f}")
