"""The languages in which the command line says an error; a log has it in English."""

from __future__ import annotations

from contextvars import ContextVar

from offline_collect.domain.texts.phrases import words_of
from offline_collect.translations import Language, Languages, catalogue

ENGLISH: Languages = (Language.EN,)

_spoken: ContextVar[Languages] = ContextVar("spoken_languages", default=ENGLISH)


def speak(languages: Languages) -> None:
    """Say errors in these languages from now on."""
    _spoken.set(languages)


def said(error: Exception) -> str:
    """Return an error in the languages that were set, one below the other; what has no translation is English."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    words = words_of(error)
    if words is None:
        return str(error)
    return "\n".join(words.said(catalogue(language)) for language in _spoken.get())
