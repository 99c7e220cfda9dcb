"""Chromium, as Debian has it, driven by Playwright; what it shows is kept as pictures under ``var/screenshots``."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support.tree import ROOT

NO_CHROMIUM = "no Chromium with Chinese characters: apt-get install chromium fonts-noto-cjk"
SCREENSHOTS = ROOT / "var" / "screenshots"
_FONTS = Path("/usr/share/fonts/opentype/noto")


def find_chromium() -> str | None:
    """Find the browser; None without it, or without fonts that have Chinese characters."""
    found = shutil.which("chromium")
    return found if any(_FONTS.glob("NotoSansCJK*")) else None


@contextmanager
def running_chromium(path: str) -> Iterator[Browser]:
    """Run the browser without a window; root needs it without its sandbox."""
    options = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        try:
            yield browser
        finally:
            browser.close()
