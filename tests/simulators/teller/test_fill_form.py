"""Merchants and forms in the shell: the directory searched, the form drawn and checked as it is filled in."""

import pytest

from offline_collect.domain.forms import Input, InputProblem, InputType
from offline_collect.translations import Language
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect_terminal.teller.menu import run
from offline_collect_terminal.teller.screen.steps import Key, Unsent
from offline_collect_terminal.teller.tasks.form_rules import check_typed
from tests.simulators.peer import answer
from tests.simulators.teller_playing import STUDENT, Platform, Player, declined, pds, records, session_of

METER = {
    "0001": "meter",
    "0002": "表号",
    "0003": "请输入8位表号",
    "0004": "NUMERIC",
    "0005": "8",
    "0006": "8",
    "0007": "Y",
    "0011": "A",
}
OWNER = {"0001": "owner", "0002": "户主", "0003": "请输入户主姓名", "0007": "Y", "0011": "B"}
MOBILE = {
    "0001": "mobile",
    "0002": "手机号",
    "0003": "请输入手机号",
    "0004": "NUMERIC",
    "0005": "11",
    "0006": "11",
    "0007": "Y",
    "0011": "B",
}
NOTE = {"0001": "note", "0002": "备注", "0003": "备注", "0007": "N"}
PHASE = {
    "0001": "phase",
    "0002": "小区",
    "0003": "请选择小区",
    "0004": "CHOICE",
    "0007": "Y",
    "0010": "b=一期|q=二期|2=三期",
}


@pytest.fixture
def player(tmp_path):
    made = Player(session_of(tmp_path / "journal"), Platform())
    yield made
    made.journal.close()


def inputs(player):
    """The inputs of the last lookup."""
    tags = parse_pds(player.platform.of("lookup")[-1].elements[48], "utf-8")
    return {tag: text for tag, text in tags.items() if tag.startswith("002")}


def merchants(count):
    return [
        {"0002": f"商户{nth}", "0003": "school" if nth % 2 else "water", "0005": f"M{nth:03d}"}
        for nth in range(count)
    ]


def paged(pages):
    """Answers of a directory in several pages."""
    for nth, page in enumerate(pages):
        told = {"0041": str(sum(map(len, pages)))} | ({"0040": f"c{nth + 1}"} if nth + 1 < len(pages) else {})
        yield lambda request, page=page, told=told: answer(request, de48=pds(told), **records(*page))


def chosen(player):
    return [each.elements[42] for each in player.platform.of("form")]


@pytest.mark.parametrize(
    ("typed", "merchant"),
    [
        (("2",), "M001"),
        (("8",), "M008"),
        (("n", "8"), "M007"),
        (("m009",), "M009"),
        (("商户1", "2"), "M010"),
        (("Ｍ０１１",), "M011"),
    ],
)
def test_a_merchant_is_found_on_a_page_by_id_or_by_searching(player, typed, merchant):
    every = merchants(12)
    player.platform.say("directory", *paged([every[:6], every[6:]]))
    player.play(run, "1", *typed)
    assert chosen(player) == [merchant]


def test_a_search_by_trade_lists_what_it_finds(player):
    every = merchants(12)
    player.platform.say("directory", *paged([every[:6], every[6:]]))
    text = player.play(run, "1", "water", "6", "back", "back")
    assert chosen(player) == ["M010"]
    assert "n: more merchants" in text


def test_a_name_that_nobody_has_is_told(player):
    assert "No merchant is called zoo." in player.play(run, "1", "zoo")


def test_a_directory_that_never_ends_is_not_followed_forever(player):
    page = merchants(6)
    player.platform.say(
        "directory", *[lambda request: answer(request, de48=pds({"0040": "x"}), **records(*page))] * 9
    )
    player.play(run, "1", "zoo")
    assert len(player.platform.of("directory")) == 2


def test_without_a_directory_an_id_is_taken_as_it_is(player):
    player.platform.say("directory", declined("12"))
    text = player.play(run, "1", "SCHOOL01")
    assert chosen(player) == ["SCHOOL01"]
    assert "Declined: 12" in text


def test_a_merchant_without_a_form_says_so_and_another_can_be_chosen(player):
    player.platform.say("form", declined("25", de63="阳光小学 has no payment form yet"))
    text = player.play(run, "1", "1", "1")
    assert "has no payment form yet" in text
    assert len(chosen(player)) == 2


def test_a_form_that_cannot_be_fetched_leads_back_to_the_merchants(player):
    player.platform.say("form", Unsent("nobody listens"))
    assert "Not sent: nobody listens." in player.play(run, "1", "1", "menu")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("123", "学号 must have 10 digits"),
        ("2026-30117", "学号 must have 10 digits"),
        ("", "学号 is needed."),
        ("x" * 300, "at most 200 characters"),
        ("20260301\x1b[2J", "no control characters"),
    ],
)
def test_an_input_is_checked_as_it_is_typed(player, typed, said):
    text = player.play(run, "1", "1", typed, "2026030117")
    assert said in text
    assert inputs(player) == {"0021": "2026030117"}


def test_checks_speak_chinese(tmp_path):
    player = Player(session_of(tmp_path, language=Language.ZH), Platform())
    assert "学号须为10位数字" in player.play(run, "1", "1", "123")
    player.journal.close()


def test_full_width_digits_of_a_chinese_keyboard_are_understood(player):
    player.play(run, "１", "１", "２０２６０３０１１７")
    assert inputs(player) == {"0021": "2026030117"}


def test_one_of_the_alternatives_is_enough(player):
    player.platform.inputs = [METER, OWNER, MOBILE, NOTE]
    text = player.play(run, "1", "1", "2", "王小明", "13800000000", "")
    assert "1  表号" in text
    assert "2  户主 + 手机号" in text
    assert inputs(player) == {"0022": "王小明", "0023": "13800000000"}


def test_an_optional_input_may_be_given_or_left_out(player):
    player.platform.inputs = [STUDENT, NOTE]
    text = player.play(run, "1", "1", "2026030117", "三年级")
    assert "备注 (Enter: leave out): 三年级" in text
    assert inputs(player) == {"0021": "2026030117", "0022": "三年级"}


def test_back_within_a_form_is_one_input_back(player):
    player.platform.inputs = [METER, OWNER, MOBILE]
    player.play(run, "1", "1", "2", "王小红", "back", "王小明", "13800000000")
    assert inputs(player) == {"0022": "王小明", "0023": "13800000000"}


@pytest.mark.parametrize(
    ("typed", "code"), [("b", "b"), ("q", "q"), ("2", "2"), ("一期", "b"), ("三期", "2")]
)
def test_a_choice_is_taken_by_code_or_label_also_where_it_reads_like_a_command(player, typed, code):
    player.platform.inputs = [PHASE]
    text = player.play(run, "1", "1", typed)
    assert "b  一期" in text
    assert inputs(player) == {"0021": code}


def test_a_choice_that_is_not_there_is_refused(player):
    player.platform.inputs = [PHASE]
    assert "小区 must be one of b, q, 2" in player.play(run, "1", "1", "四期")


def test_a_backslash_makes_a_command_a_text(player):
    player.platform.inputs = [OWNER]
    player.play(run, "1", "1", "\\q")
    assert inputs(player) == {"0021": "q"}


@pytest.mark.parametrize("typed", ["#", "#" + "9" * 33, "#账单"])
def test_what_is_no_bill_number_is_refused(player, typed):
    assert "A bill number has 1 to 32" in player.play(run, "1", "1", typed)


def test_a_pattern_that_nobody_here_can_read_is_left_to_the_platform(player):
    player.platform.inputs = [STUDENT | {"0008": "[0-9"}]
    text = player.play(run, "1", "1", "2026030117")
    assert "The pattern of 学号 cannot be read here" in text
    assert inputs(player) == {"0021": "2026030117"}


@pytest.mark.parametrize(
    "broken",
    [
        {"0004": "PICTURE"},
        {"0005": "ten"},
        {"0005": "20", "0006": "10"},
        {"0004": "CHOICE"},
        {"0008": "[0-9", "0005": "99"},
    ],
)
def test_a_form_that_cannot_be_drawn_is_refused_in_one_line(player, broken):
    player.platform.inputs = [STUDENT | broken]
    text = player.play(run, "1", "1", "q")
    assert "The answer makes no sense: " in text


@pytest.mark.parametrize("element", ["00", "0030005ab", "abcdefgh", "0030001a0030001b"])
def test_private_data_that_cannot_be_taken_apart_is_refused_in_one_line(player, element):
    player.platform.say("form", lambda request: answer(request, de48=element))
    assert "The answer makes no sense: DE 48" in player.play(run, "1", "1", "q")


def test_a_bill_without_an_amount_is_refused_in_one_line(player):
    player.platform.say("lookup", lambda request: answer(request, de120=pds({"0030": "S-1"})))
    assert "a bill of the answer has no tag 0055" in player.play(run, "1", "1", "2026030117", "q")


def test_texts_that_would_turn_a_line_around_are_shown_without(player):
    player.platform.merchants = [{"0002": "阳光\u202e小学", "0005": "SCHOOL01"}]
    assert "\u202e" not in player.play(run, "1")


@pytest.mark.parametrize("key", ["?", "help", "？"])
def test_a_question_mark_tells_what_can_be_typed(player, key):
    text = player.play(run, "1", key, Key.END)
    assert "a part of a name, an id or a trade" in text
    assert "Ctrl-D: leave" in text


def test_what_the_platform_may_put_right_is_not_refused_here():
    upper = Input("plate", "车牌", "车牌", InputType.TEXT, 3, 10, pattern="[A-Z]{1}[0-9]{4}")
    assert check_typed(upper, " ａ１２３４ ") == "A1234"
    assert isinstance(check_typed(upper, "12"), InputProblem)
    free = Input("name", "姓名", "姓名")
    assert check_typed(free, "（甲）ａ") == "（甲）ａ", "what is right as it was typed stays so"
