"""The debits of an evening: a batch of each merchant with mandates, every file, and no merchant in another's way."""

import datetime as dt

from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.debits.batches import BatchState
from offline_collect.domain.debits.selection import Attempt
from offline_collect.settlement.debit.export import DebitOrder
from offline_collect.settlement.debit.export_due import EveningDebits, NotExported, export_due
from offline_collect.store.debits.batches import list_batches
from offline_collect.store.reconciliation.day_documents import written_documents
from tests.fakes.bank import DAY
from tests.settlement.debit.desk import INSTITUTION, LAYOUTS, OPERATOR
from tests.support.samples import DUE


def evening(desk, wrong=()):
    """The evening's debits; a merchant in ``wrong`` has a day of collection that has passed."""

    def order_of(merchant_id):
        past = DAY - dt.timedelta(days=9) if merchant_id in wrong else None
        return DebitOrder(merchant_id, INSTITUTION, Attempt.FIRST, OPERATOR, DUE, collect_on=past)

    debits = EveningDebits(DAY, order_of, desk.folder, LAYOUTS["debit-out"], OPERATOR)
    return list(export_due(desk.store, debits, desk.now))


def states(desk):
    with desk.store.snapshot() as reading:
        found = list_batches(reading, None, None, None, 100)
        written = DayDocument.DEBITS in written_documents(reading, DAY)
    return sorted((each.batch.merchant_id, each.batch.state) for each in found), written


def test_each_merchant_with_mandates_has_its_batch_and_file_once(desk):
    found = evening(desk)
    assert sorted(each.batch.merchant_id for each in found) == ["SCHOOL01", "WATER001"]
    assert all(each.path.is_file() for each in found)
    both = [("SCHOOL01", BatchState.WRITTEN), ("WATER001", BatchState.WRITTEN)]
    assert states(desk) == (both, True)
    assert evening(desk) == []
    assert states(desk) == (both, True)


def test_one_merchant_keeps_no_other_from_its_batch_and_the_evening_is_not_done(desk):
    failed, written = sorted(evening(desk, {"SCHOOL01"}), key=lambda each: not isinstance(each, NotExported))
    assert (failed.merchant_id, written.batch.merchant_id) == ("SCHOOL01", "WATER001")
    assert "is before the open business day" in failed.why
    assert states(desk) == ([("WATER001", BatchState.WRITTEN)], False)
    (again,) = evening(desk)
    assert again.batch.merchant_id == "SCHOOL01"
    assert states(desk)[1]


def test_a_batch_whose_file_was_never_written_gets_it_in_the_next_run(desk):
    made = desk.export("WATER001").batch
    found = {each.batch.batch_no: each for each in evening(desk)}
    assert found[made.batch_no].path.is_file()
    assert states(desk) == ([("SCHOOL01", BatchState.WRITTEN), ("WATER001", BatchState.WRITTEN)], True)
