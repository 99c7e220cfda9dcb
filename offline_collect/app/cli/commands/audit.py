"""`audit show` and `audit verify`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, date_option, group

app = group("Read the audit trail, and see that nobody has changed it.")

SubjectOption = Annotated[
    str | None,
    typer.Option(
        "--subject",
        metavar="TYPE[:ID]",
        help="Changes of this kind of thing, or of one of them: bill, bill:B1.",
        show_default=False,
    ),
]
ActionOption = Annotated[
    str | None,
    typer.Option(
        "--action", metavar="WORDS", help="Changes by this command: 'bills add'.", show_default=False
    ),
]


@app.command()
def show(
    merchant: Annotated[
        str | None,
        typer.Option(metavar="MERCHANT", help="Changes of this merchant only.", show_default=False),
    ] = None,
    subject: SubjectOption = None,
    action: ActionOption = None,
    actor: Annotated[
        str | None,
        typer.Option(
            "--actor", "--who", metavar="NAME", help="Changes by this user only.", show_default=False
        ),
    ] = None,
    since: Annotated[
        dt.date | None, date_option("--since", "Changes from this day on (business timezone).", "--from")
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
    from offline_collect.app.cli.actions.audit import Asked, show_audit  # noqa: PLC0415
    from offline_collect.app.errors import UsageError  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415

    if since is not None and last is not None and last < since:
        raise UsageError(f"--to {last}: must not be before --since {since}")
    asked = Asked(
        merchant=merchant,
        subject=subject,
        action=action,
        actor=actor,
        first=since,
        last=last,
        most=most,
    )
    with open_office(config) as office:
        show_audit(office, asked, as_json=as_json)


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
    from offline_collect.app.cli.actions.audit import verify_audit  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415

    with open_office(config) as office:
        raise typer.Exit(verify_audit(office, known))
