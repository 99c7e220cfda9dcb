"""The merchants with the most money on a day: sums that agree with those of its hours."""

import pytest

from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.reports import paid_merchants_kept
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.merchant.reports.paid_merchants_kept import PaidMerchantsKept
from offline_collect.merchant.reports.today import Figures, view_today
from offline_collect.store.reports.paid_merchants import MerchantSum, merchant_sums
from tests.fakes.bank import DAY, NOON
from tests.support.actors import user

SCHOOL = MerchantSum("SCHOOL01", "阳光小学", "156", 3, 49_380, 1, 12_345, paid_merchants=3)
NOBODY = MerchantSum("NOBODY01", None, "156", 1, 20_000, 0, 0, paid_merchants=3)
WATER = MerchantSum("WATER001", "清源自来水", "156", 1, 5_000, 0, 0, paid_merchants=3)


@pytest.fixture
def paid(teller):
    """A day on which a school, a water works and an unknown merchant got money, of which some was reversed."""
    terminal = teller.terminal
    teller.ask(terminal.payment_of(NOON, "SCHOOL01", {"S1": 12_345, "S2": 12_345}))
    teller.pay("S3")
    undone = terminal.payment(NOON, "SCHOOL01", "S4", 12_345)
    teller.ask(undone)
    teller.ask(terminal.reversal(NOON, undone))
    teller.ask(terminal.payment(NOON, "WATER001", "W1", 5_000))
    teller.ask(terminal.advice(NOON, "NOBODY01", "X", 20_000))
    return teller


def sums(teller, most=10, scope=None):
    store = teller.store if scope is None else teller.store.within(scope)
    with store.snapshot() as reading:
        return merchant_sums(reading, DAY, most)


def test_merchants_come_by_their_money_and_one_that_is_not_registered_has_no_name(paid):
    assert sums(paid) == [SCHOOL, NOBODY, WATER]
    assert sums(paid, most=2) == [SCHOOL, NOBODY]


def test_others_than_a_user_s_merchants_are_not_even_counted(paid):
    (only,) = sums(paid, scope=Scope("/", frozenset({"WATER001"})))
    assert (only.merchant_id, only.paid_merchants) == ("WATER001", 1)
    assert sums(paid, scope=Scope("/elsewhere/")) == []


def today_of(teller, at=lambda: 0.0):
    kept = DaySumsKept(at, lambda work: work()), PaidMerchantsKept(at, lambda work: work())
    return view_today(teller.store, user("ops", Role.OPERATOR), *kept)


@pytest.mark.parametrize(("most", "others"), [(1, 2), (2, 1), (3, 0), (10, 0)])
def test_named_merchants_and_the_others_have_together_what_the_hours_have(paid, monkeypatch, most, others):
    monkeypatch.setattr(paid_merchants_kept, "MERCHANTS_MOST", most)
    today = today_of(paid)
    assert len(today.merchants) == min(most, 3)
    number, rest = today.others.get("156", (0, Figures()))
    assert number == others
    named = [each.figures for each in today.merchants]
    for figure in ("count", "amount_minor", "reversed_count", "reversed_minor"):
        together = sum(getattr(each, figure) for each in (*named, rest))
        assert together == getattr(today.totals["156"], figure)
