"""Text that a spreadsheet would take for a formula, and how it stays text in CSV.

A cell such as ``=cmd|'/C calc'!A0`` runs when somebody opens the file. In a workbook a cell says that it is
text; CSV cannot, so there an apostrophe goes before it, which spreadsheets take for "what follows is text".
Texts that have apostrophes there already get one more: what we write as CSV reads back as it was.
"""

from __future__ import annotations

import re

GUARD = "'"
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(rf"{GUARD}*{_FORMULA.pattern}")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return _FORMULA.match(text) is not None


def guard(text: str) -> str:
    """Return a text as a cell of CSV that no spreadsheet takes for a formula."""
    return GUARD + text if _GUARDED.match(text) else text


def unguard(cell: str) -> str:
    """Return the text that :func:`guard` wrote; any other cell as it is."""
    return cell[1:] if cell.startswith(GUARD) and _GUARDED.match(cell) else cell
