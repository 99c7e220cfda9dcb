"""The progress bar of an import: on standard error, and only on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from offline_collect.app.cli.support.said import on_one_line
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.imports.order import Watch


@contextmanager
def progress(title: str) -> Iterator[Watch]:
    """Yield the function that receives an import's progress; the bar disappears at the end of the block."""
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    if console.is_terminal:
        # Looked up before the work: a step may be told while the store is busy.
        title = on_one_line(title)
    shown = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]}", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with shown:
        task = shown.add_task(title, total=None, rows="")

        def watch(step: str, rows: int, share: float | None) -> None:
            total = None if share is None else 1.0
            if not console.is_terminal:
                return
            shown.update(
                task,
                description=f"{title}: {on_one_line(step)}",
                total=total,
                completed=share or 0,
                rows=on_one_line(_rows(rows)),
            )

        yield watch


def _rows(count: int) -> Phrase:
    return Phrase("1 row") if count == 1 else Phrase("{count} rows", count=f"{count:,}")
