"""Looking again just before sending."""

from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillState
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.second_look import NotWanted, Overtaken, Payer, not_wanted, overtaken
from offline_collect.domain.transactions import PaymentState
from tests.support.samples import SCHOOL

PAYER = Payer("王小明", consent=True, mobile="13800138000", email="wang@example.com", app_user="u-17")


@pytest.mark.parametrize(
    ("kind", "payment", "bill", "expected"),
    [
        (NoticeKind.PAID, PaymentState.APPROVED, BillState.PAID, None),
        (NoticeKind.PAID, PaymentState.APPLIED, BillState.PAID, None),
        (NoticeKind.PAID, PaymentState.REVERSED, BillState.OPEN, Overtaken.PAYMENT_REVERSED),
        (NoticeKind.PAID, PaymentState.REFUNDED, BillState.OPEN, Overtaken.PAYMENT_REVERSED),
        (NoticeKind.PAID, None, BillState.OPEN, Overtaken.PAYMENT_GONE),
        (NoticeKind.REVERSED, PaymentState.REVERSED, BillState.PAID, None),
        (NoticeKind.REVERSED, None, BillState.PAID, Overtaken.PAYMENT_GONE),
        (NoticeKind.DEBIT_FAILED, None, BillState.OPEN, None),
        (NoticeKind.DEBIT_FAILED, None, BillState.PARTIAL, None),
        (NoticeKind.DEBIT_FAILED, None, BillState.PAID, Overtaken.BILL_PAID),
        (NoticeKind.DEBIT_FAILED, None, BillState.WITHDRAWN, Overtaken.BILL_WITHDRAWN),
        (NoticeKind.DEBIT_FAILED, None, BillState.EXPIRED, Overtaken.BILL_EXPIRED),
        (NoticeKind.DEBIT_FAILED, None, BillState.IN_BATCH, Overtaken.BILL_IN_BATCH),
        (NoticeKind.DEBIT_FAILED, None, None, Overtaken.BILL_GONE),
    ],
)
def test_a_notice_goes_out_only_if_it_is_still_true(kind, payment, bill, expected):
    assert overtaken(kind, payment, bill) is expected


@pytest.mark.parametrize(
    ("merchant", "payer", "expected"),
    [
        (SCHOOL, PAYER, None),
        (None, PAYER, NotWanted.MERCHANT_SENDS_NONE),
        (replace(SCHOOL, notices=False), PAYER, NotWanted.MERCHANT_SENDS_NONE),
        (replace(SCHOOL, untold=frozenset({"PAID"})), PAYER, NotWanted.KIND_UNTOLD),
        (replace(SCHOOL, untold=frozenset({"REVERSED"})), PAYER, None),
        (SCHOOL, None, NotWanted.CUSTOMER_GONE),
        (SCHOOL, replace(PAYER, consent=False), NotWanted.NO_CONSENT),
    ],
)
def test_a_notice_goes_out_only_if_merchant_and_payer_want_it(merchant, payer, expected):
    assert not_wanted(NoticeKind.PAID, merchant, payer) is expected


def test_a_payer_is_shown_without_his_data():
    assert repr(PAYER) == "Payer(consent=True)"
