"""``offline-collect-terminal load``: runs a load and shows its progress and figures."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.elements.codec import Codec
from offline_collect_terminal.errors import LoadError
from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.loop import Load
from offline_collect_terminal.load.settings import LoadSettings
from offline_collect_terminal.load.tally import Figures, Tally

SHOW_EVERY = 5
"""Ticks between two updates of the bar."""


def run_load(
    settings: LoadSettings,
    codec: Codec,
    bills: Iterator[Bill],
    console: Console,
    *,
    by_input: bool = False,
    json_file: Path | None = None,
) -> bool:
    """Put a load on the platform, show its progress and its result.

    Returns:
        Whether every request was answered, and the full codec can read the answers.

    Raises:
        LoadError: the platform refuses, or sends unreadable data.
        UnreachableError: the platform does not listen.
    """
    with Bar(settings, console) as bar:
        load = Load(settings, codec, bills, bar.show, by_input=by_input)
        with _ended_by_interrupt(load):
            figures = load.run()
    console.print(summary(figures))
    for line in code_lines(figures, codec):
        console.print(line, highlight=False, soft_wrap=True)
    for problem in figures.problems:
        console.print(f"problem: {problem}", style="red", markup=False, highlight=False, soft_wrap=True)
    if json_file is not None:
        _write(json_file, figures)
    return not figures.problems


@contextmanager
def _ended_by_interrupt(load: Load) -> Iterator[None]:
    """Let the first interrupt end the load normally, with its figures; the second ends the program."""

    def interrupted(*_: object) -> None:
        load.stop()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Bar:
    """A progress bar that draws on request, so that no extra thread takes time from the loop."""

    def __init__(self, settings: LoadSettings, console: Console) -> None:
        self._settings = settings
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[rate]}"),
            console=console,
            auto_refresh=False,
            transient=True,
            disable=not console.is_terminal,
        )
        total = settings.count or settings.duration_s
        self._task = self._progress.add_task(f"{settings.kind} load", total=total, rate="")
        self._ticks = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, tally: Tally, measured_s: float) -> None:
        """Draw the progress at intervals."""
        self._ticks += 1
        if self._progress.disable or self._ticks % SHOW_EVERY:
            return
        done = tally.measured if self._settings.count else measured_s
        rate = f"{tally.measured / measured_s:,.0f}/s" if measured_s > 0 else "warming up"
        self._progress.update(self._task, completed=max(done, 0), rate=rate)
        self._progress.refresh()


def summary(figures: Figures) -> Table:
    """Return the figures as a table, one row for each kind of message."""
    title = (
        f"{figures.connections} connections × {figures.in_flight} in flight, {figures.seconds:.1f} s, "
        f"{figures.verified} answers verified"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("Message")
    for heading in ("Answered", "Per second", "p50 ms", "p90 ms", "p99 ms", "Max ms"):
        table.add_column(heading, justify="right")
    for kind in figures.kinds:
        latencies_ms = (kind.p50_ms, kind.p90_ms, kind.p99_ms, kind.max_ms)
        counts = (f"{kind.messages:,}", f"{kind.per_second:,.0f}")
        table.add_row(kind.kind.value, *counts, *(f"{latency_ms:,.2f}" for latency_ms in latencies_ms))
    return table


def code_lines(figures: Figures, codec: Codec) -> Iterator[str]:
    """Yield the count of each response code, one line each."""
    names = {code: name for name, code in codec.dialect.response_codes.items()}
    for kind in figures.kinds:
        for code, number in kind.codes.items():
            yield f"{kind.kind.value} {code} {_name(names.get(code))}: {number:,}"


def _name(code: ResponseCode | None) -> str:
    return code.name if code else "unknown"


def _write(file: Path, figures: Figures) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(figures.to_plain(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise LoadError(f"{file}: cannot be written: {error.strerror}") from None
