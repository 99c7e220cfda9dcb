"""What the command library says of wrong usage, in the language of the environment.

The library asks gettext for a part of its texts only. Those that it does not ask for are told here by their form; a text
that it words anew stays English.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import gettext
from typing import NoReturn

import typer

from offline_collect.app.cli.support.said import in_words
from offline_collect.domain.texts.phrases import Phrase

TEXTS = (
    "Missing argument {name}.",
    "Missing option {name}.",
    "Missing option {name}. {more}",
    "No such option: {name} Did you mean {meant}?",
    "No such option: {name} (Possible options: {meant})",
    "No such option: {name}",
    "Option {name} requires an argument.",
    "Got unexpected extra argument(s) ({value})",
    "Got unexpected extra argument ({value})",
    "Invalid value for {name}: {reason}",
    "Invalid value: {reason}",
    "Value error, {value} is not one of {choices}.",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be greater than or equal to {least}",
    "Input should be less than or equal to {most}",
    "File {name} does not exist.",
    "Directory {name} does not exist.",
    "{sentence}. Did you mean {meant}?",
)
"""Sentences of the library; the first that fits is taken."""


def refuse(error: typer.TyperException, context: typer.Context) -> NoReturn:
    """Raise an error of the library in the words of the environment's language; as it is, if it has no others.

    Args:
        context: of the program; an error has that of its command, if it has any.
    """
    if isinstance(error.message, Phrase):
        error.message = in_words(error.message)
    message = error.format_message()
    worded = translated(message)
    if worded != message:
        (getattr(error, "ctx", None) or context).fail(worded)
    raise error


def translated(message: str) -> str:
    """Return a message of the library in the language that gettext has; the message itself if it is unknown."""
    for text in TEXTS:
        found = _form(text).fullmatch(message)
        if found is not None:
            return gettext(text).format(
                **{name: translated(part) for name, part in found.groupdict().items()}
            )
    return message


@cache
def _form(text: str) -> re.Pattern[str]:
    """Return the form of a sentence: a group for each of its parts."""
    pieces = re.split(r"\{(\w+)\}", text)
    return re.compile(
        "".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)),
        re.DOTALL,
    )
