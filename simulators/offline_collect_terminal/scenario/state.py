"""Keeps named messages of one run of scenarios for a later run (``run --state``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from offline_collect.wire.dialects.schema import Section
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.variables import Named
from offline_collect_terminal.wire.private import make_folders, private

STATE_BYTES_MAX = 1_000_000


def load_state(file: Path) -> dict[str, Named]:
    """Return the kept messages, none if the file does not exist yet.

    Raises:
        ScenarioError: the file is not a kept state.
    """
    if not file.exists():
        return {}
    try:
        if file.stat().st_size > STATE_BYTES_MAX:
            raise ScenarioError(str(file), "", f"is over {STATE_BYTES_MAX} bytes: it is not a kept state")
        root = Section(json.loads(file.read_text(encoding="utf-8")), str(file))
        return {name: _named(root.section(name)) for name in root.keys()}  # noqa: SIM118 - not a mapping
    except SchemaError as error:
        raise ScenarioError(error.file, error.path, error.reason) from None
    except (OSError, ValueError) as error:
        raise ScenarioError(str(file), "", f"cannot be read as kept state: {error}") from None


def save_state(file: Path, named: Mapping[str, Named]) -> None:
    """Write messages and their answers into a file that only its owner can read."""
    kept = {name: _plain(one) for name, one in named.items()}
    make_folders(file.parent)
    with open(file, "w", encoding="utf-8", opener=private) as written:
        json.dump(kept, written, ensure_ascii=False, indent=1)


def _plain(named: Named) -> dict[str, object]:
    plain: dict[str, object] = {"request": named.request.to_plain()}
    if named.answer is not None:
        plain["answer"] = named.answer.to_plain()
    return plain


def _named(section: Section) -> Named:
    answer = Message.from_plain(section.take("answer"), section.file) if section.has("answer") else None
    return Named(Message.from_plain(section.take("request"), section.file), answer)
