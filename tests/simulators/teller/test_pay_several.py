"""Several bills of one customer in one payment: ticked, summed with the payer's fee, receipt, write-off."""

import json

import pytest

from offline_collect.wire.layouts.pds import parse_pds
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.menu import run
from offline_collect_terminal.teller.tasks.lookup import ticked_places
from tests.simulators.teller_playing import (
    SILENT,
    Platform,
    Player,
    approval,
    bill,
    bills_of,
    declined,
    session_of,
)

TO_BILLS = ("1", "school", "2026030117")


@pytest.fixture
def player(tmp_path):
    made = Player(
        session_of(tmp_path / "journal"), Platform(bills=[bill(nth, 1000 * nth) for nth in range(1, 9)])
    )
    yield made
    made.journal.close()


def tags(message):
    return parse_pds(message.elements[48], "utf-8")


def paid(player):
    return [(payment.elements[4], bills_of(payment)) for payment in player.platform.of("payment")]


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("2", [2]),
        ("1,3", [1, 3]),
        ("3 1", [3, 1]),
        ("１，３、５", [1, 3, 5]),
        ("1-3", [1, 2, 3]),
        ("2-3,1-2", [2, 3, 1]),
        ("", []),
        (",", []),
        ("0", []),
        ("1,9", []),
        ("3-1", []),
        ("1-", []),
        ("-2", []),
        ("1-2-3", []),
        ("1,x", []),
    ],
)
def test_bills_are_ticked_by_their_numbers(typed, places):
    assert ticked_places(typed, 8) == places


def test_ticked_bills_are_paid_in_one_payment_with_a_record_each(player):
    text = player.play(run, *TO_BILLS, "1,3", "", "y")
    assert paid(player) == [("000000004000", {"S-0001": "1000", "S-0003": "3000"})]
    (payment,) = player.platform.of("payment")
    assert tags(payment) == {"0060": "T001", "0061": "CASH", "0062": "TELLER"}
    for told in (
        "S-0001  10.00 CNY",
        "S-0003  30.00 CNY",
        "Pay 40.00 CNY CASH for 2 bills (y/n)",
        "of 40.00 CNY for S-0001 +1 is taken.",
        "│ Bill           S-0001  10.00",
        "│ Bill           S-0003  30.00",
    ):
        assert told in text
    # What is left is shown again.
    assert "open bills: 6" in text


def test_bills_of_several_pages_are_ticked_together(player):
    player.play(run, *TO_BILLS, "n", "2,8", "", "y")
    assert paid(player) == [("000000010000", {"S-0002": "2000", "S-0008": "8000"})]


def test_no_more_are_ticked_than_a_payment_holds(player):
    text = player.play(run, *TO_BILLS, "n", "1-7", "1-6", "", "n")
    assert "At most 6 bills can be paid together." in text
    assert "for 6 bills" in text
    assert paid(player) == []


def test_the_payers_fee_is_a_part_of_the_sum_and_may_be_corrected(player):
    player.platform.bills = [bill(nth, 1000, t0065="300") for nth in (1, 2)]
    refused = declined("13", de63="the payer's fee for this amount is 3.00")
    player.platform.say("payment", refused)
    text = player.play(run, *TO_BILLS, "1-2", "", "", "y", TO_BILLS[2], "1-2", "3.00", "", "y")
    payments = player.platform.of("payment")
    assert [(payment.elements[4], tags(payment)["0065"]) for payment in payments] == [
        ("000000002600", "600"),
        ("000000002300", "300"),
    ]
    for told in (
        "Payer's fee (Enter: 6.00)",
        "the payer's fee for this amount is 3.00",
        "Payer's fee: 3.00 CNY",
    ):
        assert told in text
    assert "│ Payer's fee    3.00 CNY" in text


def test_the_fee_of_one_bill_in_full_is_not_asked_for(player):
    player.platform.bills = [bill(payable=1000, t0065="300")]
    text = player.play(run, *TO_BILLS, "1", "", "y")
    assert "Payer's fee (Enter" not in text
    (payment,) = player.platform.of("payment")
    assert (payment.elements[4], tags(payment)["0065"]) == ("000000001300", "300")
    assert "Pay 13.00 CNY CASH for S-0001" in text


def test_the_fee_of_a_part_is_asked_for(player):
    player.platform.bills = [bill(payable=1000, t0057="100", t0065="300")]
    player.play(run, *TO_BILLS, "1", "5.00", "1.50", "", "y")
    (payment,) = player.platform.of("payment")
    assert (payment.elements[4], tags(payment)["0065"]) == ("000000000650", "150")


def test_parts_are_for_one_bill_alone(player):
    player.platform.bills = [bill(nth, 1000, t0057="100") for nth in (1, 2)]
    player.play(run, *TO_BILLS, "1 2", "", "y")
    assert paid(player) == [("000000002000", {"S-0001": "1000", "S-0002": "1000"})]


def test_a_bill_of_nothing_is_named(player):
    player.platform.bills = [bill(1, 1000), bill(2, 0)]
    assert "Nothing is payable of bill S-0002." in player.play(run, *TO_BILLS, "1-2")
    assert paid(player) == []


def test_a_sum_that_no_message_holds_is_not_sent(player):
    player.platform.bills = [bill(nth, 999_999_999_999) for nth in (1, 2)]
    assert "That is more than one payment can be." in player.play(run, *TO_BILLS, "1-2")
    assert paid(player) == []


def test_a_refusal_names_the_bill(player):
    player.platform.say("payment", declined("U1", de63="bill S-0003 is already paid"))
    text = player.play(run, *TO_BILLS, "1,3", "", "y")
    assert "Declined: U1 bill S-0003 is already paid. Nothing was paid." in text
    assert [entry.state for entry in player.journal.entries.values()] == [State.DECLINED]


def test_the_whole_is_written_off(player):
    text = player.play(run, *TO_BILLS, "1-2", "", "y", "menu", "2", "", "y")
    (reversal,) = player.platform.of("reversal")
    assert reversal.elements[4] == "000000003000"
    assert not reversal.elements.keys() & set(range(120, 126))
    assert "Write off 30.00 CNY for S-0001 +1" in text
    assert [entry.state for entry in player.journal.entries.values()] == [State.REVERSED]


def test_each_of_its_bills_is_protected_against_a_second_payment(player):
    player.platform.say("payment", SILENT)
    text = player.play(run, *TO_BILLS, "1,3", "", "y", "5", "3", "", "5")
    assert "Resolve it first: a new payment could be a second one." in text
    assert len(paid(player)) == 1


def test_a_bill_that_was_paid_with_others_is_noted_with_its_own_amount(player):
    player.platform.say("payment", approval)
    text = player.play(run, *TO_BILLS, "1,3", "", "y", "3", "", "n")
    assert "Note: this terminal has taken 30.00 CNY for this bill before" in text


def test_an_advice_of_several_says_what_did_not_reach_its_bill(player):
    player.platform.say("payment", SILENT)
    answer = lambda request: approval(request, t0080="SUSPENSE")  # noqa: E731
    player.platform.say("payment", lambda request: _with_reason(answer(request)))
    text = player.play(run, *TO_BILLS, "1,3", "", "y", "4", "y")
    advice = player.platform.of("payment")[1]
    assert (advice.mti, bills_of(advice)) == ("0220", {"S-0001": "1000", "S-0003": "3000"})
    assert "in suspense: S-0003 already paid" in text
    assert [entry.state for entry in player.journal.entries.values()] == [State.SUSPENSE]


def _with_reason(message):
    message.elements[63] = "in suspense: S-0003 already paid"
    return message


def test_a_journal_of_before_has_one_bill_an_entry(player, tmp_path):
    player.play(run, *TO_BILLS, "1", "", "y", "q")
    player.journal.close()
    file = player.journal.folder / "journal.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        del row["bills"], row["fee_minor"]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    again = Player(session_of(tmp_path / "journal"), Platform())
    (entry,) = again.journal.entries.values()
    again.journal.close()
    assert (entry.bill_numbers, entry.fee_minor, entry.amount_of("S-0001")) == ({"S-0001"}, 0, 1000)
