import pytest

from tests.engine.rig import Rig


@pytest.fixture
def rig():
    return Rig()
