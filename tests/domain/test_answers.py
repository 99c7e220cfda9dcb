import json

import pytest

from offline_collect.domain.answers import Answer, decline, from_document, to_document
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import NOT_STORED, ResponseCode

DAY = BusinessDate(2026, 11, 22)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(ResponseCode.APPROVED),
        Answer(ResponseCode.APPROVED, DAY, values={"serial_number": "1", "total_payable": 5}),
        decline(
            ResponseCode.WRONG_AMOUNT, "wrong amount", "账单 owes 5.00", business_date=DAY, total_payable=500
        ),
    ],
)
def test_a_stored_answer_is_the_same_again(answer):
    assert from_document(json.loads(json.dumps(to_document(answer)))) == answer


def test_a_decline_says_why_in_short_and_in_full():
    answer = decline(ResponseCode.ALREADY_PAID, "already paid", "bill S1 is already paid")
    assert (answer.brief, answer.reason) == ("already paid", "bill S1 is already paid")
    assert not answer.approved
    assert decline(ResponseCode.TOO_LATE, "too late").reason == "too late"


def test_only_approved_is_approved():
    assert [code for code in ResponseCode if Answer(code).approved] == [ResponseCode.APPROVED]


def test_what_may_succeed_later_is_not_stored():
    assert {code.value for code in NOT_STORED} == {
        "UNSUPPORTED",
        "FORMAT_ERROR",
        "NOT_PERMITTED",
        "SECURITY",
        "TOO_LATE",
        "UNAVAILABLE",
        "MALFUNCTION",
    }
