"""Imports from the command line: one order in, counts or a table of bad rows out."""

from __future__ import annotations

from pathlib import Path

import typer

from offline_collect.app.logging import mask_long_numbers
from offline_collect.app.office import open_office
from offline_collect.app.output import show_table
from offline_collect.merchant.import_result import ImportRefusedError, ImportResult
from offline_collect.merchant.imports import ImportOrder, Kind, import_file
from offline_collect.store import Change


def run_import(
    kind: Kind, merchant: str, file: Path, sheet: str | None, *, again: bool, config: Path | None
) -> None:
    """Import a file and print what came of it.

    Raises:
        ImportRefusedError: it has bad rows; they have been printed.
    """
    with open_office(config) as office:
        layout = office.configuration.schemas().read(f"files/{kind.name}")
        order = ImportOrder(merchant, file, sheet, layout, office.who, office.clock.now(), again)
        try:
            result = import_file(office.store, order, kind)
        except ImportRefusedError as error:
            _show_problems(error)
            raise
    typer.echo(_summary(merchant, file, result))


def _summary(merchant: str, file: Path, result: ImportResult) -> str:
    if result.earlier is not None:
        earlier = result.earlier
        return (
            f"{file.name}: unchanged: {merchant}'s {result.kind} were imported from this very file on"
            f" {earlier.imported_at:%Y-%m-%d %H:%M} UTC by {earlier.who}; --again imports it all the same"
        )
    counts = ", ".join(f"{result.counts[change]} {change.value.lower()}" for change in Change)
    return f"{file.name}: {result.rows} {result.kind} of {merchant}: {counts}"


def _show_problems(error: ImportRefusedError) -> None:
    """Show the bad rows; a card or account number may have slipped into any column."""
    show_table(
        ("Row", "Column", "Value", "Reason", "Remedy"),
        [
            (
                found.row,
                found.column,
                None if found.value is None else mask_long_numbers(str(found.value)),
                mask_long_numbers(found.reason),
                found.remedy,
            )
            for found in error.problems
        ],
        right=["Row"],
    )
    if error.count > len(error.problems):
        typer.echo(f"… and {error.count - len(error.problems)} more")
