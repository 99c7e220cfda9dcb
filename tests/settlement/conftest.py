"""A bank with a lane on each kind of database, and a folder for files."""

import datetime as dt
import itertools

import pytest

from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.settlement.reconciliation.ingest import DayFileOrder, ingest_day_file
from offline_collect.store.reconciliation.items import find_items
from tests.settlement.fep import LAYOUT, Book
from tests.store.conftest import teller_of
from tests.support.actors import user

OPS = user("ops")


class Desk:
    """A teller's bank, with the use cases of the day's end."""

    def __init__(self, teller, folder):
        self.teller = teller
        self.store = teller.store
        self.folder = folder
        self._numbers = itertools.count(1)

    def ingest(self, book, actor=OPS, **wrong):
        """Write a book's file and take it."""
        path = book.write(self.folder / f"fep-{next(self._numbers)}.dat", **wrong)
        return self.take(path, actor)

    def take(self, path, actor=OPS):
        """Take a file."""
        order = DayFileOrder(
            path, LAYOUT, actor, self.teller.now, lambda _institution: dt.UTC, itertools.count().__next__
        )
        return ingest_day_file(self.store, order)

    def cutover(self, closing, days=1):
        """Close a day and open the next."""
        opening = type(closing).of(closing + dt.timedelta(days=days))
        assert self.store.cutover(closing, opening, self.teller.now, "ops")
        self.teller.now += dt.timedelta(days=days)
        return opening

    def items(self, **wanted):
        """Return items."""
        with self.store.snapshot() as reading:
            return find_items(reading, ItemFilter(**wanted))


@pytest.fixture
def desk(migrated_url, tmp_path):
    with teller_of(migrated_url) as teller:
        yield Desk(teller, tmp_path)


@pytest.fixture
def planted(desk):
    """A day with one difference of each kind, and what must be found: by number of message, class, follow-up."""
    teller, book, expected = desk.teller, Book(), []

    def pay(bill_no, amount=12_345, **more):
        command, answer = teller.pay(bill_no, amount, **more)
        assert answer.approved == (amount == 12_345)
        return command

    def reverse(command):
        reversal = teller.terminal.reversal(teller.now, command)
        assert teller.ask(reversal).approved
        return reversal

    def expect(command, kind, difference, follow_up):
        expected.append((kind, command.key.split("|")[3], difference, follow_up))

    book.pay(pay("S1"))
    both = pay("S2")
    book.pay(both)
    book.undo(reverse(both), both)
    expect(pay("S3"), "P", "PLATFORM_ONLY", "CONTRA")
    expect(book.made_up(900_001), "P", "FEP_ONLY_UNKNOWN", "SUSPENSE")
    declined = pay("S4", 1)
    book.pay(declined)
    expect(declined, "P", "FEP_ONLY_REFUSED", "POST")
    less = pay("S5")
    book.pay(less, 12_344)
    expect(less, "P", "AMOUNT_DIFFERS", "DIFFERENCE")
    only_here = pay("S6")
    book.pay(only_here)
    reverse(only_here)
    expect(only_here, "R", "STATE_DIFFERS", "POST")
    only_there = pay("S7")
    book.pay(only_there)
    undone = teller.terminal.reversal(teller.now, only_there)
    book.undo(undone, only_there)
    expect(only_there, "R", "STATE_DIFFERS", "CONTRA")
    twice = pay("S8")
    book.pay(twice)
    book.pay(twice)
    expect(twice, "P", "DUPLICATE_ROW", "NOTE")
    several = teller.terminal.payment_of(teller.now, "SCHOOL01", {"S10": 12_345, "S11": 12_345})
    assert teller.ask(several).approved
    book.pay(several)
    nothing = pay("S12")
    reverse(nothing)
    expect(nothing, "P", "PLATFORM_ONLY", "NOTE")
    expect(nothing, "R", "PLATFORM_ONLY", "NOTE")
    return book, sorted(expected)
