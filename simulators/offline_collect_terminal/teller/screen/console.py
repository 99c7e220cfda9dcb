"""Draws screens with rich's tables and panels; columns line up for characters of any width."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from offline_collect_terminal.teller.screen.model import Grid, Line, Screen, Slip, Tone

WRAPPED_CELLS_MIN = 16
"""Width to which texts for people may be wrapped."""

BETWEEN_CELLS = 3

PIPED_CELLS = 120
"""Width of tables without a terminal."""

_STYLES = {
    Tone.PLAIN: "",
    Tone.TITLE: "bold",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.WARNING: "bold yellow",
    Tone.QUIET: "dim",
}


def draw(console: Console, screen: Screen) -> None:
    """Write a screen."""
    match screen:
        case Line():
            console.print(Text(screen.text, _STYLES[screen.tone]), soft_wrap=True)
        case Grid() if _fits(screen, console.width):
            console.print(_table(screen))
        case Grid():
            for line in _as_lines(screen):
                console.print(line, soft_wrap=True)
        case Slip():
            console.print(_panel(screen))


def _fits(grid: Grid, width: int) -> bool:
    """Whether a table fits the width without breaking a number or an identifier."""
    needed = 0
    for place, column in enumerate(grid.columns):
        cells = max(cell_len(text) for text in (column.heading, *(row[place] for row in grid.rows)))
        needed += (min(cells, WRAPPED_CELLS_MIN) if column.wraps else cells) + BETWEEN_CELLS
    return needed <= width


def _table(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in grid.columns:
        table.add_column(
            Text(column.heading),
            justify="right" if column.figures else "left",
            overflow="fold",
            no_wrap=not column.wraps,
        )
    for row in grid.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _as_lines(grid: Grid) -> Iterator[Text]:
    """Return a table's cells below each other, for a terminal that is too narrow."""
    for row in grid.rows:
        yield Text(row[0], "bold")
        for column, cell in zip(grid.columns[1:], row[1:], strict=True):
            if cell:
                yield Text.assemble(f"  {column.heading}: ", cell)


def _panel(slip: Slip) -> Panel:
    facts = Table(box=None, show_header=False, pad_edge=False)
    for name, value in slip.facts:
        facts.add_row(Text(name, "dim"), Text(value))
    parts: list[RenderableType] = [Text(line) for line in slip.lines]
    if parts:
        parts.append(Rule(style="dim"))
    return Panel(Group(*parts, facts), title=Text(slip.title), expand=False, padding=(0, 1))
