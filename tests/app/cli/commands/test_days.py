"""Business days by command: the calendar, what has to be confirmed, and the audit rows."""

import datetime as dt
import json

import pytest

from offline_collect.app.cli.commands.init import set_up_store
from offline_collect.app.cli.support.confirm import NotConfirmedError, confirming
from offline_collect.app.config.load import load_configuration
from offline_collect.app.errors import ConfigurationError, UsageError
from tests.fakes.clock import HandClock
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
INIT = ("init", "--business-date", "2026-11-20", "--yes")
CALENDAR = """
weekend: [SATURDAY, SUNDAY]
holidays: [2026-11-23, "2026-11-24"]
workdays: [2026-11-28]
"""


@pytest.fixture
def bank(prepared):
    return prepared(INIT)


@pytest.fixture
def with_calendar(tmp_path, monkeypatch):
    (tmp_path / "days.yaml").write_text(CALENDAR, encoding="utf-8")
    monkeypatch.setenv("OFFLINE_COLLECT__BUSINESS__CALENDAR", "days.yaml")


def open_day(done):
    return next(line.split()[0] for line in done("day", "show").splitlines() if "OPEN" in line)


def test_the_next_day_is_opened_whatever_the_clock_says(bank, done):
    assert done("day", "cutover") == "business day 2026-11-20 is closed; 2026-11-21 is open\n"


def test_the_next_day_is_the_calendar_s(bank, done, with_calendar):
    assert done("day", "cutover") == "business day 2026-11-20 is closed; 2026-11-25 is open\n"


def test_a_cutover_by_command_is_audited_with_both_dates_and_who(bank, done):
    done("user", "add", "zhang.wei", "--role", "OPERATOR")
    done("--as", "zhang.wei", "day", "cutover")
    row = json.loads(done("audit", "show", "--json", "--last", "1"))
    assert (row["who"], row["what"]) == ("zhang.wei", "day cutover 2026-11-20")
    assert (row["before"], row["after"]) == ({"open": "2026-11-20"}, {"open": "2026-11-21"})


def test_nobody_is_called_as_the_clock_is(bank, refused):
    assert "Clock: the audit's name for an automatic cutover" in refused(
        "user", "add", "Clock", "--role", "ADMIN"
    )


def test_a_day_further_ahead_needs_yes(bank, done, refused):
    said = refused("day", "cutover", "--next", "2026-11-22", code=2)
    assert said == (
        "Error: business day 2026-11-22 would be opened after 2026-11-20, but the next business day is 2026-11-21:"
        " no command goes back, and late fees and the expiry of bills follow the business day; nothing was done:"
        " add --yes if that is meant\n"
    )
    assert open_day(done) == "2026-11-20"
    assert "2026-11-22 is open" in done("day", "cutover", "--next", "2026-11-22", "--yes")


def test_a_day_off_needs_yes(bank, done, refused, with_calendar):
    said = refused("day", "cutover", "--next", "2026-11-21", code=2)
    assert "2026-11-21 is not a business day of the calendar; the next one is 2026-11-25" in said
    assert "2026-11-21 is open" in done("day", "cutover", "--next", "2026-11-21", "--yes")


@pytest.mark.parametrize(
    ("answer", "opened"), [("y\n", "2026-11-22"), ("n\n", "2026-11-20"), ("", "2026-11-20")]
)
def test_at_a_terminal_somebody_is_asked(bank, cli, done, monkeypatch, answer, opened):
    monkeypatch.setattr("offline_collect.app.cli.support.confirm.at_terminal", lambda: True)
    result = cli("day", "cutover", "--next", "2026-11-22", input=answer)
    assert result.exit_code == (0 if opened == "2026-11-22" else 1)
    assert "the expiry of bills follow the business day. Go on? [y/N]:" in result.stderr
    assert open_day(done) == opened


def test_who_says_yes_beforehand_is_not_asked():
    confirming(yes=True)("this is unusual")
    with pytest.raises(UsageError):
        confirming(yes=False)("this is unusual")


@pytest.mark.parametrize(
    ("first", "asks"),
    [("2026-11-19", False), ("2026-11-20", False), ("2026-11-21", False), ("2026-11-22", True)],
)
def test_a_new_store_asks_before_it_begins_far_ahead_of_the_clock(tmp_path, first, asks):
    (tmp_path / "bank.yaml").write_text(f"links: [{{}}]\ndatabase: {{url: 'sqlite:///{tmp_path}/bank.db'}}")
    configuration = load_configuration(tmp_path / "bank.yaml", {})
    clock = HandClock(dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC))
    asked = []
    lines = set_up_store(configuration, dt.date.fromisoformat(first), asked.append, clock)
    assert lines[-1] == f"business day {first} is open"
    assert bool(asked) is asks
    set_up_store(configuration, dt.date.fromisoformat(first), asked.append, clock)
    assert len(asked) == int(asks), "the store has its day already"


def test_what_was_not_confirmed_leaves_a_store_without_a_day(tmp_path):
    (tmp_path / "bank.yaml").write_text(f"links: [{{}}]\ndatabase: {{url: 'sqlite:///{tmp_path}/bank.db'}}")
    configuration = load_configuration(tmp_path / "bank.yaml", {})
    clock = HandClock(dt.datetime(2026, 11, 20, 15, 30, tzinfo=dt.UTC))

    def refuse(_):
        raise NotConfirmedError("nothing was done")

    with pytest.raises(NotConfirmedError):
        set_up_store(configuration, dt.date(2036, 6, 1), refuse, clock)
    assert set_up_store(configuration, None, refuse, clock)[-1] == "business day 2026-11-21 is open"


def test_the_calendar_shows_which_dates_are_business_days(done, with_calendar):
    shown = done("day", "calendar", "--from", "2026-11-20", "--to", "2026-11-28").splitlines()
    worked = [line.split()[0] for line in shown[1:-2] if " no " not in line]
    assert worked == ["2026-11-20", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"]
    assert shown[-2:] == ["5 business days of 9 days", "days.yaml lists holidays up to 2026-11-24"]


def test_without_a_calendar_every_date_is_one(done):
    shown = done("day", "calendar").splitlines()
    assert shown[-2:] == [
        "30 business days of 30 days",
        "no calendar is configured (business.calendar): every date is a business day",
    ]


@pytest.mark.parametrize(
    ("last", "problem"),
    [("2026-11-19", "--to 2026-11-19: is before 2026-11-20"), ("2036-11-19", "at most 1000 days")],
)
def test_a_span_of_dates_must_make_sense(refused, last, problem):
    assert problem in refused("day", "calendar", "--from", "2026-11-20", "--to", last, code=2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("weekend: [SUNDAYS]", "weekend[0]: must be 'MONDAY', "),
        ("weekend: SUNDAY", "weekend: must be a list"),
        (
            "weekend: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY]",
            "weekend: names every day of the week: none would be a business day",
        ),
        ("holidays: [20261001]", "holidays[0]: must be a date such as 2026-10-01"),
        ("holidays: ['1 October']", "holidays[0]: must be a date such as 2026-10-01"),
        ("holidays: [2026-10-01 00:00:00]", "holidays[0]: must be a date such as 2026-10-01"),
        ("holidays: [2026-02-30]", "has a number or date that does not exist; correct it"),
        ("workdays: [2026-11-28]", "workdays[0]: 2026-11-28 is a SATURDAY, not of the weekend"),
        (
            "{weekend: [SATURDAY], workdays: [2026-11-28], holidays: [2026-11-28]}",
            "workdays[0]: 2026-11-28 is one of the holidays too",
        ),
        ("days: []", "days: unknown key; known here: weekend, holidays, workdays"),
        ("[]", "must be a mapping of keys to values"),
    ],
)
def test_a_calendar_that_cannot_be_used_stops_the_program_with_its_place(tmp_path, text, problem):
    calendar, config = tmp_path / "days.yaml", tmp_path / "bank.yaml"
    calendar.write_text(text, encoding="utf-8")
    config.write_text(f"links: [{{}}]\nbusiness: {{calendar: '{calendar}'}}", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(config, {})
    (line,) = str(caught.value).splitlines()
    assert line.replace(", line 1: ", ": ").startswith(f"{config}: business.calendar: {calendar}: {problem}")


def test_a_calendar_that_is_not_there_is_named(tmp_path):
    config = tmp_path / "bank.yaml"
    config.write_text("links: [{}]\nbusiness: {calendar: nowhere.yaml}", encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match=r"business\.calendar: nowhere\.yaml: cannot be read: no such file"
    ):
        load_configuration(config, {})


def test_what_a_teller_has_counted_stands_beside_what_was_taken(bank, done, refused):
    assert done("day", "tellers", "2026-11-20") == "no teller took anything on 2026-11-20\n"
    counted = done("day", "count", "2026-11-20", "T007", "1,234.50", "--institution", "012345678")
    assert counted == "T007 CASH: expected 0.00, counted 1234.50 CNY: 1234.50 too much\n"
    assert done("day", "count", "2026-11-20", "T007", "0", "--institution", "12345678").endswith("agrees\n")
    (drawer,) = json.loads(done("day", "tellers", "2026-11-20", "--json"))["drawers"]
    assert (drawer["teller"], drawer["expected"], drawer["counted"]) == ("T007", "0.00", "0.00")
    assert drawer["counted_by"] == "system"


def test_a_count_that_cannot_be_is_refused(bank, refused):
    count = ("day", "count", "2026-11-20", "T007")
    rest = ("--institution", "12345678")
    assert "there is no business day 2026-11-21" in refused("day", "count", "2026-11-21", "T007", "1", *rest)
    assert "tellers take CASH, CARD or ACCT" in refused(*count, "1", *rest, "--tender", "BATCH", code=2)
    assert "is no currency of ISO 4217" in refused(*count, "1", *rest, "--currency", "XXY", code=2)
    assert "nine" in refused(*count, "nine", *rest)


def test_settlement_begins_at_a_later_day_only_if_that_is_said(prepared, done, refused):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
        (
            "bills",
            "add",
            "SCHOOL01",
            "H1",
            "--amount",
            "120",
            "--due-date",
            "2026-11-30",
            "--customer",
            "2026010101",
        ),
    )
    done("bills", "settle-outside", "SCHOOL01", "H1", "--reference", "R-1")
    for day in ("2026-11-22", "2026-11-23"):
        done("day", "cutover", "--date", day, "--yes")
    # What cannot be done is refused before it is asked about.
    assert "CUT: reconcile it first" in refused("day", "settle", "2026-11-23", "--begin-here")
    done("day", "reconcile", "2026-11-23")
    assert "--begin-here" in refused("day", "settle", "2026-11-23")
    assert "business day 2026-11-23 is SETTLED" in done(
        "day", "settle", "2026-11-23", "--begin-here", "--yes"
    )
    assert "the store is whole" in done("verify")
