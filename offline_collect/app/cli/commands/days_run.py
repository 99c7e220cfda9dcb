"""`day run`: an evening by itself, until nothing is left or a person must decide."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.actions.evening import told, work_of
from offline_collect.app.cli.commands.recon import day_of
from offline_collect.app.cli.support.options import ConfigFile
from offline_collect.app.cli.support.tables import show_line
from offline_collect.app.wiring.backoffice import cutover_times, institutions_by_totals
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.app.wiring.payouts import payout_terms
from offline_collect.domain.business_days.evening import Ended, Question
from offline_collect.settlement.evening import Evening, run_evening

ASKS = 3
"""The exit code if a person must decide."""
FILES_LACK = 1
"""The exit code if files of a day could not be written."""


def run(
    date: Annotated[
        str | None,
        typer.Option(
            "--date",
            metavar="DATE",
            help="Only this business day. Default: the open one if its cutover is due, and every closed one that is not ended.",
            show_default=False,
        ),
    ] = None,
    debits: Annotated[
        bool | None,
        typer.Option(
            "--debits/--no-debits",
            help="Whether to make a debit batch of each merchant that has mandates. Default: debits.every_evening.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Run an evening: cutover if it is due, debits, incoming files, reconciliation, settlement, files for the outbox.

    It stops where a person must decide, and says who and where. Run it again to go on. The exit code is 0 if nothing is
    left to do, 1 if something could not be done, and 3 if a person must decide.
    """
    day = None if date is None else day_of(date)
    asked = lacking = False
    with open_office(config) as office:
        settings = office.configuration.settings
        evening = Evening(
            cutover_times(settings),
            day,
            work_of(office, config, debits),
            payouts=payout_terms(office.configuration),
            by_totals=institutions_by_totals(settings),
        )
        for happened in run_evening(office.store, office.actor, evening, office.clock.now):
            for line in told(office, happened):
                show_line(line)
            asked = isinstance(happened.what, Question)
            lacking = lacking or happened.what is Ended.FILES_LACK
    if lacking:
        raise typer.Exit(FILES_LACK)
    if asked:
        raise typer.Exit(ASKS)
