"""The console of the demo that is kept: started beside the server, with a one-time password for its ADMIN."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from offline_collect.app.errors import DemoError

START_TIMEOUT_S = 30
_UNAUTHORISED = 401


@dataclass(frozen=True, slots=True)
class DemoConsole:
    """A console that runs.

    Attributes:
        pid: of its process.
        address: of its first page.
    """

    pid: int
    address: str


def put_password(file: Path) -> str:
    """Write a new one-time password into a file that only its owner can read, and return it."""
    password = secrets.token_urlsafe(12)
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as opened:
        opened.write(f"{password}\n")
    return password


def start_console(listen: str, log: Path) -> DemoConsole:
    """Start the console, and wait until it answers.

    Args:
        listen: its address and port.
        log: the file for what it says.

    Raises:
        DemoError: it did not start.
    """
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        process = subprocess.Popen(
            [sys.executable, "-m", "offline_collect", "console"],
            stdout=opened,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    address = f"http://{listen}/"
    until = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < until:
        if _answers(address):
            return DemoConsole(process.pid, address)
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise DemoError(f"the console did not start; see {log}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - our own http address
            return True
    except urllib.error.HTTPError as error:
        return error.code == _UNAUTHORISED
    except (urllib.error.URLError, OSError):
        return False
