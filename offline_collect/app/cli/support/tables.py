"""Output of commands: plain lines and tables; wide characters line up; no colours in files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import typer
import yaml
from rich.console import Console
from rich.table import Table

from offline_collect.app.cli.support.hints import hinted
from offline_collect.app.cli.support.said import in_words, on_one_line
from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.domain.texts.phrases import Phrase

PIPED_WIDTH = 200
"""Width of a table outside a terminal: wide enough that nothing is folded."""

VALUE_SHOWN = 60
"""The most characters shown of a value in a comparison."""


def console() -> Console:
    """Return standard output; markup is off, because the output is data."""
    found = Console(markup=False, highlight=False, emoji=False)
    return (
        found if found.is_terminal else Console(markup=False, highlight=False, emoji=False, width=PIPED_WIDTH)
    )


def say(text: Phrase, *, err: bool = False) -> None:
    """Print a phrase, a line in each language that was set; a command in it names the configuration that was given.

    Args:
        text: what is said; data go to :func:`show_line`.
        err: print it on standard error.
    """
    show_line(text, err=err)


def show_line(text: str, *, err: bool = False) -> None:
    """Print data, or a line made of phrases and data, as it is; a phrase as :func:`say` does."""
    typer.echo(visible(hinted(in_words(text))), err=err)


def show_json(document: object) -> None:
    """Print a document for programs: the same in every language."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def show_table(
    titles: Sequence[Phrase],
    rows: Iterable[Sequence[object]],
    *,
    right: Iterable[str] = (),
    nothing: Phrase | None = None,
) -> None:
    """Print a table.

    Args:
        titles: of the columns.
        rows: cells in the columns' order; None prints nothing.
        right: titles of the columns that hold numbers.
        nothing: the text if there are no rows; None prints only the titles.
    """
    rows = list(rows)
    if not rows and nothing is not None:
        say(nothing)
        return
    numbers = set(right)
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for title in titles:
        table.add_column(on_one_line(title), justify="right" if title in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell_text(cell) for cell in row))
    console().print(table)


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    return visible(in_words(cell) if isinstance(cell, str) else str(cell))


def change_text(before: Any, after: Any) -> str:
    """Return a change of one value in words; None means a missing value."""
    return _short(after) if before is None else f"{_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    if value is None:
        return on_one_line(Phrase("nothing"))
    text = str(value).lower() if isinstance(value, bool) else visible(" ".join(str(value).split()))
    return text if len(text) <= VALUE_SHOWN else f"{text[:VALUE_SHOWN]}…"


def show_document(document: dict[str, Any]) -> None:
    """Print a document as YAML, in its own order."""
    typer.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100).rstrip())
