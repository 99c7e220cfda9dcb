"""Texts of strangers on a person's terminal: what would steer it is written out instead."""

from __future__ import annotations

import re

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters but for the tab and the line's end, and those that turn the direction of writing."""


def visible(text: str) -> str:
    r"""Return a text with its control characters written out, such as ``\x1b`` for an escape.

    A cell of a merchant's file may hold sequences that clear the screen or rename the window.
    """
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)
