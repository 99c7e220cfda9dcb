"""Imports while a server runs: a terminal sees the whole file or nothing, and payments go on."""

import datetime as dt
import random
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    get_import,
    put_bills,
    put_customers,
    replace_merchant,
    require_merchant,
)
from offline_collect.store.schema import tables
from offline_collect.store.sql.visibility import in_effect
from tests.databases.school import AMOUNT, MERCHANT, bill_no, findings
from tests.e2e.forked import command
from tests.messages.commands import Terminal
from tests.messages.front_end import answer_of, message_of
from tests.messages.golden import shipped

BILLS = 3_000
DUE = dt.date(2099, 1, 1)
HEADER = "bill_no,customer_no,amount,due_date\n"
RAISED = 20_000
FEW = [f"F{nth}" for nth in range(5)]


@pytest.fixture
def terminal():
    return Terminal("LOOKER01")


@pytest.fixture
def few(store):
    """A customer with few bills, so that one lookup shows all of them."""
    with store.transaction() as tx:
        put_customers(tx, MERCHANT, [CustomerRecord("few", "李雷", {"number": "few"})])
        put_bills(tx, MERCHANT, [BillRecord(number, "few", AMOUNT, DUE) for number in FEW])


@pytest.fixture
def file(tmp_path):
    """A file that changes every bill; the rows of the few bills are far apart."""
    rows = [f"{bill_no(nth)},pupil,200.00,2099-01-01\n" for nth in range(BILLS)]
    for place, number in enumerate(FEW):
        rows.insert(place * 700, f"{number},few,200.00,2099-01-01\n")
    path = tmp_path / "bills.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


@contextmanager
def importing(config, file, *options):
    """Import a file in a process while the block runs; yields a function that says whether it still runs."""
    done = []
    errors = ("--errors", str(file.with_name("refused.xlsx")))
    thread = threading.Thread(
        target=lambda: done.append(command(config, "bills", "import", MERCHANT, str(file), *errors, *options))
    )
    thread.start()
    yield thread.is_alive
    thread.join()
    assert done[0].returncode == 0, done[0].stderr


def amounts(front_end, terminal):
    """Look the few bills up and return their amounts."""
    now = dt.datetime.now(dt.UTC)
    (response,) = front_end.ask(message_of(terminal.lookup(now, MERCHANT, "few")))
    records = answer_of(response, shipped(), now).records
    return {record.values["bill_no"]: int(record.values["principal"]) for record in records}


def test_a_look_up_shows_all_of_a_file_or_nothing(server, config, few, file, terminal):
    before, after = (dict.fromkeys(FEW, amount) for amount in (AMOUNT, RAISED))
    with server.connect() as front_end, importing(config, file) as still_running:
        seen = [amounts(front_end, terminal)]
        while still_running():
            seen.append(amounts(front_end, terminal))
        seen.append(amounts(front_end, terminal))
    assert seen[0] == before
    assert seen[-1] == after
    assert all(each in (before, after) for each in seen)
    assert seen.index(after) == seen.count(before), "never back again"


def test_what_waits_for_a_checker_is_not_on_the_wire(server, config, store, few, file, terminal):
    with store.transaction() as tx:
        replace_merchant(tx, replace(require_merchant(tx, MERCHANT, lock=True), maker_checker=True))
    file.write_text(HEADER + "F0,few,200.00,2099-01-01\nNEW,few,1.00,2099-01-01\n", encoding="utf-8")
    assert command(config, "user", "add", "checker", "--role", "CHECKER").returncode == 0
    done = command(config, "bills", "import", MERCHANT, str(file))
    assert "it waits" in done.stdout
    with server.connect() as front_end:
        assert amounts(front_end, terminal) == dict.fromkeys(FEW, AMOUNT)
        assert pay(front_end, terminal, "NEW", 100) == "NOT_FOUND"
        own = command(config, "imports", "release", "1")
        assert (own.returncode, "another user" in own.stderr) == (1, True)
        assert amounts(front_end, terminal) == dict.fromkeys(FEW, AMOUNT)
        assert command(config, "imports", "release", "1", "--as", "checker").returncode == 0
        assert amounts(front_end, terminal) == {**dict.fromkeys(FEW, AMOUNT), "F0": RAISED, "NEW": 100}
        assert pay(front_end, terminal, "NEW", 100) == "APPROVED"
    assert findings(store) == []


def pay(front_end, terminal, number, amount):
    now = dt.datetime.now(dt.UTC)
    (response,) = front_end.ask(message_of(terminal.payment(now, MERCHANT, number, amount)))
    return answer_of(response, shipped(), now).code.value


def test_payments_race_an_import_and_each_bill_ends_one_way(server, config, store, few, file, terminal):
    """In any order, a bill was paid as it was, or it is changed and unpaid; never both, never neither."""
    order = random.Random(11).sample(range(BILLS), BILLS)
    approved = set()
    with server.connect() as front_end, importing(config, file, "--accept-valid") as still_running:
        while still_running() and order:
            nth = order.pop()
            if pay(front_end, terminal, bill_no(nth), AMOUNT) == "APPROVED":
                approved.add(bill_no(nth))
    columns = (tables.bills.c.bill_no, tables.bills.c.amount_minor, tables.bills.c.paid_principal_minor)
    with store.snapshot() as reading:
        rows = reading.connection.execute(select(*columns).where(in_effect(tables.bills))).all()
        counts = get_import(reading, 1).counts
    assert len(rows) == BILLS + len(FEW)
    for number, amount, paid in rows:
        expected = (AMOUNT, AMOUNT) if number in approved else (RAISED, 0)
        assert (amount, paid) == expected, number
    assert counts.changed + counts.refused == BILLS + len(FEW)
    assert counts.overtaken + counts.refused == len(approved)
    assert approved
    assert findings(store) == []
