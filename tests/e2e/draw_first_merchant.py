"""Walks a new merchant to its first payment, draws its pictures, and prints how long each step took.

A part of ``make pictures``. With ``--person`` each key, click and page takes as long as it takes a person.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.e2e.first_merchant import PERSON, Pace, Step, Walk
from tests.e2e.serving import serving
from tests.e2e.test_console import console
from tests.e2e.test_first_merchant import prepared
from tests.modules.chromium import running_chromium
from tests.support.tree import ROOT

PICTURES = ROOT / "docs" / "pictures"
DRAWN = {"register", "form", "columns-customers", "preview-bills", "paid"}


def main() -> int:
    """Walk, and print a line for each step; return the exit code."""
    pace = PERSON if "--person" in sys.argv[1:] else Pace()
    with TemporaryDirectory() as name:
        config = prepared(Path(name))
        with (
            serving(config) as server,
            console(config) as address,
            running_chromium() as browser,
        ):
            walk = Walk(browser, address, server.port, Path(name), pace, _draw)
            walk.walk()
    print("\n".join(map(_line, walk.steps)))  # noqa: T201 - its result
    print(f"in all {sum(step.seconds for step in walk.steps):.0f} s")  # noqa: T201
    return 0


def _draw(page: Page, name: str) -> None:
    if name in DRAWN:
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=PICTURES / f"first-merchant-{name}.png")


def _line(step: Step) -> str:
    counted = f"{step.characters} characters, {step.clicks} clicks, {step.pages} pages"
    return f"{step.who} {step.what}: {step.seconds:.1f} s; {counted}"


if __name__ == "__main__":
    sys.exit(main())
