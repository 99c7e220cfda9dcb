import pytest

from tests.simulators.kiosk.browsing import AtKiosk


@pytest.fixture
def at_kiosk(tmp_path):
    """A kiosk with a platform in memory, and a payer's browser."""
    made = AtKiosk(tmp_path / "journal")
    yield made
    made.close()
