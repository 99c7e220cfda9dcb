"""The tellers' close: what the store says of each drawer, who may count, and what is kept of it."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.teller_close import Counted, Drawer, Taken
from offline_collect.domain.commands import Channel, Tender
from offline_collect.domain.errors import TellerCloseError
from offline_collect.settlement.teller_close import count_drawer, view_drawers
from offline_collect.store import AuditFilter, audit_rows, cutover
from offline_collect.store.schema.tables import business_days
from tests.fakes.bank import DAY, NOON
from tests.support.actors import user

OPERATOR, AUDITOR, CHECKER = (
    user("ops", Role.OPERATOR),
    user("wang", Role.AUDITOR),
    user("li.na", Role.CHECKER),
)
TOMORROW = BusinessDate(2026, 11, 23)
AT_TELLER = {"channel": Channel.TELLER, "tender": Tender.CASH, "teller": "T007"}
CASH = Drawer("12345678", "T007", Tender.CASH, "156")


def counted(amount):
    return Counted(amount, "ops", NOON)


def taken(teller, date=DAY):
    return {line.drawer: line.taken for line in view_drawers(teller.store, AUDITOR, date)}


def test_payments_count_by_teller_and_tender_and_those_without_a_teller_do_not(teller):
    teller.pay("S1", **AT_TELLER)
    teller.pay("S2", **AT_TELLER)
    teller.pay("S3", **AT_TELLER | {"tender": Tender.CARD})
    teller.pay("S4", **AT_TELLER | {"teller": "T008"})
    teller.pay("S5", channel=Channel.KIOSK, teller=None)
    assert taken(teller) == {
        CASH: Taken(2, 24_690),
        replace(CASH, tender=Tender.CARD): Taken(1, 12_345),
        replace(CASH, teller="T008"): Taken(1, 12_345),
    }


def test_a_payment_of_several_bills_counts_once_with_its_whole_amount(teller):
    several = teller.terminal.payment_of(NOON, "SCHOOL01", {"S1": 12_345, "S2": 12_345}, **AT_TELLER)
    teller.ask(several)
    assert taken(teller) == {CASH: Taken(1, 24_690)}
    teller.ask(teller.terminal.reversal(NOON, several))
    assert taken(teller) == {CASH: Taken(1, 24_690, 1, 24_690)}


def test_a_reversal_counts_on_the_day_on_which_it_had_effect(teller):
    paid, _ = teller.pay("S1", **AT_TELLER)
    with teller.store.transaction() as tx:
        cutover(tx, DAY, TOMORROW, "clock", NOON)
    reversal = teller.terminal.reversal(NOON, paid)
    teller.ask(reversal)
    teller.ask(replace(reversal, repeat=True))
    assert taken(teller) == {CASH: Taken(1, 12_345)}
    assert taken(teller, TOMORROW) == {CASH: Taken(0, 0, 1, 12_345)}


def test_what_is_counted_replaces_what_was_counted_before_and_the_audit_has_both(teller):
    teller.pay("S1", **AT_TELLER)
    store = teller.store
    assert count_drawer(store, OPERATOR, DAY, CASH, counted(12_000)).difference_minor == -345
    assert count_drawer(store, OPERATOR, DAY, CASH, counted(12_345)).difference_minor == 0
    (line,) = view_drawers(store, AUDITOR, DAY)
    assert line.counted == counted(12_345)
    with store.snapshot() as reading:
        first, second = sorted(
            audit_rows(reading, AuditFilter(action="day count")), key=lambda row: row.sequence
        )
    assert (first.before, first.after["counted"]) == (None, "120.00")
    assert second.before == first.after
    assert second.after == {
        "institution": "12345678",
        "teller": "T007",
        "tender": "CASH",
        "counted": "123.45",
        "currency": "CNY",
    }


def test_what_is_not_of_a_day_that_may_be_counted_is_refused(teller):
    store = teller.store
    with pytest.raises(TellerCloseError, match="no business day 2026-11-23"):
        view_drawers(store, AUDITOR, TOMORROW)
    with pytest.raises(TellerCloseError, match="no business day 2026-11-23"):
        count_drawer(store, OPERATOR, TOMORROW, CASH, counted(1))
    with pytest.raises(TellerCloseError, match="0 or more"):
        count_drawer(store, OPERATOR, DAY, CASH, counted(-1))
    with store.transaction() as tx:
        cutover(tx, DAY, TOMORROW, "clock", NOON)
        of_day = business_days.c.business_date == DAY
        tx.connection.execute(update(business_days).where(of_day).values(state=DayState.SETTLED.value))
    with pytest.raises(TellerCloseError, match="is settled"):
        count_drawer(store, OPERATOR, DAY, CASH, counted(1))
    assert view_drawers(store, AUDITOR, DAY) == []


def test_only_who_closes_days_counts_and_only_who_sees_all_looks(teller):
    with pytest.raises(NotPermittedError):
        count_drawer(teller.store, CHECKER, DAY, CASH, counted(1))
    branch = replace(OPERATOR, scope=Scope("/GROUP/BANK/", None))
    with pytest.raises(ScopeError):
        view_drawers(teller.store, branch, DAY)
    with pytest.raises(ScopeError):
        count_drawer(teller.store, branch, DAY, CASH, counted(1))
