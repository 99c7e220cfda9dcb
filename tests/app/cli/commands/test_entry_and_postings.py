"""Customers, bills, the merchant's office and suspense from the command line."""

import json
from contextlib import closing

import pytest
import yaml

from offline_collect.domain.decide import decide
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.facts import Facts
from offline_collect.store import StoreSettings, open_store
from tests.fakes.bank import NOON, TERMS
from tests.messages.commands import Terminal
from tests.store.teller import load
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
PUPIL = ("--input", "学号=2026039001")
BILL = ("--amount", "120", "--due-date", "2026-11-30")
ACCOUNT = "6222020200001234567"


@pytest.fixture
def bank(prepared):
    """A store with the school, one pupil and one bill of his."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", "--mobile", "13800001234", *PUPIL),
        ("bills", "add", "SCHOOL01", "H1", *BILL, *PUPIL, "--description", "校服费", "--extra", "尺码=130"),
    )


@pytest.fixture
def auditor(bank, done):
    """Arguments that act as a user who may look, but sees no personal data."""
    done("user", "add", "wang", "--role", "AUDITOR")
    return ("--as", "wang")


@pytest.fixture
def suspended(bank):
    """Serial number of a payment of 120.00 for a bill that does not exist."""
    advice = Terminal().advice(NOON, "SCHOOL01", "GONE", 12_000)
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with closing(store.write_session()) as session:
        context = Context(NOON, session.reserve_numbers(2), TERMS)
        facts = Facts(session.begin())
        load(session, [advice], facts)
        answer, effects = decide(advice, facts, context)
        session.write([effects])
        session.commit()
    store.dispose()
    return answer.values["serial_number"]


def test_a_customer_is_shown_and_changed(bank, done):
    assert (
        done("customers", "set", "SCHOOL01", "C9", "--no-consent") == "customer C9 of SCHOOL01: as before\n"
    )
    assert "changed" in done("customers", "set", "SCHOOL01", "C9", "--clear", "mobile", "--consent")
    shown = yaml.safe_load(done("customers", "show", "SCHOOL01", "C9"))
    assert (shown["name"], shown["consent"], "mobile" in shown) == ("赵小雨", True, False)


def test_what_is_typed_has_no_control_characters(bank, done, refused):
    reason = refused("customers", "set", "SCHOOL01", "C9", "--name", "赵\x1b[2J小雨")
    assert r"姓名 赵\x1b[2J小雨: has control characters; delete the cell and type it again" in reason
    reason = refused("bills", "set", "SCHOOL01", "H1", "--extra", "\x1b[31m班级=x")
    assert (
        r"H1: \x1b[31m班级: has control characters in its name; delete the name and type it again" in reason
    )
    assert done(
        "customers", "add", "SCHOOL01", "C10\n", "--name", "赵\n小雨", "--input", "学号=2026039002"
    ) == ("customer C10 of SCHOOL01: added\n")
    assert yaml.safe_load(done("customers", "show", "SCHOOL01", "C10"))["name"] == "赵 小雨"


def test_an_account_is_asked_for_unseen_and_shown_by_its_tail(bank, done):
    said = done(
        "customers",
        "set",
        "SCHOOL01",
        "C9",
        "--debit-account",
        "-",
        "--mandate-ref",
        "M1",
        input=f"{ACCOUNT}\n",
    )
    assert ACCOUNT not in said
    assert "***4567" in done("customers", "show", "SCHOOL01", "C9")
    assert ACCOUNT not in done("audit", "show")


def test_what_is_found_lines_up_and_says_where_it_goes_on(bank, done):
    for number in ("H2", "H3"):
        done("bills", "add", "SCHOOL01", number, *BILL, "--customer", "C9")
    lines = done("bills", "find", "SCHOOL01", "--most", "2").splitlines()
    assert lines[0].split() == [
        "Bill",
        "Customer",
        "Name",
        "For",
        "Period",
        "Amount",
        "Payable",
        "Due",
        "State",
    ]
    assert [line.split()[0] for line in lines[1:3]] == ["H1", "H2"]
    assert lines[3] == "… and more: --after H2"
    rest = json.loads(done("bills", "find", "SCHOOL01", "--after", "H2", "--json"))
    assert [bill["bill"] for bill in rest["bills"]] == ["H3"]
    assert rest["next"] is None
    found = json.loads(done("customers", "find", "SCHOOL01", *PUPIL, "--json"))
    assert [customer["customer"] for customer in found["customers"]] == ["C9"]
    assert done("bills", "find", "SCHOOL01", "--state", "paid") == "no bill matches\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("bills", "find", "SCHOOL01", "--state", "GONE"), "--state: GONE is none of OPEN"),
        (("bills", "find", "SCHOOL01", "--due", "soon"), "write it like 2026-11-01..2026-11-30"),
        (("bills", "find", "SCHOOL01", "--due", "2026-12-01..2026-11-01"), "ends before it begins"),
        (("bills", "find", "SCHOOL01", "--input", "学号"), "write it like NAME=VALUE"),
        (("customers", "find", "SCHOOL01", "--input", "班级=1"), "asks for 学号"),
        (("customers", "find", "SCHOOL01", "--input", "学号=1"), "学号 must have"),
        (("customers", "set", "SCHOOL01", "C9", "--name", "X", "--clear", "name"), "is given a value"),
        (("bills", "add", "SCHOOL01", "H2", *BILL, "--customer", "C9", *PUPIL), "not by both"),
        (("bills", "set", "SCHOOL01", "H1", "--extra", "a=1", "--extra", "a=2"), "is there twice"),
        (("bills", "settle-outside"), "name the merchant"),
        (("bills", "settle-outside", "SCHOOL01", "H1"), "name the bill and the receipt"),
        (
            ("bills", "settle-outside", "SCHOOL01", "--file", "x.csv", "--reference", "R"),
            "leave the others out",
        ),
        (("bills", "settle-outside", "--undo", "1"), "needs --reason"),
        (("bills", "settle-outside", "SCHOOL01", "--undo", "1", "--reason", "x"), "nothing else"),
        (
            ("bills", "settle-outside", "SCHOOL01", "H1", "--reference", "R", "--amount", "-1"),
            "not more than 0",
        ),
    ],
)
def test_wrong_usage_is_said_to_be(bank, refused, arguments, reason):
    assert reason in refused(*arguments, code=2)


def test_whoever_may_not_see_people_finds_them_masked_and_not_by_their_data(auditor, done, refused):
    assert "赵*雨" in done("customers", "show", "SCHOOL01", "C9", *auditor)
    assert "赵小雨" not in done("bills", "find", "SCHOOL01", *auditor)
    assert "赵小雨" not in done("bills", "show", "SCHOOL01", "H1", *auditor)
    for option in (("--name", "赵"), ("--mobile", "138"), PUPIL):
        assert "SEE_PERSONAL" in refused("customers", "find", "SCHOOL01", *option, *auditor)


@pytest.mark.parametrize(
    "arguments",
    [
        ("customers", "add", "SCHOOL01", "C1", "--name", "X"),
        ("customers", "set", "SCHOOL01", "C9", "--name", "X"),
        ("bills", "add", "SCHOOL01", "H2", *BILL),
        ("bills", "set", "SCHOOL01", "H1", "--amount", "1"),
        ("bills", "withdraw", "SCHOOL01", "H1", "--reason", "x"),
        ("bills", "settle-outside", "SCHOOL01", "H1", "--reference", "R"),
        ("suspense", "refund", "1", "--reason", "x"),
        ("suspense", "apply", "1", "H1", "--reason", "x"),
    ],
)
def test_whoever_may_only_look_changes_nothing(auditor, refused, arguments):
    assert "wang may not" in refused(*arguments, *auditor)


def test_a_bill_is_changed_withdrawn_and_brought_back(bank, done, refused):
    assert done("bills", "set", "SCHOOL01", "H1", "--amount", "130") == "bill H1 of SCHOOL01: changed\n"
    assert done("bills", "withdraw", "SCHOOL01", "H1", "--reason", "sent twice").endswith("is withdrawn\n")
    assert "is WITHDRAWN and cannot be changed" in refused("bills", "set", "SCHOOL01", "H1", "--amount", "1")
    done("bills", "withdraw", "SCHOOL01", "H1", "--undo", "--reason", "was right")
    assert yaml.safe_load(done("bills", "show", "SCHOOL01", "H1"))["state"] == "OPEN"


def test_a_bill_is_settled_outside_and_that_is_undone(bank, done, refused):
    said = done("bills", "settle-outside", "SCHOOL01", "H1", "--reference", "R-1", "--date", "2026-11-21")
    serial = said.split()[-1]
    assert said == f"bill H1: 120.00 paid at the office, posted as {serial}\n"
    shown = yaml.safe_load(done("bills", "show", "SCHOOL01", "H1"))
    assert (shown["state"], shown["by_hand"][0]["reference"]) == ("PAID", "R-1")
    assert "paid already" in refused("bills", "settle-outside", "SCHOOL01", "H1", "--reference", "R-2")
    undone = done("bills", "settle-outside", "--undo", serial, "--reason", "typed wrongly")
    assert f"payment {serial}: 120.00 taken back from bill H1" in undone
    assert "the store is whole" in done("verify")


def test_a_list_of_the_office_is_posted_or_told_row_by_row(bank, done, cli, tmp_path):
    (tmp_path / "office.csv").write_text("bill_no,amount,reference\nH1,120.00,R-1\n", encoding="utf-8")
    said = done("bills", "settle-outside", "SCHOOL01", "--file", "office.csv")
    assert said == "office.csv: 1 payment of 120.00 at the office of SCHOOL01\n"
    result = cli("bills", "settle-outside", "SCHOOL01", "--file", "office.csv")
    assert result.exit_code == 1
    assert "reference R-1 was posted to bill H1 already" in result.stdout
    assert "nothing was posted: 1 problem in 1 row" in result.stderr


def test_suspense_is_listed_applied_and_refunded_once(bank, suspended, done, refused):
    listed = json.loads(done("suspense", "list", "--merchant", "SCHOOL01", "--json"))
    (row,) = listed["payments"]
    assert (row["serial_number"], row["amount"], row["bill_state"]) == (suspended, "120.00", "unknown")
    assert suspended in done("suspense", "list")
    said = done("suspense", "apply", suspended, "H1", "--reason", "meant for this bill")
    assert said.startswith(f"payment {suspended}: 120.00 of bill H1, posted as 2026")
    assert "was applied to a bill" in refused("suspense", "refund", suspended, "--reason", "asked for")
    assert done("suspense", "list") == "nothing is in suspense\n"
    assert "the store is whole" in done("verify")


def test_money_in_suspense_is_refunded(suspended, done, refused):
    said = done("suspense", "refund", suspended, "--reason", "asked for", "--reference", "T-1")
    assert f"payment {suspended}: 120.00 refunded" in said
    assert "no merchant NOBODY" in refused("suspense", "list", "--merchant", "NOBODY")
    assert "the reason is blank" in refused("suspense", "refund", suspended, "--reason", " ")
