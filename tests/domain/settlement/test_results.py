"""Whether a bank's result is that of a run: every difference is told."""

from dataclasses import replace

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.settlement.payouts import Payout, PayoutAccount, PayoutEvent, PayoutKind, Run
from offline_collect.domain.settlement.results import (
    PayoutCode,
    PayoutEffect,
    PayoutLine,
    RunHeader,
    header_differences,
    missing_payout,
    payout_differences,
)

MONDAY = BusinessDate(2026, 11, 23)
RUN = Run("S20261123000001", "BANK", "8801", MONDAY, "156", 2, 1_500)
HEADER = RunHeader("8801", RUN.run_no, MONDAY, 2, "156")
PAYOUT = Payout(
    run_no=RUN.run_no,
    sequence=1,
    merchant_id="SCHOOL01",
    kind=PayoutKind.FEES,
    amount_minor=-500,
    account=PayoutAccount("A-1", "阳光小学"),
    remark=None,
    posting="P1",
)
BOOKED = PayoutCode("0000", "booked", "入账成功", PayoutEffect.BOOKED)
CLOSED = PayoutCode("1002", "account closed", "账户已销户", PayoutEffect.FAILED)
LINE = PayoutLine(3, 1, "SCHOOL01", 500, "0000", BOOKED, 500)


def told(line, payout=PAYOUT, *, repeated=False):
    return [str(each) for each in payout_differences(line, payout, "156", repeated=repeated)]


def test_a_result_that_matches_has_no_difference():
    assert list(header_differences(HEADER, RUN)) == []
    assert told(LINE) == []
    assert told(replace(LINE, return_code="1002", code=CLOSED, booked_minor=0)) == []


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"bank": "8802"}, "line 1: the bank is 8802, but the run has 8801"),
        ({"business_date": BusinessDate(2026, 11, 24)}, "line 1: the business date is 2026-11-24, but"),
        ({"count": 3}, "line 1: the number of payouts is 3, but the run has 2"),
        ({"currency": "840"}, "line 1: the currency is 840, but the run has 156"),
    ],
)
def test_a_header_of_another_run_is_told(change, difference):
    (found,) = header_differences(replace(HEADER, **change), RUN)
    assert str(found).startswith(difference)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"merchant_id": "X"}, "payout 1 is of merchant X, but the run has SCHOOL01"),
        ({"amount_minor": 501}, "payout 1 has the amount 5.01, but the run has 5.00"),
        ({"code": None, "return_code": "7777"}, "payout 1 has the return code 7777, which is in no table"),
        ({"booked_minor": 499}, "payout 1 has a settled amount that its return code 0000 does not allow"),
        ({"booked_minor": 0}, "payout 1 has a settled amount that its return code 0000 does not allow"),
        ({"code": CLOSED, "return_code": "1002"}, "payout 1 has a settled amount that its return code 1002"),
    ],
)
def test_a_payout_that_differs_is_told(change, difference):
    (found,) = told(replace(LINE, **change))
    assert found.startswith(f"line 3: {difference}")


def test_payouts_that_are_there_twice_or_not_at_all_are_told():
    assert told(LINE, repeated=True) == ["line 3: payout 1 is there twice"]
    assert told(LINE, None) == ["line 3: payout 1 is not in the run"]
    assert str(missing_payout(2)) == "payout 2 of the run is not in the file"


def test_what_a_code_means_is_an_event_of_the_payout():
    assert [each.event for each in PayoutEffect] == [PayoutEvent.BOOKED, PayoutEvent.FAILED]
