"""Debits that come back: reversed on the open day, whole or not at all."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.debits.selection import Attempt
from offline_collect.domain.errors import BankFileError
from offline_collect.domain.transactions import PaymentState
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.backoffice.mandates import get_mandate
from offline_collect.store.schema.debit_tables import debit_records, debit_return_files
from offline_collect.store.schema.tables import entries, reconciliation_items

TOMORROW = dt.date(2026, 11, 23)


@pytest.fixture
def settled(desk):
    """A batch that is settled, on the day before the open one; of its bills the first three by sequence."""
    made, path = desk.batch()
    desk.ingest(desk.result(path, {4: ("1001", None), 5: ("0000", 45)}))
    desk.cut(TOMORROW)
    return made, dict(desk.rows(debit_records, "sequence", "bill_no"))


def test_a_debit_that_comes_back_is_reversed_on_the_open_day(desk, settled):
    made, bills = settled
    file = desk.returns(made, (1, bills[1], 12_345), (2, bills[2], 12_345))
    taken = desk.take_back(file)
    assert (taken.count, taken.total_minor) == (2, 24_690)
    assert desk.states(bills[1], bills[2], bills[3]) == ["OPEN", "OPEN", "PAID"]
    (payment,) = desk.payments(bills[1])
    assert payment.state is PaymentState.REVERSED
    assert payment.state_by.startswith("20261123")
    with desk.store.snapshot() as reading:
        own = select(entries.c.account, func.sum(entries.c.amount_minor)).where(
            entries.c.business_date == TOMORROW
        )
        moved = dict(tuple(row) for row in reading.connection.execute(own.group_by(entries.c.account)))
        decided = get_mandate(reading, "SCHOOL01", "R-PUPIL").terms.decided
        (row,) = audit_rows(reading, AuditFilter(action="debit return"))
    assert moved == {"BATCH_CLEARING": -24_690, "PAYABLE": 24_690}
    assert decided is MandateState.SUSPENDED
    assert row.actor == "ops"
    assert desk.rows(reconciliation_items, "key") == []


def test_a_disputed_one_opens_an_item(desk, settled):
    made, bills = settled
    desk.take_back(desk.returns(made, (1, bills[1], 12_345), code="3001"))
    assert desk.rows(reconciliation_items, "key", "kind") == [(f"DX|{made.batch_no}|1", "DEBIT_DISPUTED")]


def test_one_for_lack_of_funds_is_debited_again_on_its_day(desk, settled):
    made, bills = settled
    desk.take_back(desk.returns(made, (1, bills[1], 12_345), code="1001"))
    desk.cut(dt.date(2026, 11, 26))
    again = desk.export(attempt=Attempt.RETRY, due_by=None)
    assert again.batch.record_count == 2
    assert desk.states(bills[1], bills[4]) == ["IN_BATCH", "IN_BATCH"]


def test_money_in_suspense_goes_back_from_there(desk, settled):
    made, bills = settled
    desk.take_back(desk.returns(made, (5, bills[5], 45)))
    (payment,) = desk.payments(bills[5])
    assert payment.state is PaymentState.REVERSED
    with desk.store.snapshot() as reading:
        left = select(func.sum(entries.c.amount_minor)).where(entries.c.account == "SUSPENSE")
        assert reading.connection.execute(left).scalar_one() == 0


@pytest.mark.parametrize(
    ("records", "code", "told"),
    [
        ([(1, "S99", 12_345)], "1002", ["is of bill S99"]),
        ([(1, None, 1)], "1002", ["has the amount 0.01, but the batch has 123.45"]),
        ([(99, "S1", 1)], "1002", ["was never sent"]),
        ([(4, None, 12_345)], "1002", ["is REFUSED: only a settled one can come back"]),
        ([(1, None, 12_345), (1, None, 12_345)], "1002", ["is there twice"]),
        ([(1, None, 12_345)], "0000", ["comes back, but says that it is settled"]),
    ],
)
def test_what_was_not_settled_so_does_not_come_back(desk, settled, records, code, told):
    made, bills = settled
    file = desk.returns(made, *((n, bill or bills[n], amount) for n, bill, amount in records), code=code)
    with pytest.raises(BankFileError) as caught:
        desk.take_back(file)
    assert len(caught.value.differences) == len(told)
    assert all(words in found for words, found in zip(told, caught.value.differences, strict=True))
    assert desk.rows(debit_return_files, "file_no") == []
    assert desk.states(bills[1]) == ["PAID"]


def test_a_file_is_taken_once_by_its_number_and_by_its_bytes(desk, settled):
    made, bills = settled
    file = desk.returns(made, (1, bills[1], 12_345))
    desk.take_back(file)
    with pytest.raises(BankFileError, match="is RETURNED: only a settled one"):
        desk.take_back(file)
    other = desk.returns(made, (2, bills[2], 12_345))
    with pytest.raises(BankFileError, match="was taken before, as file F1 of 8801"):
        desk.take_back(other)
    assert desk.states(bills[1], bills[2]) == ["OPEN", "PAID"]


def test_another_institution_cannot_take_it_back(desk, settled):
    made, bills = settled
    with pytest.raises(BankFileError, match="was never sent"):
        desk.take_back(desk.returns(made, (1, bills[1], 12_345), institution="8802"))


def test_a_file_whose_header_cannot_be_read_is_refused(desk, settled):
    made, bills = settled
    file = desk.returns(made, (1, bills[1], 12_345))
    file.write_bytes(b"X" + file.read_bytes())
    with pytest.raises(BankFileError, match="line 1, header"):
        desk.take_back(file)
