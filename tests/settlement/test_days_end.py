"""Days are reconciled and settled once, when nothing is open, and then the store refuses every change of them."""

import threading
from collections import Counter
from fractions import Fraction

import pytest
from sqlalchemy import delete, insert, select, update

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.commands import TotalsFigures
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.ports import StoreError
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day, view_settlement
from offline_collect.settlement.view import view_agreements
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.schema.reconciliation_tables import settled_days, settlements
from offline_collect.store.schema.tables import business_days, entries, payments, reversals
from offline_collect.store.sql.business_days import get_day
from tests.databases.disarmed import disarm
from tests.fakes.bank import DAY
from tests.settlement.fep import Book
from tests.support.actors import user
from tests.support.samples import SCHOOL

NEXT = BusinessDate(2026, 11, 23)
OPS = user("ops")


def state(desk, date=DAY):
    with desk.store.snapshot() as reading:
        return get_day(reading, date).state


def end(desk, date=DAY):
    """Reconcile and settle a day."""
    reconcile_day(desk.store, OPS, date, desk.teller.now)
    return settle_day(desk.store, OPS, date, desk.teller.now).sums


@pytest.fixture
def clean(desk):
    """A day of two merchants' payments and a reversal, cut, with its file."""
    teller, book = desk.teller, Book()
    for bill_no in ("S1", "S2", "S3"):
        book.pay(teller.pay(bill_no)[0])
    book.pay(teller.pay("W1", 20_000, "WATER001")[0])
    back, _ = teller.pay("S4")
    book.pay(back)
    reversal = teller.terminal.reversal(teller.now, back)
    assert teller.ask(reversal).approved
    book.undo(reversal, back)
    desk.cutover(DAY)
    return book


def test_a_day_is_settled_with_each_merchants_sums(desk, clean):
    desk.ingest(clean)
    sums = {each.merchant_id: each for each in end(desk)}
    assert state(desk) is DayState.SETTLED
    school, water = sums["SCHOOL01"], sums["WATER001"]
    assert (school.paid, school.gross_minor) == (4, 4 * 12_345)
    assert (school.reversed, school.reversals_minor) == (1, 12_345)
    fee = SCHOOL.fee.fee_of(12_345, DAY)
    assert (school.fees_minor, school.net_minor) == (3 * fee, 3 * 12_345 - 3 * fee)
    assert (water.paid, water.owed_minor) == (1, 20_000)
    assert view_settlement(desk.store, OPS, DAY) == [school, water]
    assert desk.teller.report().whole
    assert Fraction(school.net_minor) == school.gross_minor - school.reversals_minor - school.fees_minor


def test_a_day_without_its_file_or_with_something_open_is_not_reconciled(desk, clean):
    with pytest.raises(ReconciliationError, match="no file of institution 12345678"):
        reconcile_day(desk.store, OPS, DAY, desk.teller.now)
    row = clean.made_up(900_001)
    desk.ingest(clean)
    with pytest.raises(ReconciliationError, match="has 1 item open"):
        reconcile_day(desk.store, OPS, DAY, desk.teller.now)
    with pytest.raises(ReconciliationError, match="is CUT: reconcile it first"):
        settle_day(desk.store, OPS, DAY, desk.teller.now)
    with pytest.raises(ReconciliationError, match="is not settled"):
        view_settlement(desk.store, OPS, DAY)
    (item,) = desk.items(open_only=True)
    resolve(desk.store, ResolveOrder(item.item_no, None, "found", "156"), OPS, desk.teller.now)
    assert {each.merchant_id: each.paid for each in end(desk)} == {"SCHOOL01": 4, "WATER001": 1}
    with pytest.raises(ReconciliationError, match="is SETTLED: no file of it is taken any more"):
        desk.ingest(clean.without(row))
    with pytest.raises(ReconciliationError, match="there is no business day"):
        reconcile_day(desk.store, OPS, BusinessDate(2027, 1, 1), desk.teller.now)


def test_days_are_settled_in_their_order(desk, clean):
    desk.ingest(clean)
    end(desk)
    following = desk.cutover(NEXT)
    desk.cutover(following)
    reconcile_day(desk.store, OPS, following, desk.teller.now)
    with pytest.raises(ReconciliationError, match="before 2026-11-24 is not settled"):
        settle_day(desk.store, OPS, following, desk.teller.now)
    end(desk, NEXT)
    assert settle_day(desk.store, OPS, following, desk.teller.now).sums == []


def at_once(*steps):
    """Run steps at the same moment; return what each was told."""
    told, all_of_them = [], threading.Barrier(len(steps))

    def run(step):
        all_of_them.wait()
        try:
            told.append(step())
        except (ReconciliationError, StoreError) as error:
            told.append(str(error))

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return told


def test_the_first_day_with_money_is_settled_first_unless_a_user_says_where_settlement_begins(desk, clean):
    later = clean_day_after(desk)
    with pytest.raises(ReconciliationError, match=r"a business day before .* --begin-here"):
        settle_day(desk.store, OPS, later, desk.teller.now)
    settle_day(desk.store, OPS, later, desk.teller.now, begins_here=True)
    with desk.store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(action="day settle", subject_id=str(later)))
    assert row.after["begins_here"] is True
    assert desk.teller.report().whole


def test_once_a_day_is_settled_settlement_begins_nowhere_else(desk, clean):
    desk.ingest(clean)
    end(desk)
    first, second = clean_day_after(desk), clean_day_after(desk)
    assert first < second
    with pytest.raises(ReconciliationError, match="a business day before"):
        settle_day(desk.store, OPS, second, desk.teller.now, begins_here=True)


def clean_day_after(desk):
    """Close the open day, without traffic, and reconcile it."""
    date = desk.store.open_day().date
    desk.cutover(date)
    reconcile_day(desk.store, OPS, date, desk.teller.now)
    return date


@pytest.mark.parametrize("step", [reconcile_day, settle_day])
def test_of_two_operators_one_ends_the_day_and_the_other_is_told(desk, clean, step):
    desk.ingest(clean)
    if step is settle_day:
        reconcile_day(desk.store, OPS, DAY, desk.teller.now)
    names = ("ann", "bob")
    told = at_once(*(lambda name=name: step(desk.store, user(name), DAY, desk.teller.now) for name in names))
    assert Counter(isinstance(each, str) for each in told) == {True: 1, False: 1}
    assert state(desk) is (DayState.SETTLED if step is settle_day else DayState.RECONCILED)
    assert desk.teller.count(settled_days) == (step is settle_day)


def test_of_two_cutovers_of_a_day_one_closes_it(desk):
    def close():
        return desk.store.cutover(DAY, NEXT, desk.teller.now, OPS)

    assert sorted(at_once(close, close)) == [False, True]
    assert desk.store.open_day().date == NEXT
    assert desk.teller.count(business_days) == 2


def test_who_may_settle(desk, clean):
    desk.ingest(clean)
    for attempt in (reconcile_day, settle_day):
        with pytest.raises(NotPermittedError):
            attempt(desk.store, user("li.na", Role.CHECKER), DAY, desk.teller.now)
    operator = user("ops", Role.OPERATOR)
    reconcile_day(desk.store, operator, DAY, desk.teller.now)
    settle_day(desk.store, operator, DAY, desk.teller.now)


CHANGES = {
    "an amount of a payment": update(payments).values(amount_minor=1),
    "a payment": delete(payments),
    "an amount of an entry": update(entries).values(amount_minor=1),
    "an entry": delete(entries),
    "the day of an entry": update(entries).values(business_date=NEXT),
    "a reversal": delete(reversals),
    "a sum": update(settlements).values(net_minor=1),
    "all sums": delete(settlements),
    "the settlement": delete(settled_days),
    "the day's state": update(business_days)
    .where(business_days.c.business_date == DAY)
    .values(state=DayState.CUT.value),
    "the day": delete(business_days).where(business_days.c.business_date == DAY),
}


def test_the_store_refuses_every_change_of_a_settled_day(desk, clean):
    desk.ingest(clean)
    end(desk)
    desk.teller.pay("S6")
    for change in CHANGES.values():
        with pytest.raises(StoreError), desk.store.transaction() as tx:
            tx.connection.execute(change)
    # A payment's state still advances, and what is open is not settled.
    with desk.store.transaction() as tx:
        tx.connection.execute(update(payments).values(state_by=payments.c.state_by))
    assert desk.teller.report().whole


def test_verify_finds_what_something_else_added_to_a_settled_day(desk, clean):
    desk.ingest(clean)
    end(desk)
    with desk.store.transaction() as tx:
        row = dict(tx.connection.execute(select(entries).limit(1)).one()._mapping)
        tx.connection.execute(
            insert(entries), [row | {"line": 9}, row | {"line": 10, "amount_minor": -row["amount_minor"]}]
        )
    found = {(each.invariant, each.subject) for each in desk.teller.report().findings}
    assert (5, "2026-11-22") in found


def test_verify_finds_what_the_triggers_would_have_stopped(desk, clean):
    desk.ingest(clean)
    end(desk)
    with desk.store.transaction() as tx:
        disarm(tx.connection)
        paid = entries.c.account == "PAYABLE"
        tx.connection.execute(update(entries).where(paid).values(amount_minor=entries.c.amount_minor - 1))
        tx.connection.execute(update(entries).where(~paid).values(amount_minor=entries.c.amount_minor + 1))
    found = {(each.invariant, each.subject) for each in desk.teller.report().findings}
    assert {(5, "2026-11-22"), (5, "SCHOOL01"), (5, "WATER001")} <= found


def test_totals_in_balance_stand_for_a_file_where_the_bank_has_it_so(desk, clean):
    teller, by_totals = desk.teller, frozenset({"12345678"})

    def reconcile(institutions=by_totals):
        reconcile_day(desk.store, OPS, DAY, teller.now, institutions)

    wrong = TotalsFigures(credits=5, credits_minor=1)
    right = TotalsFigures(5, 1, credits_minor=4 * 12_345 + 20_000, credit_reversals_minor=12_345)
    assert not teller.ask(teller.terminal.totals(teller.now, DAY, wrong)).approved
    with pytest.raises(ReconciliationError, match="no file of institution 12345678"):
        reconcile()
    for _ in range(2):
        assert teller.ask(teller.terminal.totals(teller.now, DAY, right)).approved
    with pytest.raises(ReconciliationError, match="no file of institution 12345678"):
        reconcile(frozenset())
    (agreed,) = view_agreements(desk.store, OPS, [DAY])
    assert (agreed.institution, agreed.currency, agreed.at) == ("12345678", "156", teller.now)
    reconcile()
    assert state(desk) is DayState.RECONCILED
    with desk.store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(action="day reconcile"))
    assert row.after == {"state": "RECONCILED", "by_totals": ["12345678"]}
    assert settle_day(desk.store, OPS, DAY, teller.now).sums
    assert teller.report().whole


def test_totals_of_one_currency_do_not_stand_for_another(desk, clean):
    with desk.store.transaction() as tx:
        water = payments.c.merchant_id == "WATER001"
        tx.connection.execute(update(payments).where(water).values(currency="840"))
    figures = TotalsFigures(4, 1, credits_minor=4 * 12_345, credit_reversals_minor=12_345)
    assert desk.teller.ask(desk.teller.terminal.totals(desk.teller.now, DAY, figures)).approved
    with pytest.raises(ReconciliationError, match="no file of institution 12345678"):
        reconcile_day(desk.store, OPS, DAY, desk.teller.now, frozenset({"12345678"}))
