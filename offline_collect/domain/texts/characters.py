"""Characters that a stored text must not have, as nobody sees them, and characters that have moved to another place."""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x1f\x7f-\x9f"
_HIDDEN = (
    r"\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
"""Unicode's categories Cf, Co, Cs, Zl and Zp, what programs do not show (Default_Ignorable_Code_Point), noncharacters."""

_IGNORED = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point: a text without them looks the same."""

IGNORED = re.compile(f"[{_IGNORED}]")
CONTROL = re.compile(f"[{_CONTROLS}]")
INVISIBLE = re.compile(f"[{_CONTROLS}{_HIDDEN}]")
"""Finds a character of either kind; texts with one are refused."""

_MOVED = {
    **dict(enumerate((0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), start=0xE78D)),
    0xE7C7: 0x1E3F,
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE832: 0x9FB8,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE864: 0x9FBB,
}
"""Private characters of GB18030-2000 by their code points in Unicode today (GB 18030-2022)."""


def todays(text: str) -> str:
    """Return a text with characters that older GB18030 had in Unicode's private area in their places of today."""
    return text.translate(_MOVED)
