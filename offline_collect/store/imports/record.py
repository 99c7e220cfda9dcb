"""A stored import: its file, its counts, its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from offline_collect.domain.imports.life import ImportEnd, ImportStanding, ImportState
from offline_collect.store.database.json import from_json

COUNTED = ("read", "new", "changed", "unchanged", "withdrawn", "refused", "overtaken")
"""What is counted of the rows of an import."""


class ImportKind(StrEnum):
    """The content of a file."""

    CUSTOMERS = "customers"
    BILLS = "bills"


ENDED = "ended"
"""The option of a stored import that tells why it ended before it could wait."""

PROCESS = "process"
"""The option that names the process that stages it: its machine and number."""

READ_WITH = "read_with"
"""The option that is a digest of the mapping and the constants that its file was read with."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to import.

    Attributes:
        sha256: of its bytes, 64 hex digits.
        name: as the user gave it, without its folder; at most 200 characters.
        options: the requested options, as a JSON document; its process may be among them.
        who: the user who imports it.
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
    """Outcomes of the rows of a file.

    Attributes:
        read: rows of the file.
        withdrawn: bills of the store that the file withdraws because it lacks them.
        refused: rows refused during staging.
        overtaken: staged rows that did not take effect because their bill or customer was paid, marked or
            changed before the release; counted by ``tidy_import``.
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
    """A stored import.

    Attributes:
        began_at: the start of its staging.
        decided_by: the user who last released, rejected or undid it; None before.
        tidied: whether ``tidy_import`` or ``discard_staged`` has nothing left to do.
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
    tidied: bool
    counts: ImportCounts
    decided_by: str | None = None
    decided_at: dt.datetime | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """The options that its user asked for."""
        return {name: on for name, on in self.options.items() if name not in {ENDED, PROCESS, READ_WITH}}

    @property
    def ended(self) -> ImportEnd | None:
        """Why it was rejected before it could wait; None if a user rejected it, or it was not rejected."""
        ended = self.options.get(ENDED)
        return None if ended is None else ImportEnd(ended)

    @property
    def standing(self) -> ImportStanding:
        """The values on which its next step depends."""
        counts = self.counts
        changes = counts.new + counts.changed + counts.withdrawn
        return ImportStanding(self.state, self.who, self.tidied, changes)


def import_of(row: Row[Any]) -> Import:
    """Return an import as its row has it."""
    return Import(
        import_id=row.import_id,
        merchant_id=row.merchant_id,
        kind=ImportKind(row.kind),
        sha256=row.sha256,
        name=row.name,
        size_bytes=row.size_bytes,
        options=from_json(row.options),
        who=row.who,
        began_at=row.began_at,
        state=ImportState(row.state),
        tidied=row.rows_through is None,
        counts=ImportCounts(**{name: getattr(row, f"rows_{name}") for name in COUNTED}),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
