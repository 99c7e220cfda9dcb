"""A receipt as text of a fixed width, as a receipt printer takes it; columns line up for characters of any width."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from offline_collect_terminal.teller.screen.model import Slip

RECEIPT_CELLS = 40
"""What a printer for paper of 80 mm prints at least."""


def receipt_text(slip: Slip, width: int = RECEIPT_CELLS) -> str:
    """Return a receipt: title, the platform's lines, and below a rule name and value on a line each."""
    return "".join(f"{line.rstrip()}\n" for line in _lines(slip, width))


def _lines(slip: Slip, width: int) -> Iterator[str]:
    for line in chop_cells(slip.title, width):
        yield " " * ((width - cell_len(line)) // 2) + line
    yield "=" * width
    for text in slip.lines:
        yield from chop_cells(text, width)
    if slip.lines:
        yield "-" * width
    for name, value in slip.facts:
        between = width - cell_len(name) - cell_len(value)
        if between > 0:
            yield f"{name}{' ' * between}{value}"
            continue
        yield name
        yield from (f"{' ' * (width - cell_len(part))}{part}" for part in chop_cells(value, width))
