"""Makes untrusted texts safe for a terminal: escapes characters that would control it."""

from __future__ import annotations

import re

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters except tab and line end, and characters that change the writing direction."""


def visible(text: str) -> str:
    r"""Return a text with its control characters escaped, such as ``\x1b``.

    A cell of a merchant's file may hold sequences that clear the screen or rename the window.
    """
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)
