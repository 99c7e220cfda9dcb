"""`imports list | show | release | reject | undo`: imports after their file was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import typer

from offline_collect.app.cli.actions.import_text import describe_import, say_overtaken, show_imports
from offline_collect.app.cli.support.confirm import Confirm, asking
from offline_collect.app.cli.support.options import ConfigFile, Yes, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.progress import progress
from offline_collect.app.cli.support.speaking import speaks, speaks_of
from offline_collect.app.cli.support.tables import say, show_json
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.kinds import KINDS
from offline_collect.merchant.imports.view import view_import, view_imports
from offline_collect.store import Import, ImportKind, ImportState

app = group()

ImportId = Annotated[
    int,
    typer.Argument(metavar="IMPORT", min=1, max=2**63 - 1, help="Number of the import.", show_default=False),
]
Reason = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Why, for the audit trail.", show_default=False)
]

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which imports are requested; None for any."""

    merchant: str | None
    kind: ImportKind | None
    state: ImportState | None
    limit: int

    @classmethod
    def read(cls, merchant: str | None, kind: str | None, state: str | None, limit: int) -> Self:
        """Return the filter that options describe.

        Raises:
            UsageError: there is no such kind or state.
        """
        return cls(
            merchant,
            None if kind is None else _member(ImportKind, "--kind", kind.lower()),
            None if state is None else _member(ImportState, "--state", state.upper()),
            limit,
        )


def _whose(office: Office, options: Mapping[str, Any]) -> str:
    return view_import(office.store, options["number"], office.actor).merchant_id


_speaks = speaks_of(_whose)
"""For commands that name an import: its merchant's people use them."""


@app.command("list")
@speaks
def list_all(
    merchant: Annotated[
        str | None, typer.Option(metavar="MERCHANT", help="Of one merchant.", show_default=False)
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="customers or bills.", show_default=False)
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help="WAITING, RELEASED and so on.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many at most, the latest ones.")] = 20,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print the latest imports."""
    wanted = Wanted.read(merchant, kind, state, limit)
    with open_office(config) as office:
        found = view_imports(
            office.store, office.actor, wanted.merchant, wanted.kind, wanted.state, wanted.limit
        )
        zone = timezone(office.configuration.settings)
    if as_json:
        show_json([describe_import(each, zone) for each in found])
    else:
        show_imports(found, zone)


@app.command()
@_speaks
def show(number: ImportId, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print an import: its file, its user, the results of its rows."""
    with open_office(config) as office:
        found = view_import(office.store, number, office.actor)
        described = describe_import(found, timezone(office.configuration.settings))
    if as_json:
        show_json(described)
    else:
        show_worded(described)


@app.command()
@_speaks
def release(number: ImportId, config: ConfigFile = None) -> None:
    """Put a waiting import into effect; another user than its importer must do it."""
    release_one(number, config)


@app.command()
@_speaks
def reject(number: ImportId, reason: Reason = None, config: ConfigFile = None) -> None:
    """Reject a waiting or unfinished import: its rows are deleted."""
    reject_one(number, reason, config)


@app.command()
@_speaks
def undo(number: ImportId, reason: Reason = None, yes: Yes = False, config: ConfigFile = None) -> None:
    """Undo an import whose rows have not changed since: the earlier rows are in effect again."""
    undo_one(number, reason, config, asking(yes=yes))


def _member(members: type[E], option: str, text: str) -> E:
    try:
        return members(text)
    except ValueError:
        known = ", ".join(member.value for member in members)
        raise UsageError(
            Phrase("{option}: {text} is none of {known}", option=option, text=text, known=known)
        ) from None


def release_one(number: int, config: Path | None) -> None:
    """Release an import and print the result."""
    with open_office(config) as office:
        with progress(Phrase("import {number}", number=number)) as watch:
            done = imports.release(office.store, number, office.actor, office.clock.now(), watch)
        say(Phrase("import {number} is in effect", number=number))
        say_overtaken(done.counts)


def reject_one(number: int, reason: str | None, config: Path | None) -> None:
    """Reject an import; the user who imported it may do so too."""
    with open_office(config) as office:
        imports.reject(office.store, number, office.actor, office.clock.now(), reason)
        say(Phrase("import {number} is rejected: nothing of it was ever in effect", number=number))


def undo_one(number: int, reason: str | None, config: Path | None, ask: Confirm) -> None:
    """Undo an import."""
    with open_office(config) as office:
        seen = imports.look_at_undo(office.store, number, office.actor)
        ask(_will_be_undone(seen))
        with progress(Phrase("import {number}", number=number)) as watch:
            imports.undo(office.store, number, office.actor, office.clock.now(), watch, reason)
        say(Phrase("import {number} is undone: what it replaced is in effect again", number=number))


def _will_be_undone(seen: Import) -> Phrase:
    counts = seen.counts
    return Phrase(
        "import {number} of {merchant_id} ({kind}, {name}: {new} new, {changed} changed, {withdrawn} withdrawn) will be"
        " undone: its rows are out of effect, and those before it are in effect again; to have its rows back, import the"
        " file again",
        number=seen.import_id,
        merchant_id=seen.merchant_id,
        kind=KINDS[seen.kind],
        name=seen.name,
        new=counts.new,
        changed=counts.changed,
        withdrawn=counts.withdrawn,
    )
