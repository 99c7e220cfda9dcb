"""Requests of one user that another user approves, from the command line."""

import json
from pathlib import Path

import pytest
import yaml

from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school" / "merchant.yaml"
ANNA, CARL, EVE = (("--as", name) for name in ("anna", "carl", "eve"))
ACCOUNT = "6222000000000077"


@pytest.fixture
def bank(prepared, done):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL),
        ("user", "add", "carl", "--role", "CHECKER"),
        ("user", "add", "eve", "--role", "AUDITOR"),
        ("user", "add", "anna", "--role", "ADMIN"),
    )
    return done


def asked(number):
    return f"asked: approval {number} waits for another user (offline-collect approvals approve {number})\n"


def test_a_change_of_account_is_asked_for_shown_and_done(bank, refused):
    said = bank("merchant", "set", "SCHOOL01", f"settlement_account={ACCOUNT}", "fee.rate=0.002", *ANNA)
    assert said == asked(1)
    shown = yaml.safe_load(bank("approvals", "show", "1", *CARL))
    assert (shown["state"], shown["asked_by"], shown["asks_for"]) == ("PENDING", "anna", "merchant set")
    assert {change["key"] for change in shown["asked"]["changes"]} == {"settlement_account", "fee.rate"}
    assert shown["asked"]["merchant"]["settlement_account"] == ACCOUNT
    for masked in (bank("approvals", "show", "1", *EVE), bank("approvals", "show", "1", "--json", *EVE)):
        assert "***0077" in masked
        assert ACCOUNT not in masked
    assert "asked for by the same person (anna)" in refused("approvals", "approve", "1", *ANNA)
    said = bank("approvals", "approve", "1", *CARL)
    assert said == "approval 1: merchant set SCHOOL01, asked by anna, is done\n"
    shown = yaml.safe_load(bank("merchant", "show", "SCHOOL01", *EVE))
    following = {"account": "***0077", "from": "2026-11-23"}
    assert (shown["settlement_account"], shown["next_settlement_account"]) == ("***0002", following)
    whole = yaml.safe_load(bank("merchant", "show", "SCHOOL01", *CARL))
    assert (whole["settlement_account"], whole["next_settlement_account"]["account"]) == (
        "6222000000000002",
        ACCOUNT,
    )
    assert "approval 1 is APPROVED already" in refused("approvals", "reject", "1", *CARL)


def test_what_was_asked_for_is_listed_by_state_and_merchant(bank, refused):
    assert bank("approvals", "list", *EVE) == "there are no requests\n"
    bank("user", "set", "eve", "--role", "MAKER", *ANNA)
    bank("merchant", "set", "SCHOOL01", "fee.rate=0.002", *ANNA)
    assert bank("approvals", "reject", "1", "--reason", "no", *CARL) == (
        "approval 1 is rejected: nothing was done\n"
    )
    assert bank("approvals", "withdraw", "2", *ANNA) == "approval 2 is withdrawn: nothing was done\n"
    rows = json.loads(bank("approvals", "list", "--json", *EVE))
    assert [(row["approval"], row["state"], row.get("reason")) for row in rows] == [
        (2, "WITHDRAWN", None),
        (1, "REJECTED", "no"),
    ]
    head, line = bank("approvals", "list", "--state", "rejected", *EVE).splitlines()
    assert head.split()[0] == "Approval"
    assert line.split()[:5] == ["1", "user", "set", "eve", "anna"]
    assert bank("approvals", "list", "--state", "PENDING", *EVE) == "there are no requests\n"
    assert "is none of PENDING" in refused("approvals", "list", "--state", "GONE", *EVE, code=2)
    assert json.loads(bank("approvals", "list", "--merchant", "NOBODY", "--json", *EVE)) == []
    assert "there is no approval 9" in refused("approvals", "show", "9", *EVE)


def test_how_long_a_request_waits_is_configured(bank, monkeypatch):
    monkeypatch.setenv("OFFLINE_COLLECT__APPROVALS__EXPIRE_AFTER_HOURS", "1")
    bank("user", "set", "eve", "--role", "MAKER", *ANNA)
    row = json.loads(bank("approvals", "show", "1", "--json", *EVE))
    assert row["asked_at"][14:19] == row["expires_at"][14:19]
    assert row["asked_at"][11:13] != row["expires_at"][11:13]


def test_a_new_merchant_waits_and_is_not_there_before(bank, refused):
    water = ROOT / "samples" / "water" / "merchant.yaml"
    assert bank("merchant", "add", water, *ANNA) == asked(1)
    assert "no merchant WATER001" in refused("merchant", "show", "WATER001", *ANNA)
    bank("approvals", "approve", "1", *CARL)
    assert "清源自来水" in bank("merchant", "show", "WATER001", *ANNA)


def test_names_limits_and_status_change_at_once(bank):
    assert "changed" in bank("merchant", "set", "SCHOOL01", "name=一小", "limits.TELLER=1.00", *ANNA)
    assert "SUSPENDED" in bank("merchant", "suspend", "SCHOOL01", *ANNA)
    assert bank("approvals", "list", *EVE) == "there are no requests\n"


def test_money_by_hand_is_asked_for_in_major_units(bank, done):
    done("form", "publish", "SCHOOL01", SCHOOL.with_name("form.yaml"), *ANNA)
    pupil = ("--input", "学号=2026039001")
    done("customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", *pupil, *ANNA)
    bill = ("--amount", "120", "--due-date", "2026-11-30", *pupil)
    for number in ("H1", "H2"):
        done("bills", "add", "SCHOOL01", number, *bill, *ANNA)
    assert bank("bills", "settle-outside", "SCHOOL01", "H1", "--reference", "R-1", *ANNA) == asked(1)
    Path("office.csv").write_text("bill_no,amount,reference\nH2,120.00,R-2\n", encoding="utf-8")
    assert bank("bills", "settle-outside", "SCHOOL01", "--file", "office.csv", *ANNA) == asked(2)
    shown = yaml.safe_load(bank("approvals", "show", "1", *CARL))["asked"]
    assert (shown["amount"], shown["reference"]) == ("120.00", "R-1")
    shown = yaml.safe_load(bank("approvals", "show", "2", *CARL))["asked"]
    assert shown["rows"] == [{"row": 2, "bill_no": "H2", "reference": "R-2", "amount": "120.00"}]
    for number in (1, 2):
        bank("approvals", "approve", number, *CARL)
    settled = yaml.safe_load(done("bills", "show", "SCHOOL01", "H1", *ANNA))["by_hand"][0]
    assert settled["who"] == "anna"
    undo = ("bills", "settle-outside", "--undo", settled["serial_number"], "--reason", "typo")
    assert bank(*undo, *ANNA) == asked(3)
    bank("approvals", "approve", "3", *CARL)
    assert "the store is whole" in done("verify", *ANNA)
