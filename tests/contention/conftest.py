import pytest

from offline_collect.store import StoreSettings, open_store
from tests.databases.school import fill


@pytest.fixture(scope="module")
def template(postgresql_server):
    """A database with the bank in it; tests use copies."""
    with postgresql_server.database() as name:
        fill(postgresql_server.url(name))
        yield name


@pytest.fixture
def database(postgresql_server, template):
    with postgresql_server.database(template) as name:
        yield name


@pytest.fixture
def url(postgresql_server, database):
    return postgresql_server.url(database)


@pytest.fixture
def store(url):
    opened = open_store(StoreSettings(url))
    yield opened
    opened.dispose()
