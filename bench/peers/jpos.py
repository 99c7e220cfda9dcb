"""Runs the plain jPOS listener of ``java/``, built where Maven and a JDK are."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers import START_TIMEOUT_S, Running, free_port

from tests.peers.building import TOOLS, java_program

SOURCE = Path(__file__).with_name("java")


def missing_tools() -> list[str]:
    """Return the tools that are not installed here."""
    return [tool for tool in TOOLS["java"] if shutil.which(tool) is None]


@contextmanager
def listening(jdbc_url: str, pool: int, name: str) -> Iterator[Running]:
    """Run the listener on a store for the length of a with block."""
    port = free_port()
    with Path(f"var/bench/{name}.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*java_program(SOURCE, "listener", "Listener"), str(port), jdbc_url, str(pool)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_ready(process, port)
        yield Running(process, port, 0)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the jPOS listener did not start; see var/bench/*.log")
