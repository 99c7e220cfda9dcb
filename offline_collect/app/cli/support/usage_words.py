"""What the command library says of wrong usage, in the language of the environment.

The library asks gettext for a part of its texts only. Those that it does not ask for are told here by their form; a text
that it words anew stays English.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import gettext

import typer

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
    "{value} is not one of {choices}.",
    "{value} is not a valid integer range.",
    "{value} is not a valid integer.",
    "{value} is not in the range {range}.",
    "File {name} does not exist.",
    "Path {name} does not exist.",
    "Directory {name} does not exist.",
)
"""Sentences of the library; the first that fits is taken."""


class WordedUsageError(typer.BadParameter):
    """Wrong usage, with a message that is shown as it is."""

    def format_message(self) -> str:
        """Return the message without the library's words before it."""
        return self.message


def in_words(error: Exception) -> Exception:
    """Return an error of the library in the words of the environment's language; any other error as it is."""
    if not isinstance(error, typer.TyperException):
        return error
    message = error.format_message()
    worded = translated(message)
    return error if worded == message else WordedUsageError(worded, ctx=getattr(error, "ctx", None))


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
