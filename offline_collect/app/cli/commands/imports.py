"""`imports list | show | release | reject | undo`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from offline_collect.app.cli.actions.import_release import (
    Wanted,
    found_import,
    found_imports,
    reject_one,
    release_one,
    undo_one,
)
from offline_collect.app.cli.actions.import_text import describe_import, show_imports
from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.tables import show_document
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office

app = group()

ImportId = Annotated[
    int,
    typer.Argument(metavar="IMPORT", min=1, max=2**63 - 1, help="Number of the import.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Reason = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Why, for the audit trail.", show_default=False)
]


@app.command("list")
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
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="The latest so many.")] = 20,
    as_json: Json = False,
    config: ConfigFile = None,
) -> None:
    """Print the latest imports."""
    wanted = Wanted.read(merchant, kind, state, limit)
    with open_office(config) as office:
        found = found_imports(office, wanted)
        zone = timezone(office.configuration.settings)
    if as_json:
        typer.echo(json.dumps([describe_import(each, zone) for each in found], ensure_ascii=False, indent=2))
    else:
        show_imports(found, zone)


@app.command()
def show(number: ImportId, as_json: Json = False, config: ConfigFile = None) -> None:
    """Print an import: its file, who imported it, what became of its rows."""
    with open_office(config) as office:
        described = describe_import(found_import(office, number), timezone(office.configuration.settings))
    if as_json:
        typer.echo(json.dumps(described, ensure_ascii=False, indent=2))
    else:
        show_document(described)


@app.command()
def release(number: ImportId, config: ConfigFile = None) -> None:
    """Put an import that waits into effect; never by whoever imported it."""
    release_one(number, config)


@app.command()
def reject(number: ImportId, reason: Reason = None, config: ConfigFile = None) -> None:
    """Give up an import that waits, or that was left unfinished: its rows are thrown away."""
    reject_one(number, reason, config)


@app.command()
def undo(number: ImportId, reason: Reason = None, config: ConfigFile = None) -> None:
    """Take back an import whose rows nobody has touched: what was there before is in effect again."""
    undo_one(number, reason, config)
