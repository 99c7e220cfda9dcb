"""Commands that nothing takes back: they ask on a terminal, unless `--yes` has answered; a script means what it says."""

import pytest

from tests.support.tree import ROOT

LINES = [
    (("merchant", "close", "SCHOOL01"), "merchant SCHOOL01 will be closed for good"),
    (("imports", "undo", "2"), "import 2 will be undone"),
    (("bills", "withdraw", "SCHOOL01", "S2026-11-0001", "--reason", "x"), "can no longer be paid"),
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
