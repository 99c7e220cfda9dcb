"""Measures batch debits: making a batch with its file, and taking its result, beside what cannot be avoided of both."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from data import AMOUNT_MINOR, DUE, INSTITUTION, MERCHANT, TODAY
from databases import Databases, all_databases
from imports import command, processor_s
from rich.console import Console
from rich.table import Table
from sqlalchemy import update

from offline_collect.app.config.schemas import Schemas
from offline_collect.files.fixed_width.read import FixedRecord, read_fixed_width
from offline_collect.files.fixed_width.write import FixedWidthWriter
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.schema.tables import customers

DEBITS = 500_000
ROUNDS = 3
NO_FUNDS_EACH = 50
"""One debit of so many is refused."""

FOLDER = Path("var/bench/debits")
Figures = dict[str, float]
T = TypeVar("T")


def measure(databases: Databases, debits: int = DEBITS, rounds: int = ROUNDS) -> Figures:
    """Measure one kind of database: the median of some rounds, in which ours and the plain changes take turns."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    databases.fill(debits)
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, value in _round(databases, debits).items():
            found[name].append(value)
    return {"debits": debits} | {name: statistics.median(values) for name, values in found.items()}


def _round(databases: Databases, debits: int) -> Figures:
    for left in FOLDER.iterdir():
        left.unlink()
    ours, plain = databases.copy(debits), databases.copy(debits)
    _sign_mandates(ours)
    _sign_mandates(plain)
    config = _config(ours)
    out = ("debit", "export", MERCHANT, "--due-by", str(DUE), "-o", str(FOLDER))
    export = _used(databases, lambda: command(config, *out))
    (sent,) = FOLDER.glob("debit-out-*.dat")
    result = FOLDER / "debit-result.dat"
    answer(sent, result)
    ingest = _used(databases, lambda: command(config, "debit", "ingest", str(result)))
    figures = {}
    for name, (run, used_s), file in (("export", export, sent), ("ingest", ingest, result)):
        (file_s, change_s), plain_used_s = _used(databases, lambda: _plain(plain, name, file))  # noqa: B023
        figures |= {
            f"{name}_s": run.seconds,
            f"{name}_ratio": run.seconds / (file_s + change_s),
            f"{name}_used_s": used_s,
            f"{name}_used_ratio": used_s / plain_used_s,
            f"{name}_peak_mib": run.peak_mib,
            f"{name}_plain_file_s": file_s,
            f"{name}_plain_change_s": change_s,
            f"{name}_plain_used_s": plain_used_s,
        }
    return figures


def _used(databases: Databases, run: Callable[[], T]) -> tuple[T, float]:
    """Return what a run returns, and the processor time of its process and the database's server."""
    before = processor_s() + databases.processor_s()
    found = run()
    return found, processor_s() + databases.processor_s() - before


def _plain(url: str, name: str, file: Path) -> list[float]:
    script = Path(__file__).with_name("plain_debits.py")
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script), url, name, str(file)], check=True, capture_output=True, text=True
    )
    return [float(each) for each in done.stdout.split()]


def _sign_mandates(url: str) -> None:
    """Give every customer an account and a mandate."""
    store = open_store(StoreSettings(url))
    number = customers.c.customer_no
    terms = {
        "debit_account": "622200" + number,
        "debit_bank": "102100000001",
        "account_name": customers.c.name,
        "mandate_ref": "M" + number,
        "mandate_signed_on": TODAY,
    }
    with store.transaction() as tx:
        tx.connection.execute(update(customers).values(terms))
    store.dispose()


def answer(sent: Path, result: Path) -> None:
    """Write a bank's result of a file: nearly all is debited, some have no funds."""
    layouts = Schemas().fixed_layouts()
    count = sent.read_bytes().count(b"\n") - 2
    refused = count // NO_FUNDS_EACH
    with sent.open("rb") as stream, result.open("wb") as written:
        writer = FixedWidthWriter(written, layouts["debit-result"])
        records = (
            each for each in read_fixed_width(stream, layouts["debit-out"]) if isinstance(each, FixedRecord)
        )
        first = next(records).values
        settled = count - refused
        sums = {"settled_count": settled, "settled_total": settled * AMOUNT_MINOR}
        writer.header({**first, **sums, "count": count})
        for values in _answers(records):
            writer.detail(values)
        writer.trailer({})


def _answers(records: Iterator[FixedRecord]) -> Iterator[dict[str, object]]:
    for each in records:
        if each.name != "detail":
            return
        values = each.values
        sequence = int(str(values["sequence"]))
        settled = bool(sequence % NO_FUNDS_EACH)
        yield {
            "sequence": sequence,
            "bill_no": values["bill_no"],
            "amount": values["amount"],
            "return_code": "0000" if settled else "1001",
            "settled_amount": values["amount"] if settled else 0,
            "core_serial": f"C{sequence:010d}",
            "reason": None if settled else "余额不足",
        }


def _config(url: str) -> Path:
    path = FOLDER.parent / "debits.yaml"
    settings = {
        "database": {"url": url},
        "links": [{"name": "bench", "listen": "127.0.0.1:0", "institutions": [INSTITUTION]}],
        "debits": {"institution": INSTITUTION},
    }
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


def show(console: Console, database: str, figures: Figures) -> None:
    """Print one database's table."""
    table = Table(title=f"{database}: a batch of {figures['debits']:,.0f} debits and its result")
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("bar")
    for name in ("export", "ingest"):
        bare = ", ".join(f"{figures[f'{name}_plain_{each}_s']:.2f}" for each in ("file", "change"))
        table.add_row(f"plain {name}: file, changes, s", bare, "")
        ratio = f"{figures[f'{name}_ratio']:.2f} times (at most 4)"
        table.add_row(f"debit {name}, s", f"{figures[f'{name}_s']:.1f}", ratio)
        used = f"{figures[f'{name}_plain_used_s']:.1f}, {figures[f'{name}_used_s']:.1f}"
        table.add_row(
            "    processor time, plain and ours, s", used, f"{figures[f'{name}_used_ratio']:.2f} times"
        )
        table.add_row("    peak memory, MiB", f"{figures[f'{name}_peak_mib']:.0f}", "")
    console.print(table)


def main() -> None:
    """Measure batch debits alone; the arguments are the number of debits, of rounds, and the first letters of a database."""
    debits = int(sys.argv[1]) if sys.argv[1:] else DEBITS
    rounds = int(sys.argv[2]) if sys.argv[2:] else ROUNDS
    with all_databases() as kinds:
        for databases in kinds:
            if not sys.argv[3:] or databases.name.lower().startswith(sys.argv[3]):
                show(Console(), databases.name, measure(databases, debits, rounds))


if __name__ == "__main__":
    main()
