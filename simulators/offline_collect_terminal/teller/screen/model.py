"""The shell's output as values: lines, tables and receipts; the console draws them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum


class Tone(Enum):
    """The meaning of a line."""

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
        figures: whether it holds numbers, which are right-aligned.
        wraps: whether its texts may wrap; numbers and identifiers never do.
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
        title: its title.
        lines: as the platform sends them.
        facts: name and value, below the lines.
    """

    title: str
    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


Screen = Line | Grid | Slip


def plain(text: str) -> str:
    """Return a platform's text without characters that move the cursor or change the writing direction.

    Control characters never pass the codec; format characters such as U+202E do.
    """
    return "".join(" " if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} else each for each in text)
