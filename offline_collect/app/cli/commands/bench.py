"""`bench`."""

from __future__ import annotations

import subprocess
import sys

import typer

from offline_collect.app.config.paths import CHECKOUT, in_checkout
from offline_collect.app.errors import AppError
from offline_collect.domain.texts.phrases import Phrase


def bench() -> None:
    """Measure throughput and latency; prints a table, and writes JSON to var/bench/ (in a checkout only)."""
    script = CHECKOUT / "bench" / "run.py"
    if not in_checkout() or not script.is_file():
        raise AppError(Phrase("bench needs a checkout of the repository, with its bench/ folder"))
    ran = subprocess.run([sys.executable, str(script)], check=False, cwd=CHECKOUT)  # noqa: S603 - our own script
    raise typer.Exit(ran.returncode)
