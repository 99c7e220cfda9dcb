"""`init`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.actions.store_init import set_up_store
from offline_collect.app.cli.support.confirm import confirming
from offline_collect.app.cli.support.options import ConfigFile, Yes, date_option
from offline_collect.app.config.load import load_configuration


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
    for line in set_up_store(load_configuration(config), business_date, confirming(yes=yes)):
        typer.echo(line)
