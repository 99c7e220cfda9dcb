"""The shell's own words, in the teller's language; what the platform says stays as it came."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import Language, catalogue


def msgid(text: str) -> str:
    """Mark a text that :class:`Words` says elsewhere, so that ``make translations`` finds it; return it."""
    return text


class Words:
    """Says things in one language: the English text is the key of every other."""

    def __init__(self, language: Language) -> None:
        self._texts = catalogue(language, "terminal")

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in the language, its ``{placeholders}`` filled in."""
        said = self._texts.gettext(text)
        return said.format(**values) if values else said

    def reason(self, reason: str) -> str:
        """Return why something was not done: what the form's rules or the link say; others' texts as they are."""
        if isinstance(reason, Phrase):
            return reason.said(self._texts)
        # The journal keeps a reason as a mere text. An empty one is the catalogue's own header.
        return self._texts.gettext(reason) if reason else ""
