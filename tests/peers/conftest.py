"""The clients of foreign stacks need tools and libraries of theirs, so they run only where they are asked for."""

import os

import pytest

from tests.conftest import NO_PEERS
from tests.peers.building import missing_tools

REQUIRE_PEERS = "OFFLINE_COLLECT_TEST_REQUIRE_PEERS"


@pytest.fixture(autouse=True, scope="session")
def _tools():
    """Skip the tests unless they are required; then the tools must be there."""
    if os.environ.get(REQUIRE_PEERS) != "1":
        pytest.skip(NO_PEERS)
    missing = missing_tools()
    if missing:
        pytest.fail(f"{REQUIRE_PEERS}=1, but {', '.join(missing)} are missing", pytrace=False)
