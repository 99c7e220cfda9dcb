"""Fixtures for the tests of every room: databases, and a note of tests that could not run."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from tests.databases.postgresql import PostgresqlServer, find_binaries, running_server
from tests.modules.chromium import NO_CHROMIUM, find_chromium, running_chromium
from tests.modules.kannel import find_kannel
from tests.modules.softhsm import SoftHsm, find_softhsm
from tests.support.kept_logging import kept_logging
from tests.support.spreading import spread, waits

pytest_plugins = ["tests.databases.migrated"]

POSTGRESQL_FIXTURES = {"postgresql_server", "postgresql_url"}
NO_POSTGRESQL = "no PostgreSQL server binaries: apt-get install postgresql"
NO_PEERS = "clients of foreign stacks run with make peers"
REQUIRE_POSTGRESQL = "OFFLINE_COLLECT_TEST_REQUIRE_POSTGRESQL"
NO_SOFTHSM = "no SoftHSM2: apt-get install softhsm2"
REQUIRE_SOFTHSM = "OFFLINE_COLLECT_TEST_REQUIRE_SOFTHSM"
NO_KANNEL = "no Kannel: apt-get install kannel kannel-extras"
REQUIRE_KANNEL = "OFFLINE_COLLECT_TEST_REQUIRE_KANNEL"
REQUIRE_CHROMIUM = "OFFLINE_COLLECT_TEST_REQUIRE_CHROMIUM"

# Thousands of tests and their imports stay to the end: a search for cycles in them every few hundred
# objects takes time from the tests.
gc.set_threshold(50_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    """In CI play the same examples each time, unless a seed asks for new ones; a few where that is enough."""
    fixed = bool(os.environ.get("CI")) and config.getoption("--hypothesis-seed") is None
    # The time of an example depends more on the machine than on the code.
    settings.register_profile(
        "house",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=fixed,
    )
    settings.register_profile("few", settings.get_profile("house"), max_examples=20, derandomize=True)
    settings.load_profile(config.getoption("--hypothesis-profile") or "house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread tests that wait, and mark those that use PostgreSQL, SoftHSM2, Kannel or Chromium."""
    items[:] = spread(items, waits)
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if POSTGRESQL_FIXTURES.intersection(fixtures):
            item.add_marker("postgresql")
        if "softhsm" in fixtures:
            item.add_marker("softhsm")
        if "real_kannel" in fixtures:
            item.add_marker("kannel")
        if "chromium" in fixtures:
            item.add_marker("chromium")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests of what is not installed, or fail them if it is required."""
    needs = (
        ("postgresql", find_binaries, REQUIRE_POSTGRESQL, NO_POSTGRESQL),
        ("softhsm", find_softhsm, REQUIRE_SOFTHSM, NO_SOFTHSM),
        ("kannel", find_kannel, REQUIRE_KANNEL, NO_KANNEL),
        ("chromium", find_chromium, REQUIRE_CHROMIUM, NO_CHROMIUM),
    )
    for marker, find, required, missing in needs:
        if item.get_closest_marker(marker) is None or find() is not None:
            continue
        if os.environ.get(required) == "1":
            pytest.fail(f"{required}=1, but {missing}", pytrace=False)
        pytest.skip(missing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line each what did not run, and why."""
    reports = terminalreporter.stats.get("skipped", [])
    for reason in (NO_POSTGRESQL, NO_SOFTHSM, NO_KANNEL, NO_CHROMIUM, NO_PEERS):
        skipped = [report for report in reports if reason in str(report.longrepr)]
        if skipped:
            terminalreporter.write_line(f"{len(skipped)} tests skipped: {reason}")


@pytest.fixture(autouse=True)
def _logging_stays_as_it_was() -> Iterator[None]:
    """Commands run in the tests' process and set up its logging: this is undone for the next test."""
    with kept_logging():
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of this test process, on a Unix socket only."""
    binaries = find_binaries()
    assert binaries is not None, NO_POSTGRESQL
    with running_server(binaries) as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty database."""
    with postgresql_server.database() as name:
        yield postgresql_server.url(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of a database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest) -> str:
    """The SQLAlchemy URL of an empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def softhsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    """A folder of tokens for the PKCS#11 module; the module is ended after the test."""
    from offline_collect.app.wiring.pkcs11_token import end_module  # noqa: PLC0415 - only where it is needed

    found = find_softhsm()
    assert found is not None, NO_SOFTHSM
    library, tool = found
    made = SoftHsm(tmp_path / "softhsm", str(library), tool)
    monkeypatch.setenv("SOFTHSM2_CONF", str(made.conf))
    yield made
    end_module(made.library)


@pytest.fixture
def real_kannel() -> None:
    """Kannel is installed: the test is skipped without it, or fails where it is required."""
    assert find_kannel() is not None, NO_KANNEL


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for all tests of this process; each opens pages with their own cookies."""
    with running_chromium() as browser:
        yield browser
