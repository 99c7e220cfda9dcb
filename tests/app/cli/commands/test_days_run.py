"""`day run`, `day voucher` and `day statements`: an evening of a bank, with its folders."""

import json
import sqlite3

import pytest
import yaml

from offline_collect.domain.business_days.dates import BusinessDate
from tests.settlement.fep import Book
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
FOLDERS = ("inbox", "outbox", "taken", "refused")
DAY = "2026-11-22"


@pytest.fixture
def evening(prepared, tmp_path, monkeypatch):
    """A store with a school, whose first day is cut, and folders."""
    prepared(
        ("init", "--business-date", DAY, "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
        ("bills", "import", "SCHOOL01", SCHOOL / "bills.csv"),
        ("day", "cutover", "--date", DAY, "--next", "2026-11-23", "--yes"),
    )
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    settings = {
        "database": {"url": f"sqlite:///{tmp_path}/bank.db"},
        "business": {"cutover": None},
        "links": [{"institutions": ["12345678"]}],
        "debits": {"institution": "8801"},
        "files": {**{name: str(tmp_path / name) for name in FOLDERS}, "completion": "rename"},
    }
    config = tmp_path / "evening.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    monkeypatch.setenv("OFFLINE_COLLECT_CONFIG", str(config))
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_evening_stops_at_a_person_and_a_second_run_ends_it(evening, cli, done):
    book = Book(day=BusinessDate(2026, 11, 22))
    book.made_up(900_001)
    book.write(evening / "inbox" / "fep.dat")
    stopped = cli("day", "run", "--debits")
    assert stopped.exit_code == 3, stopped.output
    assert [line.split(":")[0] for line in stopped.output.splitlines() if not line.startswith(" ")] == [
        f"{DAY} debits",
        f"{DAY} incoming files",
        DAY,
    ]
    assert "1 item open: say what becomes of each" in stopped.output
    assert "  who: ADMIN or OPERATOR\n" in stopped.output
    assert f"  where: offline-collect recon show {DAY} --open\n" in stopped.output
    assert [name for name in names(evening / "outbox") if name.startswith("debit-out-")]
    done("recon", "resolve", "1", "--reason", "asked them")
    ended = done("day", "run", "--debits")
    assert f"{DAY} debits" not in ended, "they were made in the first run"
    assert f"{DAY} settlement: business day {DAY} is SETTLED" in ended
    assert f"{DAY}: done" in ended
    assert "2026-11-23: is open; it is closed by command: offline-collect day cutover" in ended
    assert "SETTLED" in done("day", "show")


def test_a_days_voucher_and_statements_by_command(evening, done, refused):
    assert "no voucher before it is settled" in refused("day", "voucher", DAY)
    assert f"{DAY}: done" in done("day", "run")
    assert done("day", "voucher", DAY) == f"nothing was posted on {DAY}\n"
    assert json.loads(done("day", "voucher", DAY, "--json")) == {"business_date": DAY, "vouchers": []}
    assert "the statements of 0 merchants" in done("day", "statements", DAY)
    assert "ends in neither .xlsx nor .csv" in refused("day", "voucher", DAY, "-o", "x.txt", code=2)


def test_a_statement_that_cannot_be_trusted_is_named_and_makes_the_run_fail(evening, cli, done):
    book = Book(day=BusinessDate(2026, 11, 22))
    book.made_up(900_001)
    book.write(evening / "inbox" / "fep.dat")
    assert cli("day", "run").exit_code == 3
    done("recon", "resolve", "1", "--reason", "asked them")
    done("day", "run")
    done("day", "cutover", "--date", "2026-11-23", "--next", "2026-11-24", "--yes")
    done("day", "run")
    taken_back = "DELETE FROM day_documents WHERE kind = 'STATEMENTS'"
    wrong = "UPDATE payments SET amount_minor = amount_minor + 1"
    store = sqlite3.connect(evening / "bank.db")
    for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        store.execute(f"DROP TRIGGER {trigger}")
    store.execute(taken_back)
    store.execute(wrong)
    store.commit()
    store.close()
    failed = cli("day", "run")
    assert failed.exit_code == 1, failed.output
    assert "  no statement: SCHOOL01, business day 2026-11-23: " in failed.output
    assert "2026-11-23: done, but for files that could not be written" in failed.output
    by_command = cli("day", "statements", "2026-11-23")
    assert by_command.exit_code == 1, by_command.output
    assert "Error: SCHOOL01, business day 2026-11-23: " in by_command.output
    assert "with the statements of 0 merchants" in by_command.output


def test_without_folders_nothing_is_written_and_that_is_said(evening, done, refused):
    config = evening / "evening.yaml"
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    del settings["files"]
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    assert f"{DAY}: done; nothing was written, as files: names no folders" in done("day", "run")
    assert "name the folder of the file" in refused("day", "run", "--debits", code=2)
