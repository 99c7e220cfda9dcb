"""Draws the pictures of the console with the demo that is kept: a part of ``make pictures``."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.modules.chromium import new_page, running_chromium
from tests.support.tree import ROOT

PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "several plain words"
CONSOLE = re.compile(r"The console: (\S+) \(pid (\d+)\)\. Sign in as (\S+) with the one-time password (\S+)")
SERVER = re.compile(r"The server goes on \(pid (\d+)\)\. .*? run --transcript --port (\d+)")


def main() -> int:
    """Draw all pictures; return the exit code."""
    with (
        TemporaryDirectory() as folder,
        kept_demo(Path(folder)) as (address, name, password),
        running_chromium() as browser,
    ):
        page = new_page(browser, width=1200, height=760, locale="en-US")
        sign_in(page, address, name, password)
        page.goto(address)
        page.screenshot(path=PICTURES / "console-today.png")
        page.goto(f"{address}payments")
        page.locator("main table a").first.click()
        page.screenshot(path=PICTURES / "console-payment.png")
    return 0


@contextmanager
def kept_demo(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Run the demo in a folder of its own; give the console's address, a user's name and one-time password."""
    command = [sys.executable, "-m", "offline_collect", "demo", "--keep"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    text = " ".join(done.stdout.split())
    console, server = CONSOLE.search(text), SERVER.search(text)
    assert console is not None, done.stdout + done.stderr
    assert server is not None, done.stdout + done.stderr
    # The demo has closed its day: its messages are sent again for the day that is open.
    again = [sys.executable, "-m", "offline_collect_terminal.cli.main", "run", "--port", server[2]]
    subprocess.run([*again, "--state", "again.json"], cwd=folder, capture_output=True, check=True)
    try:
        yield console[1], console[3], console[4]
    finally:
        for pid in (console[2], server[1]):
            os.kill(int(pid), signal.SIGTERM)


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    """Sign in, and choose a password: somebody else has chosen the first one."""
    page.goto(address)
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.fill("[name=old_password]", password)
    page.fill("[name=new_password]", PASSWORD)
    page.fill("[name=new_password_again]", PASSWORD)
    page.press("[name=new_password_again]", "Enter")
    page.wait_for_load_state()


if __name__ == "__main__":
    sys.exit(main())
