"""Measures fairness and overload: one payment beside other load, and more payments than the server can do."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from data import INSTITUTION, MERCHANT, STUDENT
from databases import Databases
from measures import MIDDLE
from rich.console import Console
from rich.table import Table
from servers import Running, serving

from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.patched_frames import Sender, make_template
from offline_collect_terminal.load.settings import Kind
from offline_collect_terminal.wire.dialects import load_codec

HOGS = (2, 8, 40)
HOG_IN_FLIGHT = 512
PROBE = 120
"""Payments of the measured connection: one in flight at a time."""

PROBED = 97_000
"""The first of their bills; the hogs pay the bills before it."""

HOG_S = 2
"""How long hogs run before the measurement."""

SILENT_PEERS = 20
SILENT_REQUESTS = 4_000
DEADLINE_MS = 2_000
CLOSED, OPEN_S = 8_000, 8
OPEN_FIRST, OPEN_LAST = 15_000, 88_000
"""The bills of the open loop; on a fast machine it ends before they do."""

OVERLOAD_RUNS = 3
"""The middle one by its share of the closed loop's rate is shown: on a shared machine single runs differ by a tenth."""

CONNECTIONS = 32
FULL_BATCH = 256


def measure(databases: Databases) -> dict[str, Any]:
    """Measure one kind of database; this takes about three minutes."""
    runs = sorted((_overload(databases) for _ in range(OVERLOAD_RUNS)), key=_share)
    return {"fairness": _fairness(databases), "overload": runs[OVERLOAD_RUNS // 2]}


def _fairness(databases: Databases) -> dict[str, dict[str, float]]:
    """Measure one connection's payments alone, beside peers that never read answers, and beside hogs."""
    with serving(databases.copy(MIDDLE), "fair") as server:
        found = {"alone": _probe(server, PROBED)}
        with _silent_peers(server):
            found["silent peers"] = _probe(server, PROBED + PROBE)
    for hogs in HOGS:
        with serving(databases.copy(MIDDLE), "fair") as server:
            found[f"{hogs} hogs"] = _beside_hogs(server, hogs)
    return found


def _beside_hogs(server: Running, hogs: int) -> dict[str, float]:
    words = ("--connections", str(hogs), "--in-flight", str(HOG_IN_FLIGHT), "--duration", "60")
    load = server.start_load("hogs", "payment", 1, *words, "--terminal", "HG{:06d}")
    time.sleep(HOG_S)
    found = _probe(server, PROBED)
    found["hogs_per_second"] = load.end()["per_second"]
    stages = server.stages_us()
    a_payment_us = sum(stages[stage] for stage in ("load", "decide", "store", "commit"))
    found["full_batch_ms"] = a_payment_us * FULL_BATCH / 1000
    return found


def _probe(server: Running, first: int) -> dict[str, Any]:
    report = server.load("payment", PROBE, first, 1, 1, 0)["kinds"]["payment"]
    latency: dict[str, Any] = report["latency_ms"]
    return latency


@contextmanager
def _silent_peers(server: Running) -> Iterator[None]:
    """Connections that request forms as long as the server accepts, and read nothing."""
    codec = load_codec("ascii")
    bill = Bill(MERCHANT, STUDENT.format(1), 0)
    frame = bytes(
        make_template(codec, Kind.LOOKUP, Sender(INSTITUTION, "SILENT01", by_input=True), bill).frame
    )
    peers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(SILENT_PEERS)]
    try:
        for peer in peers:
            peer.setblocking(False)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            try:
                peer.send(frame * SILENT_REQUESTS)
            except BlockingIOError:
                continue
        yield
    finally:
        for peer in peers:
            peer.close()


def _overload(databases: Databases) -> dict[str, Any]:
    """Measure twice the rate of a closed loop, independent of answers; also that loop before and after."""
    url = databases.copy(MIDDLE)
    with serving(url, "overload", request_timeout_ms=DEADLINE_MS) as server:
        before = _closed(server, 1)
        seconds = min(OPEN_S, (OPEN_LAST - OPEN_FIRST) / (2 * before))
        report = server.start_load(
            "open",
            "payment",
            OPEN_FIRST,
            *("--connections", str(CONNECTIONS), "--in-flight", "10000", "--rate", str(round(2 * before))),
            *("--duration", f"{seconds:.1f}", "--terminal", "OP{:06d}"),
        ).result()
        after = _closed(server, 90_000)
    kind = report["kinds"]["payment"]
    slowest = {code: ms for code, ms in kind["slowest_ms"].items() if code != "68"}
    return {
        "closed_per_second": (before + after) / 2,
        "approved_per_second": kind["codes"].get("00", 0) / report["seconds"],
        "slowest_but_68_ms": max(slowest.values(), default=0.0),
        "latency_ms": kind["latency_ms"],
        "codes": kind["codes"],
        "slowest_ms": kind["slowest_ms"],
        "problems": report["problems"],
    }


def _share(found: dict[str, Any]) -> float:
    """Return the open loop's approved rate by the closed loop's."""
    share: float = found["approved_per_second"] / found["closed_per_second"]
    return share


def _closed(server: Running, first: int) -> float:
    report = server.load("payment", CLOSED, first, CONNECTIONS, 16, 0.5)
    rate: float = report["kinds"]["payment"]["per_second"]
    return rate


def show(console: Console, name: str, figures: dict[str, Any]) -> None:
    """Print both tables."""
    console.print(_fairness_table(name, figures["fairness"]))
    console.print(_overload_table(name, figures["overload"]))


def _fairness_table(name: str, found: dict[str, dict[str, float]]) -> Table:
    table = Table(title=f"{name}: one payment at a time beside others, ms")
    for heading in ("", "p50", "p99", "p99 wanted", "a full batch", "hogs' payments a second"):
        table.add_column(heading, justify="right" if heading else "left")
    for beside, each in found.items():
        row = [beside, f"{each['p50']:.1f}", f"{each['p99']:.1f}"]
        if "full_batch_ms" in each:
            bound = found["alone"]["p99"] + 2 * each["full_batch_ms"]
            row += [f"at most {bound:.0f}", f"{each['full_batch_ms']:.0f}", f"{each['hogs_per_second']:,.0f}"]
        table.add_row(*row)
    return table


def _overload_table(name: str, found: dict[str, Any]) -> Table:
    table = Table(title=f"{name}: twice what can be done, deadline {DEADLINE_MS} ms")
    for heading in ("", "measured", "wanted"):
        table.add_column(heading, justify="right" if heading == "measured" else "left")
    closed, approved = found["closed_per_second"], found["approved_per_second"]
    table.add_row("approved a second, closed loop", f"{closed:,.0f}", "")
    table.add_row("approved a second, open loop", f"{approved:,.0f}", f"{_share(found):.2f} (at least 0.8)")
    table.add_row(
        "slowest answer but 68, ms", f"{found['slowest_but_68_ms']:,.0f}", f"at most {DEADLINE_MS * 1.2:,.0f}"
    )
    for code, number in found["codes"].items():
        table.add_row(f"answers {code}", f"{number:,}", f"slowest {found['slowest_ms'][code]:,.0f} ms")
    for problem in found["problems"]:
        table.add_row(problem, "", "")
    return table
