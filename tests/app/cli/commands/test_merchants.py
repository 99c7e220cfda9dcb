"""`merchant set` and `merchant close`: what they do, print and refuse."""

from pathlib import Path

import pytest
import yaml

from tests.support.tree import ROOT

WATER = ROOT / "samples" / "water"


ADDED = (("init", "--business-date", "2026-11-22", "--yes"), ("merchant", "add", WATER / "merchant.yaml"))


@pytest.fixture
def water(prepared):
    return prepared(*ADDED)


@pytest.fixture
def billed(prepared):
    return prepared(
        *ADDED,
        ("form", "publish", "WATER001", WATER / "form.yaml"),
        ("customers", "import", "WATER001", WATER / "customers.xlsx"),
        ("bills", "import", "WATER001", WATER / "bills.xlsx"),
    )


def shown(done):
    return yaml.safe_load(done("merchant", "show", "WATER001"))


def test_rules_are_set_by_their_paths_and_what_changed_is_printed(billed, done):
    said = done(
        "merchant", "set", "WATER001", "late_fee.rate=0.001", "limits.TELLER=60000.00", "fee.most=null"
    )
    assert said.splitlines() == [
        "merchant WATER001 清源自来水: changed",
        "    late_fee.tiers[2026-11-23].from: 2026-11-23",
        "    late_fee.tiers[2026-11-23].rule: DAILY",
        "    late_fee.tiers[2026-11-23].rate: 0.001",
        "    late_fee.tiers[2026-11-23].grace_days: 5",
        "    late_fee.tiers[2026-11-23].cap: 50.00",
        "    fee.tiers[2026-11-23].from: 2026-11-23",
        "    fee.tiers[2026-11-23].per_payment: 0.10",
        "    fee.tiers[2026-11-23].rate: 0.001",
        "    fee.tiers[2026-11-23].least: 0.10",
        "    limits.TELLER: 50000.00 → 60000.00",
    ]
    assert shown(done)["late_fee"]["rate"] == "0.0005"
    assert shown(done)["fee"]["tiers"][0]["from"] == "2026-11-23"


def test_late_fees_that_have_accrued_stay_as_they_are(billed, done):
    overdue = "W202610000001"
    before = yaml.safe_load(done("bills", "show", "WATER001", overdue))
    assert before["late_fee"] != "0.00"
    done("merchant", "set", "WATER001", "late_fee=NONE")
    assert yaml.safe_load(done("bills", "show", "WATER001", overdue)) == before


def test_before_there_are_bills_a_rule_is_simply_another(water, done):
    said = done("merchant", "set", "WATER001", "late_fee.rate=0.001", "notices.paid=true")
    assert said.splitlines()[1:] == ["    late_fee.rate: 0.0005 → 0.001", "    notices.paid: false → true"]


def test_what_is_the_same_is_said_to_be_unchanged(water, done):
    assert done("merchant", "set", "WATER001", "trade=供水") == "merchant WATER001 清源自来水: unchanged\n"


def test_an_account_that_no_run_can_pay_is_warned_of(prepared, done):
    prepared(ADDED[0])
    document = yaml.safe_load((WATER / "merchant.yaml").read_text(encoding="utf-8"))
    Path("long.yaml").write_text(
        yaml.safe_dump(document | {"name": "清" * 31}, allow_unicode=True), encoding="utf-8"
    )
    added = done("merchant", "add", "long.yaml")
    assert (
        "warning: no run can pay WATER001, as its account does not fit settle-out: 户名: needs 62 bytes"
        in added
    )
    assert "the field has 60; mend it" in added
    assert "warning: no run can pay WATER001" in done("merchant", "set", "WATER001", "trade=gas")
    mended = done("merchant", "set", "WATER001", "settlement.account_name=清源自来水")
    assert "warning" not in mended


def test_rules_are_set_by_a_file(billed, done, tmp_path):
    (tmp_path / "change.yaml").write_text(
        "limits: {KIOSK: '1.00'}\nfee: {tiers: [{from: 2027-01-01, per_payment: '0.30'}]}", encoding="utf-8"
    )
    said = done("merchant", "set", "WATER001", "--file", "change.yaml", "--from", "2026-12-01")
    assert "    limits.TELLER: 50000.00 → nothing\n" in said
    assert [tier["from"] for tier in shown(done)["fee"]["tiers"]] == ["2026-12-01", "2027-01-01"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give KEY=VALUE, once or several times, or --file FILE"),
        (["name=x", "--file", "f.yaml"], "give KEY=VALUE, once or several times, or --file FILE"),
        (["name"], "name: must be KEY=VALUE, such as late_fee.rate=0.0005"),
        (["name="], "name=: must be KEY=VALUE"),
        (["=x"], "=x: must be KEY=VALUE"),
        (["name=x", "name=y"], "a key is there twice"),
        (["name=x", "--from", "soon"], "soon is not a date; write it like 2026-11-30"),
    ],
)
def test_wrong_usage_is_exit_2(water, refused, arguments, said):
    printed = refused("merchant", "set", "WATER001", *arguments, code=2)
    assert said in " ".join(printed.replace("│", " ").split())


def test_what_cannot_be_is_refused_with_every_path_and_nothing_is_done(billed, done, refused):
    before = shown(done)
    said = refused("merchant", "set", "WATER001", "id=X", "foo=1", "name=y").splitlines()
    assert said[0].startswith("Error: merchant set: id: never changes")
    assert said[1].startswith("Error: merchant set: foo: unknown key")
    assert "no merchant NOBODY" in refused("merchant", "set", "NOBODY", "name=x")
    assert "cannot be read: no such file" in refused("merchant", "set", "WATER001", "--file", "none.yaml")
    said = refused("merchant", "set", "WATER001", "fee.rate=0.1", "--from", "2026-11-22")
    assert "the day after the open business day, or later" in said
    assert shown(done) == before


def test_a_merchant_is_closed_once_and_for_all(billed, done, refused):
    said = done("merchant", "close", "WATER001")
    assert said.startswith("merchant WATER001 is CLOSED; ")
    assert said.endswith(" unpaid bills are not collected any more\n")
    assert done("merchant", "close", "WATER001") == "merchant WATER001 is CLOSED, as before\n"
    assert "a closed merchant cannot be changed" in refused("merchant", "resume", "WATER001")
    for words in (
        ("form", "publish", "WATER001", WATER / "form.yaml"),
        ("bills", "import", "WATER001", WATER / "bills.xlsx", "--again"),
        ("customers", "import", "WATER001", WATER / "customers.xlsx", "--again"),
    ):
        assert refused(*words) == "Error: WATER001 is closed: a closed merchant cannot be changed\n"
    assert shown(done)["status"] == "CLOSED"


def test_a_merchant_without_bills_is_closed_without_a_word_of_them(water, done):
    assert done("merchant", "close", "WATER001") == "merchant WATER001 is CLOSED\n"
