import pytest

from tests.server.scheduling.scenes import payments_from


@pytest.fixture
def full(platform):
    """A platform whose lanes have no room, and a connection whose payment found that out."""
    platform.engine.room = 0
    blocked = platform.connect()
    blocked.send(*payments_from(999_000, 1))
    return platform
