"""`files watch`: takes what banks and front-end processors put into the inbox."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.actions.bank_files import judged_text, takers_of
from offline_collect.app.cli.support.options import ConfigFile
from offline_collect.app.cli.support.said import said
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.load import load_configuration
from offline_collect.app.tools.file_watch import watch as watch_inbox
from offline_collect.app.tools.rounds import stopped_by_signals
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.clock import LocalClock, SystemClock
from offline_collect.app.wiring.inbox import open_inbox
from offline_collect.domain.texts.counts import files_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.incoming_files import IncomingFile
from offline_collect.store import StoreError


def watch(
    once: Annotated[
        bool, typer.Option("--once", help="Take what is there now and end, for cron and timers.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Take the files in the configured inbox, each once, until SIGTERM or Ctrl-C.

    What is taken is moved to the folder `taken`, what is refused to `refused`, with the reason beside it. Several of these
    commands may run at once.
    """
    configuration = load_configuration(config)
    clock = LocalClock(SystemClock(), timezone(configuration.settings))
    inbox = open_inbox(configuration, takers_of(config))

    def say_now(told: str) -> None:
        at = f"{clock.now():%Y-%m-%d %H:%M:%S%z}"
        say(Phrase("{at} {told}", at=at, told=told))

    def tell(found: IncomingFile) -> None:
        say_now(judged_text(found))

    if once:
        for found in inbox.take(clock.now()):
            tell(found)
        if inbox.waiting:
            say(
                Phrase(
                    "{files} not whole yet: {waiting}",
                    files=files_counted(len(inbox.waiting)),
                    waiting=", ".join(inbox.waiting),
                )
            )
        return

    def tell_away(error: StoreError) -> None:
        say_now(said(error))

    stop = stopped_by_signals()
    files = configuration.settings.files
    assert files is not None, "open_inbox says so"
    say(Phrase("watching {inbox}", inbox=files.inbox))
    watch_inbox(inbox, clock, files.every_s, stop, tell=tell, tell_away=tell_away)
