"""Draws a page of each role's day with the demo that is kept: a part of ``make pictures``."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from tests.e2e.draw_console import PICTURES, kept_demo, sign_in
from tests.modules.chromium import new_page, running_chromium
from tests.support.tree import ROOT

PASSWORD = "some words for once"
SCHOOL = "SCHOOL01"
ROLES: Mapping[str, tuple[str, ...]] = {
    "olga": ("--role", "OPERATOR"),
    "max": ("--role", "MAKER"),
    "carla": ("--role", "CHECKER"),
    "wang.fang": ("--role", "AUDITOR"),
    "mei": ("--role", "MERCHANT", "--merchant", SCHOOL),
}


def main() -> int:
    """Draw all pictures; return the exit code."""
    with (
        TemporaryDirectory() as folder,
        kept_demo(Path(folder)) as (address, name, password),
        running_chromium() as browser,
    ):
        commands = Commands(Path(folder))
        commands.register(ROLES)
        commands.run("olga", "merchant", "set", SCHOOL, "fee.per_payment=0.50")
        draw(browser, address, name, password, "users", "users")
        for who, picture, *steps in (
            ("olga", "day-end", "day-end", "main table tbody tr:nth-child(2) a"),
            ("max", "bill", f"bills?merchant={SCHOOL}&state=OPEN", "main table a"),
            ("carla", "approval", "approvals", "main table a"),
            ("wang.fang", "audit", "audit"),
            ("mei", "statements", f"statements?merchant={SCHOOL}"),
        ):
            draw(browser, address, who, PASSWORD, picture, *steps)
    return 0


class Commands:
    """Commands on the demo's store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, who: str, *arguments: str) -> None:
        """Run a command as a user."""
        config = ("--config", str(ROOT / "config" / "demo.yaml"))
        command = [sys.executable, "-m", "offline_collect", *config, "--as", who, *arguments]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def register(self, roles: Mapping[str, tuple[str, ...]]) -> None:
        """Add users with a one-time password; the demo's two users ask and approve."""
        file = self._folder / "password"
        file.touch(mode=0o600)
        file.write_text(f"{PASSWORD}\n", encoding="ascii")
        asks = [("user", "add", name, *given) for name, given in roles.items()]
        asks += [("user", "password", name, "--password-file", str(file)) for name in roles]
        # The demo itself has made the first request.
        for number, ask in enumerate(asks, start=2):
            self.run("admin", *ask)
            self.run("checker", "approvals", "approve", str(number))


def draw(browser: Browser, address: str, name: str, password: str, picture: str, *steps: str) -> None:
    """Draw a page as a user: its address, and the link on it that leads further."""
    page = new_page(browser, width=1200, height=760, locale="en-US")
    sign_in(page, address, name, password)
    path, *links = steps
    page.goto(f"{address}{path}")
    for link in links:
        page.locator(link).first.click()
        page.wait_for_load_state()
    page.screenshot(path=PICTURES / f"role-{picture}.png")
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())
