"""`payments show` and `payments find` from the command line."""

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


@pytest.fixture
def paying():
    """Return a function that has a terminal's payment decided, and returns the answer."""
    terminal = Terminal()

    def pay(made):
        store = open_store(StoreSettings("sqlite:///bank.db"))
        with closing(store.write_session()) as session:
            payment = made(terminal)
            number = session.reserve_numbers(3)
            facts = Facts(session.begin())
            load(session, [payment], facts)
            answer, effects = decide(payment, facts, Context(NOON, number, TERMS))
            session.write([effects])
            session.commit()
        store.dispose()
        return answer

    return pay


@pytest.fixture
def serial(prepared, paying):
    """Serial number of a payment of 120.00 of bill H1; terminal TERM0001 was refused another one before."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", "--mobile", "13800001234", *PUPIL),
        *(
            ("bills", "add", "SCHOOL01", bill, "--amount", amount, "--due-date", "2026-11-30", *PUPIL)
            for bill, amount in (("H1", "120"), ("H2", "30"), ("H3", "40"))
        ),
    )
    paying(lambda terminal: terminal.payment(NOON, "SCHOOL01", "H1", 99))
    return paying(lambda terminal: terminal.payment(NOON, "SCHOOL01", "H1", 12_000)).values["serial_number"]


def test_a_payment_is_shown_whole_and_without_names(serial, done):
    shown = yaml.safe_load(done("payments", "show", serial))
    assert (shown["serial_number"], shown["state"], shown["amount"]) == (serial, "APPROVED", "120.00")
    assert shown["settled_in"] == "2026-11-22 (OPEN)"
    assert shown["bills"] == [
        {
            "merchant": "SCHOOL01",
            "bill": "H1",
            "state": "APPROVED",
            "amount": "120.00",
            "principal": "120.00",
            "late_fee": "0.00",
        }
    ]
    (message,) = shown["messages"]
    assert (message["kind"], message["code"]) == ("PAYMENT", "APPROVED")
    assert message["received_at"].endswith("+08:00")
    assert "赵" not in str(shown)
    assert json.loads(done("payments", "show", serial, "--json"))["serial_number"] == serial


def test_payments_are_listed(serial, done):
    rows = json.loads(done("payments", "find", "--from", "2026-11-22", "--amount", "120", "--json"))[
        "payments"
    ]
    assert [(row["serial_number"], row["bill_no"], row["bill_amount"], row["amount"]) for row in rows] == [
        (serial, "H1", "120.00", "120.00")
    ]
    assert serial in done("payments", "find", "--merchant", "SCHOOL01", "--bill", "H1")
    assert done("payments", "find", "--from", "2026-11-20", "--to", "2026-11-21") == "no payment matches\n"


def test_a_terminals_refused_messages_are_listed_too(serial, done):
    where = ("payments", "find", "--institution", "12345678", "--terminal", "TERM0001")
    rows = json.loads(done(*where, "--json"))["payments"]
    assert [(row["code"], row["amount"], row["serial_number"]) for row in rows] == [
        ("WRONG_AMOUNT", "0.99", None),
        ("APPROVED", "120.00", serial),
    ]
    (row,) = json.loads(done(*where, "--code", "wrong_amount", "--json"))["payments"]
    assert row["code"] == "WRONG_AMOUNT"
    assert "… and more than 1: narrow the search" in done(*where, "--most", "1")
    assert json.loads(done(*where, "--most", "1", "--json"))["more"] is True
    assert json.loads(done(*where, "--json"))["more"] is False


def test_a_payment_of_several_bills_names_the_first_and_counts_the_others(serial, done, paying):
    paying(lambda terminal: terminal.payment_of(NOON, "SCHOOL01", {"H2": 3_000, "H3": 4_000}))
    where = ("payments", "find", "--institution", "12345678", "--terminal", "TERM0001", "--amount", "70")
    assert "H2 +1" in done(*where)
    (row,) = json.loads(done(*where, "--json"))["payments"]
    assert (row["bill_no"], row["further_bills"]) == ("H2", 1)
    assert (row["bill_amount"], row["amount"]) == ("30.00", "70.00")


@pytest.mark.parametrize(
    "where",
    [
        ("--institution", "12345678", "--terminal", "TERM0001"),
        ("--merchant", "SCHOOL01", "--bill", "H2"),
        ("--from", "2026-11-22"),
    ],
)
def test_an_amount_is_that_of_the_whole_payment_however_it_is_searched(serial, done, paying, where):
    paying(lambda terminal: terminal.payment_of(NOON, "SCHOOL01", {"H2": 3_000, "H3": 4_000}))
    of_a_bill = json.loads(done("payments", "find", *where, "--amount", "30", "--json"))
    assert of_a_bill["payments"] == []
    found = json.loads(done("payments", "find", *where, "--amount", "70", "--json"))["payments"]
    assert {row["bill_no"]: (row["bill_amount"], row["amount"]) for row in found}["H2"] == ("30.00", "70.00")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 1, "this search would read every payment"),
        (("--merchant", "SCHOOL01"), 1, "this search would read every payment"),
        (("--terminal", "TERM0001"), 1, "this search would read every payment"),
        (("--from", "2026-10-22", "--to", "2026-11-22"), 1, "up to 31 business days"),
        (("--from", "2026-11-22", "--to", "2026-11-21"), 2, "--to is before --from"),
        (("--from", "2026-11-22", "--stan", "17"), 2, "17 is not a STAN; write all its six digits"),
        (("--from", "2026-11-22", "--stan", "1２3456"), 2, "is not a STAN; write all its six digits"),
        (("--from", "2026-11-22", "--stan", "12345%"), 2, "is not a STAN; write all its six digits"),
        (("--bill", "H1"), 2, "give --merchant too"),
        (("--amount", "x"), 2, "x is not an amount"),
        (("--code", "x"), 2, "x is none of APPROVED, "),
        (("--merchant", "GONE", "--bill", "H1"), 1, "there is no merchant GONE"),
    ],
)
def test_a_search_that_cannot_be_made_says_what_to_give(serial, refused, options, code, said):
    assert said in refused("payments", "find", *options, code=code)


def test_a_number_that_is_no_payments_is_refused(serial, refused):
    assert "there is no payment 1" in refused("payments", "show", "1")
