"""Changing and closing registered merchants: past business does not change, and everything is audited."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.bills import BillMark
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchants import FeeRule, MerchantStatus, SettlementAccount
from offline_collect.merchant.common.errors import (
    EffectiveDateError,
    MerchantExistsError,
    OpenBusinessError,
    StatusError,
)
from offline_collect.merchant.profile.change_rules import with_values
from offline_collect.merchant.profile.lifecycle import (
    Registered,
    change_merchant,
    change_status,
    close_merchant,
    look_at_closing,
    register_merchant,
)
from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    NotFoundError,
    cutover,
    get_merchant,
    put_bills,
    put_customers,
)
from offline_collect.store.schema.tables import bills
from offline_collect.store.schema.user_tables import audit_trail
from tests.merchant.documents import NOW
from tests.support.actors import user
from tests.support.audited import said

ACCOUNT, TODAY = "6222000000000009", dt.date(2026, 11, 22)
TOMORROW = dt.date(2026, 11, 23)
"""The day after the open business day."""


@pytest.fixture
def billed(store, school):
    """The school with a pupil and two bills."""
    with store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [CustomerRecord("P1", "王小明", {"student_no": "2026030117"})])
        due = dt.date(2026, 11, 30)
        put_bills(tx, "SCHOOL01", [BillRecord(number, "P1", 12_345, due) for number in ("S1", "S2")])
    return school


def change(store, values, since=None, merchant_id="SCHOOL01"):
    return change_merchant(
        store,
        merchant_id,
        lambda merchant, start: with_values(merchant, values, start),
        user("anna"),
        NOW,
        since,
    )


def current(store):
    with store.snapshot() as reading:
        return get_merchant(reading, "SCHOOL01")


def audited(store):
    with store.snapshot() as reading:
        rows = reading.connection.execute(audit_trail.select().order_by(audit_trail.c.sequence))
        return [
            (row.actor, said(row), *(text and json.loads(text) for text in (row.before, row.after)))
            for row in rows
        ]


def test_a_change_is_told_and_audited_with_before_and_after(store, billed):
    done = change(store, {"limits.TELLER": "10.00", "maker_checker": "true"})
    assert done.differences == (("limits.TELLER", None, "10.00"), ("maker_checker", False, True))
    assert done.merchant == current(store)
    assert current(store).limits_minor == {Channel.TELLER: 1_000}
    who, what, before, after = audited(store)[-1]
    assert (who, what) == ("anna", "merchant set SCHOOL01")
    assert (before["limits"], after["limits"]) == ({}, {"TELLER": "10.00"})


def test_a_change_that_changes_nothing_is_not_audited(store, billed):
    rows = len(audited(store))
    assert change(store, {"name": "阳光小学"}).differences == ()
    assert len(audited(store)) == rows


def test_another_account_with_the_same_tail_shows_in_the_audit(store, billed):
    done = change(store, {"settlement_account": "9999000000000009"})
    assert done.differences == (
        ("next_settlement_account.account", None, "***0009 (changed)"),
        ("next_settlement_account.from", None, "2026-11-23"),
    )
    *_, before, after = audited(store)[-1]
    assert (before["settlement_account"], after["settlement_account"]) == ("***0009", "***0009")
    assert after["next_settlement_account"] == {"account": "***0009 (changed)", "from": "2026-11-23"}


def test_another_account_holds_from_the_next_business_day(store, school):
    change(store, {"settlement_account": "A-2"}, dt.date(2027, 1, 1))
    merchant = current(store)
    assert (merchant.account_on(TODAY).number, merchant.account_on(TOMORROW).number) == (ACCOUNT, "A-2")
    # A change before that day replaces it; the present account cancels it.
    change(store, {"settlement_account": "A-3"})
    assert [account.number for account in current(store).settlement_account.history()] == [ACCOUNT, "A-3"]
    done = change(store, {"settlement_account": ACCOUNT})
    assert ("next_settlement_account.from", "2026-11-23", None) in done.differences
    assert current(store).settlement_account == school.settlement_account


def test_an_account_that_holds_becomes_the_former_one(store, school):
    change(store, {"settlement_account": "A-2"})
    with store.transaction() as tx:
        cutover(tx, BusinessDate.of(TODAY), BusinessDate.of(TOMORROW), "clock", NOW)
    change(store, {"settlement_account": "A-3"})
    merchant, day = current(store), dt.timedelta(days=1)
    held = [
        merchant.account_on(date).number for date in (TODAY, TOMORROW, TOMORROW + day, TOMORROW + 90 * day)
    ]
    assert held == [ACCOUNT, "A-2", "A-3", "A-3"]
    *_, before, after = audited(store)[-1]
    assert (before["settlement_account"], after["settlement_account"]) == ("***", "***")
    assert after["next_settlement_account"]["from"] == "2026-11-24"


def test_a_document_that_is_registered_again_leaves_the_next_account(store, school):
    change(store, {"settlement_account": "A-2"})
    other = replace(school, name="阳光中学", settlement_account=SettlementAccount("A-2"))
    register_merchant(store, other, user("anna"), NOW, overwrite=True)
    assert (current(store).account_on(TODAY).number, current(store).account_on(TOMORROW).number) == (
        ACCOUNT,
        "A-2",
    )
    register_merchant(
        store, replace(other, settlement_account=SettlementAccount("A-4")), user("anna"), NOW, overwrite=True
    )
    assert (current(store).account_on(TODAY).number, current(store).account_on(TOMORROW).number) == (
        ACCOUNT,
        "A-4",
    )


def test_before_anything_has_happened_a_fee_changes_outright(store, school):
    change(store, {"fee.rate": "0.001", "late_fee.rule": "FLAT", "late_fee.amount": "2.00"})
    assert current(store).fee == FeeRule(rate_billionths=1_000_000)
    assert current(store).late_fee == LateFeeRule(LateFeeKind.FLAT, flat_minor=200)


def test_after_that_a_fee_changes_the_day_after_the_open_one(store, billed):
    change(store, {"fee.rate": "0.001"})
    first, since = current(store).fee.history()
    assert (first, since.starts, since.rate_billionths) == (FeeRule(), TOMORROW, 1_000_000)
    assert current(store).fee.fee_of(100_000, dt.date(2026, 11, 22)) == 0
    assert current(store).fee.fee_of(100_000, TOMORROW) == 100


def test_a_fee_can_change_later_but_not_for_days_that_have_begun(store, billed):
    change(store, {"fee.rate": "0.001"}, dt.date(2027, 1, 1))
    assert current(store).fee.starts == dt.date(2027, 1, 1)
    with pytest.raises(
        EffectiveDateError, match="--from 2026-11-22: must be 2026-11-23, the day after the open"
    ):
        change(store, {"fee.rate": "0.002"}, dt.date(2026, 11, 22))
    assert current(store).fee.starts == dt.date(2027, 1, 1)


def test_a_file_that_says_something_new_of_fees_says_it_of_tomorrow(store, billed):
    after = replace(billed, fee=FeeRule(50), name="阳光中学")
    with pytest.raises(MerchantExistsError, match="--replace"):
        register_merchant(store, after, user("anna"), NOW)
    assert register_merchant(store, after, user("anna"), NOW, overwrite=True) is Registered.CHANGED
    assert [(rule.starts, rule.per_payment_minor) for rule in current(store).fee.history()] == [
        (None, 0),
        (TOMORROW, 50),
    ]
    assert current(store).name == "阳光中学"
    assert register_merchant(store, after, user("anna"), NOW) is Registered.UNCHANGED


def test_a_merchant_is_closed_with_bills_that_are_only_unpaid(store, billed):
    left = close_merchant(store, "SCHOOL01", user("anna"), NOW)
    assert left.unpaid == 2
    assert current(store).status is MerchantStatus.CLOSED
    who, what, before, after = audited(store)[-1]
    assert (who, what) == ("anna", "merchant close SCHOOL01")
    assert (before["status"], after["status"]) == ("ACTIVE", "CLOSED")
    assert close_merchant(store, "SCHOOL01", user("anna"), NOW) is None


@pytest.mark.parametrize(
    ("most", "unpaid", "whole"), [(1, 1, False), (2, 2, False), (3, 2, True), (None, 2, True)]
)
def test_a_look_at_closing_may_stop_early_and_says_so(store, billed, most, unpaid, whole):
    left = look_at_closing(store, "SCHOOL01", user("anna"), most)
    assert (left.unpaid, left.read_whole) == (unpaid, whole)


def test_a_merchant_with_bills_in_a_batch_stays_open(store, billed):
    with store.transaction() as tx:
        tx.connection.execute(update(bills).values(mark=BillMark.IN_BATCH.value))
    with pytest.raises(OpenBusinessError, match="SCHOOL01 cannot be closed: 2 bills out in a batch debit"):
        close_merchant(store, "SCHOOL01", user("anna"), NOW)
    assert current(store).status is MerchantStatus.ACTIVE


def test_each_thing_that_keeps_a_merchant_open_is_a_line_with_its_remedy():
    lines = str(OpenBusinessError("M", 1, 2, 3)).splitlines()
    assert len(lines) == 3
    assert "`suspense list M`" in lines[1]
    assert "`imports list --merchant M`" in lines[2]
    assert lines[0].startswith("M cannot be closed: 1 bill out in a batch debit")


def test_a_closed_merchant_is_not_changed_any_more(store, billed):
    close_merchant(store, "SCHOOL01", user("anna"), NOW)
    for refused in (
        lambda: change(store, {"name": "x"}),
        lambda: change_status(store, "SCHOOL01", MerchantStatus.ACTIVE, user("anna"), NOW),
        lambda: register_merchant(store, replace(billed, name="x"), user("anna"), NOW, overwrite=True),
    ):
        with pytest.raises(StatusError, match="SCHOOL01 is closed: a closed merchant cannot be changed"):
            refused()


def test_an_unknown_merchant_is_neither_changed_nor_closed(store):
    with pytest.raises(NotFoundError):
        change(store, {"name": "x"}, merchant_id="NOBODY")
    with pytest.raises(NotFoundError):
        close_merchant(store, "NOBODY", user("anna"), NOW)
