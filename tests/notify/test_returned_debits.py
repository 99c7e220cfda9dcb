"""Debits that come back: from the bank's file to the text that the payer gets."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.roles import Role
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.payment_story import PaymentStory
from offline_collect.notify.view import view_notices_of
from offline_collect.store import replace_merchant, require_merchant
from offline_collect.store.schema.debit_tables import debit_records
from tests.files.iso20022.partners import entry, notification, reported, returned, status_report
from tests.notify.test_events import ACCOUNT_OF_PUPIL, in_outbox
from tests.settlement.debit.desk import Desk as Debits
from tests.support.actors import user
from tests.support.samples import PUPIL

FAILED = "【阳光小学】账单*{}扣款失败。"
REVERSED = "【阳光小学】账单*{}的123.45元已撤销。"


@pytest.fixture
def debits(desk, tmp_path):
    """The debits of a pupil who has consented to notices."""
    made = Debits(desk.teller, tmp_path)
    desk.customer("SCHOOL01", PUPIL, **ACCOUNT_OF_PUPIL)
    return made


def told_of_return(desk, debits, code):
    """Have a debit settle, tell its receipt, and let it come back; return its bill and what the payer gets."""
    made, path = debits.batch()
    debits.ingest(debits.result(path))
    deliver(desk)
    bills = dict(debits.rows(debit_records, "sequence", "bill_no"))
    desk.channel.messages.clear()
    debits.take_back(debits.returns(made, (1, bills[1], 12_345), code=code))
    deliver(desk)
    return bills[1], desk.channel.texts


def deliver(desk):
    desk.wait()
    desk.sender().round()
    assert in_outbox(desk) == []


def test_the_payer_of_a_debit_that_comes_back_is_told_that_it_failed(desk, debits):
    bill, texts = told_of_return(desk, debits, "1001")
    assert texts == [FAILED.format(bill[-1])]
    (payment,) = debits.payments(bill)
    told = view_notices_of(desk.store, user("ops", Role.OPERATOR), PaymentStory((payment,), (), (), None, {}))
    assert [each["kind"] for each in told] == ["DEBIT_FAILED", "PAID"]


@pytest.mark.parametrize(("code", "untold"), [("9001", frozenset()), ("1001", {NoticeKind.DEBIT_FAILED})])
def test_whoever_is_not_told_of_failed_debits_is_told_that_his_payment_is_reversed(
    desk, debits, code, untold
):
    with desk.store.transaction() as tx:
        replace_merchant(tx, replace(require_merchant(tx, "SCHOOL01"), untold=frozenset(untold)))
    bill, texts = told_of_return(desk, debits, code)
    assert texts == [REVERSED.format(bill[-1])]


def test_so_is_the_payer_of_one_in_the_bank_s_notification(desk, debits):
    made, _ = debits.messages()
    debits.report(status_report("PART", reported(1, "ACSC")), made)
    deliver(desk)
    desk.channel.messages.clear()
    debits.notified(notification(entry("123.45", "DBIT", returned(1, "123.45", "AM04"))), made)
    deliver(desk)
    bill = dict(debits.rows(debit_records, "sequence", "bill_no"))[1]
    assert desk.channel.texts == [FAILED.format(bill[-1])]


def test_nobody_is_asked_to_pay_a_returned_debit_that_is_paid_meanwhile(desk, debits):
    made, path = debits.batch()
    debits.ingest(debits.result(path))
    deliver(desk)
    bills = dict(debits.rows(debit_records, "sequence", "bill_no"))
    debits.take_back(debits.returns(made, (1, bills[1], 12_345)))
    desk.teller.pay(bills[1])
    desk.channel.messages.clear()
    deliver(desk)
    assert [text for text in desk.channel.texts if "失败" in text] == []
    assert len(desk.channel.texts) == 1
