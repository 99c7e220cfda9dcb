from dataclasses import replace

import pytest

from offline_collect.domain.debits.return_codes import (
    UNKNOWN,
    BillEffect,
    ReturnCode,
    ReturnCodes,
    SettledProblem,
    settled_problem,
)

PAID = ReturnCode("0000", "settled", "扣款成功", BillEffect.SETTLED)
NO_FUNDS = ReturnCode("1001", "no funds", "余额不足", BillEffect.OPEN, notice=True, again_after=3)
CODES = ReturnCodes({each.code: each for each in (PAID, NO_FUNDS)})


def test_a_code_that_the_table_lacks_keeps_the_bill_locked():
    assert CODES.of("1001") is NO_FUNDS
    assert CODES.of("9999") == replace(UNKNOWN, code="9999")
    assert UNKNOWN.bill is BillEffect.LOCKED


@pytest.mark.parametrize(
    ("code", "settled", "problem"),
    [
        (PAID, 100, None),
        (PAID, 40, None),
        (PAID, 0, SettledProblem.NOTHING_SETTLED),
        (PAID, 101, SettledProblem.MORE_THAN_ASKED),
        (NO_FUNDS, 0, None),
        (NO_FUNDS, 1, SettledProblem.SETTLED_ALTHOUGH_REFUSED),
        (UNKNOWN, 0, None),
        (UNKNOWN, 50, None),
        (UNKNOWN, 101, SettledProblem.MORE_THAN_ASKED),
    ],
)
def test_what_was_debited_must_not_contradict_the_code(code, settled, problem):
    assert settled_problem(code, 100, settled) == problem
