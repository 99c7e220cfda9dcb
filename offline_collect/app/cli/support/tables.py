"""What commands print: plain lines and tables whose wide characters line up; no colours into a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import typer
import yaml
from rich.console import Console
from rich.table import Table

from offline_collect.app.cli.support.terminal_safe import visible

PIPED_WIDTH = 200
"""Columns of a table that nobody looks at on a screen: wide enough that nothing is folded."""

VALUE_SHOWN = 60
"""Characters of a value that are shown where one is compared with another."""


def console() -> Console:
    """Return standard output; markup is off, because what is printed is data."""
    found = Console(markup=False, highlight=False, emoji=False)
    return (
        found if found.is_terminal else Console(markup=False, highlight=False, emoji=False, width=PIPED_WIDTH)
    )


def say(text: str) -> None:
    """Print one line."""
    typer.echo(visible(text))


def show_table(
    titles: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Iterable[str] = (),
    nothing: str | None = None,
) -> None:
    """Print a table.

    Args:
        titles: of the columns.
        rows: cells in the columns' order; None prints nothing.
        right: titles of the columns that hold numbers.
        nothing: what is said where there are no rows; None prints the titles alone.
    """
    rows = list(rows)
    if not rows and nothing is not None:
        say(nothing)
        return
    numbers = set(right)
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else visible(str(cell)) for cell in row))
    console().print(table)


def change_text(before: Any, after: Any) -> str:
    """Return a change of one value in words; None stands for a value that is not there."""
    return _short(after) if before is None else f"{_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else visible(" ".join(str(value).split()))
    return text if len(text) <= VALUE_SHOWN else f"{text[:VALUE_SHOWN]}…"


def show_document(document: dict[str, Any]) -> None:
    """Print a document as YAML, in its own order."""
    typer.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100).rstrip())
