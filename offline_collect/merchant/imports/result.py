"""The result of an import: counts, what would change, and every bad row up to a limit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from offline_collect.domain.texts.counts import problems_counted, rows_counted
from offline_collect.domain.texts.phrases import Phrase, listed
from offline_collect.merchant.common.errors import TranslatableError
from offline_collect.merchant.imports.identity import IdentityChanges
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.imports.made_numbers import MadeNumbers
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.refusal_words import undo_words
from offline_collect.merchant.imports.row_numbers import RowNumbers
from offline_collect.merchant.mappings.opened import NearMapping
from offline_collect.merchant.mappings.remember import Remembered
from offline_collect.store import Change, Clash, Import, LaterImport, Obstacle
from offline_collect.store.backoffice.mappings import StoredMapping

OBSTACLES_TOLD = 5
"""How many obstacles to an undo are reported, and how many numbers with each."""


@dataclass(frozen=True, slots=True)
class HiddenPart:
    """The hidden parts of an Excel sheet, which are read too.

    Attributes:
        rows: how many rows below the header are hidden.
        columns: titles of hidden columns that the layout takes.
    """

    rows: int = 0
    columns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class MappingsTold:
    """What a file has to do with remembered mappings.

    Attributes:
        used: the one that it was read with.
        near: one that it was read without, because its titles differ.
        remembered: the one that is remembered from now on.
    """

    used: StoredMapping | None = None
    near: NearMapping | None = None
    remembered: Remembered | None = None


class SheetsError(TranslatableError):
    """Sheets of a workbook look like tables to import, but cannot be read with the others."""

    def __init__(self, name: str, left: LeftOut) -> None:
        self.left = left
        super().__init__(
            Phrase("{name}: nothing was imported: {reason}", name=name, reason=likely_sheets_told(left))
        )


def likely_sheets_told(left: LeftOut) -> Phrase:
    """Say which sheets look like tables to import and are not read, and what to do."""
    sheets = [Phrase("{sheet} ({reason})", sheet=each.name, reason=each.reason or "") for each in left.likely]
    return Phrase(
        "further sheets look like such a list, but do not fit the sheets that were read: {sheets}; mend their titles,"
        " or hide them in Excel if they are not meant, or import one sheet after the other with --sheet NAME",
        sheets=listed(sheets),
    )


@dataclass(frozen=True, slots=True)
class ImportResult:
    """An import that is in effect or waits for its release.

    Attributes:
        problems: of the refused rows, if the good rows were to be imported anyway.
        record: the import as it is now, with its counts; the earlier import if ``earlier`` is set.
        earlier: the same file was imported before, so nothing was done now.
        read_otherwise: and it was read with another mapping or other constants then.
        hidden: the hidden parts of its sheet.
        left: what was left out of it.
        identity: whose bills or names it changes.
        ended_mandates: rows whose mandate is CANCELLED or EXPIRED, and stays so.
        row_numbers: its numbers if they count its rows; None if they do not.
        made: its numbers if no column holds them; None if one does.
        mappings: remembered ones that it was read with, or that are remembered now.
    """

    problems: Problems
    record: Import
    earlier: bool = False
    read_otherwise: bool = False
    hidden: HiddenPart = HiddenPart()
    left: LeftOut = field(default_factory=LeftOut)
    identity: IdentityChanges = field(default_factory=IdentityChanges)
    row_numbers: RowNumbers | None = None
    made: MadeNumbers | None = None
    mappings: MappingsTold = MappingsTold()
    ended_mandates: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of a preview: the record in the store, and as the file would change it.

    Attributes:
        key: the number of the customer or bill.
        before: values by the layout's keys, extras by their title, as the user may see them; None for a new row.
        after: likewise; None for a bill that would be withdrawn.
        differing: keys of the values that differ, which masked values may not show.
    """

    key: str
    change: Change
    before: Mapping[str, object] | None = field(repr=False)
    after: Mapping[str, object] | None = field(repr=False)
    differing: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        key: str,
        change: Change,
        before: Mapping[str, object] | None,
        after: Mapping[str, object] | None,
    ) -> Self:
        """Return a row with its differences."""
        old, new = before or {}, after or {}
        keys = dict.fromkeys((*old, *new))
        return cls(key, change, before, after, tuple(each for each in keys if old.get(each) != new.get(each)))


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """What an import would do.

    Attributes:
        rows: how many rows the file has.
        counts: rows by what would be done, and bills that would be withdrawn, which are not in the file.
        samples: the first few that would be new, changed or withdrawn.
        problems: of the rows that would be refused.
        titles: names of the columns for people, by the layout's keys.
        currency: ISO 4217 number of the amounts.
        hidden: the hidden parts of the file's sheet.
        left: what would be left out of it.
        identity: whose bills or names it would change.
        ended_mandates: rows whose mandate is CANCELLED or EXPIRED, and would stay so.
        row_numbers: its numbers if they count its rows; None if they do not.
        made: its numbers if no column holds them; None if one does.
        mappings: remembered ones that it was read with.
    """

    rows: int
    counts: Counter[Change]
    samples: Sequence[Sample]
    problems: Problems
    titles: Mapping[str, str]
    currency: str
    hidden: HiddenPart
    left: LeftOut
    identity: IdentityChanges
    row_numbers: RowNumbers | None
    made: MadeNumbers | None
    mappings: MappingsTold = MappingsTold()
    ended_mandates: int = 0


class ImportRefusedError(TranslatableError):
    """A file has bad rows, so nothing of it was imported.

    Attributes:
        rows: how many rows the file has.
        problems: what is wrong with them.
        left: what was left out of it.
    """

    def __init__(self, name: str, rows: int, problems: Problems, left: LeftOut) -> None:
        super().__init__(
            Phrase(
                "{name}: nothing was imported: {problems} in {rows}; correct the file and try again",
                name=name,
                problems=problems_counted(problems.count),
                rows=rows_counted(rows),
            )
        )
        self.rows = rows
        self.problems = problems
        self.left = left


class NoRowsError(TranslatableError):
    """A file has a header and no rows, or none that is a bill or customer.

    Attributes:
        left: what was left out of it.
    """

    def __init__(self, name: str, left: LeftOut) -> None:
        below = Phrase("no row below it that is not left out") if left.rows else Phrase("no row below it")
        super().__init__(
            Phrase(
                "{name}: has a header and {below}: check that it is the right file, or the right sheet",
                name=name,
                below=below,
            )
        )
        self.left = left


class PeriodsError(TranslatableError):
    """The periods of a file do not determine which bills are missing from it."""


class ClaimedError(TranslatableError):
    """A bill that is missing from a file is held by another import, so it cannot be withdrawn."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(
            Phrase(
                "--withdraw-missing: nothing was imported, because the file lacks a bill that another import holds:"
                " {reason}",
                reason=reason,
            )
        )


class OwnImportError(TranslatableError):
    """A user may not release an import of his own."""

    def __init__(self, import_id: int, who: str) -> None:
        super().__init__(
            Phrase(
                "import {number} was made by {who}: another user must release it (--as NAME);"
                " `offline-collect imports reject {number}` takes it back",
                number=import_id,
                who=who,
            )
        )


class ReleaseRefusedError(TranslatableError):
    """An import of customers is not released, because lookups would find more than one customer.

    Attributes:
        clashes: the first customers that would have the same inputs.
    """

    def __init__(self, import_id: int, clashes: Sequence[Clash], count: int) -> None:
        told = [
            Phrase(
                "customers {customer_no} and {other_no} would have the same {labels}",
                customer_no=each.customer_no,
                other_no=each.other_no,
                labels=each.labels,
            )
            for each in clashes
        ]
        if count > len(clashes):
            told.append(Phrase("and {count} more", count=count - len(clashes)))
        super().__init__(
            Phrase(
                "import {number} is not released, and waits on: {clashes}; change the customer that is in effect,"
                " or `offline-collect imports reject {number}` and import a corrected file",
                number=import_id,
                clashes=listed(told),
            )
        )
        self.clashes = tuple(clashes)


class UndoRefusedError(TranslatableError):
    """An import is not undone, because its rows were changed or used since.

    Attributes:
        obstacles: the first obstacles found.
        later: imports that have changed its rows since, or are waiting to.
    """

    def __init__(
        self,
        import_id: int,
        obstacles: Sequence[Obstacle] = (),
        *,
        later: Sequence[LaterImport] = (),
        complete: bool = True,
    ) -> None:
        """Name the obstacles; ``complete`` means that there are no others."""
        numbers: dict[Phrase, list[str]] = defaultdict(list)
        for found in obstacles:
            numbers[undo_words(found.reason)].append(found.number)
        reasons = [
            Phrase("{reason}: {numbers}", reason=reason, numbers=_some(theirs, complete=complete))
            for reason, theirs in numbers.items()
        ]
        reasons = [*map(_changed_since, later), *reasons]
        more = [Phrase("…")] if len(reasons) > OBSTACLES_TOLD else []
        super().__init__(
            Phrase(
                "import {number} is not undone, and stays in effect: {reasons}",
                number=import_id,
                reasons=listed([*reasons[:OBSTACLES_TOLD], *more]),
            )
        )
        self.obstacles = tuple(obstacles)
        self.later = tuple(later)


def _changed_since(later: LaterImport) -> Phrase:
    """Return how many rows a later import changes, and what to do about it first."""
    rows = rows_counted(later.rows)
    names = ", ".join(later.numbers) + (", …" if later.rows > len(later.numbers) else "")
    if later.waits:
        return Phrase(
            "import {number}, which waits, is to change {rows} of it: reject that first ({names})",
            number=later.import_id,
            rows=rows,
            names=names,
        )
    return Phrase(
        "import {number} has changed {rows} of it since: undo that first ({names})",
        number=later.import_id,
        rows=rows,
        names=names,
    )


def _some(numbers: Sequence[str], *, complete: bool) -> Phrase:
    """Return the first numbers, and the count of the others."""
    first, more = ", ".join(numbers[:OBSTACLES_TOLD]), len(numbers) - OBSTACLES_TOLD
    if more <= 0 and complete:
        return Phrase("{first}", first=first)
    if more <= 0:
        return Phrase("{first}, and maybe more", first=first)
    if complete:
        return Phrase("{first}, and {more} more", first=first, more=more)
    return Phrase("{first}, and at least {more} more", first=first, more=more)
