"""Serial numbers and their epochs."""

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions.deciding import Context, Terms
from offline_collect.domain.ledger.serials import EPOCH_SIZE, NUMBERS_END, epoch_of, next_epoch, number_of
from tests.fakes.bank import NOON


@pytest.mark.parametrize("number", [0, 1, EPOCH_SIZE, NUMBERS_END - 1])
def test_a_serial_number_holds_its_number_and_its_epoch(number):
    serial = Context(NOON, number, Terms()).serial(BusinessDate(2026, 11, 22))
    assert len(serial) == 20
    assert number_of(serial) == number
    assert epoch_of(number) == int(serial[8])


@pytest.mark.parametrize(
    ("next_number", "last_used", "first"),
    [
        (1, -1, EPOCH_SIZE),
        (EPOCH_SIZE - 1, -1, EPOCH_SIZE),
        (EPOCH_SIZE, -1, 2 * EPOCH_SIZE),
        (1, EPOCH_SIZE + 5, 2 * EPOCH_SIZE),
        (8 * EPOCH_SIZE + 1, 3, 9 * EPOCH_SIZE),
        (9 * EPOCH_SIZE, -1, None),
        (1, NUMBERS_END - 1, None),
    ],
)
def test_the_next_epoch_is_past_every_number_that_was_given_out(next_number, last_used, first):
    assert next_epoch(next_number, last_used) == first
