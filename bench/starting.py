"""How long a server with many links takes until all of them listen."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import yaml
from data import INSTITUTION
from databases import Databases
from measures import SMALL
from rich.console import Console
from rich.table import Table

from offline_collect.app.config.schemas import Schemas

LINKS, DIALECTS, ROUNDS = 100, 10, 3
WANTED_S = 2.0
TIMEOUT_S = 60


def measure(databases: Databases) -> list[float]:
    """Return the seconds from the start of the command until the last link listens, one for each round."""
    config = _config(databases.copy(SMALL))
    return [_seconds(config) for _ in range(ROUNDS)]


def show(console: Console, name: str, rounds: list[float]) -> None:
    """Print them as a table."""
    table = Table(title=f"{name}: a start with {LINKS} links of {DIALECTS} dialects, {ROUNDS} rounds")
    for heading in ("median, s", "all, s", "bar"):
        table.add_column(heading, justify="right")
    every = ", ".join(f"{seconds:.2f}" for seconds in rounds)
    table.add_row(f"{statistics.median(rounds):.2f}", every, f"under {WANTED_S:g}")
    console.print(table)


def _config(url: str) -> Path:
    names = Schemas().dialect_names()[:DIALECTS]
    links = [
        {
            "name": f"link-{nth}",
            "listen": "127.0.0.1:0",
            "dialect": names[nth % len(names)],
            "institutions": [INSTITUTION],
        }
        for nth in range(LINKS)
    ]
    config = Path("var/bench/starting.yaml")
    values = {
        "database": {"url": url},
        "business": {"cutover": None},
        "links": links,
        "metrics": {"listen": None},
    }
    config.write_text(yaml.safe_dump(values), encoding="utf-8")
    return config


def _seconds(config: Path) -> float:
    begun = time.monotonic()
    command = [sys.executable, "-m", "offline_collect", "--config", str(config), "serve"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        assert process.stderr is not None
        left = LINKS
        for line in process.stderr:
            left -= "listens on" in line
            if not left:
                return time.monotonic() - begun
        raise RuntimeError(f"the server ended before its links listened: {process.wait(TIMEOUT_S)}")
    finally:
        process.terminate()
        process.communicate(timeout=TIMEOUT_S)
