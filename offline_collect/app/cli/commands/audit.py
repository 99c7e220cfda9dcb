"""`audit show` and `audit verify`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.actions.audit import show_audit, verify_audit
from offline_collect.app.cli.support.options import ConfigFile, date_option, group
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office

app = group()


@app.command()
def show(
    merchant: Annotated[
        str | None,
        typer.Option(metavar="MERCHANT", help="Changes of this merchant only.", show_default=False),
    ] = None,
    who: Annotated[
        str | None, typer.Option(metavar="NAME", help="Changes by this user only.", show_default=False)
    ] = None,
    first: Annotated[
        dt.date | None, date_option("--from", "Changes from this day on (business timezone).")
    ] = None,
    last: Annotated[dt.date | None, date_option("--to", "Changes up to this day, and on it.")] = None,
    most: Annotated[
        int, typer.Option("--last", min=1, max=1_000_000, help="How many changes, the latest ones.")
    ] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print whole rows, a JSON document a line.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Print who changed what and when, the earliest first, with what each change replaced."""
    if first is not None and last is not None and last < first:
        raise UsageError(f"--to {last}: must not be before --from {first}")
    with open_office(config) as office:
        show_audit(office, merchant, who, (first, last), most, as_json=as_json)


@app.command()
def verify(
    known: Annotated[
        str | None,
        typer.Option(
            metavar="ROW:HASH",
            help="An end of the trail that an earlier run printed: it must still be in it.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Check the chain of hashes: exit 1 where a row was removed, changed or put in."""
    with open_office(config) as office:
        raise typer.Exit(verify_audit(office, known))
