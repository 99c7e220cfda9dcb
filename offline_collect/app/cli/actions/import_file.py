"""Imports from the command line: takes an order; prints counts, a preview or a table of bad rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from offline_collect.app.cli.actions.import_text import show_preview, show_problems, summary, tell_hidden
from offline_collect.app.cli.support.progress import progress
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.errors import UnwritableError
from offline_collect.merchant.imports.error_workbook import free_name, write_errors
from offline_collect.merchant.imports.order import ImportOrder, Kind
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.imports.result import ImportRefusedError, Problems
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


def run_import(kind: Kind, asked: Asked, config: Path | None) -> None:
    """Import or preview a file and print the result.

    Raises:
        ImportRefusedError: it has bad rows; they were printed, and written into the error workbook.
        UsageError: the options contradict each other, or the error workbook would overwrite a file.
    """
    _check(asked)
    with open_office(config) as office:
        order = _order(office, kind, asked)
        if asked.preview:
            _preview(office, order, kind, asked)
        else:
            _import(office, order, kind, asked)


def _check(asked: Asked) -> None:
    if asked.accept_valid and asked.withdraw_missing:
        raise UsageError(
            "--withdraw-missing needs the whole file: a bill whose row is bad would be withdrawn;"
            " leave out --accept-valid"
        )
    if asked.errors is not None and asked.errors.exists():
        raise UsageError(f"--errors: {asked.errors} is there already: choose another name")


def _order(office: Office, kind: Kind, asked: Asked) -> ImportOrder:
    return ImportOrder(
        merchant_id=asked.merchant,
        file=asked.file,
        sheet=asked.sheet,
        layout=office.configuration.schemas().read(f"files/{kind.name}"),
        actor=office.actor,
        clock=office.clock.now,
        again=asked.again,
        accept_valid=asked.accept_valid,
        withdraw_missing=asked.withdraw_missing,
        mapping=None if asked.mapping is None else read_mapping(read_yaml(asked.mapping), str(asked.mapping)),
    )


def _import(office: Office, order: ImportOrder, kind: Kind, asked: Asked) -> None:
    try:
        with progress(order.file.name) as watch:
            result = import_file(office.store, order, kind, watch)
    except ImportRefusedError as error:
        _tell(error.problems, asked, office)
        raise
    say(summary(office, order, result))
    tell_hidden(order.file.name, result.hidden)
    if result.problems.count:
        _tell(result.problems, asked, office)


def _preview(office: Office, order: ImportOrder, kind: Kind, asked: Asked) -> None:
    with progress(order.file.name) as watch:
        found = preview_file(office.store, order, kind, watch)
    show_preview(order, found)
    if found.problems.count:
        show_problems(found.problems, office.actor)
        if asked.errors is not None:
            _write_errors(found.problems, asked.errors)


def _tell(problems: Problems, asked: Asked, office: Office) -> None:
    """Show the bad rows and write them into the error workbook; a failure here does not affect the import."""
    show_problems(problems, office.actor)
    try:
        _write_errors(problems, asked.errors or free_name(asked.file, Path()))
    except UnwritableError as error:
        typer.echo(f"the error workbook could not be written: {error}", err=True)


def _write_errors(problems: Problems, path: Path) -> None:
    write_errors(problems, path)
    typer.echo(f"the bad rows, each with its reason, are in {path.absolute()}")
