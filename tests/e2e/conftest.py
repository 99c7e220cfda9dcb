import datetime as dt

import pytest

from offline_collect.store import StoreSettings, open_store
from tests.databases.school import AMOUNT, MERCHANT, bill_no, fill
from tests.e2e.electricity import charge_payers, owing
from tests.e2e.serving import serving, write_config
from tests.messages.commands import Terminal
from tests.messages.front_end import message_of


@pytest.fixture
def config(tmp_path, store_url):
    """A server's configuration, with a filled store; once for each kind of database."""
    fill(store_url, bills=3_000)
    return write_config(tmp_path, store_url)


@pytest.fixture
def sqlite_config(tmp_path, sqlite_url):
    fill(sqlite_url)
    return write_config(tmp_path, sqlite_url)


@pytest.fixture
def server(config):
    with serving(config) as running:
        yield running


@pytest.fixture
def sqlite_server(sqlite_config):
    with serving(sqlite_config) as running:
        yield running


@pytest.fixture
def store(config, store_url):
    opened = open_store(StoreSettings(store_url))
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_store(sqlite_config, sqlite_url):
    opened = open_store(StoreSettings(sqlite_url))
    yield opened
    opened.dispose()


@pytest.fixture
def pay():
    """Makes payments, of one bill each, as messages."""
    terminal, now = Terminal(), dt.datetime.now(dt.UTC)
    return lambda nth, **more: message_of(terminal.payment(now, MERCHANT, bill_no(nth), AMOUNT, **more))


@pytest.fixture
def electricity_url(sqlite_url):
    """A store with a subscriber's electricity bills."""
    owing(sqlite_url)
    return sqlite_url


@pytest.fixture
def charged_electricity_url(electricity_url):
    """The same, where the payer pays a fee."""
    charge_payers(electricity_url)
    return electricity_url
