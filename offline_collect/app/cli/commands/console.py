"""`console`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.hints import hinting
from offline_collect.app.cli.support.options import ConfigFile
from offline_collect.app.config.load import load_configuration
from offline_collect.app.config.types import PORT_MAX
from offline_collect.app.observability.logging import set_up_logging
from offline_collect.app.serving.console import run_console
from offline_collect.app.wiring.backoffice import timezone

Host = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Listen on this IP address; default: console.listen.",
        show_default=False,
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        metavar="PORT",
        min=0,
        max=PORT_MAX,
        help="Listen on this port, 0 for any free one; default: console.listen.",
        show_default=False,
    ),
]


def console(host: Host = None, port: Port = None, config: ConfigFile = None) -> None:
    """Run the web console for people who do not type commands, until SIGTERM or Ctrl-C."""
    configuration = load_configuration(config)
    settings = configuration.settings
    set_up_logging(settings.log, zone=timezone(settings), retell=hinting())
    run_console(configuration, host, port)
