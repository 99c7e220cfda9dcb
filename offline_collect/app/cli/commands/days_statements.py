"""`day statements`: the statements of all merchants of a settled day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.debit_batch import outbox_of
from offline_collect.app.cli.commands.days_voucher import SettledDay
from offline_collect.app.cli.commands.recon import day_of
from offline_collect.app.cli.support.options import ConfigFile
from offline_collect.app.cli.support.tables import say
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.texts.counts import files_counted, merchants_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.reports.export import FileFormat
from offline_collect.merchant.reports.settled_day import NotWritten, StatementsOrder, write_statements


def statements(
    date: SettledDay,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FOLDER",
            help="Where the files go; former ones are replaced. Default: files.outbox of the configuration.",
            show_default=False,
        ),
    ] = None,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Of the files.")] = FileFormat.XLSX,
    config: ConfigFile = None,
) -> None:
    """Write the statement of each merchant of a settled day, with its details; again, they have the same bytes.

    The figures are those of `day settlement`. What may change later, such as payments' present states, is left out. A
    merchant whose figures cannot be trusted gets none: it is named, and the exit code is 1.
    """
    day = day_of(date)
    merchants = files = failed = 0
    with open_office(config) as office:
        folder = outbox_of(office, out)
        zone = timezone(office.configuration.settings)
        order = StatementsOrder(
            date=day,
            folder=folder,
            file_format=file_format,
            zone=zone,
            actor=office.actor,
            now=office.clock.now(),
        )
        for done in write_statements(office.store, order):
            if isinstance(done, NotWritten):
                failed += 1
                say(Phrase("Error: {why}", why=done.why), err=True)
            else:
                merchants += 1
                files += len(done.files)
    say(
        Phrase(
            "{folder}: {files} with the statements of {merchants}",
            folder=str(folder),
            files=files_counted(files),
            merchants=merchants_counted(merchants),
        )
    )
    if failed:
        raise typer.Exit(1)
