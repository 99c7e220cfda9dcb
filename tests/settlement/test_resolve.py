"""Items are resolved: the money ends where the front-end processor says it is, to the cent, and once."""

from collections import defaultdict

import pytest
from sqlalchemy import func, select

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.approvals import ApprovalState
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import PostingError, ReconciliationError
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.merchant.access.approvals import approve, reject, show
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.merchant.reports.balances import day_balances
from offline_collect.store import get_merchant
from offline_collect.store.reconciliation.items import proposed_items
from offline_collect.store.schema.tables import entries, payments
from tests.fakes.bank import DAY
from tests.settlement.fep import Book
from tests.support.actors import person, user

NEXT = BusinessDate(2026, 11, 23)
LAST = BusinessDate(2026, 11, 24)
OPS = user("ops")


def settle(desk, item, follow_up=None, actor=OPS):
    order = ResolveOrder(item.item_no, follow_up, "looked at the journal", "156")
    return resolve(desk.store, order, actor, desk.teller.now)


def balances(desk):
    with desk.store.snapshot() as reading:
        own = (entries.c.account, entries.c.owner)
        found = reading.connection.execute(select(*own, func.sum(entries.c.amount_minor)).group_by(*own))
        return {(account, owner): int(amount) for account, owner, amount in found if amount}


def owed_by(book):
    """What the front-end processor owes by its own book: an independent sum, each message once."""
    counted = defaultdict(int)
    for row in book.rows:
        counted[row.key, row.mti] = row.amount if row.mti == "0200" else -row.amount
    return sum(counted.values())


def test_after_all_items_the_ledger_is_the_front_end_processors_book(desk, planted):
    book, _ = planted
    desk.cutover(DAY)
    desk.ingest(book)
    desk.cutover(NEXT)
    items = desk.items()
    for item in items:
        settle(desk, item)
    assert {item.state for item in desk.items()} == {ItemState.RESOLVED}
    assert balances(desk)["CLEARING", "12345678"] == owed_by(book)
    assert sum(balances(desk).values()) == 0
    report = desk.teller.report()
    assert report.whole, report.findings
    # What was posted counts in no totals of the open day, and the statement agrees with the ledger.
    with desk.store.snapshot() as reading:
        counted = select(func.count()).where(payments.c.business_date == LAST, payments.c.in_totals == 1)
        assert reading.connection.execute(counted).scalar_one() == 0
        list(day_balances(reading, get_merchant(reading, "SCHOOL01"), DAY, LAST))
    for item in items:
        with pytest.raises(ReconciliationError, match="RESOLVED already, by ops"):
            settle(desk, item)


def test_the_corrected_file_opens_nothing_that_was_resolved(desk, planted):
    book, _ = planted
    desk.cutover(DAY)
    desk.ingest(book)
    desk.cutover(NEXT)
    for item in desk.items():
        settle(desk, item)
    before = balances(desk)
    book.rows.reverse()
    desk.ingest(book)
    left = desk.items(open_only=True)
    # In another order the other of two rows is the repeated one, which nobody has looked at.
    assert {item.difference for item in left} <= {"DUPLICATE_ROW"}
    assert balances(desk) == before


def test_our_payment_waits_a_day_before_it_is_taken_back(desk):
    command, _ = desk.teller.pay("S1")
    desk.cutover(DAY)
    desk.ingest(Book())
    (item,) = desk.items()
    with pytest.raises(ReconciliationError, match="the file of 2026-11-23 may still have it"):
        settle(desk, item)
    desk.cutover(NEXT)
    done = settle(desk, item)
    assert [posting.kind for posting in done.postings] == ["CONTRA"]
    assert balances(desk) == {}
    # A terminal's reversal finds nothing to do, and the next file that has it after all opens an item.
    assert desk.teller.ask(desk.teller.terminal.reversal(desk.teller.now, command)).approved
    book = Book()
    book.pay(command)
    desk.ingest(book)
    (again,) = desk.items(open_only=True)
    assert (again.difference, again.follow_up) == ("STATE_DIFFERS", FollowUp.POST)
    settle(desk, again)
    assert balances(desk) == {("CLEARING", "12345678"): 12_345, ("PAYABLE", "SCHOOL01"): -12_345}
    assert desk.teller.report().whole


def test_what_was_declined_goes_to_its_bill_or_to_suspense(desk):
    teller, book = desk.teller, Book()
    for bill_no in ("S1", "S2"):
        command, answer = teller.pay(bill_no, 1)
        assert not answer.approved
        book.pay(command, 12_345)
    paid, _ = teller.pay("S2")
    book.pay(paid)
    desk.cutover(DAY)
    desk.ingest(book)
    for item in desk.items():
        settle(desk, item)
    assert balances(desk) == {
        ("CLEARING", "12345678"): 3 * 12_345,
        ("PAYABLE", "SCHOOL01"): -2 * 12_345,
        ("SUSPENSE", "12345678"): -12_345,
    }
    assert desk.teller.report().whole


def test_a_message_that_comes_late_is_not_posted_twice(desk):
    teller, book = desk.teller, Book()
    late = teller.terminal.advice(teller.now, "SCHOOL01", "S1", 12_345)
    book.pay(late)
    desk.cutover(DAY)
    desk.ingest(book)
    (item,) = desk.items()
    assert item.difference == "FEP_ONLY_UNKNOWN"
    settle(desk, item)
    assert teller.ask(late).code.value == "DUPLICATE"
    assert balances(desk) == {("CLEARING", "12345678"): 12_345, ("SUSPENSE", "12345678"): -12_345}


def test_a_message_that_came_before_the_posting_stops_it(desk):
    teller, book = desk.teller, Book()
    late = teller.terminal.advice(teller.now, "SCHOOL01", "S1", 12_345)
    book.pay(late)
    desk.cutover(DAY)
    desk.ingest(book)
    assert teller.ask(late).approved
    (item,) = desk.items()
    with pytest.raises(PostingError, match="has come meanwhile"):
        settle(desk, item)
    desk.cutover(NEXT)
    assert desk.ingest(Book(day=NEXT)).matched == 1
    assert desk.items(open_only=True) == []


def test_an_advice_of_a_refused_payment_is_not_posted_twice(desk):
    teller, book = desk.teller, Book()
    refused, answer = teller.pay("S1", 1)
    assert not answer.approved
    book.pay(refused)
    desk.cutover(DAY)
    desk.ingest(book)
    assert teller.ask(teller.terminal.advice(teller.now, "SCHOOL01", "S1", 1, completes=refused)).approved
    (item,) = desk.items()
    assert (item.difference, item.follow_up) == ("FEP_ONLY_REFUSED", FollowUp.POST)
    with pytest.raises(PostingError, match="has come meanwhile"):
        settle(desk, item)
    assert balances(desk)["CLEARING", "12345678"] == 1


def test_exactly_twice_the_amount_is_a_difference_like_others(desk):
    book = Book()
    book.pay(desk.teller.pay("S1")[0], 2 * 12_345)
    desk.cutover(DAY)
    desk.ingest(book)
    settle(desk, *desk.items())
    assert balances(desk)["CLEARING", "12345678"] == 2 * 12_345
    assert balances(desk)["SUSPENSE", "12345678"] == -12_345


def test_what_was_reversed_only_here_can_go_to_suspense(desk):
    teller, book = desk.teller, Book()
    paid, _ = teller.pay("S1")
    book.pay(paid)
    assert teller.ask(teller.terminal.reversal(teller.now, paid)).approved
    desk.cutover(DAY)
    desk.ingest(book)
    settle(desk, *desk.items(), FollowUp.SUSPENSE)
    assert balances(desk) == {("CLEARING", "12345678"): 12_345, ("SUSPENSE", "12345678"): -12_345}


def test_money_takes_two_people_and_a_note_on_it_too(desk, planted):
    book, _ = planted
    for name, role in (("ann", Role.OPERATOR), ("li.na", Role.CHECKER)):
        register_user(desk.store, name, [role], OPS, desk.teller.now)
    ann, checker = person("ann", Role.OPERATOR), person("li.na", Role.CHECKER)
    desk.cutover(DAY)
    desk.ingest(book)
    items = {item.difference: item for item in desk.items()}
    asked = settle(desk, items["FEP_ONLY_UNKNOWN"], actor=ann)
    assert isinstance(asked, Asked)
    with desk.store.snapshot() as reading:
        assert proposed_items(reading, desk.teller.now) == {items["FEP_ONLY_UNKNOWN"].item_no: asked.number}
    other = settle(desk, items["FEP_ONLY_UNKNOWN"], FollowUp.NOTE, ann)
    before = balances(desk)
    approve(desk.store, asked.number, checker, desk.teller.now)
    assert balances(desk)["SUSPENSE", "12345678"] == before.get(("SUSPENSE", "12345678"), 0) - 12_345
    ended = show(desk.store, other.number, checker)
    assert (ended.state, ended.reason) == (ApprovalState.LAPSED, "resolved by another request")
    noted = settle(desk, items["AMOUNT_DIFFERS"], FollowUp.NOTE, ann)
    assert isinstance(noted, Asked)
    reject(desk.store, noted.number, checker, desk.teller.now)
    done = settle(desk, items["DUPLICATE_ROW"], actor=ann)
    assert (done.follow_up, done.postings) == (FollowUp.NOTE, ())
    with pytest.raises(NotPermittedError):
        settle(desk, items["STATE_DIFFERS"], actor=checker)
    with pytest.raises(ReconciliationError, match="cannot be resolved as contra; possible: difference, note"):
        settle(desk, items["AMOUNT_DIFFERS"], FollowUp.CONTRA)
