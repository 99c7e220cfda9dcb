"""Texts of help for the catalogue ``commands``: `make translations` writes gettext's template from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import typer

from offline_collect.app.cli.main import app
from offline_collect.app.cli.support.help_language import OWN_TEXTS, TYPER_TEXTS, paragraphs
from offline_collect.app.cli.support.usage_words import TEXTS as USAGE_TEXTS

_HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def help_texts() -> list[str]:
    """Return all texts of help, each once, in the order of their pages."""
    texts = (*OWN_TEXTS, *TYPER_TEXTS, *USAGE_TEXTS, *_of(typer.main.get_command(app)))
    return list(dict.fromkeys(filter(None, texts)))


def _of(command: Any) -> Iterator[str]:
    for each in (command, *command.params):
        yield from paragraphs(getattr(each, "help", None) or "")
    for name, listed in getattr(command, "commands", {}).items():
        # Its line in the list may be less than its page says.
        yield from paragraphs(listed.help or "")
        yield from _of(command.get_command(None, name))


def main() -> None:
    """Write the template to standard output."""
    typer.echo(_HEADER)
    for text in help_texts():
        typer.echo(f'msgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n')


if __name__ == "__main__":
    main()
