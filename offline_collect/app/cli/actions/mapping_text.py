"""Prints mappings for people: what an import did with remembered ones, and the command that proposes one."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from offline_collect.app.cli.support.tables import say
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import HeaderError
from offline_collect.merchant.imports.result import MappingsTold
from offline_collect.store import StoredMapping

PROPOSED = "mapping.yaml"
"""What commands call the file of a proposed mapping."""

_NAMES_MAX = 99


def tell_mappings(name: str, told: MappingsTold, zone: dt.tzinfo) -> None:
    """Report with which mapping a file was read, and which one is remembered; print nothing if there is none."""
    if told.used is not None:
        say(
            f"{name}: read with the mapping of {_day(told.used, zone)} (mapping {told.used.mapping_id}):"
            f" `offline-collect mapping show {_own(told.used)}`"
        )
    if told.near is not None:
        missing, further = (", ".join(titles) or "none" for titles in told.near.differs)
        say(
            f"{name}: read without mapping {told.near.mapping.mapping_id}, whose titles are nearly these: missing"
            f" {missing}; new {further}; `offline-collect mapping show {_own(told.near.mapping)}`"
        )
    if told.remembered is not None:
        found = told.remembered.mapping
        again = f"; {', '.join(found.asks)} of it is of one file and is asked for again" if found.asks else ""
        say(
            f"{name}: the next file with these titles is read with this mapping (mapping {found.mapping_id}){again}"
        )
        if told.remembered.forgotten:
            numbers = ", ".join(map(str, told.remembered.forgotten))
            say(f"{name}: there was no room for the oldest: forgotten is mapping {numbers}")


@contextmanager
def naming_proposal(kind: str, merchant: str, file: Path, sheet: str | None) -> Iterator[None]:
    """Add the command that proposes a mapping to each refusal about the columns of a file."""
    try:
        yield
    except HeaderError as error:
        command = ["offline-collect", kind, "import", merchant, str(file), "--suggest-mapping", str(free())]
        command += ["--sheet", sheet] if sheet is not None else []
        remedy = Phrase(
            "{remedy}; or have a mapping proposed: `{command}`",
            remedy=error.remedy,
            command=shlex.join(command),
        )
        raise error.replaced(remedy=remedy) from None


def free() -> Path:
    """Return a name for a proposed mapping that no file in this folder has."""
    others = (Path(f"mapping-{number}.yaml") for number in range(2, _NAMES_MAX + 1))
    return next((path for path in (Path(PROPOSED), *others) if not path.exists()), Path(PROPOSED))


def describe_mapping(found: StoredMapping, zone: dt.tzinfo) -> dict[str, Any]:
    """Return a mapping as a document."""
    return {
        "mapping": found.mapping_id,
        "merchant": found.merchant_id,
        "kind": found.kind.value,
        "titles": list(found.titles),
        "asks": list(found.asks),
        "content": dict(found.mapping),
        "remembered_by": found.who,
        "remembered_at": found.remembered_at.astimezone(zone).isoformat(" ", "seconds"),
    }


def mapping_yaml(found: StoredMapping, zone: dt.tzinfo) -> str:
    """Return a mapping as a file that `--mapping` takes, with what is known about it as comments."""
    at = found.remembered_at.astimezone(zone).isoformat(" ", "minutes")
    lines = [
        f"# mapping {found.mapping_id} of {found.merchant_id}, for {found.kind.value}; remembered {at}, from {found.who}",
        f"# titles: {', '.join(found.titles)}",
    ]
    if found.asks:
        lines.append(f"# each file needs: {constants_asked(found.asks)}")
    body = yaml.safe_dump(dict(found.mapping), allow_unicode=True, sort_keys=False, width=100).rstrip()
    return "\n".join([*lines, body])


def constants_asked(keys: Sequence[str]) -> str:
    """Return the options that give what a mapping asks for with each file."""
    return " ".join(f"--constant {key}=VALUE" for key in keys)


def _day(found: StoredMapping, zone: dt.tzinfo) -> dt.date:
    return found.remembered_at.astimezone(zone).date()


def _own(found: StoredMapping) -> str:
    return f"{found.merchant_id} {found.mapping_id}"
