"""The shell's own words, in the teller's language; the platform's texts are not translated."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import Language, catalogue


def msgid(text: str) -> str:
    """Mark a text for :class:`Words`, so that ``make translations`` finds it; return it."""
    return text


class Words:
    """Translates texts into one language; the English text is the key."""

    def __init__(self, language: Language) -> None:
        self._texts = catalogue(language, "terminal")
        self.language = language

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in the language, its ``{placeholders}`` filled in."""
        said = self._texts.gettext(text)
        return said.format(**values) if values else said

    def reason(self, reason: str) -> str:
        """Return a reason: translate texts of the form's rules or the link; others are unchanged."""
        if isinstance(reason, Phrase):
            return reason.said(self._texts)
        # The journal stores a reason as plain text. The empty text is the catalogue's own header.
        return self._texts.gettext(reason) if reason else ""
