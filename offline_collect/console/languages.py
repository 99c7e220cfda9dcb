"""The language of a page: the one that the user has chosen, else the one that his browser asks for."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import Language, catalogue

LANGUAGE_COOKIE = "language"
NAMES = {Language.EN: "English", Language.ZH: "中文"}
TAGS = {Language.EN: "en", Language.ZH: "zh-CN"}
"""The languages as HTML names them."""


def language_of(chosen: str | None, accepted: str) -> Language:
    """Return the language of a page.

    Args:
        chosen: the value of the cookie.
        accepted: the header Accept-Language.
    """
    if chosen in set(Language):
        return Language(chosen)
    for tag in sorted(accepted.split(","), key=_weight, reverse=True):
        name = tag.split(";")[0].strip().lower()[:2]
        if name in set(Language):
            return Language(name)
    return Language.EN


def _weight(tag: str) -> float:
    _, _, weight = tag.partition(";q=")
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0


def in_language(text: str, language: Language) -> str:
    """Return a text in a language; what has no translation is as it is."""
    return text.said(catalogue(language)) if isinstance(text, Phrase) else str(text)
