"""A school and a water works whose payers have mandates, on a store of each kind, with a bank that debits."""

import pytest

from tests.settlement.debit.desk import Desk
from tests.store.conftest import teller  # noqa: F401 - a fixture


@pytest.fixture
def desk(teller, tmp_path):  # noqa: F811 - a fixture
    """The desk of batch debits; its store is verified after each test."""
    with_mandates = Desk(teller, tmp_path)
    yield with_mandates
    assert teller.report().findings == ()
