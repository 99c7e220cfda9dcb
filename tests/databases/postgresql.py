"""A throw-away PostgreSQL server on a Unix socket, and databases in it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

# A database that is deleted after the tests needs no durability; UTC gives the same answers everywhere.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
START_WITHIN_S = 60
STOP_WITHIN_S = 30


class PostgresqlFailedError(Exception):
    """The server's own programs failed; the message holds their output."""


def find_binaries() -> Path | None:
    """Find the folder that holds initdb and postgres: on PATH, otherwise the newest that Debian installed."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    return next((folder for folder in candidates if _is_complete(folder)), None)


def _is_complete(folder: Path) -> bool:
    return (folder / "initdb").is_file() and (folder / "postgres").is_file()


class PostgresqlServer:
    """A running server; databases are made and dropped through it."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.folder = folder
        self.process = process
        self._serial = count(1)

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """Open a connection in autocommit, for statements about databases."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Make a database for the length of a with block, by copying `template`, and give its name.

        A template without connections, migrated once, saves each test the migrations.
        """
        name = f"test_{next(self._serial)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        try:
            yield name
        finally:
            with self.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def running_server(binaries: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[PostgresqlServer]:
    """Run a new, empty server in a separate folder for the length of a with block.

    Args:
        settings: of the server; the benchmark's is durable.

    Raises:
        PostgresqlFailedError: initdb or the server failed.
    """
    # Not pytest's tmp_path: a socket's path must stay under 108 bytes.
    folder = Path(tempfile.mkdtemp(prefix="oc-pg-"))
    try:
        _init(binaries, folder)
        process = _start(binaries, folder, settings)
        try:
            server = PostgresqlServer(folder, process)
            _wait_until_ready(server)
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder)


def _init(binaries: Path, folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    done = subprocess.run(
        [
            str(binaries / "initdb"),
            f"--pgdata={folder / 'data'}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        **_unprivileged(folder),
    )
    if done.returncode:
        raise PostgresqlFailedError(done.stdout.decode(errors="replace"))


def _start(binaries: Path, folder: Path, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    options = [f"--{name}={value}" for name, value in settings.items()]
    server = [binaries / "postgres", "-D", folder / "data", f"--unix_socket_directories={folder}"]
    # A killed test process cannot stop its server; the kernel then does it, if setpriv is installed.
    death_signal = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(part) for part in (*death_signal, *server, *options)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **_unprivileged(folder),
        )


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return subprocess arguments to run as the user nobody if we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    nobody = pwd.getpwnam("nobody")
    return {"cwd": folder, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_until_ready(server: PostgresqlServer) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > deadline:
                log = (server.folder / "log").read_text(errors="replace")
                raise PostgresqlFailedError(log) from error
            _pause(server.process)
        else:
            return


def _pause(process: "subprocess.Popen[bytes]") -> None:
    """Wait a moment, or until the process has ended."""
    try:
        process.wait(timeout=0.05)
    except subprocess.TimeoutExpired:
        return


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask the server to drop its clients and end; kill it if it does not."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
