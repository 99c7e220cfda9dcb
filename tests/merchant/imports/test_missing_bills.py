"""Bills of a file's periods that the file lacks are withdrawn, if the user asks for that."""

from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.missing_bills import PERIODS_MAX
from offline_collect.merchant.imports.result import ClaimedError, ImportRefusedError, PeriodsError
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store.schema import tables
from tests.merchant.documents import NOW
from tests.merchant.importing import bills_of, counts
from tests.support.actors import user

DECEMBER = ("A,C1,1.00,2026-12", "B,C1,2.00,2026-12", "C,C2,3.00,2026-12")


@pytest.fixture
def december(pupils):
    pupils.take("bills", bills_of(*DECEMBER, "N,C1,9.00,2026-11", "O,C1,8.00,"))
    return pupils


def marks(desk, *numbers):
    return [desk.bill(number).mark for number in numbers]


def test_what_is_missing_from_its_period_is_withdrawn(december):
    result = december.take("bills", bills_of(*DECEMBER[:1]), withdraw_missing=True)
    assert counts(result) == {"unchanged": 1, "withdrawn": 2}
    assert marks(december, "A", "B", "C") == [None, BillMark.WITHDRAWN, BillMark.WITHDRAWN]


def test_other_periods_and_bills_of_none_stay(december):
    december.take("bills", bills_of(*DECEMBER[:1]), withdraw_missing=True)
    assert marks(december, "N", "O") == [None, None]


def test_without_being_asked_nothing_is_withdrawn(december):
    assert counts(december.take("bills", bills_of(*DECEMBER[:1]))) == {"unchanged": 1}
    assert marks(december, "B", "C") == [None, None]


def test_a_paid_bill_is_not_withdrawn(december):
    december.pay("B")
    result = december.take("bills", bills_of(*DECEMBER[:1]), withdraw_missing=True)
    assert counts(result) == {"unchanged": 1, "withdrawn": 1}
    assert marks(december, "B", "C") == [None, BillMark.WITHDRAWN]


def test_a_bill_that_moves_to_another_period_is_not_missing(december):
    moved = bills_of("A,C1,1.00,2026-12", "B,C1,2.00,2027-01", "C,C2,3.00,2026-12")
    done = december.take("bills", moved, withdraw_missing=True, identity_changes=True)
    assert counts(done) == {"unchanged": 2, "changed": 1}


def test_a_withdrawn_bill_that_comes_back_in_a_file_is_refused(december):
    december.take("bills", bills_of(*DECEMBER[:2]), withdraw_missing=True)
    assert marks(december, "C") == [BillMark.WITHDRAWN]
    with pytest.raises(ImportRefusedError) as caught:
        december.take("bills", bills_of("C,C2,4.00,2026-12"))
    assert "WITHDRAWN" in caught.value.problems.kept_by_row[0].reason


def test_many_are_withdrawn_in_chunks(december):
    rows = [f"X{number:05d}1,C1,1.00,2027-02" for number in range(2_300)]
    december.take("bills", bills_of(*rows))
    result = december.take("bills", bills_of(*rows[1_150:1_151]), withdraw_missing=True)
    assert counts(result) == {"unchanged": 1, "withdrawn": 2_299}
    assert marks(december, "X000001", "X011501", "X022991") == [BillMark.WITHDRAWN, None, BillMark.WITHDRAWN]


def test_without_periods_nothing_can_be_missing(december):
    before = december.rows(tables.bills)
    with pytest.raises(PeriodsError, match="no row of the file names a period"):
        december.take("bills", bills_of("Z,C1,1.00,"), withdraw_missing=True)
    rows = [f"Z{number}1,C1,1.00,P{number}" for number in range(PERIODS_MAX + 1)]
    with pytest.raises(PeriodsError, match=f"over {PERIODS_MAX} periods"):
        december.take("bills", bills_of(*rows), withdraw_missing=True)
    assert december.rows(tables.bills) == before
    assert december.bill("Z") is None


@pytest.mark.parametrize("do", ["take", "preview"])
def test_a_missing_bill_that_another_import_waits_to_change_is_not_left_open_untold(december, school, do):
    register_merchant(december.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    waiting = december.take("bills", bills_of("B,C1,2.50,2026-12")).record.import_id
    with pytest.raises(ClaimedError, match=f"bill B: import {waiting}, which waits, would change it"):
        getattr(december, do)("bills", bills_of("A,C1,1.50,2026-12"), withdraw_missing=True)
    assert december.amounts("A", "B") == [100, 200]
    assert marks(december, "B", "C") == [None, None]


def test_once_the_other_import_is_decided_missing_bills_are_withdrawn(december, school):
    register_merchant(december.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    waiting = december.take("bills", bills_of("B,C1,2.50,2026-12")).record.import_id
    imports.reject(december.store, waiting, user("checker"), NOW)
    result = december.take("bills", bills_of(*DECEMBER[:1]), withdraw_missing=True)
    assert counts(result) == {"unchanged": 1, "withdrawn": 2}
