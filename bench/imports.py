"""Measures large imports: time compared with a plain insert, memory, and payments during imports."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from data import MERCHANT
from databases import Databases
from files import csv_file, workbook
from rich.console import Console
from rich.table import Table
from servers import Running, serving

from offline_collect.store import StoreSettings, open_store, replace_merchant, require_merchant

CUSTOMERS_BILLS = 1_000_000
"""Bills of the store before the import; payments are of these."""

CSV_ROWS, WORKBOOK_ROWS = 1_000_000, 100_000
BURST = 2_000
CONNECTIONS, IN_FLIGHT = 4, 4
SAMPLE_S = 0.05
MIB = 1024
CHECKER = "checker"

Figures = dict[str, float]


@dataclass(frozen=True)
class Run:
    """A finished command: its time, its processor time, and the peak memory of it and its children in MiB.

    Attributes:
        processor_s: without that of a database's server.
    """

    seconds: float
    peak_mib: float
    processor_s: float


def measure(databases: Databases) -> Figures:
    """Measure one kind of database; the template with many bills must exist."""
    figures: Figures = {}
    for name, file in (("csv", csv_file(CSV_ROWS)), ("xlsx", workbook(WORKBOOK_ROWS))):
        plain = _plain(databases.copy(CUSTOMERS_BILLS), file)
        url = databases.copy(CUSTOMERS_BILLS)
        run = command(_config(url, name), "bills", "import", MERCHANT, str(file))
        figures |= {
            f"{name}_plain_s": plain,
            f"{name}_import_s": run.seconds,
            f"{name}_ratio": run.seconds / plain,
            f"{name}_peak_mib": run.peak_mib,
        }
    return figures | _beside(databases)


def _plain(url: str, file: Path) -> float:
    script = Path(__file__).with_name("plain_insert.py")
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script), url, str(file)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def _config(url: str, name: str) -> Path:
    path = Path(f"var/bench/import-{name}.yaml")
    links = [{"name": "bench", "listen": "127.0.0.1:0"}]
    path.write_text(yaml.safe_dump({"database": {"url": url}, "links": links}), encoding="utf-8")
    return path


def command(config: Path, *arguments: str) -> Run:
    """Run one of our commands to its end, and watch its memory."""
    begun, peak, used = time.perf_counter(), 0.0, processor_s()
    command = [sys.executable, "-m", "offline_collect", "--config", str(config), *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own command
        while process.poll() is None:
            peak = max(peak, _resident_mib(process.pid))
            time.sleep(SAMPLE_S)
        seconds = time.perf_counter() - begun
        if process.returncode:
            assert process.stderr is not None
            raise RuntimeError(process.stderr.read().decode())
    return Run(seconds, peak, processor_s() - used)


def processor_s() -> float:
    """Return the processor time of all processes that this one has waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _resident_mib(pid: int) -> float:
    """Return the RAM of a process and its children; 0 for one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(own.split()[1]) / MIB + sum(_resident_mib(int(child)) for child in children)


def _beside(databases: Databases) -> Figures:
    """Measure payments alone, then during the staging of an import, then during its release."""
    url = databases.copy(CUSTOMERS_BILLS)
    _ask_for_checker(url)
    config = _config(url, "beside")
    command(config, "user", "add", CHECKER, "--role", "CHECKER")
    file = str(csv_file(CSV_ROWS))
    with serving(url, "beside") as server:
        paying = _Paying(server)
        paying.burst()
        alone = [paying.burst() for _ in range(5)]
        staging = paying.during(lambda: command(config, "bills", "import", MERCHANT, file))
        releasing = paying.during(lambda: command(config, "imports", "release", "1", "--as", CHECKER))
    rate = statistics.median(each["per_second"] for each in alone)
    return {
        "alone_per_second": rate,
        "alone_max_ms": max(each["max_ms"] for each in alone),
        **_compared("staging", staging, rate),
        **_compared("release", releasing, rate),
    }


def _compared(name: str, bursts: Sequence[Figures], alone: float) -> Figures:
    paid, seconds = len(bursts) * BURST, sum(BURST / each["per_second"] for each in bursts)
    return {
        f"{name}_s": seconds,
        f"{name}_per_second": paid / seconds,
        f"{name}_of_alone": paid / seconds / alone,
        f"{name}_max_ms": max(each["max_ms"] for each in bursts),
    }


class _Paying:
    """Payments in bursts, each of unpaid bills."""

    def __init__(self, server: Running) -> None:
        self._server = server
        self._next = 1

    def burst(self) -> Figures:
        """Pay some bills; return the rate and the longest wait."""
        first, self._next = self._next, self._next + 2 * BURST
        report = self._server.load("payment", BURST, first, CONNECTIONS, IN_FLIGHT, 0)["kinds"]["payment"]
        return {"per_second": report["per_second"], "max_ms": report["latency_ms"]["max"]}

    def during(self, work: Callable[[], Any]) -> list[Figures]:
        """Pay until the work is done; return the bursts during the work, at least one."""
        with _beside_us(work) as still_working:
            bursts = [self.burst()]
            while still_working():
                bursts.append(self.burst())
        return bursts


@contextmanager
def _beside_us(work: Callable[[], Any]) -> Iterator[Callable[[], bool]]:
    """Run work in a thread; raise its error when the block ends."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield thread.is_alive
    thread.join()
    if failed:
        raise failed[0]


def _ask_for_checker(url: str) -> None:
    store = open_store(StoreSettings(url))
    with store.transaction() as tx:
        replace_merchant(tx, replace(require_merchant(tx, MERCHANT, lock=True), maker_checker=True))
    store.dispose()


def show(console: Console, name: str, figures: Figures) -> None:
    """Print one database's table."""
    table = Table(title=f"{name}: imports of {CSV_ROWS:,} rows of CSV, {WORKBOOK_ROWS:,} of a workbook")
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("bar")
    for row in rows(name, figures):
        table.add_row(*row)
    console.print(table)


def rows(name: str, figures: Figures) -> list[tuple[str, str, str]]:
    """Return each measurement, its figure and its target."""
    shown = []
    for kind in ("csv", "xlsx"):
        shown += [
            (f"{kind}: read and one plain insert, s", f"{figures[f'{kind}_plain_s']:.1f}", ""),
            (
                f"{kind}: import, s",
                f"{figures[f'{kind}_import_s']:.1f}",
                f"{figures[f'{kind}_ratio']:.2f} times (at most 4)",
            ),
            (f"{kind}: peak memory, MiB", f"{figures[f'{kind}_peak_mib']:.0f}", "under 300"),
        ]
    shown += [
        ("payments alone, a second", f"{figures['alone_per_second']:.0f}", ""),
        ("    longest wait, ms", f"{figures['alone_max_ms']:.0f}", ""),
    ]
    for step in ("staging", "release"):
        bar = "at least 0.5" if name == "PostgreSQL" else ""
        longest = "under 1,000" if name == "SQLite" else ""
        rate = f"{figures[f'{step}_per_second']:.0f}"
        shown += [
            (f"  beside the {step}", rate, f"{figures[f'{step}_of_alone']:.2f} of that {bar}".rstrip()),
            ("    longest wait, ms", f"{figures[f'{step}_max_ms']:.0f}", longest),
        ]
    return shown
