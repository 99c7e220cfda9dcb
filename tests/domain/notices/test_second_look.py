"""Looking again just before sending."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark, BillState
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.second_look import (
    NotWanted,
    Overtaken,
    Payer,
    announcement_overtaken,
    not_wanted,
    overtaken,
)
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import DAY
from tests.support.samples import SCHOOL, school_bill

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


YESTERDAY, TOMORROW = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "bill", "expected"),
    [
        (NoticeKind.BILL_IMPORTED, school_bill(), None),
        (NoticeKind.BILL_IMPORTED, None, Overtaken.BILL_GONE),
        (NoticeKind.BILL_IMPORTED, school_bill(open_from=TOMORROW), Overtaken.BILL_NOT_YET_OPEN),
        (NoticeKind.BILL_IMPORTED, school_bill(mark=BillMark.WITHDRAWN), Overtaken.BILL_WITHDRAWN),
        (NoticeKind.DUE_SOON, school_bill(due_date=DAY), None),
        (NoticeKind.DUE_SOON, school_bill(due_date=YESTERDAY), Overtaken.DUE_DATE_PASSED),
        (NoticeKind.DUE_SOON, school_bill(paid_principal_minor=12_345), Overtaken.BILL_PAID),
        (NoticeKind.OVERDUE, school_bill(due_date=YESTERDAY), None),
        (NoticeKind.OVERDUE, school_bill(due_date=DAY), Overtaken.NOT_OVERDUE),
        (NoticeKind.OVERDUE, school_bill(due_date=YESTERDAY, expires_on=YESTERDAY), Overtaken.BILL_EXPIRED),
    ],
)
def test_nobody_is_reminded_of_what_is_not_true_any_more(kind, bill, expected):
    assert announcement_overtaken(kind, bill, DAY, None) is expected


@pytest.mark.parametrize(
    ("collected_on", "expected"),
    [(TOMORROW, None), (DAY, None), (YESTERDAY, Overtaken.DEBIT_GONE), (None, Overtaken.DEBIT_GONE)],
)
def test_a_debit_is_announced_until_its_day_while_it_is_in_its_batch(collected_on, expected):
    bill = school_bill(mark=BillMark.IN_BATCH)
    assert announcement_overtaken(NoticeKind.DEBIT_DUE, bill, DAY, collected_on) is expected


def test_a_change_of_a_mandate_stays_true():
    assert announcement_overtaken(NoticeKind.MANDATE_CHANGED, None, DAY, None) is None


@pytest.mark.parametrize(
    ("merchant", "expected"),
    [
        (SCHOOL, NotWanted.KIND_UNTOLD),
        (replace(SCHOOL, also_told=frozenset({"OVERDUE"})), None),
        (replace(SCHOOL, also_told=frozenset({"DUE_SOON"})), NotWanted.KIND_UNTOLD),
    ],
)
def test_payers_are_dunned_only_if_the_merchant_asks_for_it(merchant, expected):
    assert not_wanted(NoticeKind.OVERDUE, merchant, PAYER) is expected


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
