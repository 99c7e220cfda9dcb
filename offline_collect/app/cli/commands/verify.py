"""`verify`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.actions.verify import verify_store
from offline_collect.app.cli.support.options import ConfigFile, takes_name


@takes_name
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """Check the store's invariants: ledger, bills, keys, reversals, audit. Exit 1 if one is violated.

    Invariant 5 is of settled days, which there are none of before settlement.
    """
    raise typer.Exit(verify_store(config, as_json=as_json))
