"""Commands named in texts: they repeat the `--config` that was given, so that a user can copy them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path

_COMMAND = re.compile(r"(?<![\w./-])offline-collect (?=[a-z])")
_given: ContextVar[Path | None] = ContextVar("given_config", default=None)


def give_config(file: Path | None) -> None:
    """Repeat this file in commands from now on; None if the command line named none."""
    _given.set(file)


def hinted(text: str) -> str:
    """Return a text in which each command names the configuration that was given, by its absolute path."""
    return _naming(_given.get(), text)


def hinting() -> Callable[[str], str]:
    """Return :func:`hinted` as it is now; other threads may call it."""
    given = _given.get()
    return lambda text: _naming(given, text)


def _naming(file: Path | None, text: str) -> str:
    if file is None:
        return text
    command = f"offline-collect --config {shlex.quote(str(file.absolute()))} "
    return _COMMAND.sub(lambda _: command, text)
