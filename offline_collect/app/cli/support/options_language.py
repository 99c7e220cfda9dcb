"""The option `--language` of commands that write a merchant's files, or say why they do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from offline_collect.app.errors import UsageError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import LANGUAGES, Languages

LanguageName = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="zh|en|both",
        help="Of words in the file, and of what is said. Default: Chinese for a merchant with a Chinese name, else English.",
        show_default=False,
    ),
]


SpokenLanguage = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="zh|en|both",
        help="Of what is said. Default: that in OFFLINE_COLLECT_LANGUAGE, else Chinese for a merchant with a Chinese"
        " name, else English.",
        show_default=False,
    ),
]


def read_languages(text: str | None) -> Languages | None:
    """Return the languages that the option names; None for the merchant's own.

    Raises:
        UsageError: it names none.
    """
    return None if text is None else LANGUAGES[one_of(LANGUAGES, text, "--language")]


def one_of(choices: Iterable[str], text: str, option: str) -> str:
    """Return an option's value, in lower case.

    Raises:
        UsageError: it is none of the choices.
    """
    known = list(choices)
    if text.lower() not in known:
        raise UsageError(
            Phrase(
                "{option} {text}: must be one of {known}", option=option, text=text, known=", ".join(known)
            )
        )
    return text.lower()
