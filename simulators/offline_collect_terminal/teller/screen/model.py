"""What the shell shows, as values: lines, tables and receipts; how they look is the console's matter."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum


class Tone(Enum):
    """How a line is meant."""

    PLAIN = "plain"
    TITLE = "title"
    GOOD = "good"
    BAD = "bad"
    WARNING = "warning"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        figures: whether it holds numbers, which stand to the right.
        wraps: whether its texts may go over several lines; numbers and identifiers never do.
    """

    heading: str
    figures: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; each row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A receipt.

    Attributes:
        title: over it.
        lines: as the platform sends them.
        facts: name and value, below the lines.
    """

    title: str
    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


Screen = Line | Grid | Slip


def plain(text: str) -> str:
    """Return a text of the platform's without what would move the cursor or turn the line around.

    Control characters never pass the codec; format characters such as U+202E do.
    """
    return "".join(" " if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} else each for each in text)
