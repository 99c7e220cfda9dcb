"""Finds and compiles the dialect that the platform's link speaks."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import yaml

import offline_collect
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import SchemaError
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.wire.signing import MacOptions, SigningCodec

_PACKAGE = Path(offline_collect.__file__).parent
FOLDERS = (_PACKAGE.parent / "schemas" / "dialects", _PACKAGE / "_shipped" / "schemas" / "dialects")
"""A checkout's dialects, then those shipped with the package."""


def load_codec(name: str, mac: MacOptions | None = None) -> Codec:
    """Return the codec of a dialect.

    Args:
        name: a shipped dialect such as ``ascii``, or the path of a YAML file.
        mac: how messages are authenticated; None on a link without MACs.

    Raises:
        ScenarioError: there is no such dialect, or it is invalid.
        KeyFileError: the key does not fit the algorithm.
    """
    file = _find(name)
    try:
        codec = Codec(compile_dialect(*_values(file), partial(_other, file.parent)))
        return codec if mac is None else SigningCodec(codec, mac)
    except SchemaError as error:
        raise ScenarioError(error.file, error.path, error.reason) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScenarioError(str(file), "", f"cannot be read as YAML: {error}") from None


def _values(file: Path) -> tuple[object, str]:
    return yaml.safe_load(file.read_text(encoding="utf-8")), str(file)


def _other(beside: Path, name: str) -> tuple[object, str]:
    """What the file of a dialect holds that another is like: one beside that other, else a shipped one."""
    own = beside / f"{name}.yaml"
    if own.is_file():
        return _values(own)
    if name not in known_dialects():
        raise LookupError(
            f"no dialect {name} in {beside}, and of the shipped ones there are {', '.join(known_dialects())}"
        )
    return _values(_find(name))


def known_dialects() -> list[str]:
    """Return the names of the available dialects."""
    return sorted({path.stem for folder in FOLDERS for path in folder.glob("*.yaml")})


def _find(name: str) -> Path:
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    for folder in FOLDERS:
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    known = known_dialects()
    reason = f"no such dialect; choose from {', '.join(known)}, or give the path of a YAML file"
    raise ScenarioError(name, "", reason + meant(name, known))


def meant(name: str, known: Sequence[str]) -> str:
    """Return a question for a name that is nearly a known one; '' if it is like none."""
    near = get_close_matches(name, known, n=1)
    return f". Did you mean {near[0]}?" if near else ""
