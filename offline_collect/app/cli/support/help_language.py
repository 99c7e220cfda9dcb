"""Help in the language of its reader: that of OFFLINE_COLLECT_LANGUAGE, else of the shell's locale; else English.

The texts are in the catalogue ``commands``, which gettext finds by the environment. typer asks gettext for its own texts too.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from inspect import cleandoc
from typing import Any

from offline_collect.translations import LANGUAGES, LOCALE, Language, Languages

ENVIRONMENT = "OFFLINE_COLLECT_LANGUAGE"
CATALOGUE = "commands"

_NAMES = {Language.EN: "en", Language.ZH: "zh_CN"}
_BREAK = "\n\n"
USAGE = "Usage: "
ERROR_PREFIX = "Error: "

OWN_TEXTS = (USAGE, ERROR_PREFIX, "Show this message and exit.")
"""Texts that no command has, and that typer does not ask gettext for."""

TYPER_TEXTS = (
    "Arguments",
    "Options",
    "Commands",
    "Error",
    "Aborted.",
    "Aborted!",
    "Missing command.",
    "No such command {name!r}.",
    "[default: {}]",
    "[env var: {}]",
    "[required]",
    "(deprecated) ",
    "Try [blue]'{command_path} {help_option}'[/] for help.",
)
"""Texts for which typer asks gettext."""


def use_environments_language() -> None:
    """Have gettext look into the catalogue of help, in the language of the environment."""
    named = LANGUAGES.get(os.environ.get(ENVIRONMENT, "").lower())
    if named is not None:
        os.environ["LANGUAGE"] = _NAMES[named[0]]
    gettext.bindtextdomain(CATALOGUE, str(LOCALE))
    gettext.textdomain(CATALOGUE)


def environments_languages() -> Languages:
    """Return what the environment asks for: what commands speak that know no merchant."""
    named = LANGUAGES.get(os.environ.get(ENVIRONMENT, "").lower())
    if named is not None:
        return named
    return (Language.ZH if gettext.find(CATALOGUE, str(LOCALE)) else Language.EN,)


def in_language(text: str) -> str:
    """Return a text of help in the language of the environment, paragraph by paragraph."""
    return _BREAK.join(gettext.gettext(each) if each else each for each in paragraphs(text))


def paragraphs(text: str) -> list[str]:
    """Return the parts of a text of help that are translated, each for itself."""
    return cleandoc(text).split(_BREAK)


@contextmanager
def _folding() -> Iterator[None]:
    """Have long words go on in the next line: to rich a Chinese sentence is one word, whose end it would leave out."""
    # Only pages of help need rich, which takes a while to import.
    from rich.text import Text  # noqa: PLC0415
    from typer import rich_utils  # noqa: PLC0415

    class FoldedText(Text):
        @classmethod
        def from_markup(cls, text: str, *arguments: Any, **options: Any) -> Text:
            return super().from_markup(text, *arguments, **{"overflow": "fold", **options})

    rich_utils.__dict__["Text"] = FoldedText
    try:
        yield
    finally:
        rich_utils.__dict__["Text"] = Text


@contextmanager
def translated(texts: Iterable[Any]) -> Iterator[None]:
    """Translate the help of commands and options for as long as their page is written."""
    former = [(each, each.help) for each in texts if getattr(each, "help", None)]
    for each, text in former:
        each.help = in_language(text)
    try:
        with _folding():
            yield
    finally:
        for each, text in former:
            each.help = text
