"""The look of screens: tables show numbers in full on any width of terminal."""

import pytest
from rich.console import Console

from offline_collect_terminal.teller.menu import run
from offline_collect_terminal.teller.screen.console import draw
from offline_collect_terminal.teller.screen.model import Column, Grid, Line, Slip, Tone
from offline_collect_terminal.teller.screen.steps import Unsent
from tests.simulators.teller_playing import SILENT, Platform, Player, bill, session_of

GRID = Grid(
    (Column("", figures=True), Column("账单号"), Column("说明", wraps=True), Column("应缴", figures=True)),
    (("1", "W202611000042", "二零二六年十一月份水费及污水处理费", "1234567.89"), ("2", "W2", "", "0.50")),
)


def drawn(screen, width):
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        draw(console, screen)
    return captured.get()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_numbers_and_identifiers_are_never_broken(width):
    text = drawn(GRID, width)
    assert "W202611000042" in text
    assert "1234567.89" in text


def test_a_table_that_does_not_fit_is_written_below_each_other():
    assert drawn(GRID, 30).splitlines()[4:] == ["2", "  账单号: W2", "  应缴: 0.50"]


def test_no_text_of_the_platforms_is_taken_for_markup():
    for screen in (
        Line("[red]x[/red] [/]", Tone.BAD),
        Grid((Column("[b]"),), (("[bold]x[/bold]",),)),
        Slip("[i]t[/i]", ("[link=x]y[/link]",), (("n", "[b]v"),)),
    ):
        assert "[" in drawn(screen, 80)
    assert "[red]x[/red] [/]" in drawn(Line("[red]x[/red] [/]"), 80)


@pytest.fixture
def player(tmp_path):
    made = Player(session_of(tmp_path / "journal"), Platform())
    yield made
    made.journal.close()


def test_late_fees_parts_and_columns_of_the_merchants_own_have_columns(player):
    player.platform.bills = [
        bill(
            1,
            payable=13778,
            t0053="13455",
            t0054="323",
            t0057="1000",
            t0056="PARTIAL",
            t0058="用水量=39吨|备注=",
        ),
        bill(2),
    ]
    text = player.play(run, "1", "1", "2026030117")
    for told in (
        "Principal",
        "134.55",
        "Late fee",
        "3.23",
        "137.78",
        "At least",
        "10.00",
        "partly paid",
        "用水量",
        "39吨",
    ):
        assert told in text
    assert "备注" not in text, "a column in which nothing stands is left out"


def test_without_them_there_are_no_such_columns(player):
    text = player.play(run, "1", "1", "2026030117")
    for column in ("Principal", "Late fee", "At least", "Status"):
        assert column not in text


@pytest.mark.parametrize(
    ("came", "said"), [(SILENT, "No answer: none within 15 s."), (Unsent("gone"), "Not sent: gone.")]
)
def test_totals_without_an_answer_say_so(player, came, said):
    player.platform.say("totals", came)
    assert said in player.play(run, "5", "")
    assert player.result is False


def test_an_amount_that_no_message_can_carry_is_refused(player):
    text = player.play(run, "4", "1", "S-1", "0", "-5", "99999999999.00", "9999999999.99")
    assert text.count("An amount is over 0 and at most 9999999999.99.") == 3
