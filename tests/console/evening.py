"""The town in the evening: its day is cut, the institution's file is taken, two rows differ, two debit batches are out."""

import datetime as dt
import itertools
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from offline_collect.domain.access.organisation import GROUP
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.settlement.reconciliation.ingest import DayFileOrder, ingest_day_file
from offline_collect.store import UserRecord, add_user
from offline_collect.store.backoffice.credentials import Credentials, put_credentials
from tests.console import town
from tests.console.town import NIGHT, PAID, closing_store, hashed, open_town
from tests.databases.lasting import replace_file
from tests.databases.sqlite_images import made_by
from tests.fakes.bank import DAY, NOON
from tests.messages.commands import Terminal
from tests.settlement.debit.desk import Desk
from tests.settlement.fep import LAYOUT, Book
from tests.support.actors import user

NEXT = BusinessDate(2026, 11, 23)
ONLY_THEIRS, ONLY_OURS = 1, 2
"""Numbers of the items: a payment of the file that we never saw, and our payment that the file lacks."""

GROUP_USERS = {"greta": Role.OPERATOR, "chen": Role.CHECKER}
"""Users who see all banks, beside the town's ADMIN."""


def build_evening(url):
    """Create the store."""
    town.build_town(url)
    with closing_store(url) as store:
        add_group_users(store)
        assert store.cutover(DAY, NEXT, NIGHT, "greta")
        with tempfile.TemporaryDirectory() as folder:
            _take(store, Path(folder) / "fep.dat")
            desk = Desk(SimpleNamespace(store=store), Path(folder))
            desk.batch(merchant="SCHOOL01")
            desk.batch(merchant="WATER001")


def add_group_users(store):
    """Add the users who see all banks."""
    with store.transaction() as tx:
        for name, role in GROUP_USERS.items():
            person = UserRecord(
                name,
                (role.value,),
                disabled=False,
                added_at=NOON,
                organisation_id=GROUP.organisation_id,
            )
            add_user(tx, person)
            put_credentials(tx, Credentials(name, hashed()))


def _take(store, path):
    terminal, book = Terminal(), Book()
    for minutes, bill in enumerate(PAID):
        at = NOON + dt.timedelta(minutes=40 * minutes)
        command = terminal.payment(at, "SCHOOL01", bill, 12_345)
        if bill != PAID[-1]:
            book.pay(command)
    book.made_up(900_001)
    order = DayFileOrder(
        book.write(path), LAYOUT, user("greta"), NIGHT, lambda _: dt.UTC, itertools.count().__next__
    )
    ingest_day_file(store, order)


@pytest.fixture
def store(town_file):
    """The store of the evening."""
    replace_file(town_file, made_by(build_evening))
    opened = open_town(f"sqlite:///{town_file}")
    yield opened
    opened.dispose()
