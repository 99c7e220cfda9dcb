"""Prints mappings for people: what an import did with remembered ones, and the command that proposes one."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from offline_collect.app.cli.actions.left_out_text import tell
from offline_collect.app.cli.support.said import in_words
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import HeaderError
from offline_collect.merchant.imports.kinds import KINDS
from offline_collect.merchant.imports.result import MappingsTold
from offline_collect.merchant.mappings.remember import Remembered
from offline_collect.store import StoredMapping

PROPOSED = "mapping.yaml"
"""What commands call the file of a proposed mapping."""

_NAMES_MAX = 99


def tell_mappings(name: str, told: MappingsTold, zone: dt.tzinfo) -> None:
    """Report with which mapping a file was read, and which one is remembered; print nothing if there is none."""
    if told.used is not None:
        used = Phrase(
            "read with the mapping of {day} (mapping {number}): `{show}`",
            day=str(_day(told.used, zone)),
            number=told.used.mapping_id,
            show=_show(told.used),
        )
        tell(name, used)
    if told.near is not None:
        missing, further = (", ".join(titles) or Phrase("none") for titles in told.near.differs)
        near = Phrase(
            "read without mapping {number}, whose titles are nearly these: missing {missing}; new {further}; `{show}`",
            number=told.near.mapping.mapping_id,
            missing=missing,
            further=further,
            show=_show(told.near.mapping),
        )
        tell(name, near)
    if told.remembered is not None:
        _tell_remembered(name, told.remembered)


def _tell_remembered(name: str, told: Remembered) -> None:
    found = told.mapping
    again = Phrase(
        "the next file with these titles is read with this mapping (mapping {number})",
        number=found.mapping_id,
    )
    if found.asks:
        again = Phrase(
            "{remembered}; {keys} of it is of one file and is asked for again",
            remembered=again,
            keys=", ".join(found.asks),
        )
    tell(name, again)
    if told.forgotten:
        numbers = ", ".join(map(str, told.forgotten))
        tell(
            name, Phrase("there was no room for the oldest: forgotten is mapping {numbers}", numbers=numbers)
        )


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
    notes = [
        Phrase(
            "mapping {number} of {merchant_id}, for {kind}; remembered {at}, from {who}",
            number=found.mapping_id,
            merchant_id=found.merchant_id,
            kind=KINDS[found.kind],
            at=found.remembered_at.astimezone(zone).isoformat(" ", "minutes"),
            who=found.who,
        ),
        Phrase("titles: {titles}", titles=", ".join(found.titles)),
    ]
    if found.asks:
        notes.append(Phrase("each file needs: {options}", options=constants_asked(found.asks)))
    lines = [f"# {line}" for note in notes for line in in_words(note).splitlines()]
    body = yaml.safe_dump(dict(found.mapping), allow_unicode=True, sort_keys=False, width=100).rstrip()
    return "\n".join([*lines, body])


def constants_asked(keys: Sequence[str]) -> str:
    """Return the options that give what a mapping asks for with each file."""
    return " ".join(f"--constant {key}=VALUE" for key in keys)


def _day(found: StoredMapping, zone: dt.tzinfo) -> dt.date:
    return found.remembered_at.astimezone(zone).date()


def _show(found: StoredMapping) -> str:
    return Phrase(
        "offline-collect mapping show {merchant_id} {mapping_id}",
        merchant_id=found.merchant_id,
        mapping_id=found.mapping_id,
    )
