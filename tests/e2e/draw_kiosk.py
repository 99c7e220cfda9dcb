"""Draws the pictures of docs/ with the real programs and the samples: ``make pictures``."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.at_kiosk import kiosk_on
from tests.e2e.serving import run, serving, write_config
from tests.modules.chromium import new_page, running_chromium
from tests.support.tree import ROOT

PICTURES = ROOT / "docs" / "pictures"
SCHOOL = ("SCHOOL01", "school")
URL = 'notify: {payer_url: "https://pay.bank.example/m/{merchant}/{code}"}\n'


def main() -> int:
    """Draw all pictures; return the exit code."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        config = write_config(Path(folder), f"sqlite:///{folder}/store.db", link=", dialect: bcd")
        config.write_text(config.read_text(encoding="utf-8") + URL, encoding="utf-8")
        merchant = _filled(config, Path(folder) / "samples")
        poster = PICTURES / "poster.png"
        _do(config, "form", "poster", merchant, str(poster), "--overwrite")
        # The command writes files for their owner only.
        poster.chmod(0o644)
        with (
            serving(config) as server,
            kiosk_on(server.port, Path(folder) / "journal", "--dialect", "bcd") as address,
        ):
            _draw_kiosk(f"{address}/m/{merchant}")
    print("\n".join(str(path.relative_to(ROOT)) for path in sorted(PICTURES.iterdir())))  # noqa: T201 - its result
    return 0


def _filled(config: Path, samples: Path) -> str:
    """Put the sample school into a new store; return its id."""
    merchant, name = SCHOOL
    _do(config, "init")
    _do(config, "samples", str(samples))
    _do(config, "merchant", "add", str(samples / name / "merchant.yaml"))
    _do(config, "form", "publish", merchant, str(samples / name / "form.yaml"))
    _do(config, "customers", "import", merchant, str(samples / name / "customers.csv"))
    _do(config, "bills", "import", merchant, str(samples / name / "bills.csv"))
    return merchant


def _draw_kiosk(address: str) -> None:
    with running_chromium() as browser:
        page = new_page(browser, width=760, height=640)
        page.goto(address)
        page.get_by_label("请输入10位学号").fill("2026030117")
        page.get_by_role("button", name="查询账单").click()
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.screenshot(path=PICTURES / "kiosk-bills.png")
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("button", name=re.compile("^支付")).click()
        page.get_by_role("heading", name="缴费成功").wait_for()
        page.screenshot(path=PICTURES / "kiosk-receipt.png")


def _do(config: Path, *arguments: str) -> None:
    done = run(config, *arguments)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    sys.exit(main())
