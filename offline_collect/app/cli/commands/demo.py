"""`demo`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.tools.demo import run_demo


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the server running, and print how to use it.")
    ] = False,
) -> None:
    """Show the main job on the samples: a store, three merchants, a server, and every message over TCP."""
    raise typer.Exit(run_demo(keep))
