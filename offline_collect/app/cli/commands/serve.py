"""`serve`."""

from __future__ import annotations

import typer

from offline_collect.app.cli.support.hints import hinting
from offline_collect.app.cli.support.options import ConfigFile
from offline_collect.app.config.load import load_configuration
from offline_collect.app.observability.logging import set_up_logging
from offline_collect.app.serving import serve as server
from offline_collect.app.wiring.backoffice import timezone


def serve(config: ConfigFile = None) -> None:
    """Run the platform: listen on every link until SIGTERM or Ctrl-C, then drain and stop."""
    configuration = load_configuration(config)
    settings = configuration.settings
    set_up_logging(settings.log, zone=timezone(settings), retell=hinting())
    raise typer.Exit(server.serve(configuration))
