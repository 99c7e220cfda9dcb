"""The languages in which the command line speaks: what it prints, what it asks, and why it refuses; a log is English."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.translations import Language, Languages, catalogue

ENGLISH: Languages = (Language.EN,)


def _english() -> Languages:
    return ENGLISH


_spoken: ContextVar[Callable[[], Languages]] = ContextVar("spoken_languages", default=_english)


def speak(languages: Callable[[], Languages]) -> None:
    """Speak in these languages from now on; they are looked up when something is to be said."""
    _spoken.set(languages)


def speak_english() -> None:
    """Speak in English from now on."""
    speak(_english)


def spoken() -> Languages:
    """Return the languages that were set."""
    return _spoken.get()()


def in_words(text: str) -> str:
    """Return a text in the languages that were set, one below the other; what has no translation is as it is."""
    return _joined(text, "\n")


def on_one_line(text: str) -> str:
    """Return a text in the languages that were set, one beside the other: the title of a column, a cell."""
    return _joined(text, " ")


def said(error: Exception) -> str:
    """Return an error in the languages that were set, one below the other; what has no translation is English."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    words = words_of(error)
    return str(error) if words is None else in_words(words)


def _joined(text: str, between: str) -> str:
    if not isinstance(text, Phrase):
        return text
    return between.join(dict.fromkeys(text.said(catalogue(language)) for language in spoken()))
