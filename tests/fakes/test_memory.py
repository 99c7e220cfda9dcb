"""The store in memory is a part of the tests, so it needs tests too."""

from dataclasses import replace

import pytest

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.decide import decide, want
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.effects import Effects, StateChange
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ports import CommitUnknownError, ConflictError, RefusedError, UnavailableError
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import DAY, NOON, TERMS
from tests.messages.commands import Terminal
from tests.support.invariants import findings
from tests.support.samples import sample_bank

TOMORROW = DAY.replace(day=23)


@pytest.fixture
def store():
    return sample_bank().store


def decided(session, command, number=1) -> Effects:
    """Decide one command on a separate session; nothing is written yet."""
    facts = Facts(session.begin())
    for _ in range(3):
        wants = Wants()
        want(command, facts, wants)
        session.load(facts.missing(wants), facts)
    return decide(command, facts, Context(NOON, number, TERMS))[1]


def paying(store, terminal="TERM0001", number=1):
    """Return a session and the effects of a payment of S1 on it."""
    session = store.write_session()
    payment = Terminal(terminal).payment(NOON, "SCHOOL01", "S1", 12_345)
    return session, decided(session, payment, number)


def test_what_is_written_shows_only_after_the_commit(store):
    session, effects = paying(store)
    session.write([effects])
    assert store.tables.payments == {}
    session.commit()
    assert len(store.tables.payments) == 1
    assert store.commits == 1


def test_what_is_rolled_back_never_was(store):
    session, effects = paying(store)
    before = store.tables
    session.write([effects])
    session.rollback()
    assert store.tables is before
    session.begin()
    session.commit()
    assert store.tables.payments == {}


def test_a_key_that_is_taken_is_a_conflict(store):
    (first, effects), (second, same) = paying(store), paying(store, number=3)
    first.write([effects])
    first.commit()
    with pytest.raises(ConflictError):
        second.write([same])


def test_a_row_that_changed_under_a_batch_is_a_conflict_at_its_commit(store):
    (first, effects), (second, rival) = paying(store), paying(store, "TERM0002", 3)
    first.write([effects])
    second.write([rival])
    first.commit()
    with pytest.raises(ConflictError):
        second.commit()
    assert len(store.tables.payments) == 1


def test_one_payment_is_reversed_once_only(store):
    bank = sample_bank()
    terminal = Terminal()
    payment = terminal.payment(bank.now, "SCHOOL01", "S1", 12_345)
    bank.ask(payment)
    bank.ask(terminal.reversal(bank.now, payment))
    (applied,) = bank.decisions[0][1].reversals
    session = bank.store.write_session()
    session.begin()
    with pytest.raises(ConflictError):
        session.write([Effects(reversals=(replace(applied, key="R|other"),))])


def test_a_payment_never_goes_back(store):
    session, effects = paying(store)
    serial = effects.payments[0].serial_number
    back = StateChange(serial, PaymentState.APPLIED, "x")
    with pytest.raises(RefusedError):
        session.write([effects, Effects(states=(back,))])


def test_a_row_that_is_not_there_cannot_be_changed(store):
    session, effects = paying(store)
    with pytest.raises(RefusedError):
        session.write([Effects(replaced=effects.transactions)])


def test_a_cutover_under_a_batch_is_a_conflict(store):
    session, effects = paying(store)
    session.write([effects])
    assert store.cutover(DAY, TOMORROW, NOON)
    with pytest.raises(ConflictError):
        session.commit()


def test_a_day_is_closed_once(store):
    assert store.cutover(DAY, TOMORROW, NOON)
    assert not store.cutover(DAY, DAY.replace(day=24), NOON)
    day = store.open_day()
    assert (day.date, day.previous, day.opened_at) == (TOMORROW, DAY, NOON)
    assert store.tables.days[DAY].state is DayState.CUT


def test_a_reader_sees_one_state_and_writes_nothing(store):
    reader = store.read_session()
    reader.begin()
    writer, effects = paying(store)
    writer.write([effects])
    writer.commit()
    facts = Facts(store.open_day())
    reader.load(Wants(bills={("SCHOOL01", "S1")}), facts)
    assert facts.bills["SCHOOL01", "S1"].outstanding_minor == 12_345
    with pytest.raises(AssertionError):
        reader.write([effects])


def test_numbers_are_given_out_once(store):
    first, second = store.write_session().reserve_numbers(10), store.write_session().reserve_numbers(10)
    assert second == first + 10


class TestFaults:
    def test_a_store_that_is_switched_off_says_so_and_lives_again(self, store):
        session, effects = paying(store)
        store.faults.unavailable = True
        attempts = [
            session.begin,
            session.commit,
            lambda: session.write([effects]),
            lambda: session.load(Wants(), Facts(store.open_day())),
            lambda: session.reserve_numbers(1),
        ]
        for attempt in attempts:
            with pytest.raises(UnavailableError):
                attempt()
        session.rollback()
        store.faults.unavailable = False
        assert session.begin().date == DAY

    @pytest.mark.parametrize("took_effect", [True, False])
    def test_a_lost_commit_took_effect_or_did_not(self, store, took_effect):
        session, effects = paying(store)
        store.faults.lost_commits.append(took_effect)
        session.write([effects])
        with pytest.raises(CommitUnknownError):
            session.commit()
        assert bool(store.tables.payments) is took_effect
        session.rollback()
        session.begin()
        session.commit()

    def test_a_key_can_be_made_unwritable(self, store):
        session, effects = paying(store)
        store.faults.refused_keys.add(effects.transactions[0].key)
        with pytest.raises(RefusedError):
            session.write([effects])

    def test_writes_can_be_made_to_collide(self, store):
        session, effects = paying(store)
        store.faults.conflicts = 1
        with pytest.raises(ConflictError):
            session.write([effects])
        session.write([effects])
        session.commit()
        assert len(store.tables.payments) == 1


def test_a_session_that_was_given_back_is_not_used_again(store):
    session = store.write_session()
    session.close()
    with pytest.raises(AssertionError):
        session.begin()


def test_the_invariants_notice_what_is_wrong():
    bank = sample_bank()
    bank.ask(Terminal().payment(bank.now, "SCHOOL01", "S1", 12_345))
    (serial,) = bank.tables.payments
    assert findings(bank.tables) == []
    for spoil in (
        lambda tables: tables.entries.popitem(),
        lambda tables: tables.payments.clear(),
        lambda tables: tables.notices.clear(),
        lambda tables: tables.bills.update(
            {key: replace(bill, paid_principal_minor=1) for key, bill in tables.bills.items()}
        ),
        lambda tables: tables.payments.update(
            {serial: replace(tables.payments[serial], state=PaymentState.REVERSED)}
        ),
    ):
        tables = bank.tables.copy()
        spoil(tables)
        assert findings(tables) != []
