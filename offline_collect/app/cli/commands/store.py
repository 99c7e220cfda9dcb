"""`store restored`."""

from __future__ import annotations

import typer

from offline_collect.app.cli.actions.store_restored import restored as begin_again
from offline_collect.app.cli.support.options import ConfigFile, group

app = group()


@app.command()
def restored(config: ConfigFile = None) -> None:
    """Make a store that was restored from a backup safe to go on with: once after each restore, servers stopped.

    Serial numbers go on in a new epoch, so that none names a payment that the backup has lost. Prints what the
    store has lost, and what must be done before a server is started for terminals.
    """
    for line in begin_again(config):
        typer.echo(line)
