"""A payout of 123.45 that failed, with all that its run, its day and its postings left in the store."""

import datetime as dt
from dataclasses import replace

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.entries import Books, payout_entries
from offline_collect.domain.settlement.payouts import (
    Due,
    Line,
    Payout,
    PayoutAccount,
    PayoutKind,
    PayoutState,
    Run,
    RunState,
)
from offline_collect.store.reconciliation.items import put_items
from offline_collect.store.reconciliation.settling import put_settlements
from offline_collect.store.settlement.dues import creditors, mark_dues, put_dues, put_entries
from offline_collect.store.settlement.payouts import add_payouts, answer_payouts
from offline_collect.store.settlement.runs import add_run
from tests.fakes.bank import DAY, NOON

AMOUNT = 12_345
BEFORE = BusinessDate.of(DAY - dt.timedelta(days=1))
OUT = Payout(
    run_no="S20261121000001",
    sequence=1,
    merchant_id="SCHOOL01",
    kind=PayoutKind.PAYOUT,
    amount_minor=AMOUNT,
    account=PayoutAccount("A-1", "阳光小学"),
    remark=None,
    posting="20261121S00000000001",
)


def put_failed_payout(store, item):
    """Store the payout of the day before; return its name.

    Args:
        item: what its item is made from.
    """
    run = Run(OUT.run_no, "BANK", "8801", BEFORE, "156", 1, AMOUNT, RunState.TAKEN)
    failed = replace(OUT, state=PayoutState.FAILED, return_code="1002", failed_posting="20261122S00000000002")
    line = Line(PayoutKind.PAYOUT, AMOUNT, (BEFORE,))
    books = Books("SCHOOL01", "BANK", "156", BEFORE)
    item = replace(item, difference="PAYOUT_FAILED", match_key=OUT.reference)
    with store.transaction() as tx:
        put_settlements(tx, BEFORE, [MerchantDay("SCHOOL01", "156", 1, AMOUNT)])
        put_dues(tx, [(creditors(tx, ["SCHOOL01"])["SCHOOL01"], Due(BEFORE, AMOUNT, None))])
        add_run(tx, run, "x", NOON)
        add_payouts(tx, [OUT])
        mark_dues(tx, [("SCHOOL01", line, OUT.run_no, OUT.sequence)])
        answer_payouts(tx, [failed])
        put_entries(tx, payout_entries(OUT.posting, books, OUT.kind, AMOUNT))
        back = replace(books, business_date=DAY)
        put_entries(tx, payout_entries(failed.failed_posting, back, OUT.kind, -AMOUNT))
        put_items(tx, [item])
    return OUT.reference
