"""Taking payments: merchant, form, bills, payment, receipt; and never a second payment by accident."""

import pytest
from rich.cells import cell_len

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel
from offline_collect.translations import Language
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.menu import run, sign_on
from offline_collect_terminal.teller.screen.code_words import CODE_WORDS
from offline_collect_terminal.teller.screen.steps import Key, Unsent
from tests.simulators.peer import answer
from tests.simulators.teller_playing import (
    SERIAL,
    SILENT,
    Platform,
    Player,
    bill,
    declined,
    pds,
    session_of,
)

TO_BILLS = ("1", "school", "2026030117")
PAY = (*TO_BILLS, "1", "", "y")


@pytest.fixture
def player(tmp_path):
    made = Player(session_of(tmp_path / "journal"), Platform())
    yield made
    made.journal.close()


def tags(message):
    return parse_pds(message.elements[48], "utf-8")


def states(player):
    return [entry.state for entry in player.journal.entries.values()]


def test_a_payment_from_the_directory_to_the_receipt(player):
    text = player.play(run, *PAY)
    (payment,) = player.platform.of("payment")
    assert (payment.mti, payment.elements[4], payment.elements[42]) == ("0200", "000000012345", "SCHOOL01")
    assert tags(payment) == {"0030": "S-0001", "0060": "T001", "0061": "CASH", "0062": "TELLER"}
    for told in (
        "阳光小学缴费",
        "学号见学生证背面",
        "王*明",
        "│ 十一月餐费 2026-11",
        "│ 123.45",
        SERIAL,
        "A00001",
    ):
        assert told in text
    assert states(player) == [State.APPROVED]
    assert player.result is True


def test_the_form_is_asked_in_the_version_that_was_downloaded(player):
    player.play(run, *TO_BILLS)
    (lookup,) = player.platform.of("lookup")
    assert tags(lookup) == {"0001": "3", "0021": "2026030117", "0062": "TELLER"}


def test_columns_line_up_under_chinese_headings(tmp_path):
    player = Player(session_of(tmp_path, language=Language.ZH), Platform())
    text = player.play(run, "1", "1", "2026030117")
    lines = text.splitlines()
    heading = next(line for line in lines if "到期日" in line)
    row = next(line for line in lines if "2026-11-30" in line)
    assert cell_len(heading.partition("到期日")[0]) == cell_len(row.partition("2026-11-30")[0])
    player.journal.close()


def test_in_chinese_no_code_is_left_for_people_to_read(tmp_path):
    player = Player(session_of(tmp_path, language=Language.ZH), Platform())
    text = player.play(run, *TO_BILLS, "1", "银行卡", "y", "q")
    assert tags(player.platform.of("payment")[0])["0061"] == "CARD"
    assert [code for code in ("CASH", "CARD", "ACCT", "TELLER", "STAN") if code in text] == []
    player.journal.close()


def test_a_kiosk_names_no_teller(tmp_path):
    player = Player(session_of(tmp_path, channel=Channel.KIOSK), Platform())
    player.play(run, *PAY)
    assert tags(player.platform.of("payment")[0]) == {"0030": "S-0001", "0061": "CASH", "0062": "KIOSK"}
    player.journal.close()


@pytest.mark.parametrize(
    ("typed", "tender"), [("2", "CARD"), ("acct", "ACCT"), ("３", "ACCT"), ("1", "CASH")]
)
def test_a_tender_is_chosen_by_number_or_name(player, typed, tender):
    player.play(run, *TO_BILLS, "1", typed, "y")
    assert tags(player.platform.of("payment")[0])["0061"] == tender


def test_enter_alone_never_pays(player):
    text = player.play(run, *TO_BILLS, "", "", "", "", "n")
    assert player.platform.of("payment") == []
    assert "Type y or n." in text
    assert "Nothing was sent." in text


@pytest.mark.parametrize("way_out", ["back", "b", "返回", "ｂ", "menu", Key.INTERRUPT, "q", Key.END])
def test_every_way_out_before_the_yes_sends_nothing(player, way_out):
    player.play(run, *TO_BILLS, "1", "", way_out)
    assert player.platform.of("payment") == []
    assert states(player) == []


def test_back_goes_one_step_back(player):
    text = player.play(run, *TO_BILLS, "1", "back", "back", "back", "back", "q")
    asked = [line for line in text.splitlines() if line.endswith(("back", "q"))]
    assert [line.partition(":")[0] for line in asked[-5:]] == [
        "Tender (1 CASH  2 CARD  3 ACCT; Enter", "Bill (number; Enter", "请输入10位学号 (e.g. 2026030117)",
        "Merchant (number, id or part of a name)", "Choose",
    ]  # fmt: skip


def test_a_bill_that_allows_a_part_asks_for_the_amount_and_keeps_it_in_bounds(player):
    player.platform.bills = [bill(payable=8970, t0057="1000")]
    text = player.play(run, *TO_BILLS, "1", "5", "100", "abc", "1,23", "2０.00", "", "y")
    assert [each.elements[4] for each in player.platform.of("payment")] == ["000000002000"]
    assert text.count("less or more than may be paid") == 2
    assert text.count("is not an amount") == 2


def test_a_part_paid_is_followed_by_what_is_left_with_a_note(player):
    player.platform.bills = [bill(payable=8970, t0057="1000")]
    player.platform.say(
        "lookup", *[lambda request: Platform(bills=[bill(payable=8970, t0057="1000")])._lookup(request)] * 2
    )
    text = player.play(run, *TO_BILLS, "1", "10", "", "y", "1", "", "", "n")
    assert "Note: this terminal has taken 10.00 CNY for this bill before" in text
    assert len(player.platform.of("payment")) == 1


def test_bills_come_page_by_page_and_keep_their_numbers(player):
    player.platform.bills = [bill(nth) for nth in range(1, 15)]
    text = player.play(run, *TO_BILLS, "n", "13", "n", "n", "13", "2", "y")
    assert "Type a number from 1 to 12." in text
    assert "There are no more." in text
    assert [tags(each)["0030"] for each in player.platform.of("payment")] == ["S-0013"]
    assert [tags(each).get("0040") for each in player.platform.of("lookup")] == [None, "6", "12", None]


def test_a_platform_that_never_stops_paging_is_not_followed_forever(player):
    again = [lambda request: answer(request, de48=pds({"0040": "x"}), de120=pds(bill()))] * 3
    player.platform.say("lookup", *again)
    text = player.play(run, *TO_BILLS, "n", "n", "back")
    assert len(player.platform.of("lookup")) == 2
    assert "There are no more." in text


def test_a_bill_is_found_by_its_number(player):
    player.play(run, "1", "1", "＃Ｓ-0001", "", "", "y")
    assert [tags(each) for each in player.platform.of("lookup")] == [{"0030": "S-0001", "0062": "TELLER"}]
    assert len(player.platform.of("payment")) == 1


def test_what_the_platform_declines_is_told_in_its_words(player):
    player.platform.say("payment", declined("U1", de63="bill S-0001 is already paid"))
    text = player.play(run, *PAY)
    assert "Declined: U1 bill S-0001 is already paid. Nothing was paid." in text
    assert states(player) == [State.DECLINED]
    assert player.result is True


def test_a_payment_that_could_not_leave_is_known_not_to_be_paid(player):
    player.platform.say(
        "payment", Unsent("127.0.0.1:8583: Connection refused; see that the platform serves there")
    )
    text = player.play(run, *PAY)
    assert (
        "Not sent: 127.0.0.1:8583: Connection refused; see that the platform serves there. Nothing was paid."
        in text
    )
    assert states(player) == [State.UNSENT]


def test_a_second_payment_of_a_bill_without_an_answer_is_not_sent(player):
    player.platform.say("payment", SILENT)
    text = player.play(run, *PAY, "5", "menu", *TO_BILLS, "1", "5", "q")
    assert [each.mti for each in player.platform.of("payment")] == ["0200"]
    assert "Resolve it first: a new payment could be a second one." in text
    assert player.result is False


def test_an_answer_that_cannot_be_read_leaves_the_payment_unsettled(player):
    player.platform.say("payment", lambda request: answer(request, de48="0030"))
    text = player.play(run, *PAY, "q")
    assert states(player) == [State.SENT]
    assert "NOT KNOWN" in text


def test_a_customer_who_owes_nothing_is_told_so(player):
    player.platform.bills = []
    text = player.play(run, *TO_BILLS)
    assert "王*明 owes nothing." in text


def test_a_bill_of_nothing_is_not_paid(player):
    player.platform.bills = [bill(payable=0)]
    text = player.play(run, *TO_BILLS, "1")
    assert "Nothing is payable of bill S-0001." in text
    assert player.platform.of("payment") == []


def test_the_next_payment_has_another_stan(player):
    player.platform.bills = [bill(1), bill(2)]
    player.play(run, *PAY, "1", "", "y")
    first, second = player.platform.of("payment")
    assert first.elements[11] != second.elements[11]
    assert states(player) == [State.APPROVED, State.APPROVED]


def test_a_journal_that_cannot_be_written_sends_nothing(player, monkeypatch):
    player.play(sign_on)
    monkeypatch.setattr("offline_collect_terminal.teller.journal.journal.os.fsync", _full)
    text = player.play(run, *PAY, "q")
    assert player.platform.of("payment") == []
    assert "No space left on device: it must be on disk first; nothing was sent." in text


def _full(_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("typed", "change"), [("1 200", "76.55"), ("cash 123.45", "0.00"), ("１　130", "6.55")]
)
def test_cash_received_gives_the_change_and_stands_on_the_receipt(player, typed, change):
    text = player.play(run, *TO_BILLS, "1", typed, "y")
    assert f"Change: {change} CNY" in text
    assert "Cash received" in text
    assert len(player.platform.of("payment")) == 1
    assert player.platform.of("payment")[0].elements[4] == "000000012345"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1 123.44", "Cash received must be at least 123.45 CNY."),
        ("2 200", "Cash received must be at least"),
        ("1 x", "x"),
    ],
)
def test_too_little_cash_or_cash_for_a_card_is_asked_again(player, typed, said):
    text = player.play(run, *TO_BILLS, "1", typed, "1", "y")
    assert said in text
    assert len(player.platform.of("payment")) == 1


def test_in_chinese_a_decline_is_said_by_its_code_and_money_is_in_yuan(tmp_path):
    player = Player(session_of(tmp_path, language=Language.ZH), Platform())
    player.platform.say("payment", declined("U1", de63="bill S-0001 is already paid"))
    text = player.play(run, *TO_BILLS, "1", "1 200", "y", "q")
    assert "U1 账单已缴" in text
    assert "already" not in text
    assert "76.55 元" in text
    assert "CNY" not in text
    player.journal.close()


def test_every_response_code_has_words():
    assert CODE_WORDS.keys() == set(ResponseCode)
