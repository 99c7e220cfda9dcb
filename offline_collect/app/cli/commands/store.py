"""`init`, `verify` and `store restored`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, Yes, configuration, date_option, group

app = group("Look after the store itself.")


@app.command()
def restored(config: ConfigFile = None) -> None:
    """Make a store that was restored from a backup safe to go on with: once after each restore, servers stopped.

    Serial numbers go on in a new epoch, so that none names a payment that the backup has lost. Prints what the
    store has lost, and what must be done before a server is started for terminals.
    """
    from offline_collect.app.cli.actions.store_restored import restored as begin_again  # noqa: PLC0415

    for line in begin_again(config):
        typer.echo(line)


def init(
    business_date: Annotated[
        dt.date | None,
        date_option(
            "--business-date",
            "First business day of a new store; one that is far ahead asks first. Default: today, or the next"
            " business day after cutover.",
        ),
    ] = None,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """Create the store, or bring an older one up to date; safe to run again."""
    from offline_collect.app.cli.actions.store_init import set_up_store  # noqa: PLC0415
    from offline_collect.app.cli.support.confirm import confirming  # noqa: PLC0415

    for line in set_up_store(configuration(config), business_date, confirming(yes=yes)):
        typer.echo(line)


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """Check the store's invariants: ledger, bills, keys, reversals, audit. Exit 1 if one is violated.

    Invariant 5 is of settled days, which there are none of before settlement.
    """
    from offline_collect.app.cli.actions.verify import verify_store  # noqa: PLC0415

    raise typer.Exit(verify_store(config, as_json=as_json))
