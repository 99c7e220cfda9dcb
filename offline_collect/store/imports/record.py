"""An import as it is kept: its file, its counts, where it is in its life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from offline_collect.domain.imports.life import ImportStanding, ImportState


class ImportKind(StrEnum):
    """What a file holds."""

    CUSTOMERS = "customers"
    BILLS = "bills"


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that is to be imported.

    Attributes:
        sha256: of its bytes, 64 hex digits.
        name: as the person named it, without its folder; at most 200 characters.
        options: what was asked for, as a JSON document; shown by ``imports show``.
        who: imports it.
    """

    merchant_id: str
    kind: ImportKind
    sha256: str
    name: str
    size_bytes: int
    who: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What became of the rows of a file.

    Attributes:
        read: rows of the file.
        withdrawn: bills of the store that are not in the file, withdrawn by it.
        refused: rows that were refused while they were staged.
        overtaken: staged rows that did not take effect, since their bill or customer was paid, marked or
            changed before the release; counted by ``settle_import``.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    refused: int = 0
    overtaken: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it is kept.

    Attributes:
        began_at: when its staging began.
        decided_by: who released, rejected or undid it last; None before.
        settled: whether nothing is left to be done by ``settle_import`` or ``discard_staged``.
    """

    import_id: int
    merchant_id: str
    kind: ImportKind
    sha256: str
    name: str
    size_bytes: int
    options: Mapping[str, Any]
    who: str
    began_at: dt.datetime
    state: ImportState
    settled: bool
    counts: ImportCounts
    decided_by: str | None = None
    decided_at: dt.datetime | None = None

    @property
    def standing(self) -> ImportStanding:
        """What its next step depends on."""
        counts = self.counts
        changes = counts.new + counts.changed + counts.withdrawn
        return ImportStanding(self.state, self.who, self.settled, changes)
