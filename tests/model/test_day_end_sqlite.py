"""The end of the day over the engine and SQLite, played against the model; and faults that the game must find."""

import pytest

from offline_collect.settlement.debit import apply_results, returns
from offline_collect.settlement.payouts import ingest, make
from offline_collect.settlement.reconciliation import days
from tests.model.evening import Evening
from tests.model.paying_out import PayingOut
from tests.model.playing import make_machine, playing
from tests.model.test_engine_sqlite import make_system
from tests.model.world import INSTITUTIONS

TestDayEndOverSqlite = make_machine(make_system, playing(examples=6, steps=12), PayingOut)
SCHOOL = [(0, "payable", "kept"), (1, "payable", "kept")]


@pytest.fixture
def game():
    class Game(PayingOut):
        make_system = staticmethod(make_system)

    playing = Game()
    yield playing
    playing.teardown()


def agrees(game):
    game.the_ledger_agrees()
    game.bills_items_and_settled_days_agree()
    game.payouts_and_their_entries_agree()


def test_exactly_twice_the_amount_is_resolved_like_other_differences(game):
    """A difference that once could not be resolved: it was taken for the message's own money."""
    game.end_a_busy_day(SCHOOL, [("double", 0)], [], None)
    agrees(game)
    assert game.model.settled


def test_what_fails_is_owed_again_and_totals_stand_for_files(game):
    game._trade(SCHOOL)
    game.cut_over()
    for institution in INSTITUTIONS:
        game.send_totals(institution, 0, right=True)
    game.reconcile_by_totals(0)
    game.settle(0)
    agrees(game)
    game.bank_pays(0, [True, False], "")
    game.pay_again(0, None)
    agrees(game)
    game.end_a_busy_day([(2, "payable", "kept")], [], [], None)
    agrees(game)
    first, second = game.model.payouts.runs
    assert [each.state for each in first.payouts] == ["REPLACED"]
    assert second.payouts[0].again == (1, 1)


@pytest.mark.parametrize("early", [True, False])
def test_the_doubt_about_a_debit_ends_with_its_answer(game, early):
    game.export("SCHOOL01", "FIRST", 30)
    game.bank_answers(0, ["4001", "4001"], "")
    if early:
        game.resolve_doubt(0, "all")
    game.cut_over()
    agrees(game)
    game.resolve_doubt(0, "all")
    agrees(game)
    (batch,) = game.model.debits.batches
    assert [debit.state for debit in batch.debits].count("SETTLED") == (2 if early else 1)


def closed_bills(monkeypatch):
    """A bill does not leave its batch when the result is there."""
    monkeypatch.setattr(apply_results, "leave_batch", lambda *_: None)


def free_returns(monkeypatch):
    """A debit that comes back posts nothing."""
    monkeypatch.setattr(returns, "write_postings_of_debits", lambda *_: None)


def lost_sums(monkeypatch):
    """A merchant's sums of a day are not kept."""
    monkeypatch.setattr(days, "put_settlements", lambda *_: None)


def blind(monkeypatch):
    """A day is reconciled although differences are open."""
    monkeypatch.setattr(days, "open_items", lambda *_: (0, 0))


def lavish(monkeypatch):
    """Debits that the bank has made in part are posted in full."""
    answer = Evening.answer

    def in_full(evening, batch_no, codes, wrong=""):
        return answer(evening, batch_no, [(code, settled and settled * 2) for code, settled in codes], wrong)

    monkeypatch.setattr(Evening, "answer", in_full)


def kept_back(monkeypatch):
    """What a payout that failed had is not owed again."""
    monkeypatch.setattr(ingest, "put_entries", lambda *_: None)


def generous(monkeypatch):
    """Every run pays all settled days again."""
    monkeypatch.setattr(make, "mark_dues", lambda *_: None)


def unbooked(monkeypatch):
    """A day has no voucher."""
    monkeypatch.setattr(days, "make_voucher", lambda *_: None)


FAULTS = [closed_bills, free_returns, lost_sums, blind, lavish, kept_back, generous, unbooked]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_the_days_end_is_found_out(game, fault, monkeypatch):
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        an_evening(game)


def an_evening(game):
    game.export("SCHOOL01", "FIRST", 30)
    game.bank_answers(0, ["part", "part"], "")
    agrees(game)
    game.debits_come_back(0, "1001", wrong=False)
    agrees(game)
    game.end_a_busy_day(SCHOOL, [], [], None)
    game.bank_pays(0, [True], "")
    game.pay_again(0, None)
    agrees(game)
    game.end_a_busy_day([(0, "payable", "kept")], [], [], None)
    game.end_a_busy_day([(0, "payable", "kept")], [], [], None)
    agrees(game)
    game.end_a_busy_day(SCHOOL, [("lost", 0)], [], None)
    agrees(game)
