"""A card number sent as bill number, merchant or teller is nowhere in the store."""

import pytest
from sqlalchemy import select, update

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.store import BillRecord, put_bills
from offline_collect.store.schema.tables import metadata, payments, transactions
from tests.fakes.bank import NOON
from tests.messages.front_end import message_of
from tests.messages.golden import reader
from tests.support.samples import DUE, PUPIL

CARD = "4111111111111111"
HIDDEN = "411111******1111"
SHORT = "378282246310005"
"""As long as DE 42."""

SHORT_HIDDEN = "378282*****0005"
WRITTEN = [
    ("4111 1111 1111 1111", "4111 11** **** 1111"),
    ("4111-1111-1111-1111", "4111-11**-****-1111"),
    ("4222-2222-22222", "4222-22**-*2222"),
]
"""Card numbers in groups, as people write them; the last is as long as DE 42."""
AMOUNT = 12_345


def heard(command):
    """The command as the wire reads it."""
    read = reader().read(message_of(command), NOON)
    assert not isinstance(read, Answer), read.reason
    return read


def everything(store):
    with store.snapshot() as tx:
        return [
            str(row) for table in metadata.tables.values() for row in tx.connection.execute(select(table))
        ]


def places(store, number):
    return [row for row in everything(store) if number in row]


@pytest.mark.parametrize("kind", ["payment", "advice"])
def test_nothing_keeps_it(teller, kind):
    sent = getattr(teller.terminal, kind)
    for merchant, bill in (("SCHOOL01", CARD), (SHORT, "S1"), (SHORT, CARD)):
        command = heard(sent(teller.now, merchant, bill, AMOUNT, teller=CARD))
        answer = teller.ask(command)
        assert CARD not in str(answer)
        assert SHORT not in str(answer)
        assert teller.ask(command) == answer
    teller.ask(heard(sent(teller.now, "SCHOOL01", "S1", AMOUNT, teller=CARD)))
    assert places(teller.store, CARD) == places(teller.store, SHORT) == []
    assert places(teller.store, HIDDEN)
    assert places(teller.store, SHORT_HIDDEN)
    assert teller.report().whole


@pytest.mark.parametrize(("card", "hidden"), WRITTEN)
def test_nothing_keeps_one_that_is_written_in_groups(teller, card, hidden):
    merchants = ["SCHOOL01", card] if len(card) <= len(SHORT) else ["SCHOOL01"]
    for sent in (teller.terminal.payment, teller.terminal.advice):
        for merchant in merchants:
            command = heard(sent(teller.now, merchant, card, AMOUNT, teller=card))
            answer = teller.ask(command)
            assert card not in str(answer)
            assert teller.ask(command) == answer
    assert places(teller.store, card) == []
    assert places(teller.store, hidden)
    assert teller.report().whole


def test_money_in_suspense_shows_what_its_payer_can_be_known_by(teller):
    teller.ask(heard(teller.terminal.advice(teller.now, SHORT, CARD, AMOUNT)))
    with teller.store.snapshot() as tx:
        kept = tx.connection.execute(select(payments.c.merchant_id, payments.c.bill_no)).one()
    assert tuple(kept) == (SHORT_HIDDEN, HIDDEN)


@pytest.mark.parametrize("amount", [AMOUNT, AMOUNT + 1])
def test_a_bill_that_has_such_a_number_keeps_it(teller, amount):
    """One of ten long bill numbers passes the check for a card number."""
    with teller.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [BillRecord(CARD, PUPIL.customer_no, AMOUNT, DUE)])
    answer = teller.ask(heard(teller.terminal.advice(teller.now, "SCHOOL01", CARD, amount)))
    assert (answer.code, answer.values["bill_no"]) == (ResponseCode.APPROVED, CARD)
    with teller.store.snapshot() as tx:
        assert tx.connection.execute(select(payments.c.bill_no)).scalar_one() == CARD
    assert teller.report().whole


def test_a_repeat_of_a_row_from_before_still_matches(teller):
    command = heard(teller.terminal.payment(teller.now, "SCHOOL01", CARD, AMOUNT))
    answer = teller.ask(command)
    plain = command.fingerprint.replace(HIDDEN, CARD)
    assert plain != command.fingerprint
    with teller.store.transaction() as tx:
        tx.connection.execute(update(transactions).values(fingerprint=plain))
    assert teller.ask(command) == answer


def test_another_number_under_the_same_key_is_other_content(teller):
    command = teller.terminal.payment(teller.now, "SCHOOL01", CARD, AMOUNT)
    teller.ask(heard(command))
    other = message_of(command)
    other.elements[48] = other.elements[48].replace(CARD, "5555555555554444")
    assert teller.ask(reader().read(other, NOON)).code is ResponseCode.DUPLICATE
