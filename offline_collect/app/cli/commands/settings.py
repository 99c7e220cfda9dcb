"""`config show` and `config check`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, plain_group
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.load import load_configuration, render_configuration
from offline_collect.domain.texts.phrases import Phrase

app = plain_group()


@app.command()
def show(config: ConfigFile = None) -> None:
    """Print the effective settings as YAML, secrets masked."""
    typer.echo(render_configuration(load_configuration(config)).rstrip())


@app.command()
def check(
    with_store: Annotated[
        bool, typer.Option("--store", help="Also reach the store, and open the links' keys in it.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Refuse a configuration that `serve` would refuse, with the same words.

    Settings, dialects, the message set, certificates and the master key are read. Nothing listens, and nothing is
    written. Whether an address is free shows only when `serve` starts.
    """
    # Only this command needs the server's imports.
    from offline_collect.app.serving.start_checks import check_start  # noqa: PLC0415

    configuration = load_configuration(config)
    check_start(configuration.settings, with_store=with_store)
    store = (
        Phrase("the store can be used") if with_store else Phrase("the store was not asked (--store asks it)")
    )
    say(Phrase("{file}: a server can start; {store}", file=str(configuration.file), store=store))
