"""What prevents closing a merchant, and whether the merchant has any business."""

from dataclasses import replace

from sqlalchemy import update

from offline_collect.domain.bills import BillMark
from offline_collect.store import (
    ImportFile,
    ImportKind,
    OpenBusiness,
    add_merchant,
    begin_import,
    has_business,
    open_business,
)
from offline_collect.store.schema.tables import bills
from tests.fakes.bank import NOON
from tests.support.samples import SCHOOL


def opened(teller, merchant_id="SCHOOL01"):
    with teller.store.snapshot() as reading:
        return open_business(reading, merchant_id)


def test_a_merchant_without_bills_and_payments_has_nothing_open(teller):
    with teller.store.transaction() as tx:
        add_merchant(tx, replace(SCHOOL, merchant_id="ESTATE01"))
        assert not has_business(tx, "ESTATE01")
        assert has_business(tx, "SCHOOL01")
    assert opened(teller, "ESTATE01") == OpenBusiness(0, 0, 0, 0)


def test_a_payment_for_a_merchant_without_bills_is_business_too(teller):
    with teller.store.transaction() as tx:
        add_merchant(tx, replace(SCHOOL, merchant_id="ESTATE01"))
    teller.ask(teller.terminal.advice(NOON, "ESTATE01", "E1", 12_345))
    with teller.store.snapshot() as reading:
        assert has_business(reading, "ESTATE01")
    assert opened(teller, "ESTATE01") == OpenBusiness(0, 0, 1, 0)


def test_unpaid_bills_alone_keep_no_merchant_open(teller):
    left = opened(teller)
    assert left == OpenBusiness(unpaid=12, in_batch=0, in_suspense=0, imports=0)
    assert not left.pending


def test_a_paid_bill_and_one_that_is_withdrawn_are_not_unpaid(teller):
    teller.pay("S1")
    with teller.store.transaction() as tx:
        withdrawn = update(bills).where(bills.c.bill_no == "S2").values(mark=BillMark.WITHDRAWN.value)
        tx.connection.execute(withdrawn)
    assert opened(teller).unpaid == 10


def test_bills_in_a_batch_and_payments_in_suspense_keep_it_open(teller):
    teller.pay("S1")
    teller.ask(teller.terminal.advice(NOON, "SCHOOL01", "S1", 12_345))
    assert opened(teller) == OpenBusiness(11, 0, 1, 0)
    with teller.store.transaction() as tx:
        tx.connection.execute(
            update(bills).where(bills.c.bill_no.in_(["S2", "S3"])).values(mark=BillMark.IN_BATCH.value)
        )
    left = opened(teller)
    assert left == OpenBusiness(9, 2, 1, 0)
    assert left.pending
    assert not opened(teller, "WATER001").pending


def test_imports_that_are_not_finished_keep_it_open(teller):
    with teller.store.transaction() as tx:
        begin_import(tx, ImportFile("SCHOOL01", ImportKind.BILLS, "0" * 64, "bills.csv", 10, "ops"), NOON)
    assert opened(teller).imports == 1
    assert opened(teller).pending
    assert not opened(teller, "WATER001").pending
