"""The rest of the menu: write-off, the terminal's payments, advices, totals, sign-on and echo."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.commands import TotalsFigures
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.menu import run
from offline_collect_terminal.teller.screen.steps import Key, Unsent
from offline_collect_terminal.teller.tasks.totals import figures_of
from tests.simulators.peer import answer
from tests.simulators.teller_playing import (
    SILENT,
    Platform,
    Player,
    approval,
    bill,
    declined,
    pds,
    session_of,
)

PAY = ("1", "1", "2026030117", "1", "", "y")
DAY = dt.date(2026, 11, 22)


@pytest.fixture
def player(tmp_path):
    made = Player(session_of(tmp_path / "journal"), Platform(bills=[bill(1), bill(2)]))
    yield made
    made.journal.close()


@pytest.fixture
def paid(player):
    """A terminal that has taken S-0001 and S-0002."""
    player.play(run, *PAY, "1", "", "y")
    player.platform.requests.clear()
    return player


def states(player):
    return [entry.state for entry in player.journal.entries.values()]


def test_it_signs_on_first_and_off_last(player):
    player.play(run, "q")
    assert [each.elements[70] for each in player.platform.requests] == ["001", "002"]


def test_a_platform_that_refuses_the_sign_on_is_not_signed_off(player):
    player.platform.say("network", declined("58", de63="not on this link"))
    text = player.play(run, "q")
    assert "Declined: 58 not on this link" in text
    assert len(player.platform.requests) == 1


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [("1", "001", "Signed on."), ("2", "002", "Signed off."), ("3", "301", "there.")],
)
def test_the_link_is_worked_by_hand(player, typed, code, said):
    text = player.play(run, "6", typed, "q")
    assert player.platform.requests[1].elements[70] == code
    assert said in text


@pytest.mark.parametrize("typed", ["0", "7", "-1", "one", "", "99999999999", "1 2"])
def test_nonsense_at_the_menu_is_told(player, typed):
    assert "Type a number from 1 to 6." in player.play(run, typed)


def test_a_write_off_is_of_the_last_payment_with_reason_17(paid):
    paid.play(run, "2", "", "y")
    (reversal,) = paid.platform.of("reversal")
    assert (reversal.mti, reversal.elements[39]) == ("0400", "17")
    assert states(paid) == [State.APPROVED, State.REVERSED]


def test_a_write_off_may_be_of_another_one(paid):
    paid.play(run, "2", "2", "y")
    assert states(paid) == [State.REVERSED, State.APPROVED]


@pytest.mark.parametrize("way_out", ["n", "back", Key.INTERRUPT])
def test_a_write_off_wants_a_yes(paid, way_out):
    paid.play(run, "2", "", way_out)
    assert paid.platform.of("reversal") == []


def test_a_write_off_that_is_refused_leaves_the_payment(paid):
    paid.platform.say("reversal", declined("U7", de63="the payment is of business day 2026-11-21"))
    text = paid.play(run, "2", "", "y")
    assert "U7 the payment is of business day 2026-11-21" in text
    assert states(paid) == [State.APPROVED, State.APPROVED]
    assert "Receipt" not in text


def test_a_write_off_without_an_answer_is_not_begun_anew(paid):
    paid.platform.say("reversal", SILENT)
    paid.play(run, "2", "", "y", "back", "3", "1", "1")
    assert [each.mti for each in paid.platform.of("reversal")] == ["0400", "0401"]
    assert states(paid) == [State.APPROVED, State.REVERSED]


def test_nothing_taken_is_nothing_to_write_off(player):
    assert "No payment of this terminal can be written off." in player.play(run, "2", "3", "q")


def test_a_receipt_is_printed_again(paid):
    text = paid.play(run, "3", "1", "1", "menu", "q")
    assert "Receipt, copy · 阳光小学" in text
    assert paid.platform.of("payment") == []


def test_a_receipt_that_never_came_is_fetched_by_a_repeat(paid):
    entry = paid.journal.entries[1]
    paid.journal.put(replace(entry, receipt=""))
    text = paid.play(run, "3", "2", "1", "menu", "q")
    assert [each.mti for each in paid.platform.of("payment")] == ["0201"]
    assert "│ 十一月餐费 2026-11" in text


def test_a_status_of_a_payment_that_stands_never_unsettles_it(paid):
    paid.platform.say("status", declined("25"), declined("09"))
    paid.play(run, "3", "1", "2", "1", "2", "menu", "q")
    assert states(paid) == [State.APPROVED, State.APPROVED]


def test_a_status_tells_what_others_have_done_with_it(paid):
    paid.platform.say("status", lambda request: answer(request, de48=pds({"0080": "REVERSED"})))
    text = paid.play(run, "3", "1", "2", "menu", "q")
    assert states(paid) == [State.APPROVED, State.REVERSED]
    assert "is reversed" in text


ADVISE = ("4", "1", "S-0009", "80", "2", "", "y")


def test_money_taken_offline_is_advised(player):
    player.platform.say("payment", lambda request: approval(request, t0080="SUSPENSE"))
    text = player.play(run, *ADVISE)
    (advice,) = player.platform.of("payment")
    assert (advice.mti, advice.elements[4], advice.elements[13]) == ("0220", "000000008000", "1122")
    assert 90 not in advice.elements
    assert "in suspense" in text


def test_an_advice_carries_the_date_it_was_taken_on(player):
    text = player.play(
        run, "4", "1", "S-0009", "80", "", "2026-13-01", "2026-11-23", "2026-10-01", "2026-11-21", "y"
    )
    assert [each.elements[13] for each in player.platform.of("payment")] == ["1121"]
    assert text.count("Write a date like 2026-11-22.") == 1
    assert text.count("one of the last 30 days") == 2


def test_an_advice_that_cannot_leave_is_kept_and_sent_later(player, tmp_path):
    player.platform.say("payment", Unsent("nobody listens"))
    player.play(run, *ADVISE, "3", "q")
    assert states(player) == [State.QUEUED]
    player.journal.close()
    again = Player(session_of(tmp_path / "journal", run="run-2"), Platform())
    again.play(run, "1", "q")
    assert [each.mti for each in again.platform.of("payment")] == ["0220"]
    assert states(again) == [State.APPROVED]
    again.journal.close()


def test_an_advice_that_never_left_can_be_given_up(player):
    player.platform.say("payment", Unsent("nobody listens"))
    player.play(run, *ADVISE, "2", "y", "q")
    assert states(player) == [State.UNSENT]


def test_an_advice_without_an_answer_is_never_asked_for_but_sent_again(player):
    """A status of an advice that is still in transit would put a tombstone for it."""
    player.platform.say("payment", SILENT)
    text = player.play(run, *ADVISE, "1")
    assert [each.mti for each in player.platform.of("payment")] == ["0220", "0221"]
    assert "Ask what became of it" not in text


def test_totals_of_this_session_and_of_the_terminal(paid, tmp_path):
    paid.play(run, "2", "", "y", "q")
    paid.journal.close()
    again = Player(session_of(tmp_path / "journal", run="run-2"), Platform(bills=[bill(7)]))
    text = again.play(run, *PAY, "menu", "5", "back", "q")
    session, terminal = text[text.index("This session") :].split("This terminal, as far")
    assert "2026-11-22             1   123.45           0     0.00   123.45" in session
    assert "2026-11-22             3   370.35           1   123.45   246.90" in terminal
    again.journal.close()


def test_totals_name_what_is_not_counted(player):
    player.platform.say("payment", SILENT)
    assert "Not counted, for want of an answer: 1, 123.45 CNY." in player.play(run, *PAY, "menu", "5", "back")


def test_the_platforms_totals_stand_beside_ours(paid):
    theirs = {74: 3, 75: 1, 76: 0, 77: 0, 86: 37035, 87: 12345, 88: 0, 89: 0}
    paid.platform.say(
        "totals",
        lambda request: answer(
            request,
            "95",
            de66="2",
            de97="C0000000000024690",
            **{f"de{number}": str(value) for number, value in theirs.items()},
        ),
    )
    text = paid.play(run, "5", "")
    (request,) = paid.platform.of("totals")
    assert (request.elements[15], request.elements[74], request.elements[86]) == ("1122", "2", "24690")
    assert request.elements[97] == "C0000000000024690"
    assert "the institution          3   370.35           1   123.45   246.90" in text
    assert "Other terminals" in text


def test_totals_of_an_open_day_are_refused_in_the_platforms_words(paid):
    paid.platform.say("totals", declined("58", de63="business day 2026-11-22 is still open"))
    assert "business day 2026-11-22 is still open" in paid.play(run, "5", "")


def test_figures_count_as_the_platform_does(paid):
    entries = list(paid.journal.entries.values())
    tomorrow = DAY + dt.timedelta(days=1)
    undone = replace(entries[0], state=State.REVERSED, reversed_on=tomorrow)
    never = replace(entries[1], state=State.NEVER, business_date=None)
    assert figures_of([undone, never], DAY, "156") == TotalsFigures(credits=1, credits_minor=12345)
    assert figures_of([undone, never], tomorrow, "156") == TotalsFigures(
        credit_reversals=1, credit_reversals_minor=12345
    )
    assert figures_of([undone], DAY, "840") == TotalsFigures()
