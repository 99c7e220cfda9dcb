"""Imports from the command line: takes an order; prints counts, a preview or a table of bad rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from offline_collect.app.cli.actions.import_text import say_summary, show_problems
from offline_collect.app.cli.actions.left_out_text import (
    tell_ended_mandates,
    tell_hidden,
    tell_identity,
    tell_left_out,
    tell_made,
)
from offline_collect.app.cli.actions.mapping_text import naming_proposal, tell_mappings
from offline_collect.app.cli.actions.preview_text import show_preview
from offline_collect.app.cli.support.options_language import read_languages
from offline_collect.app.cli.support.progress import progress
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.app.wiring.import_layout import import_layout
from offline_collect.domain.imports.remembered import with_constants
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.files.columns.mapping import FileMapping, read_mapping
from offline_collect.files.errors import FileError
from offline_collect.merchant.imports.error_workbook import free_name, write_errors
from offline_collect.merchant.imports.order import ImportOrder, Kind
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.result import (
    ImportRefusedError,
    NoRowsError,
    SheetsError,
    likely_sheets_told,
)
from offline_collect.merchant.imports.run import import_file


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of the command line; see the options of `bills import`."""

    merchant: str
    file: Path
    sheet: str | None
    mapping: Path | None
    errors: Path | None
    preview: bool
    accept_valid: bool
    again: bool
    withdraw_missing: bool = False
    identity_changes: bool = False
    language: str | None = None
    constants: tuple[str, ...] = ()
    suggest: Path | None = None


def run_import(kind: Kind, asked: Asked, config: Path | None) -> None:
    """Import or preview a file and print the result.

    Raises:
        ImportRefusedError: it has bad rows; they were printed, and written into the error workbook.
        UsageError: the options contradict each other, or the error workbook would overwrite a file.
    """
    _check(asked)
    with (
        open_office(config) as office,
        naming_proposal(kind.name, asked.merchant, asked.file, asked.sheet),
    ):
        order = _order(office, kind, asked)
        if asked.suggest is not None:
            # Its menus take longer to load than a small import.
            import_module("offline_collect.app.cli.actions.suggest_mapping").suggest(
                office, order, kind, asked.suggest
            )
        elif asked.preview:
            _preview(office, order, kind, asked)
        else:
            _import(office, order, kind, asked)


def _check(asked: Asked) -> None:
    read_languages(asked.language)
    if asked.accept_valid and asked.withdraw_missing:
        raise UsageError(
            Phrase(
                "--withdraw-missing needs the whole file: a bill whose row is bad would be withdrawn;"
                " leave out --accept-valid"
            )
        )
    if asked.suggest is not None and asked.mapping is not None:
        raise UsageError(Phrase("--suggest-mapping proposes what --mapping gives: leave one of the two out"))
    for option, path in (("--errors", asked.errors), ("--suggest-mapping", asked.suggest)):
        if path is not None and path.exists():
            raise UsageError(
                Phrase(
                    "{option}: {path} is there already: choose another name", option=option, path=str(path)
                )
            )


def _order(office: Office, kind: Kind, asked: Asked) -> ImportOrder:
    constants = _constants(asked)
    return ImportOrder(
        merchant_id=asked.merchant,
        file=asked.file,
        sheet=asked.sheet,
        layout=import_layout(office.configuration.schemas(), kind.name),
        actor=office.actor,
        clock=office.clock.now,
        again=asked.again,
        accept_valid=asked.accept_valid,
        withdraw_missing=asked.withdraw_missing,
        identity_changes=asked.identity_changes,
        mapping=None if asked.mapping is None else _mapping(asked.mapping, constants),
        constants=constants,
    )


def _constants(asked: Asked) -> dict[str, str]:
    constants = {}
    for text in asked.constants:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not (key and equals and value):
            raise UsageError(Phrase("--constant {text}: write it like due_date=2026-12-31", text=text))
        if key in constants:
            raise UsageError(Phrase("--constant {text}: {key} is there twice", text=text, key=key))
        constants[key] = value
    return constants


def _mapping(path: Path, constants: Mapping[str, str]) -> FileMapping:
    mapping = read_mapping(read_yaml(path), str(path))
    if not constants:
        return mapping
    return read_mapping(with_constants(mapping.document, constants), str(path))


@contextmanager
def _telling_left_out(order: ImportOrder) -> Iterator[None]:
    """Report what was left out of a file that is refused: it may be why."""
    try:
        yield
    except (NoRowsError, SheetsError, ImportRefusedError) as error:
        tell_left_out(order.file.name, error.left)
        raise


def _import(office: Office, order: ImportOrder, kind: Kind, asked: Asked) -> None:
    try:
        with _telling_left_out(order), progress(order.file.name) as watch:
            result = import_file(office.store, order, kind, watch)
    except ImportRefusedError as error:
        _tell(error.problems, order, asked, office)
        raise
    say_summary(office, order, result)
    tell_hidden(order.file.name, result.hidden)
    tell_left_out(order.file.name, result.left)
    tell_made(order.file.name, result.made)
    tell_ended_mandates(order, result.ended_mandates)
    tell_identity(order, result)
    tell_mappings(order.file.name, result.mappings, timezone(office.configuration.settings))
    if result.problems.count:
        _tell(result.problems, order, asked, office)


def _preview(office: Office, order: ImportOrder, kind: Kind, asked: Asked) -> None:
    with _telling_left_out(order), progress(order.file.name) as watch:
        found = preview_file(office.store, order, kind, watch)
    show_preview(order, found)
    if found.left.likely:
        refused = likely_sheets_told(found.left)
        say(Phrase("as it is, the import would be refused: {reason}", reason=refused))
    tell_mappings(order.file.name, found.mappings, timezone(office.configuration.settings))
    if found.problems.count:
        show_problems(found.problems, office.actor, read_languages(asked.language))
        if asked.errors is not None:
            _write_errors(found.problems, order, asked, asked.errors)


def _tell(problems: Problems, order: ImportOrder, asked: Asked, office: Office) -> None:
    """Show the bad rows and write the error workbook; a failure here does not affect the import."""
    show_problems(problems, office.actor, read_languages(asked.language))
    try:
        _write_errors(problems, order, asked, asked.errors or free_name(asked.file, Path()))
    except FileError as error:
        reason = words_of(error) or str(error)
        say(Phrase("the error workbook could not be written: {reason}", reason=reason), err=True)


def _write_errors(problems: Problems, order: ImportOrder, asked: Asked, path: Path) -> None:
    write_errors(order, problems, path, read_languages(asked.language))
    say(
        Phrase(
            "the whole file, its bad rows first, each with its reason, is in {path}: correct it and import that",
            path=str(path.absolute()),
        )
    )
