"""Texts from a browser that are no texts: control characters and halves of characters, which no database keeps."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

_IN_LINES = "\t\r\n"


def is_plain(text: str, *, lines: bool = False) -> bool:
    """Whether a text has no control characters and no halves of characters.

    Args:
        lines: whether it may have tabs and several lines.
    """
    allowed = _IN_LINES if lines else ""
    return all(c in allowed or unicodedata.category(c) not in {"Cc", "Cs"} for c in text)


def read_json(text: str) -> Any:
    """Return a JSON value of a browser; None if it is none, or has what is no text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if is_plain(json.dumps(value, ensure_ascii=False)) and _is_whole(value) else None


def _is_whole(value: Any) -> bool:
    """Whether no text in a value has a control character: JSON writes one as an escape."""
    if isinstance(value, str):
        return is_plain(value, lines=True)
    if isinstance(value, dict):
        return all(map(_is_whole, [*value, *value.values()]))
    return all(map(_is_whole, value)) if isinstance(value, list) else True
