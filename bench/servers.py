"""Runs the real server as a process and the real load against it, and reads its metrics."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from data import INSTITUTION, MERCHANT, STUDENT
from order import AMOUNT, BILL, TERMINALS

START_TIMEOUT_S = 60
STAGES = ("decode", "wait", "load", "decide", "store", "commit", "encode")


Subject = tuple[str, ...]
"""The options of the load generator that say what to pay or look up, and by which terminals."""

SUBJECTS: dict[str, Subject] = {
    "lookup": ("--merchant", MERCHANT, "--bill", STUDENT, "--by-input"),
    "payment": ("--merchant", MERCHANT, "--bill", BILL, "--amount", AMOUNT),
}


def of_file(bills: Path) -> Subject:
    """Return the options to pay the bills of a file by many terminals."""
    return ("--bills-file", str(bills), "--terminals", str(TERMINALS), "--terminal", "T{:07d}")


@dataclass(frozen=True)
class Load:
    """A load in progress."""

    process: subprocess.Popen[bytes]
    report: Path

    def result(self) -> Any:
        """Wait for its end; return its JSON output."""
        self.process.wait()
        return json.loads(self.report.read_text())

    def end(self) -> Any:
        """End it early in the normal way; return its output."""
        self.process.send_signal(signal.SIGINT)
        return self.result()


@dataclass(frozen=True)
class Stages:
    """The seconds of each stage, and the commands, that a server has counted since it started."""

    seconds: dict[str, float]
    commands: float

    def since(self, earlier: Stages) -> dict[str, float]:
        """Return microseconds a command by stage since ``earlier``."""
        commands = self.commands - earlier.commands
        return {
            stage: (self.seconds.get(stage, 0.0) - earlier.seconds.get(stage, 0.0)) / commands * 1e6
            for stage in STAGES
        }


@dataclass(frozen=True)
class Running:
    """A server that is ready."""

    process: subprocess.Popen[bytes]
    port: int
    operations_port: int

    def load(
        self,
        kind: str,
        count: int,
        first: int,
        connections: int,
        in_flight: int,
        warmup: float,
        subject: Subject | None = None,
    ) -> Any:
        """Put load on it and return the load generator's JSON output."""
        report = Path(f"var/bench/load-{self.port}.json")
        subprocess.run(  # noqa: S603 - our own command
            [
                *(sys.executable, "-m", "offline_collect_terminal.cli.main", "load"),
                *("--kind", kind, *(subject or SUBJECTS[kind])),
                *("--port", str(self.port), "--institution", INSTITUTION, "--count", str(count)),
                *("--start-at", str(max(first, 1)), "--connections", str(connections)),
                *("--in-flight", str(in_flight), "--warmup", str(warmup), "--json", str(report)),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return json.loads(report.read_text())

    def start_load(self, name: str, kind: str, first: int, *words: str) -> Load:
        """Start a load in parallel to others; ``words`` are further options of the load generator."""
        report = Path(f"var/bench/load-{self.port}-{name}.json")
        report.unlink(missing_ok=True)
        process = subprocess.Popen(  # noqa: S603 - our own command
            [
                *(sys.executable, "-m", "offline_collect_terminal.cli.main", "load"),
                *("--kind", kind, *SUBJECTS[kind]),
                *("--port", str(self.port), "--institution", INSTITUTION, "--json", str(report)),
                *("--start-at", str(first), *words),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return Load(process, report)

    def resident_mib(self) -> float:
        """Return the RAM of the server's processes; shared memory is counted once."""
        return resident_mib(self.process.pid)

    def stages_us(self, since: Stages | None = None) -> dict[str, float]:
        """Return microseconds a payment by stage, since the server started or since an earlier look."""
        return self.stages().since(since or Stages({}, 0.0))

    def stages(self) -> Stages:
        """Return its counts so far."""
        seconds: dict[str, float] = {}
        commands = 0.0
        url = f"http://127.0.0.1:{self.operations_port}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            for line in answer.read().decode().splitlines():
                name, _, value = line.rpartition(" ")
                if name.startswith("offline_collect_stage_seconds_total"):
                    seconds[name.split('"')[1]] = float(value)
                elif name.startswith('offline_collect_commands_total{lane="write'):
                    commands += float(value)
        return Stages(seconds, commands)


@contextmanager
def serving(url: str, name: str, batch_max: int = 256, **link: object) -> Iterator[Running]:
    """Run a server on the store at ``url`` for the length of a with block; ``link`` are more keys of its link."""
    port, operations_port = free_port(), free_port()
    config = Path(f"var/bench/{name}.yaml")
    config.write_text(
        yaml.safe_dump(
            {
                "database": {"url": url},
                "business": {"cutover": None},
                "lanes": {"batch_max": batch_max},
                "links": [
                    {
                        "name": "bench",
                        "listen": f"127.0.0.1:{port}",
                        "institutions": [INSTITUTION],
                        **link,
                    },
                ],
                "metrics": {"listen": f"127.0.0.1:{operations_port}"},
                "log": {"level": "warning"},
            },
        ),
    )
    with Path(f"var/bench/{name}.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "offline_collect", "--config", str(config), "serve"],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        _wait_ready(process, operations_port)
        yield Running(process, port, operations_port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def resident_mib(pid: int) -> float:
    """Return the RAM of a process and its children; shared memory is counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_proportional_kib(each) for each in (pid, *children)) / 1024


def _proportional_kib(pid: int | str) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server did not start; see var/bench/*.log")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server was not ready in time; see var/bench/*.log")
