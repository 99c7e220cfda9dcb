from dataclasses import replace

import pytest

from offline_collect.domain.effects import NO_EFFECTS, Effects, StateChange
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.transactions import ADVANCES, PaymentState
from tests.support.samples import school_bill


@pytest.fixture
def effects(bank, teller) -> Effects:
    """The effects of a payment."""
    bank.submit(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
    return bank.decisions[0][1]


@pytest.fixture
def facts(bank) -> Facts:
    return Facts(bank.store.open_day())


def test_what_is_not_there_is_not_asked_for_again(facts):
    wants = Wants(keys={"P|1", "P|2"}, merchants={"SCHOOL01"})
    facts.transactions["P|1"] = None
    assert facts.missing(wants) == Wants(keys={"P|2"}, merchants={"SCHOOL01"})


def test_wants_are_empty_once_all_is_loaded(facts):
    facts.transactions["P|1"] = None
    assert not facts.missing(Wants(keys={"P|1"}))
    assert facts.missing(Wants(keys={"P|2"}))
    assert not Wants()


def test_effects_are_facts_for_what_is_decided_next(facts, effects):
    facts.apply(effects)
    (row,), (payment,), (bill,) = effects.transactions, effects.payments, effects.bills
    assert facts.transactions == {row.key: row}
    assert facts.payments == {payment.serial_number: payment}
    assert facts.bills == {("SCHOOL01", "S1"): bill}


def test_a_state_change_names_the_posting_that_did_it(facts, effects):
    facts.apply(effects)
    serial = effects.payments[0].serial_number
    facts.apply(Effects(states=(StateChange(serial, PaymentState.REVERSED, "R1"),)))
    changed = facts.payments[serial]
    assert (changed.state, changed.state_by) == (PaymentState.REVERSED, "R1")
    assert changed.amount_minor == 12_345


def test_a_row_that_is_replaced_is_the_new_one(facts, effects):
    facts.apply(effects)
    row = replace(effects.transactions[0], serial_number="other")
    facts.apply(Effects(replaced=(row,)))
    assert facts.transactions[row.key] is row


def test_a_trace_that_was_asked_for_knows_what_the_batch_has_added(facts, effects):
    (trace,) = effects.traces
    facts.traces[trace.trace] = ()
    facts.apply(effects)
    assert facts.traces == {trace.trace: (trace,)}


def test_a_trace_that_nobody_asked_for_stays_unknown(facts, effects):
    facts.apply(effects)
    assert facts.traces == {}


def test_no_effects_change_nothing(facts):
    facts.apply(NO_EFFECTS)
    assert facts == Facts(facts.day)


def test_a_payment_s_state_only_advances():
    ends = {state for state, after in ADVANCES.items() if not after}
    assert ends == {PaymentState.REVERSED, PaymentState.REFUNDED}
    assert PaymentState.APPROVED not in set().union(*ADVANCES.values())
    assert set(ADVANCES) == set(PaymentState)


def test_a_bill_keeps_everything_else_when_it_is_paid(effects):
    (bill,) = effects.bills
    restored = replace(bill, paid_principal_minor=0, fee_base=0, fee_through=None)
    assert restored == school_bill()
