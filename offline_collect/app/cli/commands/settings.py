"""`config show`."""

from __future__ import annotations

import typer

from offline_collect.app.cli.support.options import ConfigFile, configuration, plain_group

app = plain_group("Show the configuration.")


@app.command()
def show(config: ConfigFile = None) -> None:
    """Print the effective settings as YAML, secrets masked."""
    from offline_collect.app.config.load import render_configuration  # noqa: PLC0415

    typer.echo(render_configuration(configuration(config)).rstrip())
