"""The town at night: its day is settled, a payout failed, a debit is in doubt, and money is in suspense."""

import datetime as dt
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.console import town
from tests.console.evening import add_group_users
from tests.console.town import PAID, closing_store, open_town, tellers_at
from tests.databases.lasting import replace_file
from tests.databases.sqlite_images import made_by
from tests.fakes.bank import NOON
from tests.messages.commands import Terminal
from tests.settlement.conftest import Desk
from tests.settlement.debit.desk import Desk as DebitDesk
from tests.settlement.evening import Evening
from tests.store.teller import Teller

RUN, BATCH, SEQUENCE, SUSPENDED = "S20261122000001", "20261123000001", 3, "20261123000000000007"
PAYOUT = f"{RUN}-1"
AMOUNT = 12_345


def build_night(url):
    """Create the store."""
    town.build_town(url)
    with closing_store(url) as store, tempfile.TemporaryDirectory() as name:
        add_group_users(store)
        folder = Path(name)
        evening, run = settle(store, folder)
        evening.ingest(evening.result(run, 1))
        DebitDesk(SimpleNamespace(store=store), folder).in_doubt("S12")
        with tellers_at(store) as teller:
            teller.now = NOON + dt.timedelta(days=1)
            teller.ask(teller.terminal.advice(teller.now, "SCHOOL01", "GONE", AMOUNT))


def settle(store, folder):
    """End the day of the town's payments; return the bank that did, and its run."""
    with Teller(store, filled=True) as teller:
        evening = Evening(Desk(teller, folder))
        terminal = Terminal()
        for minutes, bill in enumerate(PAID):
            at = NOON + dt.timedelta(minutes=40 * minutes)
            evening.book.pay(terminal.payment(at, "SCHOOL01", bill, 12_345))
        (run,) = evening.end()
    return evening, run


@pytest.fixture
def store(town_file):
    """The store of the night."""
    replace_file(town_file, made_by(build_night))
    opened = open_town(f"sqlite:///{town_file}")
    yield opened
    opened.dispose()
