"""`samples`: the sample merchants' files, for any day, wherever the program is installed."""

from __future__ import annotations

import datetime as dt
import shlex
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, date_option
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.load import load_configuration
from offline_collect.app.errors import UsageError
from offline_collect.app.tools.samples.files import MERCHANTS, write_all
from offline_collect.app.wiring.backoffice import cutover_times
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.texts.phrases import Phrase

YEARS = range(1900, 9_001)
"""All dates of samples, which lie around the day, are dates of Python too."""


def samples(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder, or an empty one.", show_default=False)
    ],
    date: Annotated[
        dt.date | None,
        date_option("--date", "The day around which the bills' dates lie. Default: the business's day now."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Write samples to try the program with: merchants, forms, customers, bills, configurations, scenarios."""
    times = cutover_times(load_configuration(config).settings)
    today = date or times.date_of(SystemClock().now())
    if today.year not in YEARS:
        raise UsageError(
            Phrase(
                "--date: {today} is too far away; give a day of the years {first} to {last}",
                today=str(today),
                first=YEARS[0],
                last=YEARS[-1],
            )
        )
    write_all(folder, today)
    say(
        Phrase(
            "{folder}: samples of {merchants} merchants for {today}, configurations and scenarios",
            folder=str(folder),
            merchants=len(MERCHANTS),
            today=str(today),
        )
    )
    say(Phrase("To use them:"))
    for line in _next_steps(folder):
        typer.echo(f"  {line}")


def _next_steps(folder: Path) -> list[str]:
    def path(*parts: str) -> str:
        return shlex.quote(str(folder.joinpath(*parts)))

    lines = [
        f"export OFFLINE_COLLECT_CONFIG={path('config', 'sqlite.yaml')}",
        "offline-collect init",
    ]
    for name, merchant_id in MERCHANTS.items():
        kind = "xlsx" if name == "water" else "csv"
        lines += [
            f"offline-collect merchant add {path(name, 'merchant.yaml')}",
            f"offline-collect form publish {merchant_id} {path(name, 'form.yaml')}",
            f"offline-collect customers import {merchant_id} {path(name, f'customers.{kind}')}",
            f"offline-collect bills import {merchant_id} {path(name, f'bills.{kind}')}",
        ]
    return [*lines, "offline-collect serve", "offline-collect-terminal run   # in another window"]
