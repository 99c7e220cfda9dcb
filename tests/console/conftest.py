"""A store with two banks, a user of each role, and a browser without a window."""

import pytest
from argon2 import PasswordHasher

from offline_collect.app.config.load import load_configuration
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.wiring.console import form_parts, import_desk
from offline_collect.app.wiring.console_links import link_desk
from offline_collect.console.settings import Office
from offline_collect.console.site import build
from offline_collect.merchant.access import password_hashes
from tests.console import town
from tests.console.browser import Browser
from tests.console.town import NIGHT, office_of, open_town
from tests.databases.lasting import replace_file
from tests.databases.sqlite_images import made_by
from tests.fakes.clock import HandClock

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True, scope="module")
def cheap_hashes():
    """Hash passwords with the least work that the algorithm allows: hundreds of tests sign in."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(password_hashes, "_hasher", lambda: CHEAP)
        yield


@pytest.fixture(scope="session")
def town_file(tmp_path_factory):
    """The path of the store that each test gets in turn."""
    return tmp_path_factory.mktemp("town") / "store.db"


@pytest.fixture
def store(town_file):
    """The town's store."""
    replace_file(town_file, made_by(town.build_town))
    opened = open_town(f"sqlite:///{town_file}")
    yield opened
    opened.dispose()


@pytest.fixture
def clock():
    """The console's clock, which the test advances."""
    return HandClock(NIGHT)


@pytest.fixture
def desk():
    """What files are imported with."""
    opened = import_desk(Schemas(None))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def forms():
    """What the form designer needs."""
    return form_parts(load_configuration(None, {}))


@pytest.fixture(scope="session")
def links():
    """What the pages of links need; no server is asked."""
    return link_desk(load_configuration(None, {"OFFLINE_COLLECT__METRICS__LISTEN": "null"}))


@pytest.fixture
def office(store, clock, desk, forms, links) -> Office:
    """What the pages work on."""
    return office_of(store, clock, desk, forms, links)


@pytest.fixture
def browser(office):
    """A browser to which nobody has signed in yet."""
    with Browser(build(office), office) as opened:
        yield opened


@pytest.fixture
def as_user(office):
    """Return a browser of a user who has signed in; close it at the end."""
    opened = []

    def sign_in(name, **headers):
        one = Browser(build(office), office, headers=headers)
        opened.append(one)
        one.sign_in(name)
        return one

    yield sign_in
    for one in opened:
        one.close()
