"""A store with a merchant in it, and files for it."""

import pytest

from offline_collect.app.schemas import Schemas
from offline_collect.domain.dates import BusinessDate
from offline_collect.merchant.forms import read_form
from offline_collect.merchant.merchants import read_merchant
from offline_collect.merchant.publishing import publish
from offline_collect.merchant.registering import register_merchant
from offline_collect.store import StoreSettings, open_first_day, open_store, upgrade
from tests.merchant.documents import NOW, SCHOOL, SCHOOL_FORM


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
