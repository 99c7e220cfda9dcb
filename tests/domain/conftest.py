"""Fixtures for tests of decisions."""

import pytest

from tests.fakes.bank import Bank
from tests.messages.commands import Terminal
from tests.support.invariants import findings
from tests.support.samples import sample_bank


@pytest.fixture
def bank():
    """A bank with a school and a water works; its store is checked after each test."""
    bank: Bank = sample_bank()
    yield bank
    assert findings(bank.tables) == []


@pytest.fixture
def teller() -> Terminal:
    """A teller's terminal."""
    return Terminal()
