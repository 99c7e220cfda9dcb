"""A debit batch that is killed while it is made or taken: all of it or nothing, and the next run ends as it would have."""

import datetime as dt
import signal
from collections import Counter

import pytest
from sqlalchemy import func, select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.access.roles import Role
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.postings.debits_in_doubt import DoubtOrder, resolve_debit
from offline_collect.store import StoreSettings, open_store, put_customers
from offline_collect.store.backoffice.customers import CustomerRecord
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from offline_collect.store.schema.tables import bills, entries
from tests.app.cli.debit_batches import answer, write_file
from tests.databases.school import AMOUNT, MERCHANT, fill, findings, in_force
from tests.e2e.dying import run_dying
from tests.e2e.forked import command
from tests.e2e.serving import write_config
from tests.fakes.bank import NOON
from tests.support.actors import person, user

POINTS = 8
BILLS = 20
LIVE = ["REGISTERED", "WRITTEN"]


class Bank:
    """A school whose payer has a mandate, and what its store has of debits."""

    def __init__(self, folder, url):
        self.folder = folder
        self.config = write_config(folder, url)
        self.store = open_store(StoreSettings(url))
        signed = {"mandate_ref": "M1", "mandate_signed_on": NOON.date(), "debit_account": "6222021234567890"}
        with self.store.transaction() as tx:
            put_customers(tx, MERCHANT, [CustomerRecord("pupil", "王小明", {"number": "pupil"}, **signed)])
        many = ("--due-by", "2099-12-31", "--again", "-o", str(folder))
        self.export = ("debit", "export", MERCHANT, "--institution", "8801", *many)

    def run(self, *line):
        done = command(self.config, *line)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dies(self, line, nth, steps):
        """Kill a command before one of its steps, the ``nth`` of POINTS."""
        point = 1 + nth * (steps - 1) // POINTS
        assert run_dying(self.config, line, point, counts_files=True) == (-signal.SIGKILL, point)
        return f"killed before step {point} of {steps}"

    def rows(self, *columns, where=()):
        with self.store.snapshot() as reading:
            return [tuple(row) for row in reading.connection.execute(select(*columns).where(*where))]

    def live(self):
        """The batches that wait for a result."""
        return self.rows(debit_batches.c.batch_no, where=[debit_batches.c.state.in_(LIVE)])

    def file_of(self, batch_no):
        return self.folder / f"debit-out-{batch_no}.dat"

    def marks(self):
        return Counter(mark for (mark,) in self.rows(bills.c.mark))

    def taken(self, batch_no):
        """What became of a batch: its state, its records' states, the payments of all, and the money that came."""
        ((state,),) = self.rows(debit_batches.c.state, where=[debit_batches.c.batch_no == batch_no])
        records = Counter(self.rows(debit_records.c.state, where=[debit_records.c.batch_no == batch_no]))
        clearing = entries.c.account == "BATCH_CLEARING"
        ((money,),) = self.rows(func.coalesce(func.sum(entries.c.amount_minor), 0), where=[clearing])
        return state, records, in_force(self.store).total(), int(money), self.marks()["IN_BATCH"]


@pytest.fixture
def bank(tmp_path, store_url):
    """Such a school, once for each kind of database."""
    fill(store_url, bills=BILLS)
    bank = Bank(tmp_path, store_url)
    yield bank
    assert findings(bank.store) == []
    bank.store.dispose()


def test_an_export_that_is_killed_is_there_whole_or_not_at_all(bank):
    code, steps = run_dying(bank.config, bank.export, counts_files=True)
    assert (code, steps > POINTS) == (0, True)
    ((reference,),) = bank.live()
    sent = bank.file_of(reference).read_bytes()
    bank.run("debit", "cancel", reference, "--yes")
    outcomes = set()
    for nth in range(1, POINTS + 1):
        where = bank.dies(bank.export, nth, steps)
        registered = bank.live()
        assert bank.marks() == {"IN_BATCH": BILLS} if registered else {None: BILLS}, where
        if registered:
            bank.run("debit", "write", registered[0][0], "-o", str(bank.folder))
        else:
            bank.run(*bank.export)
        ((batch_no,),) = bank.live()
        # All but the number of the batch and the digest over it is as it was.
        details = [each.split(b"\n")[1:-2] for each in (sent, bank.file_of(batch_no).read_bytes())]
        assert details[0] == details[1], where
        assert len(details[0]) == BILLS
        assert bank.marks() == {"IN_BATCH": BILLS}
        outcomes.add(bool(registered))
        bank.run("debit", "cancel", batch_no, "--yes")
    assert outcomes == {True, False}, "some points lie before the batch is registered, some after it"


def test_a_result_that_is_killed_is_taken_whole_or_not_at_all(bank):
    outcomes, steps = set(), 0
    for nth in range(POINTS + 1):
        bank.run(*bank.export)
        ((batch_no,),) = bank.live()
        result = str(bank.folder / f"result-{nth}.dat")
        answer(bank.file_of(batch_no), "1001", (1,), result)
        line = ("debit", "ingest", result)
        before, left = bank.taken(batch_no), BILLS - nth
        whole = ("TAKEN", {("SETTLED",): 1, ("REFUSED",): left - 1}, nth + 1, (nth + 1) * AMOUNT, 0)
        if nth == 0:
            code, steps = run_dying(bank.config, line, counts_files=True)
            assert (code, steps > POINTS) == (0, True)
        else:
            where = bank.dies(line, nth, steps)
            assert bank.taken(batch_no) in (before, whole), where
        taken = bank.taken(batch_no) == whole
        outcomes.add(taken)
        again = command(bank.config, *line)
        assert (again.returncode, "was taken before" in again.stderr) == ((1, True) if taken else (0, False))
        assert bank.taken(batch_no) == whole
    assert outcomes == {True, False}


def test_debits_that_come_back_or_are_resolved_are_so_whole_or_not_at_all(bank):
    """Of one batch: the nth killed command takes back its nth debit, or refuses one of those in doubt."""
    points, half = 4, BILLS // 2
    for name, role in (("ann", Role.OPERATOR), ("li.na", Role.CHECKER)):
        register_user(bank.store, name, [role], user("ops"), NOON)
    bank.run(*bank.export)
    ((batch_no,),) = bank.live()
    answer(bank.file_of(batch_no), "4001", range(1, half + 1), str(bank.folder / "result.dat"))
    bank.run("debit", "ingest", str(bank.folder / "result.dat"))
    bill_nos = dict(bank.rows(debit_records.c.sequence, debit_records.c.bill_no))

    def come_back(sequence):
        header = {"institution": "8801", "date": NOON.date(), "file_no": f"F{sequence}", "currency": "156"}
        back = {"sequence": 1, "batch_no": batch_no, "batch_sequence": sequence, "return_code": "1001"}
        path = bank.folder / f"return-{sequence}.dat"
        details = [back | {"bill_no": bill_nos[sequence], "amount": AMOUNT}]
        layout = Schemas().fixed_layouts()["debit-return"]
        write_file(layout, path, header | {"count": 1, "total": AMOUNT}, details)
        return ("debit", "return", str(path)), (half - sequence, sequence, half)

    def resolve(sequence):
        order = DoubtOrder(batch_no, half + sequence, BankSays(None), "not debited, says the bank")
        asked = resolve_debit(bank.store, order, person("ann", Role.OPERATOR), dt.datetime.now(dt.UTC))
        after = (half - points - 1, points + 1, half - sequence)
        return ("approvals", "approve", str(asked.number), "--as", "li.na"), after

    def standing():
        states = Counter(bank.rows(debit_records.c.state))
        return tuple(states[state,] for state in ("SETTLED", "RETURNED", "LOCKED"))

    for made in (come_back, resolve):
        steps, outcomes = 0, set()
        for nth in range(points + 1):
            before = standing()
            line, whole = made(nth + 1)
            if nth:
                point = 1 + nth * (steps - 1) // points
                assert run_dying(bank.config, line, point, counts_files=True) == (-signal.SIGKILL, point)
                assert standing() in (before, whole)
                taken = standing() == whole
                outcomes.add(taken)
                assert command(bank.config, *line).returncode == int(taken)
            else:
                code, steps = run_dying(bank.config, line, counts_files=True)
                assert code == 0
            assert standing() == whole
            assert in_force(bank.store).total() == whole[0]
        assert False in outcomes
