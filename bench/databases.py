"""Stores to measure on: filled once, then copied for each measurement that needs a fresh one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from data import make_store

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.databases.postgresql import (
    SETTINGS,
    PostgresqlServer,
    find_binaries,
    running_server,
)

FOLDER = Path("var/bench/stores")
DURABLE = SETTINGS | {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}


class Databases(Protocol):
    """Makes stores of one kind of database."""

    name: str

    def fill(self, bills: int, merchants: int = 1) -> None:
        """Make a template with ``bills`` bills of so many merchants."""
        ...

    def copy(self, bills: int, merchants: int = 1) -> str:
        """Return the URL of a fresh copy of a template."""
        ...

    def processor_s(self) -> float:
        """Return the processor time that its server has used so far; 0 without one."""
        ...


class Sqlite:
    """SQLite files."""

    name = "SQLite"

    def __init__(self) -> None:
        self._serial = count(1)
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)

    def fill(self, bills: int, merchants: int = 1) -> None:
        """See :class:`Databases`."""
        make_store(f"sqlite:///{FOLDER}/template-{bills}-{merchants}.db", bills, merchants)

    def copy(self, bills: int, merchants: int = 1) -> str:
        """See :class:`Databases`."""
        copied = FOLDER / f"store-{next(self._serial)}.db"
        shutil.copy(FOLDER / f"template-{bills}-{merchants}.db", copied)
        with copied.open("rb") as whole:
            # Otherwise the first commits would wait until the whole copy is on the disk.
            os.fsync(whole.fileno())
        return f"sqlite:///{copied}"

    def processor_s(self) -> float:
        """See :class:`Databases`."""
        return 0.0


class Postgresql:
    """Databases of a durable PostgreSQL server on this machine."""

    name = "PostgreSQL"

    def __init__(self, server: PostgresqlServer) -> None:
        self._server = server
        self._serial = count(1)

    def fill(self, bills: int, merchants: int = 1) -> None:
        """See :class:`Databases`."""
        template = f"template_{bills}_{merchants}"
        self._server.connect().execute(f"CREATE DATABASE {template}")
        make_store(self._server.url(template), bills, merchants)
        self._server.connect(template).execute("VACUUM ANALYZE")

    def copy(self, bills: int, merchants: int = 1) -> str:
        """See :class:`Databases`."""
        name = f"store_{next(self._serial)}"
        words = f"CREATE DATABASE {name} TEMPLATE template_{bills}_{merchants} STRATEGY FILE_COPY"
        self._server.connect().execute(words)
        self._server.connect().execute("CHECKPOINT")
        return self._server.url(name)

    def processor_s(self) -> float:
        """See :class:`Databases`."""
        server = self._server.process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        # Backends that have ended are in the server's own figures.
        return _used_s(server, ended=True) + sum(_used_s(int(each), ended=False) for each in children)


def _used_s(pid: int, *, ended: bool) -> float:
    """Return a process's processor time, with that of its children that have ended; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    last = 15 if ended else 13
    return sum(map(int, fields[11:last])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def all_databases() -> Iterator[list[Databases]]:
    """Yield every kind on this machine; without PostgreSQL's binaries, print that it is left out."""
    binaries = find_binaries()
    try:
        if binaries is None:
            print("no PostgreSQL server binaries: measuring SQLite only (apt-get install postgresql)")
            yield [Sqlite()]
            return
        with running_server(binaries, DURABLE) as server:
            yield [Sqlite(), Postgresql(server)]
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
