"""A store with a merchant in it, and files for that merchant."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from offline_collect.app.config.schemas import OWN_DIALECTS, Schemas
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import StoreSettings, open_first_day, open_store, upgrade
from tests.databases.lasting import lasting_store, replace_file
from tests.databases.sqlite_images import made_by, put_image
from tests.merchant.documents import NOW, SCHOOL, SCHOOL_FORM
from tests.merchant.exported import lived, order_of
from tests.merchant.importing import CUSTOMERS, Desk
from tests.support.actors import user


def own_dialects(schemas):
    return tuple(schemas.dialect(name) for name in OWN_DIALECTS)


@pytest.fixture(scope="session")
def schemas():
    return Schemas()


@pytest.fixture(scope="session")
def wire(schemas):
    """The message set and the platform's own dialects."""
    return schemas.message_set(), own_dialects(schemas)


@pytest.fixture(scope="session")
def store_file(tmp_path_factory):
    """The path of the store that each test gets in turn."""
    return tmp_path_factory.mktemp("store") / "store.db"


@pytest.fixture
def store(request, store_file):
    """A store with its first day, and with the data of the other fixtures that the test uses."""
    asked = next((make for name, make in STORES.items() if name in request.fixturenames), with_first_day)
    replace_file(store_file, made_by(asked))
    opened = lasting_store(StoreSettings(f"sqlite:///{store_file}"))
    yield opened
    opened.dispose()


@pytest.fixture
def school(store):
    """SCHOOL01 with its form, registered in the store."""
    return read_merchant(SCHOOL, "merchant.yaml")


@pytest.fixture
def desk(store, school, tmp_path):
    """The desk that imports files for SCHOOL01."""
    return Desk(store, tmp_path)


@pytest.fixture
def pupils(desk):
    """SCHOOL01's customers, imported; a desk at which they were imported."""
    return desk


def with_first_day(url):
    """Create a store and open its first day."""
    upgrade(StoreSettings(url))
    with opened_at(url) as store, store.transaction() as tx:
        open_first_day(tx, BusinessDate(2026, 11, 22), NOW)


def with_school(url):
    """Create a store with SCHOOL01 and its form."""
    with_first_day(url)
    schemas = Schemas()
    form = read_form(SCHOOL_FORM, "form.yaml", 1)
    with opened_at(url) as store:
        register_merchant(store, read_merchant(SCHOOL, "merchant.yaml"), user("teller"), NOW)
        publish(store, "SCHOOL01", form, schemas.message_set(), own_dialects(schemas), user("teller"), NOW)


def with_pupils(url):
    """Create a store with SCHOOL01 and its customers, imported."""
    with_school(url)
    with opened_at(url) as store, TemporaryDirectory() as folder:
        Desk(store, Path(folder)).take("customers", CUSTOMERS)


STORES = {"pupils": with_pupils, "school": with_school}
"""Stores by the fixture that provides them, the fullest first."""


@contextmanager
def opened_at(url):
    """Open a store for the length of a block."""
    store = open_store(StoreSettings(url))
    yield store
    store.dispose()


@pytest.fixture(scope="module")
def week(module_url):
    """A store after four days of a school, once of each kind, and the serial numbers that tests name."""
    with lived(module_url) as days:
        yield days


@pytest.fixture
def own_week(tmp_path):
    """A separate store that the test may damage."""
    path = tmp_path / "store.db"
    put_image(path, made_by(live))
    with opened_at(f"sqlite:///{path}") as store:
        yield store


def live(url):
    """Create a store after four days of business."""
    with lived(url):
        pass


@pytest.fixture
def order(tmp_path):
    """The files that a test requests."""
    return order_of(tmp_path)
