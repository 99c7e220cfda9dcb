"""Chromium, as Debian has it, driven by Playwright: a browser for pages, and axe for their accessibility."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.tree import ROOT

NO_CHROMIUM = "no Chromium with Chinese characters: apt-get install chromium fonts-noto-cjk"
SCREENSHOTS = ROOT / "var" / "screenshots"
PICTURES = "OFFLINE_COLLECT_TEST_PICTURES"
WITHIN_MS = 30_000
_FONTS = Path("/usr/share/fonts/opentype/noto")
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # The elements that pass are a thousand times more, and nobody reads them.
    "resultTypes": ["violations"],
}


def find_chromium() -> str | None:
    """Find the browser; None without it, or without fonts that have Chinese characters."""
    found = shutil.which("chromium")
    return found if any(_FONTS.glob("NotoSansCJK*")) else None


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Run the browser until the block ends."""
    found = find_chromium()
    assert found is not None, NO_CHROMIUM
    expect.set_options(timeout=WITHIN_MS)
    # Its sandbox refuses root, as which containers of tests run.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, *, width: int = 1024, height: int = 900, **options: Any) -> Page:
    """Open a page in a context of its own, with its own cookies."""
    page = browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
    page.set_default_timeout(WITHIN_MS)
    return page


def barriers(page: Page) -> list[str]:
    """Return what axe finds on a page against WCAG 2.2 AA and its own good practice: rule and elements.

    A page whose style has not come yet is not what a person sees, so the whole of it is awaited.
    """
    page.wait_for_load_state("load")
    found = Axe().run(page, options=_RULES).response["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}" for each in found]


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page under var/, where pictures are wanted: to draw one takes as long as to show it."""
    if os.environ.get(PICTURES) == "1":
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
