"""The town's day is settled: its run of payouts waits for the bank, and the statements are not written yet."""

import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from offline_collect.store.settlement.runs import get_run
from tests.console import town
from tests.console.evening import add_group_users
from tests.console.night import RUN, settle
from tests.console.town import closing_store, open_town
from tests.databases.lasting import replace_file
from tests.databases.sqlite_images import made_by
from tests.settlement.evening import Evening


def build_payday(url):
    """Create the store."""
    town.build_town(url)
    with closing_store(url) as store, tempfile.TemporaryDirectory() as name:
        add_group_users(store)
        settle(store, Path(name))


@pytest.fixture
def store(town_file):
    """The store of the payday."""
    replace_file(town_file, made_by(build_payday))
    opened = open_town(f"sqlite:///{town_file}")
    yield opened
    opened.dispose()


def result_of(store, folder, *failed, **wrong):
    """Return the bank's result of the run as a file of a form; payouts of these sequences fail."""
    with store.snapshot() as reading:
        run = get_run(reading, RUN).run
    path = Evening(SimpleNamespace(store=store, folder=folder)).result(run, *failed, **wrong)
    return {"file": (path.name, path.read_bytes())}
