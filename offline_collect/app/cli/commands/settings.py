"""`config show`."""

from __future__ import annotations

import typer

from offline_collect.app.cli.support.options import ConfigFile, plain_group
from offline_collect.app.config.load import load_configuration, render_configuration

app = plain_group()


@app.command()
def show(config: ConfigFile = None) -> None:
    """Print the effective settings as YAML, secrets masked."""
    typer.echo(render_configuration(load_configuration(config)).rstrip())
