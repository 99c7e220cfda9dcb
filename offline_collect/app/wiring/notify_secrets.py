"""Reads the secrets of channels of notices from the private files that the configuration names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from offline_collect.app.errors import ConfigurationError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.private_file import read_private

T = TypeVar("T")


def read_secret(office: Office, key: str, file: str, content: str, parse: Callable[[str], T]) -> T:
    """Return what a private file holds.

    Args:
        key: of the setting that names the file, below ``notify``.
        content: the name of its content, for errors.
        parse: returns it; raises ValueError.

    Raises:
        MasterKeyError: it cannot be read, or others can read it.
        ConfigurationError: it holds something else.
    """
    text = read_private(Path(file), content, f"notify.{key} names it")
    try:
        return parse(text)
    except ValueError as error:
        raise ConfigurationError(f"{office.configuration.file}: notify.{key}: {file} {error}") from None
