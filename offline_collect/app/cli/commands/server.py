"""`serve`, `demo` and `bench`."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, configuration


def serve(config: ConfigFile = None) -> None:
    """Run the platform: listen on every link until SIGTERM or Ctrl-C, then drain and stop."""
    from offline_collect.app.observability.logging import set_up_logging  # noqa: PLC0415
    from offline_collect.app.serving import serve as server  # noqa: PLC0415

    settings = configuration(config).settings
    set_up_logging(settings.log)
    raise typer.Exit(server.serve(settings))


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the server running, and say how to talk to it.")
    ] = False,
) -> None:
    """Show the main job on the samples: a store, three merchants, a server, and every message over TCP."""
    from offline_collect.app.tools.demo import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(keep))


def bench() -> None:
    """Measure throughput and latency; prints a table, and writes JSON to var/bench/ (in a checkout only)."""
    from offline_collect.app.config.paths import CHECKOUT, in_checkout  # noqa: PLC0415
    from offline_collect.app.errors import AppError  # noqa: PLC0415

    script = CHECKOUT / "bench" / "run.py"
    if not in_checkout() or not script.is_file():
        raise AppError("bench needs a checkout of the repository, with its bench/ folder")
    ran = subprocess.run([sys.executable, str(script)], check=False, cwd=CHECKOUT)  # noqa: S603 - our own script
    raise typer.Exit(ran.returncode)
