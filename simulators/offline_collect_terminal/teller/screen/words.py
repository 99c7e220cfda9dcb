"""The shell's own words, in the teller's language; what the platform says stays as it came."""

from __future__ import annotations

import re
from enum import StrEnum

from offline_collect_terminal.teller.screen.chinese import CHINESE, CHINESE_REASONS


class Language(StrEnum):
    """What the shell speaks."""

    EN = "en"
    ZH = "zh"


class Words:
    """Says things in one language: the English text is the key of every other."""

    def __init__(self, language: Language) -> None:
        self._chinese = language is Language.ZH

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in the language, its ``{placeholders}`` filled in."""
        said = CHINESE.get(text, text) if self._chinese else text
        return said.format(**values) if values else said

    def reason(self, reason: str) -> str:
        """Return what the form's rules say of an input."""
        if not self._chinese:
            return reason
        for pattern, chinese in CHINESE_REASONS:
            found = re.fullmatch(pattern, reason)
            if found:
                return found.expand(chinese)
        return reason
