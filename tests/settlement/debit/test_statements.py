"""Statements of days on which debits are settled and come back: each says what the settlement says."""

import datetime as dt

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.reports.balances import day_balances
from offline_collect.merchant.reports.export import FileFormat
from offline_collect.merchant.reports.settled_day import StatementsOrder, write_statements
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day, view_settlement
from offline_collect.store import require_merchant
from offline_collect.store.reports.ledger_postings import PostingKind
from offline_collect.store.schema.debit_tables import debit_records
from tests.fakes.bank import BEIJING, DAY, NOON
from tests.settlement.debit.desk import OPERATOR

NEXT, LAST = (BusinessDate.of(DAY + dt.timedelta(days=days)) for days in (1, 2))
AMOUNT, SUSPENDED = 12_345, 45
BACK = (PostingKind.REVERSED, PostingKind.SUSPENSE_REVERSED)


def settle(desk, day):
    reconcile_day(desk.store, OPERATOR, day, NOON)
    settle_day(desk.store, OPERATOR, day, NOON)


def counts(desk, day):
    with desk.store.snapshot() as reading:
        (found,) = day_balances(reading, require_merchant(reading, "SCHOOL01"), day, day)
    return found.of(PostingKind.PAID).count, found.of(*BACK).count


@pytest.mark.parametrize("when", ["same day", "next day", "settled day"])
def test_a_debit_that_comes_back_is_on_the_statement_of_its_return(desk, when, tmp_path):
    made, path = desk.batch()
    desk.ingest(desk.result(path, {4: ("1001", None), 5: ("0000", SUSPENDED)}))
    bills = dict(desk.rows(debit_records, "sequence", "bill_no"))
    if when != "same day":
        desk.cut(NEXT)
    if when == "settled day":
        settle(desk, DAY)
        settled = view_settlement(desk.store, OPERATOR, DAY)
    before = counts(desk, DAY)
    back = [(sequence, bills[sequence], amount) for sequence, amount in ((1, AMOUNT), (5, SUSPENDED))]
    desk.take_back(desk.returns(made, *back))
    returned = DAY if when == "same day" else NEXT
    assert counts(desk, returned)[1] == 2
    if when != "same day":
        assert counts(desk, DAY) == before == (before[0], 0)
    else:
        desk.cut(NEXT)
    desk.cut(LAST)
    for day in (DAY, NEXT):
        if when != "settled day" or day == NEXT:
            settle(desk, day)
        order = StatementsOrder(day, tmp_path, FileFormat.XLSX, zone=BEIJING, actor=OPERATOR, now=NOON)
        written = [done.merchant.merchant_id for done in write_statements(desk.store, order)]
        assert written == (["SCHOOL01"] if day in {DAY, returned} else [])
    if when == "settled day":
        assert view_settlement(desk.store, OPERATOR, DAY) == settled
