"""What a person may say about a debit in doubt, and what it is as a bank's result."""

import pytest

from offline_collect.domain.bills import Dues
from offline_collect.domain.debits.batches import DebitRecord, RecordState
from offline_collect.domain.debits.in_doubt import BankSays, DoubtRefusal, doubt_refusal
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect


def record(state):
    return DebitRecord("B1", 1, "SCHOOL01", "S1", "P1", Dues(100, 20), "M1", state)


@pytest.mark.parametrize("state", sorted(set(RecordState) - {RecordState.LOCKED}))
def test_only_a_locked_one_is_in_doubt(state):
    for settled in (None, 120):
        assert doubt_refusal(record(state), BankSays(settled)) is DoubtRefusal.NOT_IN_DOUBT


@pytest.mark.parametrize(
    ("settled", "refusal"),
    [
        (None, None),
        (-1, DoubtRefusal.NOTHING_SETTLED),
        (0, DoubtRefusal.NOTHING_SETTLED),
        (1, None),
        (120, None),
        (121, DoubtRefusal.MORE_THAN_ASKED),
    ],
)
def test_what_was_debited_is_no_more_than_was_asked_for(settled, refusal):
    assert doubt_refusal(record(RecordState.LOCKED), BankSays(settled)) is refusal


def test_it_is_a_result_with_the_code_that_left_the_doubt():
    settled = BankSays(120, MandateEffect.SUSPENDED, "C-7").result("4001")
    assert (settled.code.code, settled.code.bill, settled.code.mandate) == (
        "4001",
        BillEffect.SETTLED,
        MandateEffect.SUSPENDED,
    )
    assert (settled.settled_minor, settled.core_serial) == (120, "C-7")
    refused = BankSays(None).result("9999")
    assert (refused.code.bill, refused.code.mandate) == (BillEffect.OPEN, MandateEffect.KEPT)
    assert (refused.settled_minor, refused.core_serial, refused.code.again_after) == (0, None, None)
