"""Runs the console as a process, and asks for its pages as browsers do, measuring each on the wall and by processor time."""

from __future__ import annotations

import datetime as dt
import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from databases import Databases
from servers import free_port, resident_mib

from offline_collect.domain.access.roles import Role
from offline_collect.merchant.access.password_hashes import hash_password
from offline_collect.merchant.access.sign_in import Proof, SignInRules, sign_in
from offline_collect.store import StoreSettings, UserRecord, add_user, open_store
from offline_collect.store.backoffice.credentials import Credentials, put_credentials

PASSWORD = "several words that nobody guesses"  # noqa: S105 - of stores that are thrown away
OPERATOR, MAKER = "operator", "maker"
USERS = {OPERATOR: (Role.ADMIN, Role.AUDITOR, Role.OPERATOR), MAKER: (Role.MAKER, Role.OPERATOR)}
"""Together they may open every page."""

START_TIMEOUT_S = 60


@dataclass(frozen=True)
class Page:
    """What came back for an address.

    Attributes:
        wall_ms: until its last byte was there.
    """

    status: int
    size: int
    wall_ms: float


@dataclass
class Site:
    """A console that listens.

    Attributes:
        cookies: of its users' sessions, by name.
    """

    process: subprocess.Popen[bytes]
    port: int
    cookies: dict[str, str]

    def connect(self) -> http.client.HTTPConnection:
        """Open a connection; one connection takes many requests."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, connection: http.client.HTTPConnection, user: str, address: str) -> Page:
        """Ask for a page as a user."""
        begun = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": f"session={self.cookies[user]}"})
        answer = connection.getresponse()
        size = len(answer.read())
        return Page(answer.status, size, (time.perf_counter() - begun) * 1000)

    def processor_ms(self) -> float:
        """Return its processor time so far, by Linux's clock of the process: finer than its ticks."""
        return time.clock_gettime((~self.process.pid << 3) | 2) * 1000

    def resident_mib(self) -> float:
        """Return its RAM."""
        return resident_mib(self.process.pid)


def add_users(url: str) -> None:
    """Add the users who open pages."""
    store = open_store(StoreSettings(url))
    hashed = hash_password(PASSWORD)
    with store.transaction() as tx:
        for name, roles in USERS.items():
            added = UserRecord(
                name,
                tuple(sorted(role.value for role in roles)),
                disabled=False,
                added_at=dt.datetime.now(dt.UTC),
                organisation_id="GROUP",
            )
            add_user(tx, added)
            put_credentials(tx, Credentials(name, hashed))
    store.dispose()


@contextmanager
def showing(url: str) -> Iterator[Site]:
    """Run a console on the store at ``url``, with a session of each user, for the length of a with block."""
    port = free_port()
    config = Path("var/bench/console.yaml")
    settings = {"database": {"url": url}, "links": [{"name": "bench", "listen": "127.0.0.1:0"}]}
    config.write_text(yaml.safe_dump(settings | {"console": {"listen": f"127.0.0.1:{port}"}}))
    command = [sys.executable, "-m", "offline_collect", "--config", str(config), "console"]
    with Path("var/bench/console.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        _wait(process, port)
        yield Site(process, port, _sessions(url))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _sessions(url: str) -> dict[str, str]:
    store = open_store(StoreSettings(url))
    rules = SignInRules()
    found = {
        name: sign_in(store, Proof(name, PASSWORD), "127.0.0.1", dt.datetime.now(dt.UTC), rules).key
        for name in USERS
    }
    store.dispose()
    return found


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the console did not start; see var/bench/console.log")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/sign-in")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the console was not ready in time; see var/bench/console.log")


def used_ms(site: Site, databases: Databases) -> float:
    """Return the processor time of the console and the database's server so far."""
    return site.processor_ms() + databases.processor_s() * 1000
