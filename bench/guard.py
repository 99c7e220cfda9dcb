"""Measures what the guard of identities costs an import: processor time with it and without, for two months of bills.

    .venv/bin/python bench/guard.py [ROWS]

The guard compares payers' names with customers, and what each changed bill was before. Without it these are not looked at.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from offline_collect.app.cli.main import main as command
from offline_collect.merchant.imports.identity import IdentityChanges
from offline_collect.merchant.imports.payer_names import PayerNames
from offline_collect.store.backoffice import bills

ROWS = 100_000
DUE = {"1": "2026-11-30", "2": "2026-12-31"}
SAMPLE = Path("samples/water")


def main() -> None:
    """Run the imports, each in a process of its own, and print its processor time."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for guard in ("with", "without", "without", "with"):
        with tempfile.TemporaryDirectory() as folder:
            told = [f"{name} {seconds:.1f} s" for name, seconds in _imports(Path(folder), guard, rows)]
        print(f"{guard} the guard: " + ", ".join(told), flush=True)


def _imports(folder: Path, guard: str, rows: int) -> list[tuple[str, float]]:
    config = folder / "config.yaml"
    database = {"url": f"sqlite:///{folder / 'guard.db'}"}
    links = [{"name": "bench", "listen": "127.0.0.1:0"}]
    config.write_text(yaml.safe_dump({"database": database, "links": links}), encoding="utf-8")
    customers = _file(folder / "customers.csv", "客户编号,姓名,表号", (_customer(at) for at in range(rows)))
    for arguments in (
        ("init", "--business-date", "2026-11-22"),
        ("merchant", "add", str(SAMPLE / "merchant.yaml")),
        ("form", "publish", "WATER001", str(SAMPLE / "form.yaml")),
        ("customers", "import", "WATER001", str(customers)),
    ):
        _run(config, "with", *arguments)
    found = []
    for name, month, amount in (
        ("first month", "1", 10),
        ("second month", "2", 12),
        ("second again", "2", 13),
    ):
        rows_of = (
            f"{_number(at)},{_name(at)},{amount}.00,{DUE[month]},2026-1{month},水费" for at in range(rows)
        )
        file = _file(folder / f"{name}.csv", "客户编号,姓名,金额,缴费截止日,账期,项目", rows_of)
        found.append((name, _run(config, guard, "bills", "import", "WATER001", str(file))))
    return found


def _number(at: int) -> str:
    return f"{at + 1:08d}"


def _name(at: int) -> str:
    return "赵钱孙李周吴郑王"[at % 8] + chr(0x4E00 + at % 5000) + chr(0x5000 + at // 5000)


def _customer(at: int) -> str:
    return f"{_number(at)},{_name(at)},{at + 10_000_000}"


def _file(path: Path, header: str, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def _run(config: Path, guard: str, *arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, __file__, f"--{guard}", "--config", str(config), *arguments]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _command(guard: str) -> None:
    """Be the command line, with or without the guard."""
    if guard == "--without":
        PayerNames.compare = lambda *_: []  # type: ignore[method-assign]
        IdentityChanges.add = lambda *_: None  # type: ignore[method-assign]
        bills._move = lambda *_: None  # type: ignore[assignment] # noqa: SLF001
    command()


if __name__ == "__main__":
    if sys.argv[1:2] in (["--with"], ["--without"]):
        which = sys.argv.pop(1)
        _command(which)
    else:
        main()
