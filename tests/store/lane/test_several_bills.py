"""A payment of several bills on real databases: its rows, its locks, and what `verify` says of it."""

from contextlib import closing

import pytest
from sqlalchemy import delete, select, text, update

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.facts import Facts, Locked, Wants
from offline_collect.domain.transactions import PaymentState
from offline_collect.merchant.postings import suspense
from offline_collect.merchant.postings.view import view_suspense
from offline_collect.store import find_payment
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import entries, outbox, payments, transactions
from tests.fakes.bank import DAY, NOON
from tests.support.actors import user

AMOUNTS = {"S1": 12_345, "S2": 12_345, "S3": 12_345}


@pytest.fixture
def paid(teller):
    """Three bills paid at once; the command and its serial number."""
    command = teller.terminal.payment_of(NOON, "SCHOOL01", AMOUNTS)
    return command, teller.ask(command).values["serial_number"]


@pytest.fixture
def suspended(teller):
    """An advice whose second and third lines are in suspense; the command and its serial number."""
    command = teller.terminal.advice_of(NOON, "SCHOOL01", {"S4": 12_345, "NONE": 12_345, "GONE": 7})
    return command, teller.ask(command).values["serial_number"]


def rows(teller, table, *columns, order):
    with teller.store.snapshot() as reading:
        return [tuple(row) for row in reading.connection.execute(select(*columns).order_by(*order))]


def findings(teller):
    return [(finding.invariant, finding.subject) for finding in teller.report().findings]


def facts_of(teller, command):
    return teller.facts(keys={command.key}).payments


def test_its_lines_are_written_and_loaded_again(teller, paid):
    command, serial = paid
    loaded = facts_of(teller, command)
    assert [(name, row.line, row.bill_no) for name, row in loaded.items()] == [
        (serial, 1, "S1"),
        (f"{serial}/2", 2, "S2"),
        (f"{serial}/3", 3, "S3"),
    ]
    assert rows(teller, entries, entries.c.line, entries.c.payment_line, order=[entries.c.line]) == [
        (1, 1),
        (2, 1),
        (4, 2),
        (5, 2),
        (7, 3),
        (8, 3),
    ]
    told = rows(teller, outbox, outbox.c.notice_id, outbox.c.payment_line, order=[outbox.c.payment_line])
    assert told == [(f"PAID:{serial}", 1), (f"PAID:{serial}/2", 2), (f"PAID:{serial}/3", 3)]
    assert findings(teller) == []


def test_a_reversal_in_a_later_batch_takes_all_lines_back(teller, paid):
    command, _ = paid
    answer = teller.ask(teller.terminal.reversal(NOON, command))
    assert answer.values["reversal_did"] == "APPLIED"
    assert {row.state for row in facts_of(teller, command).values()} == {PaymentState.REVERSED}
    assert findings(teller) == []
    assert teller.pay("S2")[1].approved


def test_totals_count_it_once_and_sum_its_lines(teller, paid):
    teller.pay("S9")
    teller.ask(teller.terminal.reversal(NOON, paid[0]))
    asked = ("12345678", "156", BusinessDate.of(DAY))
    figures = teller.facts(totals={asked}).totals[asked]
    assert (figures.credits, figures.credits_minor) == (2, 4 * 12_345)
    assert (figures.credit_reversals, figures.credit_reversals_minor) == (1, 3 * 12_345)


def test_a_line_in_suspense_is_refunded_or_applied_by_its_name(teller, suspended):
    command, serial = suspended
    page = view_suspense(teller.store, user("ops"), None, None, 1)
    assert ([row.name for row in page.payments], page.following) == ([f"{serial}/2"], f"{serial}/2")
    following = view_suspense(teller.store, user("ops"), None, page.following, 1)
    assert [row.name for row in following.payments] == [f"{serial}/3"]
    after_first = view_suspense(teller.store, user("ops"), None, serial, 9)
    assert len(after_first.payments) == 2
    suspense.apply(teller.store, Application(f"{serial}/2", "S5", "meant for it", "ops"), user("ops"), NOON)
    suspense.refund(teller.store, Refund(f"{serial}/3", "asked for", "ops"), user("ops"), NOON)
    assert [row.state.value for row in facts_of(teller, command).values()] == [
        "APPROVED",
        "APPLIED",
        "REFUNDED",
    ]
    claims = (office_postings.c.settles, office_postings.c.settles_line)
    assert rows(teller, office_postings, *claims, order=[office_postings.c.settles_line]) == [
        (serial, 2),
        (serial, 3),
    ]
    assert findings(teller) == []


def test_an_applied_line_goes_back_with_the_others(teller, suspended):
    command, serial = suspended
    suspense.apply(teller.store, Application(f"{serial}/2", "S5", "meant for it", "ops"), user("ops"), NOON)
    assert teller.ask(teller.terminal.reversal(NOON, command)).values["reversal_did"] == "APPLIED"
    assert findings(teller) == []
    assert teller.pay("S5")[1].approved


@pytest.mark.parametrize("name", ["", "/2", "x/y", "1/2/3", "1/9999", "1/²"])
def test_what_is_no_name_of_a_payment_finds_none(teller, paid, name):
    with teller.store.snapshot() as reading:
        assert find_payment(reading, name) is None
        assert find_payment(reading, f"{paid[1]}/4") is None
        assert find_payment(reading, f"{paid[1]}/3").bill_no == "S3"


@pytest.mark.parametrize(
    "change",
    [
        delete(payments).where(payments.c.line == 2),
        update(payments).where(payments.c.line == 2).values(customer_no="other"),
        update(payments).where(payments.c.line == 1).values(line=9),
        update(transactions).values(amount_minor=1),
        update(entries).where(entries.c.payment_line == 3).values(payment_line=2),
        update(payments).where(payments.c.line == 2).values(state="REVERSED"),
        delete(outbox).where(outbox.c.payment_line == 3),
    ],
)
def test_verify_finds_lines_that_do_not_go_together(teller, paid, change):
    with teller.store.transaction() as tx:
        tx.connection.execute(change)
    assert (3, paid[1]) in findings(teller) or (4, paid[1]) in findings(teller)


def test_verify_finds_a_reversal_that_left_a_line(teller, paid):
    serial = teller.ask(teller.terminal.reversal(NOON, paid[0])).values["serial_number"]
    with teller.store.transaction() as tx:
        tx.connection.execute(update(payments).where(payments.c.line == 2).values(state="APPROVED"))
    assert (4, serial) in findings(teller)


@pytest.mark.postgresql
class TestLocks:
    def test_two_orders_of_the_same_bills_lock_them_in_one_order(self, postgresql_teller):
        """The second waits for the first bill, in the order of numbers, and holds none meanwhile."""
        teller = postgresql_teller
        backwards = teller.terminal.payment_of(NOON, "SCHOOL01", dict(reversed(AMOUNTS.items())))
        with closing(teller.store.write_session()) as first, closing(teller.store.write_session()) as second:
            first.begin()
            held = Facts(None)
            first.load(Wants(bills={("SCHOOL01", "S1")}), held)
            facts = Facts(second.begin(), locked=Locked())
            second.load(Wants(bills={("SCHOOL01", line.bill_no) for line in backwards.lines}), facts)
            assert facts.locked.bills == {("SCHOOL01", "S1")}
            second.rollback()
            first.load(Wants(bills={("SCHOOL01", bill) for bill in AMOUNTS}), held)
            first.rollback()
        assert teller.ask(backwards).approved

    def test_a_payment_with_one_locked_line_is_held_back_as_a_whole(self, postgresql_teller):
        teller = postgresql_teller
        command = teller.terminal.payment_of(NOON, "SCHOOL01", AMOUNTS)
        teller.ask(command)
        with teller.store.transaction() as other, closing(teller.store.write_session()) as lane:
            other.connection.execute(text("SELECT 1 FROM payments WHERE line = 2 FOR UPDATE"))
            facts = Facts(lane.begin(), locked=Locked())
            lane.load(Wants(keys={command.key}), facts)
            assert facts.locked.keys == {command.key}
            assert len(facts.payments) == 3
            lane.rollback()
