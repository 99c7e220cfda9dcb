"""Commands that nothing takes back: they ask on a terminal, unless `--yes` has answered; a script means what it says."""

import pytest

from tests.support.tree import ROOT

LINES = [
    (
        ("merchant", "close", "SCHOOL01"),
        "SCHOOL01 will be closed for good: 207 unpaid bills are not collected any more",
    ),
    (
        ("imports", "undo", "2"),
        "import 2 of SCHOOL01 (bills, bills.csv: 207 new, 0 changed, 0 withdrawn) will be undone",
    ),
    (
        ("bills", "withdraw", "SCHOOL01", "S2026-11-0001", "--reason", "x"),
        ", due 2026-11-30, will be withdrawn: it can no longer be paid",
    ),
    (("day", "cutover"), "no command opens a day again"),
]


@pytest.fixture
def school(prepared):
    folder = ROOT / "samples" / "school"
    return prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", folder / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", folder / "form.yaml"),
        ("customers", "import", "SCHOOL01", folder / "customers.csv"),
        ("bills", "import", "SCHOOL01", folder / "bills.csv"),
    )


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr("offline_collect.app.cli.support.confirm.at_terminal", lambda: True)


@pytest.mark.parametrize(
    ("line", "asked"), LINES, ids=lambda each: each[0] if isinstance(each, tuple) else ""
)
def test_a_terminal_is_asked_and_no_is_no(school, terminal, cli, line, asked):
    result = cli(*line, input="n\n")
    assert asked in result.stderr
    assert result.stderr.endswith("Go on? [y/N]:Error: nothing was done\n")
    assert result.exit_code == 1
    assert cli(*line, input="y\n").exit_code == 0


@pytest.mark.parametrize(
    ("line", "asked"), LINES, ids=lambda each: each[0] if isinstance(each, tuple) else ""
)
def test_yes_and_scripts_are_not_asked(school, done, monkeypatch, line, asked):
    assert done(*line)
    monkeypatch.setattr("offline_collect.app.cli.support.confirm.at_terminal", lambda: True)
    if line[0] == "day":
        assert done(*line, "--yes")


def test_a_withdrawal_that_is_taken_back_is_not_asked_about(school, terminal, done):
    line = ("bills", "withdraw", "SCHOOL01", "S2026-11-0001", "--reason", "x")
    done(*line, "--yes")
    assert "is not withdrawn" in done(*line, "--undo")


IMPOSSIBLE = [
    (("merchant", "close", "GONE"), "there is no merchant GONE"),
    (("imports", "undo", "9"), "there is no import 9"),
    (("bills", "withdraw", "SCHOOL01", "GONE", "--reason", "x"), "SCHOOL01 has no bill GONE"),
]


@pytest.mark.parametrize(
    ("line", "said"), IMPOSSIBLE, ids=lambda each: " ".join(each) if isinstance(each, tuple) else ""
)
def test_what_cannot_be_done_is_refused_without_a_question(school, terminal, refused, line, said):
    error = refused(*line)
    assert said in error
    assert "Go on?" not in error


def test_an_import_that_is_not_in_effect_is_refused_without_a_question(school, terminal, done, refused):
    done("imports", "undo", "2", "--yes")
    error = refused("imports", "undo", "2")
    assert "UNDONE" in error
    assert "Go on?" not in error


def test_what_is_done_already_is_not_asked_about(school, terminal, done):
    withdraw = ("bills", "withdraw", "SCHOOL01", "S2026-11-0001", "--reason", "x")
    close = ("merchant", "close", "SCHOOL01")
    done(*withdraw, "--yes")
    assert done(*withdraw).endswith("is withdrawn, as before\n")
    done(*close, "--yes")
    assert done(*close) == "merchant SCHOOL01 is CLOSED, as before\n"


def test_a_merchant_without_unpaid_bills_is_closed_with_other_words(prepared, terminal, cli):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", ROOT / "samples" / "school" / "merchant.yaml"),
    )
    assert (
        "for good: it has no unpaid bills, and no" in cli("merchant", "close", "SCHOOL01", input="y\n").stderr
    )
