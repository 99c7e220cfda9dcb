import pytest

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import ReversalReason, TotalsFigures
from offline_collect.domain.effects import NO_EFFECTS
from tests.fakes.bank import DAY
from tests.messages.commands import LINK, Terminal, repeated

NOTHING = TotalsFigures()


@pytest.fixture
def compare(bank, teller):
    """Ask for a day's totals with one's own figures."""

    def ask(figures=NOTHING, on=DAY, terminal=teller, **more):
        return bank.ask(terminal.totals(bank.now, on, figures, **more))

    return ask


def figures(answer) -> TotalsFigures:
    return TotalsFigures(**{name: answer.values[name] for name in TotalsFigures.__slots__})


def test_figures_that_agree_are_in_balance(bank, teller, compare):
    bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
    bank.cutover()
    answer = compare(TotalsFigures(credits=1, credits_minor=12_345))
    assert (answer.code, answer.business_date) == (ResponseCode.APPROVED, DAY)
    assert (answer.values["settlement_code"], answer.values["net_minor"]) == (1, 12_345)


def test_that_both_sides_agree_is_kept_once(bank, teller, compare):
    bank.cutover()
    assert compare(net_minor=1).code is ResponseCode.OUT_OF_BALANCE
    assert bank.tables.agreed == {}
    first = bank.now
    assert compare().approved
    bank.advance(minutes=5)
    bank.submit(*(teller.totals(bank.now, DAY, NOTHING) for _ in range(2)))
    ((key, agreed),) = bank.tables.agreed.items()
    assert key == ("12345678", "156", DAY)
    assert (agreed.link, agreed.agreed_at) == (LINK, first)


def test_two_messages_of_one_batch_are_kept_once(bank, teller):
    bank.cutover()
    bank.submit(*(teller.totals(bank.now, DAY, NOTHING) for _ in range(2)))
    assert len(bank.tables.agreed) == 1


def test_figures_that_differ_hear_the_platform_s_own(bank, teller, compare):
    bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
    bank.cutover()
    answer = compare(TotalsFigures(credits=1, credits_minor=12_344))
    assert (answer.code, answer.business_date) == (ResponseCode.OUT_OF_BALANCE, DAY)
    assert answer.reason == "the figures of business day 2026-11-22 differ from the platform's"
    assert figures(answer) == TotalsFigures(credits=1, credits_minor=12_345)
    assert answer.values["settlement_code"] == 2


def test_a_net_that_is_added_up_wrongly_is_out_of_balance(bank, compare):
    bank.cutover()
    assert compare(net_minor=1).code is ResponseCode.OUT_OF_BALANCE


def test_a_net_can_be_negative(bank, teller, compare):
    payment = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
    bank.ask(payment)
    today = bank.cutover()
    bank.ask(teller.reversal(bank.now, payment))
    bank.cutover()
    answer = compare(TotalsFigures(credit_reversals=1, credit_reversals_minor=12_345), today)
    assert (answer.code, answer.values["net_minor"]) == (ResponseCode.APPROVED, -12_345)


def test_debits_lessen_the_net():
    assert TotalsFigures(debits_minor=5, debit_reversals_minor=2).net_minor == -3


def test_payments_count_by_their_date_and_reversals_by_theirs(bank, teller, compare):
    first = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
    second = teller.payment(bank.now, "WATER001", "W1", 1_000)
    bank.submit(first, second, teller.reversal(bank.now, second, ReversalReason.WRITE_OFF))
    today = bank.cutover()
    bank.ask(teller.reversal(bank.now, first))
    bank.cutover()
    assert figures(compare()) == TotalsFigures(
        credits=2, credits_minor=13_345, credit_reversals=1, credit_reversals_minor=1_000
    )
    assert figures(compare(on=today)) == TotalsFigures(credit_reversals=1, credit_reversals_minor=12_345)


def test_suspense_counts_and_what_did_nothing_does_not(bank, teller, compare):
    bank.ask(teller.advice(bank.now, "SCHOOL01", "S1", 1))
    declined = teller.payment(bank.now, "SCHOOL01", "S1", 2)
    bank.submit(declined, repeated(declined), teller.reversal(bank.now, declined))
    buried = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
    bank.submit(teller.reversal(bank.now, buried), teller.advice(bank.now, "SCHOOL01", "S1", 12_345, buried))
    bank.cutover()
    assert figures(compare()) == TotalsFigures(credits=1, credits_minor=1)


def test_each_institution_and_currency_has_its_own(bank, teller, compare):
    other = Terminal(institution="87654321")
    bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
    bank.cutover()
    assert compare(terminal=other).approved
    assert compare(currency="840").approved
    assert not compare().approved


@pytest.mark.parametrize("state", [DayState.CUT, DayState.RECONCILED, DayState.SETTLED])
def test_every_day_that_is_cut_can_be_asked_for(bank, compare, state):
    bank.cutover()
    bank.store.put_day_state(DAY, state)
    assert compare().approved


def test_the_open_day_is_not_told(bank, compare):
    answer = compare()
    assert (answer.code, answer.business_date) == (ResponseCode.NOT_PERMITTED, DAY)
    assert answer.reason == "business day 2026-11-22 is still open"
    assert bank.decisions[0][1] is NO_EFFECTS


def test_a_day_that_there_never_was_is_not_found(compare):
    asked = DAY.replace(day=1)
    answer = compare(on=asked)
    assert (answer.code, answer.business_date) == (ResponseCode.NOT_FOUND, asked)
    assert answer.reason == "there is no business day 2026-11-01"
