"""Who is not paid, as the account does not fit the file, is told by `day settle` and `day run`."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.business_days.cutover import CutoverTimes
from offline_collect.domain.business_days.evening import Step
from offline_collect.domain.merchants import FeeRule, SettlementAccount
from offline_collect.settlement.evening import Evening as Order
from offline_collect.settlement.evening import run_evening
from offline_collect.settlement.payouts.left_out import left_out_text
from offline_collect.settlement.payouts.view import view_unpaid
from tests.fakes.bank import BEIJING, DAY
from tests.settlement.evening import OPS, OUT, TERMS, Evening
from tests.support.samples import ACCOUNT

TOLD = "SCHOOL01 is not paid 122.45 CNY: 户名: needs 80 bytes; the field has 60"


@pytest.fixture
def evening(desk):
    found = Evening(desk)
    found.change("SCHOOL01", fee=FeeRule(100), name="阳" * 40)
    found.pay("S1")
    return found


def test_who_is_left_out_of_a_run_is_told_without_its_name(evening):
    evening.end()
    (left,) = evening.left_out
    assert left_out_text(left).startswith(TOLD)
    assert "阳" not in left_out_text(left)


def test_who_is_left_out_is_shown_until_a_run_pays_it(evening):
    evening.end()
    (unpaid,) = view_unpaid(evening.store, OPS, OUT)
    assert (unpaid.merchant_id, unpaid.bank_number, str(unpaid.since)) == ("SCHOOL01", "8801", "2026-11-22")
    assert (unpaid.amount_minor, unpaid.why) == (12_245, "户名: needs 80 bytes; the field has 60")
    evening.change("SCHOOL01", settlement_account=SettlementAccount(ACCOUNT, name="阳光小学"))
    (mended,) = view_unpaid(evening.store, OPS, OUT)
    assert mended.why is None
    evening.end()
    assert view_unpaid(evening.store, OPS, OUT) == []


def test_a_user_sees_who_is_left_out_of_his_own_merchants(evening):
    evening.end()
    for scope, seen in (
        (Scope("/BANK/"), 1),
        (Scope("/BANK2/"), 0),
        (Scope("/BANK/", frozenset({"WATER001"})), 0),
    ):
        assert len(view_unpaid(evening.store.within(scope), OPS, OUT)) == seen
    with pytest.raises(NotPermittedError):
        view_unpaid(evening.store, replace(OPS, roles=frozenset()), OUT)


def test_an_evening_by_itself_says_whom_it_leaves_out(evening):
    evening.desk.cutover(DAY)
    evening.desk.ingest(evening.book)
    order = Order(CutoverTimes(BEIJING, dt.time(23, 30)), DAY, payouts=TERMS)
    happened = list(run_evening(evening.store, OPS, order, lambda: evening.now))
    (settled,) = [each for each in happened if each.what is Step.SETTLE]
    assert settled.lines[0] == "business day 2026-11-22 is SETTLED"
    assert settled.lines[1].startswith(TOLD)
