"""Guards text that a spreadsheet would take for a formula, so that it stays text in CSV.

A cell such as ``=cmd|'/C calc'!A0`` runs when a user opens the file. A workbook can mark a cell as text; CSV
cannot. So a leading apostrophe marks the cell as text for spreadsheets. Texts that already have leading
apostrophes get one more, so that our CSV reads back unchanged.
"""

from __future__ import annotations

import re

GUARD = "'"
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_FORCED_TEXT = re.compile(r'="((?:[^"]|"")*)"\s*')
_GUARDED = re.compile(rf"{GUARD}*{_FORMULA.pattern}")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return _FORMULA.match(text) is not None


def guard(text: str) -> str:
    """Return a text as a CSV cell that no spreadsheet takes for a formula."""
    return GUARD + text if _GUARDED.match(text) else text


def unguard(cell: str) -> str:
    """Return the text that :func:`guard` wrote; any other cell unchanged."""
    return cell[1:] if cell.startswith(GUARD) and _GUARDED.match(cell) else cell


def plain_text(cell: str) -> str:
    """Return a CSV cell as the text that was meant: without a guard, or inside `="00123"`."""
    forced = _FORCED_TEXT.fullmatch(cell)
    return unguard(cell) if forced is None else forced[1].replace('""', '"')
