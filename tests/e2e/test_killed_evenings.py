"""`day run`, and the file and the result of a run of payouts, killed at any point: repeated, the day ends like any other.

Every business day has the same payments and the same commands. Two days are ended without a fault, and tell how many
steps each command has; on each day after them every command is killed before a step of its own, and repeated.
"""

import re
import signal

import pytest
from sqlalchemy import select

from offline_collect.store import StoreSettings, upgrade
from offline_collect.store.schema.payout_tables import (
    payout_runs,
    payouts,
    settlement_dues,
    settlement_entries,
)
from offline_collect.store.schema.reconciliation_tables import recon_files, recon_items, settlements
from offline_collect.store.schema.tables import business_days
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.store.schema.voucher_tables import day_documents, voucher_lines
from tests.databases.school import findings
from tests.e2e.dying import run_dying
from tests.e2e.evenings import FOLDERS, RunningBank
from tests.e2e.forked import command
from tests.settlement.conftest import Desk
from tests.store.conftest import teller_of

POINTS = 3
WHOLE = 2
LEFT_BY_A_DAY = {
    business_days: ("state",),
    recon_files: ("state", "in_force", "rows_matched"),
    recon_items: ("difference", "merchant_id", "ours_minor", "state"),
    settlements: ("merchant_id", "net_minor"),
    settlement_dues: ("merchant_id", "payable_minor"),
    settlement_entries: ("account", "owner", "amount_minor"),
    payout_runs: ("state", "payout_count", "total_minor", "booked_minor"),
    voucher_lines: ("account", "owner", "debits_minor", "credits_minor"),
    day_documents: ("kind", "files"),
}
"""What ending a day makes, without dates, numbers and times."""


class Office(RunningBank):
    """Such a bank, and what a day leaves behind."""

    def __init__(self, desk, url):
        super().__init__(desk, url)
        self.steps, self.halves = {}, {}

    def rows(self, *columns, where=()):
        with self.store.snapshot() as reading:
            found = reading.connection.execute(select(*columns).where(*where))
            return sorted(tuple(map(str, row)) for row in found)

    def left_by(self, day):
        """What ending a day has made so far: rows, changes that were told, and files."""
        found = {
            table.name: self.rows(*(table.c[name] for name in names), where=[table.c.business_date == day])
            for table, names in LEFT_BY_A_DAY.items()
        }
        runs = [payout_runs.c.business_date == day]
        numbers = [number for (number,) in self.rows(payout_runs.c.run_no, where=runs)]
        own = payouts.c
        found["payouts"] = self.rows(
            own.merchant_id, own.state, own.amount_minor, where=[own.run_no.in_(numbers)]
        )
        told = audit_trail.c
        # Statements that are written again are handed out again, and that is told each time.
        once = [told.subject_id.in_([str(day), *numbers]), told.action != "statement"]
        found["told"] = self.rows(told.action, where=once)
        for name in FOLDERS:
            found[name] = self.names(name, day)
        return found

    def names(self, folder, day):
        """The names of a day's files in a folder, and of anything half written."""
        found = (path.name for path in (self.folder / folder).iterdir())
        of_day = (name for name in found if day.compact in name or name.endswith(".part"))
        return sorted(re.sub(rf"S{day.compact}\d+|{day.compact}", "DAY", name) for name in of_day)

    def do(self, name, line, day, nth):
        """Run a command; on the days after the first ones it is killed before a step of its own first."""
        line = tuple(map(str, line))
        if nth >= WHOLE:
            point = 1 + (nth - WHOLE + 1) * (self.steps[name] - 1) // POINTS
            code, begun = run_dying(self.config, line, point, counts_files=True)
            assert (code, begun) == (-signal.SIGKILL, point), name
            self.halves.setdefault(name, []).append(self.left_by(day))
            again = command(self.config, *line)
            taken = name == "result" and "was taken before" in again.stderr
            assert again.returncode == int(taken), again.stderr
        else:
            code, self.steps[name] = run_dying(self.config, line, counts_files=True)
            assert code == 0, name
        return self.left_by(day)

    def end(self, nth):
        """End a day; return what it has left behind after each command."""
        day = self.close(nth)
        left = [self.do("evening", ("day", "run", "--date", day), day, nth)]
        ((run_no,),) = self.rows(payout_runs.c.run_no, where=[payout_runs.c.business_date == day])
        file = self.folder / "outbox" / f"settle-out-{run_no}.dat"
        sent = file.read_bytes()
        file.unlink()
        write = ("settle", "write", run_no, "-o", file.parent)
        left.append(self.do("file", write, day, nth))
        assert file.read_bytes() == sent
        (run,) = self.evening.runs(day)
        result = self.evening.result(run, 2, name=f"result-{nth}.dat")
        left.append(self.do("result", ("settle", "ingest", result), day, nth))
        return left


@pytest.fixture
def office(tmp_path, store_url):
    upgrade(StoreSettings(store_url))
    with teller_of(store_url) as teller:
        office = Office(Desk(teller, tmp_path), store_url)
        yield office
        assert findings(office.store) == []


def test_an_evening_a_file_and_a_result_that_are_killed_end_as_if_nothing_had_happened(office):
    office.end(0)
    # A day after one with a failed payout, as all that follow: its voucher has what came back.
    expected = office.end(1)
    assert expected[0]["outbox"] == [
        "SCHOOL01-statement-DAY.xlsx",
        "WATER001-statement-DAY.xlsx",
        "settle-out-DAY.dat",
        "voucher-DAY-BANK-CNY.xlsx",
    ]
    assert expected[-1]["payouts"] == [("SCHOOL01", "BOOKED", "24690"), ("WATER001", "FAILED", "20000")]
    for nth in range(WHOLE, WHOLE + POINTS):
        for left, whole in zip(office.end(nth), expected, strict=True):
            assert left == whole, {key: (left[key], whole[key]) for key in left if left[key] != whole[key]}
    reached = {found["business_days"][0] for found in office.halves["evening"]}
    assert len(reached) > 1, "it died in the midst of the day's life"
