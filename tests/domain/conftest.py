"""Fixtures for tests of decisions."""

import pytest

from offline_collect.domain.customers import Customer
from tests.fakes.bank import Bank
from tests.messages.commands import Terminal
from tests.support.invariants import findings
from tests.support.samples import sample_bank, school_bill


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


@pytest.fixture
def arrears(bank):
    """The bank, with two more bills of the pupil and one of another."""
    other = Customer("SCHOOL01", "2026030118", "Lin", {"student_no": "2026030118"})
    bank.store.put_customers(other)
    bank.store.put_bills(
        school_bill("S2", 10_000, bill_id=12, period="2026-10"),
        school_bill("S3", 500, bill_id=13, period="2026-09"),
        school_bill("X1", 700, bill_id=14, customer_no=other.customer_no),
    )
    return bank
