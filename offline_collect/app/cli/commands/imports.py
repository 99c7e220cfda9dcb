"""`imports list | show | release | reject | undo`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, group

app = group("Look at imports, release and reject those that wait, undo those that went wrong.")

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
    from offline_collect.app.cli.actions.import_release import Wanted, found_imports  # noqa: PLC0415
    from offline_collect.app.cli.actions.import_text import describe_import, show_imports  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice import timezone  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415

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
    from offline_collect.app.cli.actions.import_release import found_import  # noqa: PLC0415
    from offline_collect.app.cli.actions.import_text import describe_import  # noqa: PLC0415
    from offline_collect.app.cli.support.tables import show_document  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice import timezone  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415

    with open_office(config) as office:
        described = describe_import(found_import(office, number), timezone(office.configuration.settings))
    if as_json:
        typer.echo(json.dumps(described, ensure_ascii=False, indent=2))
    else:
        show_document(described)


@app.command()
def release(number: ImportId, config: ConfigFile = None) -> None:
    """Put an import that waits into effect; never by whoever imported it."""
    from offline_collect.app.cli.actions.import_release import release_one  # noqa: PLC0415

    release_one(number, config)


@app.command()
def reject(number: ImportId, reason: Reason = None, config: ConfigFile = None) -> None:
    """Give up an import that waits, or that was left unfinished: its rows are thrown away."""
    from offline_collect.app.cli.actions.import_release import reject_one  # noqa: PLC0415

    reject_one(number, reason, config)


@app.command()
def undo(number: ImportId, reason: Reason = None, config: ConfigFile = None) -> None:
    """Take back an import whose rows nobody has touched: what was there before is in effect again."""
    from offline_collect.app.cli.actions.import_release import undo_one  # noqa: PLC0415

    undo_one(number, reason, config)
