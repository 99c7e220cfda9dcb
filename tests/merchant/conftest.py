"""A store with a merchant in it, and files for it."""

from contextlib import ExitStack

import pytest

from offline_collect.app.schemas import Schemas
from offline_collect.domain.dates import BusinessDate
from offline_collect.merchant.forms import read_form
from offline_collect.merchant.merchants import read_merchant
from offline_collect.merchant.publishing import publish
from offline_collect.merchant.registering import register_merchant
from offline_collect.store import StoreSettings, open_first_day, open_store, upgrade
from tests.merchant.documents import NOW, SCHOOL, SCHOOL_FORM
from tests.merchant.handed_out import lived, order_of
from tests.merchant.importing import CUSTOMERS, Desk


@pytest.fixture(scope="session")
def schemas():
    return Schemas()


@pytest.fixture(scope="session")
def wire(schemas):
    """The message set and every dialect."""
    return schemas.message_set(), tuple(schemas.dialects().values())


@pytest.fixture
def store(sqlite_url):
    settings = StoreSettings(sqlite_url)
    upgrade(settings)
    opened = open_store(settings)
    with opened.transaction() as tx:
        open_first_day(tx, BusinessDate(2026, 11, 22), NOW)
    yield opened
    opened.dispose()


@pytest.fixture
def school(store, wire):
    """SCHOOL01 with its form, registered in the store."""
    merchant = read_merchant(SCHOOL, "merchant.yaml")
    register_merchant(store, merchant, "teller", NOW)
    publish(store, "SCHOOL01", read_form(SCHOOL_FORM, "form.yaml", 1), *wire, "teller", NOW)
    return merchant


@pytest.fixture
def desk(store, school, tmp_path):
    """Where files are imported for SCHOOL01."""
    return Desk(store, tmp_path)


@pytest.fixture
def pupils(desk):
    """SCHOOL01's customers, imported; the desk they were imported at."""
    desk.take("customers", CUSTOMERS)
    return desk


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def week(request, tmp_path_factory):
    """A store after four days of a school, once of each kind, and the serial numbers that tests name."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('week') / 'store.db'}"
        else:
            server = request.getfixturevalue("postgresql_server")
            url = server.url(stack.enter_context(server.database()))
        yield stack.enter_context(lived(url))


@pytest.fixture
def own_week(sqlite_url):
    """A store of the test's own, to be damaged."""
    with lived(sqlite_url) as opened:
        yield opened[0]


@pytest.fixture
def order(tmp_path):
    """What a test asks to be handed out."""
    return order_of(tmp_path)
