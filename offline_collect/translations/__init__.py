"""The languages that people read, and the catalogues of what is said in them (docs/translating.md).

A room of its own above the domain, which reads no files: the back office and the terminal both look here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from types import MappingProxyType

from offline_collect.domain.texts.phrases import Phrase

LOCALE = Path(__file__).parent / "locale"
"""The catalogues, laid out as gettext looks for them."""


class Language(StrEnum):
    """What people read."""

    EN = "en"
    ZH = "zh"


Languages = tuple[Language, ...]
"""What a file is in: one language, or one after the other."""

BOTH: Languages = (Language.ZH, Language.EN)

LANGUAGES: Mapping[str, Languages] = MappingProxyType(
    {"zh": (Language.ZH,), "en": (Language.EN,), "both": BOTH}
)
"""By the names that a user chooses them by."""


@cache
def catalogue(language: Language, domain: str = "platform") -> NullTranslations:
    """Return a language's texts: those of the ``platform`` or of the ``terminal``."""
    if language is Language.EN:
        return NullTranslations()  # the code's own texts
    return translation(domain, LOCALE, ["zh_CN"])


def said(phrase: Phrase, languages: Languages, between: str = " ") -> str:
    """Return a phrase in one or more languages, on one line."""
    if phrase.parts:
        return _join(phrase, languages, between)
    return _join_fixed(phrase.context, phrase.template, languages, between)


@lru_cache(maxsize=1024)
def _join_fixed(context: str, template: str, languages: Languages, between: str) -> str:
    """Return a text without parts: each row of a report asks for the same few."""
    return _join(Phrase.in_context(context, template), languages, between)


def _join(phrase: Phrase, languages: Languages, between: str) -> str:
    return between.join(phrase.said(catalogue(language)) for language in languages)
