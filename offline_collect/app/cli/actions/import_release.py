"""Imports after their file was read, from the command line: found, released, rejected, undone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar

import typer

from offline_collect.app.cli.actions.import_text import overtaken
from offline_collect.app.cli.support.progress import progress
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.store import Import, ImportKind, ImportState, get_import, list_imports, require_merchant

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which imports are asked for; None for any."""

    merchant: str | None
    kind: ImportKind | None
    state: ImportState | None
    limit: int

    @classmethod
    def read(cls, merchant: str | None, kind: str | None, state: str | None, limit: int) -> Self:
        """Return what options ask for.

        Raises:
            UsageError: there is no such kind or state.
        """
        return cls(
            merchant,
            None if kind is None else _member(ImportKind, "--kind", kind.lower()),
            None if state is None else _member(ImportState, "--state", state.upper()),
            limit,
        )


def _member(members: type[E], option: str, text: str) -> E:
    try:
        return members(text)
    except ValueError:
        known = ", ".join(member.value for member in members)
        raise UsageError(f"{option}: {text} is none of {known}") from None


def found_imports(office: Office, wanted: Wanted) -> list[Import]:
    """Return the imports asked for, the latest first.

    Raises:
        NotThere: there is no such merchant.
    """
    office.require(Permission.VIEW)
    with office.store.snapshot() as reading:
        if wanted.merchant is not None:
            require_merchant(reading, wanted.merchant)
        return list_imports(reading, wanted.merchant, wanted.state, wanted.kind, wanted.limit)


def found_import(office: Office, number: int) -> Import:
    """Return one import.

    Raises:
        NotThere: there is none of this number.
    """
    office.require(Permission.VIEW)
    with office.store.snapshot() as reading:
        return get_import(reading, number)


def release_one(number: int, config: Path | None) -> None:
    """Release an import and say what came of it."""
    with open_office(config) as office:
        office.require(Permission.RELEASE)
        with progress(f"import {number}") as watch:
            done = imports.release(office.store, number, office.who, office.clock.now(), watch)
    typer.echo(f"import {number} is in effect{overtaken(done.counts)}")


def reject_one(number: int, reason: str | None, config: Path | None) -> None:
    """Reject an import; whoever imported it may take it back himself."""
    with open_office(config) as office:
        with office.store.snapshot() as reading:
            own = get_import(reading, number).who == office.who
        office.require(Permission.IMPORT if own and office.may(Permission.IMPORT) else Permission.RELEASE)
        imports.reject(office.store, number, office.who, office.clock.now(), reason)
    typer.echo(f"import {number} is rejected: nothing of it was ever in effect")


def undo_one(number: int, reason: str | None, config: Path | None) -> None:
    """Undo an import."""
    with open_office(config) as office:
        office.require(Permission.RELEASE)
        with progress(f"import {number}") as watch:
            imports.undo(office.store, number, office.who, office.clock.now(), watch, reason)
    typer.echo(f"import {number} is undone: what it replaced is in effect again")
