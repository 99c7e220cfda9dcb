"""Makes untrusted texts safe for a terminal: escapes characters that would control it."""

from __future__ import annotations

import re

from offline_collect.domain.texts.characters import INVISIBLE

_HIDDEN = re.compile(rf"(?![\t\n]){INVISIBLE.pattern}")
"""Control characters except tab and line end, characters that change the writing direction, and others nobody sees."""


def visible(text: str) -> str:
    r"""Return a text with its control and invisible characters escaped, such as ``\x1b`` and ``\u200d``.

    A cell of a merchant's file may hold sequences that clear the screen or rename the window. Of what nobody sees, people
    must see where it is.
    """
    return _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)
