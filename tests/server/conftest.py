import pytest

from tests.server.reactor import HandReactor
from tests.server.rig import Platform, ScriptedEngine


@pytest.fixture
def reactor():
    return HandReactor()


@pytest.fixture
def engine():
    return ScriptedEngine()


@pytest.fixture
def make_platform(reactor, engine):
    def make(**settings):
        return Platform(reactor, engine, **settings)

    return make


@pytest.fixture
def platform(make_platform):
    return make_platform()


@pytest.fixture
def peer(platform):
    return platform.connect()
