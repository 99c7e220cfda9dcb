"""Cutover, reconciliation and settlement that are killed: each step is there whole or not at all, and repeats do nothing.

Every business day is ended by the same commands; on the nth day each of them is killed before a step of its own.
"""

import datetime as dt
import signal

import pytest
from sqlalchemy import func, select

from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.schema.reconciliation_tables import (
    recon_files,
    recon_items,
    recon_rows,
    settled_days,
    settlements,
)
from offline_collect.store.schema.tables import business_days, entries
from tests.databases.school import DAY, fill, findings
from tests.e2e.dying import run_dying
from tests.e2e.forked import command
from tests.e2e.serving import write_config
from tests.fakes.bank import NOON
from tests.settlement.fep import Book
from tests.support.actors import person, user

POINTS = 3
COMMANDS = ("cutover", "ingest", "resolve", "reconcile", "settle")


class Office:
    """A bank whose front end counts a payment each day that we have never seen."""

    def __init__(self, folder, url):
        self.folder = folder
        self.config = write_config(folder, url)
        self.store = open_store(StoreSettings(url))
        for name, role in (("ann", Role.OPERATOR), ("li.na", Role.CHECKER)):
            register_user(self.store, name, [role], user("ops"), NOON)
        self.steps = {}
        self.outcomes = {name: set() for name in COMMANDS}

    def row(self, *columns, where=()):
        with self.store.snapshot() as reading:
            return tuple(reading.connection.execute(select(*columns).where(*where)).one())

    def state(self, day):
        """All that ending a day changes: its state, files, items, money and sums."""
        items = recon_items.c
        return (
            self.row(func.min(business_days.c.state), where=[business_days.c.business_date == day]),
            self.row(func.count(), func.max(business_days.c.business_date)),
            self.row(func.count(), where=[recon_files.c.in_force == 1, recon_files.c.business_date == day]),
            self.row(func.count(recon_rows.c.line)),
            self.row(
                func.count(items.item_no), func.count(items.posting), where=[items.business_date == day]
            ),
            self.row(func.count(), func.sum(func.abs(entries.c.amount_minor))),
            self.row(func.count(settled_days.c.business_date)),
            self.row(func.count(settlements.c.merchant_id)),
        )

    def lines(self, day, following):
        """The commands that end a day, each made when it is its turn."""
        book = Book(day=day)
        book.made_up(int(f"{day:%d}"))
        yield "cutover", ("day", "cutover", "--date", str(day), "--next", str(following), "--yes")
        path = book.write(self.folder / f"fep-{day}.dat")
        yield "ingest", ("recon", "ingest", str(path))
        yield "resolve", ("approvals", "approve", str(self.ask(day)), "--as", "li.na")
        yield "reconcile", ("day", "reconcile", str(day))
        yield "settle", ("day", "settle", str(day))

    def ask(self, day):
        where = [recon_items.c.business_date == day]
        (number,) = self.row(recon_items.c.item_no, where=where)
        return resolve(
            self.store,
            ResolveOrder(number, None, "in their journal", "156"),
            person("ann", Role.OPERATOR),
            dt.datetime.now(dt.UTC),
        ).number

    def end(self, day, following, nth):
        """End a day; unless it is the first, each command is killed before its nth step, and repeated."""
        ended = []
        for name, line in self.lines(day, following):
            before = self.state(day)
            if nth:
                point = 1 + nth * (self.steps[name] - 1) // POINTS
                code, begun = run_dying(self.config, line, point, counts_files=True)
                assert (code, begun) == (-signal.SIGKILL, point), name
                killed = self.state(day)
                again = command(self.config, *line)
                after = self.state(day)
                # Rows that were staged by a process that died are no part of any day.
                assert killed[:3] + killed[4:] in (before[:3] + before[4:], after[:3] + after[4:]), name
                done = killed[:3] + killed[4:] == after[:3] + after[4:]
                self.outcomes[name].add(done)
                assert again.returncode == (1 if done and name != "cutover" else 0), again.stderr
            else:
                code, self.steps[name] = run_dying(self.config, line, counts_files=True)
                assert code == 0, name
                after = self.state(day)
            assert before != after, name
            ended.append(after)
        return ended


@pytest.fixture
def office(tmp_path, store_url):
    fill(store_url, bills=1)
    office = Office(tmp_path, store_url)
    yield office
    assert findings(office.store) == []
    office.store.dispose()


def test_the_end_of_a_day_that_is_killed_is_there_whole_or_not_at_all(office):
    day, first = DAY, None
    for nth in range(POINTS + 1):
        following = BusinessDate.of(day + dt.timedelta(days=1))
        ended = office.end(day, following, nth)
        states = [(each[0], each[4]) for each in ended]
        first = first or states
        assert states == first, "a day that was killed ends as one that was not"
        day = following
    days = POINTS + 1
    money = 2 * 12_345 * days
    assert office.state(DAY)[5:7] == ((2 * days, money), (days,))
    # Each command has died before its change was there, and most of them after it too.
    assert all(False in found for found in office.outcomes.values()), office.outcomes
