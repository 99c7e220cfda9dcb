"""Batches and records: what may follow what."""

from offline_collect.domain.bills import Dues
from offline_collect.domain.debits.batches import (
    BATCH_LIFE,
    LIVE,
    RECORD_LIFE,
    BatchState,
    DebitRecord,
    RecordState,
)


def test_a_batch_that_is_taken_or_cancelled_stays_so():
    sources = set().union(*(step.sources for step in BATCH_LIFE.values()))
    assert sources == {BatchState.REGISTERED, BatchState.WRITTEN}


def test_a_record_keeps_its_bill_locked_until_it_is_known_what_became_of_the_money():
    leaving = set().union(*(step.sources for step in RECORD_LIFE.values() if step.target not in LIVE))
    assert leaving == LIVE | {RecordState.SETTLED}


def test_a_record_asks_for_principal_and_late_fee():
    record = DebitRecord(
        batch_no="B",
        sequence=1,
        merchant_id="M",
        bill_no="1",
        customer_no="C",
        asked=Dues(100, 5),
        mandate_ref="R",
        state=RecordState.OUT,
    )
    assert record.amount_minor == 105
