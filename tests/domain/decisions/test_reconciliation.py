"""What a resolved difference posts: to the cent, on the open day, and in no totals."""

import dataclasses
from dataclasses import replace

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions import reconciliation
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.reconciliation import SEVERAL, Resolution, plan
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.reconciliation.records import Item
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import DAY, NOON, TERMS
from tests.messages.commands import Terminal
from tests.support.samples import school_bill

KEY = "P|12345678|TERM0009|900001|20261122110000"


def order(**changed):
    values = {
        "item_no": 7,
        "institution": "12345678",
        "terminal": "TERM0009",
        "key": KEY,
        "merchant_id": "SCHOOL01",
        "bill_no": "S1",
        "currency": "156",
        "counted_on": DAY,
        "reason": "their journal",
        "who": "ops",
    }
    return Resolution(**values | changed)


def lines_of(bank, serial):
    return [payment for payment in bank.tables.payments.values() if payment.serial_number == serial]


def decided(bank, asked, bill_nos=()):
    """Decide on the bank's facts; nothing is written."""
    wants = Wants()
    reconciliation.want(asked, lines_of(bank, asked.taken_back), bill_nos, wants)
    session = bank.store.read_session()
    facts = Facts(session.begin())
    session.load(wants, facts)
    session.rollback()
    contexts = [Context(NOON, number, TERMS) for number in range(900, 905)]
    return reconciliation.decide(asked, facts, contexts)


def moved(effects):
    return {(entry.account.value, entry.owner): entry.amount_minor for entry in effects.entries}


@pytest.mark.parametrize(
    ("follow_up", "theirs", "ours", "expected"),
    [
        (FollowUp.CONTRA, None, 100, (True, None)),
        (FollowUp.POST, 100, None, (False, 100)),
        (FollowUp.POST, None, 100, (False, 100)),
        (FollowUp.SUSPENSE, 100, None, (False, 100)),
        (FollowUp.DIFFERENCE, 130, 100, (False, 30)),
        (FollowUp.DIFFERENCE, 90, 100, (True, 90)),
        (FollowUp.DIFFERENCE, 0, 100, (True, None)),
    ],
)
def test_what_is_taken_back_and_what_is_posted(follow_up, theirs, ours, expected):
    assert plan(follow_up, theirs, ours) == expected


def test_a_payment_in_force_is_taken_back_with_its_parts(bank):
    answer = bank.ask(Terminal().payment(NOON, "SCHOOL01", "S1", 12_345))
    serial = answer.values["serial_number"]
    ((posting, effects),) = decided(bank, order(taken_back=serial))
    assert (posting.kind, posting.reason, posting.payment) == ("CONTRA", "their journal", serial)
    assert moved(effects) == {("CLEARING", "12345678"): -12_345, ("PAYABLE", "SCHOOL01"): 12_345}
    assert effects.states[0].state is PaymentState.REVERSED
    assert [bill.outstanding_minor for bill in effects.bills] == [12_345]


def test_all_lines_of_a_payment_are_taken_back(bank):
    bank.store.put_bills(replace(school_bill(), bill_id=9, bill_no="S2"))
    answer = bank.ask(Terminal().payment_of(NOON, "SCHOOL01", {"S1": 12_345, "S2": 12_345}))
    made = decided(bank, order(taken_back=answer.values["serial_number"]))
    assert [posting.payment_line for posting, _ in made] == [1, 2]
    assert len({posting.serial_number for posting, _ in made}) == 2
    assert (
        sum(-entry.amount_minor for _, effects in made for entry in effects.entries if entry.amount_minor < 0)
        == 24_690
    )


def test_money_in_suspense_and_money_applied_from_it_are_taken_back(bank):
    advice = Terminal().advice(NOON, "SCHOOL01", "no such bill", 12_345)
    serial = bank.ask(advice).values["serial_number"]
    ((_, effects),) = decided(bank, order(taken_back=serial))
    assert moved(effects) == {("CLEARING", "12345678"): -12_345, ("SUSPENSE", "12345678"): 12_345}
    assert effects.bills == ()
    bank.store.put_bills(replace(school_bill(), bill_id=9, bill_no="S2"))
    bank.apply(serial, "S2")
    ((posting, effects),) = decided(bank, order(taken_back=serial), ["S2"])
    assert moved(effects) == {("CLEARING", "12345678"): -12_345, ("PAYABLE", "SCHOOL01"): 12_345}
    assert (posting.bill_no, [bill.bill_no for bill in effects.bills]) == ("S2", ["S2"])


def test_what_is_not_in_force_is_not_taken_back(bank):
    terminal = Terminal()
    payment = terminal.payment(NOON, "SCHOOL01", "S1", 12_345)
    serial = bank.ask(payment).values["serial_number"]
    bank.ask(terminal.reversal(NOON, payment))
    with pytest.raises(PostingError, match="is REVERSED, by"):
        decided(bank, order(taken_back=serial))
    with pytest.raises(PostingError, match="there is no payment 1"):
        decided(bank, order(taken_back="1"))


def test_money_goes_to_its_bill_under_the_messages_own_key(bank):
    ((posting, effects),) = decided(bank, order(received_minor=12_345, to_bill=True))
    (payment,) = effects.payments
    assert (payment.key, payment.state, payment.in_totals) == (KEY, PaymentState.APPROVED, False)
    assert (payment.principal_minor, payment.customer_no) == (12_345, effects.bills[0].customer_no)
    assert moved(effects) == {("CLEARING", "12345678"): 12_345, ("PAYABLE", "SCHOOL01"): -12_345}
    assert (posting.kind, posting.principal_minor, effects.transactions[0].key) == ("RECEIVED", 0, KEY)


@pytest.mark.parametrize(
    "changed",
    [
        {"to_bill": False},
        {"received_minor": 1},
        {"bill_no": None},
        {"bill_no": "no such bill"},
        {"merchant_id": "NOBODY01"},
        {"currency": "840"},
    ],
    ids=str,
)
def test_what_no_bill_takes_goes_to_suspense(bank, changed):
    asked = order(**{"received_minor": 12_345, "to_bill": True} | changed)
    ((posting, effects),) = decided(bank, asked)
    (payment,) = effects.payments
    assert (payment.state, effects.bills) == (PaymentState.SUSPENSE, ())
    assert moved(effects)["SUSPENSE", "12345678"] == -asked.received_minor
    assert payment.bill_no == (asked.bill_no or SEVERAL)
    assert posting.amount_minor == asked.received_minor


def test_a_message_that_we_have_keeps_its_own_row(bank):
    payment = Terminal().payment(NOON, "SCHOOL01", "S1", 1)
    assert not bank.ask(payment).approved
    ((_, effects),) = decided(bank, order(key=payment.key, received_minor=12_345, may_come=True))
    assert effects.transactions[0].key == "F|7"
    assert effects.replaced == ()


def test_money_of_a_message_that_has_come_is_not_posted_again(bank):
    payment = Terminal().payment(NOON, "SCHOOL01", "S1", 12_345)
    assert bank.ask(payment).approved
    for to_bill in (False, True):
        with pytest.raises(PostingError, match="has come meanwhile"):
            decided(bank, order(key=payment.key, received_minor=12_345, to_bill=to_bill, may_come=True))
    # Of another amount, it is not the message's own money; nor is it where we have always counted the message.
    assert len(decided(bank, order(key=payment.key, received_minor=1, may_come=True))) == 1
    assert len(decided(bank, order(key=payment.key, received_minor=12_345))) == 1


def test_what_came_less_replaces_the_payment(bank):
    payment = Terminal().payment(NOON, "SCHOOL01", "S1", 12_345)
    serial = bank.ask(payment).values["serial_number"]
    made = decided(bank, order(key=payment.key, taken_back=serial, received_minor=12_000))
    assert [posting.kind.value for posting, _ in made] == ["CONTRA", "RECEIVED"]
    clearing = sum(
        entry.amount_minor for _, effects in made for entry in effects.entries if entry.account == "CLEARING"
    )
    assert clearing == 12_000 - 12_345


def test_a_merchants_day_adds_up():
    day = MerchantDay("SCHOOL01", "156").credited(3, 1_000, 5).credited(1, 200, 0).taken_back(2, 1_000, 5)
    assert dataclasses.astuple(day)[2:] == (4, 3_200, 2, 2_000, 5)
    assert (day.owed_minor, day.net_minor) == (1_200, 1_195)


def test_an_item_of_a_reversal_has_no_class():
    assert Item.of_file.fget is not None
    values = (FollowUp.NOTE, "OPEN", "1", BusinessDate(2026, 11, 22), "REVERSAL", "R|1", "R|1", NOON)
    names = (
        "follow_up",
        "state",
        "institution",
        "business_date",
        "kind",
        "match_key",
        "message_key",
        "opened_at",
    )
    shared = dict(zip(names, values, strict=True))
    assert Item(difference="REVERSAL_OF_SETTLED", **shared).of_file is None
    assert Item(difference="PLATFORM_ONLY", **shared).of_file == "PLATFORM_ONLY"
