"""A payment without an answer: queried, repeated, reversed, advised or left, and shown at the next start."""

import pytest

from offline_collect.wire.layouts.pds import parse_pds
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.menu import run
from offline_collect_terminal.teller.screen.steps import Key, Unanswered, Unsent
from tests.simulators.peer import answer
from tests.simulators.teller_playing import (
    SERIAL,
    SILENT,
    Platform,
    Player,
    approval,
    declined,
    pds,
    session_of,
)

PAY = ("1", "school", "2026030117", "1", "", "y")
STATUS, REPEAT, REVERSE, ADVISE, LATER = "12345"


@pytest.fixture
def player(tmp_path):
    made = Player(session_of(tmp_path / "journal"), Platform())
    made.platform.say("payment", SILENT)
    yield made
    made.journal.close()


def only(player):
    (entry,) = player.journal.entries.values()
    return entry


def tags(message):
    return parse_pds(message.elements[48], "utf-8")


def test_it_says_so_and_enter_alone_decides_nothing(player):
    text = player.play(run, *PAY, "", "", "q")
    assert "No answer: none within 15 s." in text
    assert "whether it was taken is NOT KNOWN" in text
    assert text.count("What now: \n") == 2
    assert [each.mti for each in player.platform.of("payment", "reversal", "status")] == ["0200"]
    assert player.result is False
    assert "1 without an answer: start the shell again" in text


def test_status_names_the_payment_and_settles_it(player):
    text = player.play(run, *PAY, STATUS)
    (payment,), (status,) = player.platform.of("payment"), player.platform.of("status")
    assert status.elements[90] == f"0200{payment.elements[11]}{payment.elements[7]}{'12345678':>011}{'':>011}"
    assert status.elements[11] != payment.elements[11]
    assert (only(player).state, only(player).serial) == (State.APPROVED, SERIAL)
    assert "is taken." in text


@pytest.mark.parametrize(
    ("told", "state", "said"),
    [
        (
            {"0080": "DECLINED", "0081": "U1"},
            State.DECLINED,
            "Declined: U1 the bill is already paid. Nothing was paid.",
        ),
        ({"0080": "REVERSED", "0081": "00"}, State.REVERSED, "is reversed"),
        ({"0080": "SUSPENSE", "0081": "00"}, State.SUSPENSE, "in suspense"),
        ({"0080": "APPLIED", "0081": "00"}, State.APPLIED, "applied it"),
        ({"0080": "REFUNDED", "0081": "00"}, State.REFUNDED, "is refunded"),
    ],
)
def test_every_state_that_status_tells_settles_it(player, told, state, said):
    player.platform.say("status", lambda request: answer(request, de48=pds(told)))
    text = player.play(run, *PAY, STATUS)
    assert only(player).state is state
    assert said in text


def test_a_status_that_knows_nothing_ever_settles_it_as_never_paid(player):
    player.platform.say("status", declined("25", de48=pds({"0080": "TOMBSTONE"})))
    text = player.play(run, *PAY, STATUS)
    assert only(player).state is State.NEVER
    assert "Nothing was paid under STAN" in text


@pytest.mark.parametrize("code", ["09", "91", "68", "58"])
def test_a_status_that_cannot_say_yet_leaves_it_unsettled(player, code):
    player.platform.say("status", declined(code, de63="it could still arrive"))
    text = player.play(run, *PAY, STATUS, LATER, "menu")
    assert only(player).state is State.SENT
    assert f"Declined: {code} it could still arrive" in text


def test_a_repeat_has_the_same_key_and_brings_the_receipt(player):
    text = player.play(run, *PAY, REPEAT)
    first, second = player.platform.of("payment")
    assert (second.mti, second.elements) == ("0201", first.elements)
    assert only(player).state is State.APPROVED
    assert "│ 十一月餐费 2026-11" in text


@pytest.mark.parametrize("code", ["91", "68", "96", "30", "58"])
def test_a_refusal_of_the_repeat_alone_says_nothing_of_the_payment(player, code):
    player.platform.say("payment", declined(code))
    player.play(run, *PAY, REPEAT, LATER)
    assert only(player).state is State.SENT


@pytest.mark.parametrize("code", ["91", "68", "96"])
def test_the_same_refusal_of_the_first_one_does(tmp_path, code):
    player = Player(session_of(tmp_path), Platform())
    player.platform.say("payment", declined(code))
    player.play(run, *PAY)
    assert only(player).state is State.DECLINED
    player.journal.close()


def test_a_repeat_of_a_payment_that_was_declined_settles_it(player):
    player.platform.say("payment", declined("U1"))
    player.play(run, *PAY, REPEAT)
    assert only(player).state is State.DECLINED


def test_a_repeat_that_could_not_leave_changes_nothing(player):
    player.platform.say("payment", Unsent("nobody listens"))
    text = player.play(run, *PAY, REPEAT, LATER)
    assert only(player).state is State.SENT
    assert "Not sent: nobody listens." in text


def test_a_reversal_carries_reason_68_and_undoes_it(player):
    player.play(run, *PAY, REVERSE)
    (reversal,) = player.platform.of("reversal")
    assert (reversal.mti, reversal.elements[39], reversal.elements[4]) == ("0400", "68", "000000012345")
    assert only(player).state is State.REVERSED


def test_a_reversal_of_what_never_came_ends_as_never_paid(player):
    player.platform.say("reversal", declined("25", de48=pds({"0082": "TOMBSTONE"})))
    text = player.play(run, *PAY, REVERSE)
    assert only(player).state is State.NEVER
    assert "nothing will be" in text


def test_a_reversal_that_undid_nothing_leaves_nothing_paid(player):
    player.platform.say("reversal", lambda request: answer(request, de48=pds({"0082": "NOTHING"})))
    player.play(run, *PAY, REVERSE)
    assert only(player).state is State.NEVER


def test_a_reversal_without_an_answer_is_repeated_under_its_key(player):
    player.platform.say("reversal", SILENT, declined("91"))
    text = player.play(run, *PAY, REVERSE, "1", "1")
    first, second, third = player.platform.of("reversal")
    assert [each.mti for each in (first, second, third)] == ["0400", "0401", "0401"]
    assert first.elements == second.elements == third.elements
    assert only(player).state is State.REVERSED
    assert "whether it is undone is NOT KNOWN" in text


def test_a_reversal_that_is_refused_leaves_it_as_it_was(player):
    player.platform.say("reversal", declined("U9", de63="business day 2026-11-21 is settled: refund instead"))
    text = player.play(run, *PAY, REVERSE, LATER)
    assert only(player).state is State.SENT
    assert "U9 business day 2026-11-21 is settled" in text


def test_a_reversal_that_could_not_leave_leaves_it_as_it_was(player):
    player.platform.say("reversal", Unsent("nobody listens"))
    player.play(run, *PAY, REVERSE, LATER)
    assert only(player).state is State.SENT


def test_money_that_was_kept_is_advised_with_the_payment_named(player):
    player.platform.say("payment", lambda request: approval(request, t0080="APPROVED"))
    player.play(run, *PAY, ADVISE, "y")
    payment, advice = player.platform.of("payment")
    assert advice.mti == "0220"
    assert advice.elements[90][4:20] == payment.elements[11] + payment.elements[7]
    assert advice.elements[48] == payment.elements[48]
    assert (advice.elements[12], advice.elements[13]) == (payment.elements[12], payment.elements[13])
    assert only(player).state is State.APPROVED


def test_an_advice_is_not_sent_without_a_yes(player):
    player.play(run, *PAY, ADVISE, "n", LATER)
    assert [each.mti for each in player.platform.of("payment")] == ["0200"]


def test_an_advice_without_an_answer_is_repeated_until_it_has_one(player):
    player.platform.say(
        "payment", SILENT, declined("91"), lambda request: approval(request, t0080="SUSPENSE")
    )
    text = player.play(run, *PAY, ADVISE, "y", "1", "1")
    _, first, second, third = player.platform.of("payment")
    assert [each.mti for each in (first, second, third)] == ["0220", "0221", "0221"]
    assert first.elements == third.elements
    assert only(player).state is State.SUSPENSE
    assert "in suspense" in text


@pytest.mark.parametrize("way_out", ["back", "menu", Key.INTERRUPT])
def test_whoever_goes_on_without_settling_is_reminded_in_the_menu(player, way_out):
    text = (
        player.play(run, *PAY, way_out, "menu", "q")
        if way_out == "back"
        else player.play(run, *PAY, way_out, "q")
    )
    assert "1 without an answer: choose 3." in text
    assert only(player).state is State.SENT


def test_the_next_start_shows_it_and_offers_to_settle_it(tmp_path, player):
    player.play(run, *PAY, Key.END)
    player.journal.close()
    again = Player(session_of(tmp_path / "journal", run="run-2"), Platform())
    text = again.play(run, STATUS, "q")
    assert "Without an answer from before: 1" in text
    assert "09:30:00" in text
    assert [each.mti for each in again.platform.of("status")] == ["0100"]
    assert only(again).state is State.APPROVED
    assert again.result is True
    again.journal.close()


def test_another_platform_is_not_asked_without_a_yes(tmp_path, player):
    player.play(run, *PAY, Key.END)
    player.journal.close()
    again = Player(session_of(tmp_path / "journal", platform="10.0.0.9:8583"), Platform())
    text = again.play(run, "n", "q")
    assert "It was sent to 127.0.0.1:8583, and this shell talks to 10.0.0.9:8583." in text
    assert again.platform.of("status", "payment", "reversal") == []
    again.journal.close()


def test_an_interrupt_while_waiting_is_no_answer(player):
    player.platform.instead["payment"].clear()
    player.platform.say("payment", Unanswered("the waiting was interrupted"))
    text = player.play(run, *PAY, LATER)
    assert "No answer: the waiting was interrupted." in text
    assert only(player).state is State.SENT


def test_what_cannot_be_written_down_afterwards_is_told_all_the_same(player, monkeypatch):
    player.platform.instead["payment"].clear()
    disk = {"full": False}

    def paid_on_a_full_disk(request):
        disk["full"] = True
        return approval(request)

    def fsync(_):
        if disk["full"]:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("offline_collect_terminal.teller.journal.journal.os.fsync", fsync)
    player.platform.say("payment", paid_on_a_full_disk)
    text = player.play(run, *PAY)
    assert "│ 十一月餐费 2026-11" in text
    assert "after a restart this payment is shown as unresolved" in text
    disk["full"] = False
    assert only(player).state is State.APPROVED


def test_no_request_of_all_this_shares_its_stan(player):
    player.platform.say("status", declined("09"))
    player.play(run, *PAY, STATUS, REPEAT, "menu", "5", "back")
    stans = [each.elements[11] for each in player.platform.requests if each.mti != "0201"]
    assert len(set(stans)) == len(stans)
