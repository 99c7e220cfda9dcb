"""The kiosk as a process, for a real browser."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.tree import ROOT

WITHIN_S = 60
COMMAND = [sys.executable, "-m", "offline_collect_terminal.cli.main", "kiosk"]


@contextmanager
def kiosk_on(port: int, journal: Path, *options: str) -> Iterator[str]:
    """Run a kiosk for the link at a port until the block ends; return its address. It must end as it should."""
    command = [*COMMAND, "--port", str(port), "--journal", str(journal), "--web-port", "0", *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://\S+:\d+", said)
        assert found, said or process.communicate(timeout=WITHIN_S)
        yield found[0]
        process.terminate()
        _, errors = process.communicate(timeout=WITHIN_S)
        assert (process.returncode, errors) == (0, "")
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=WITHIN_S)
