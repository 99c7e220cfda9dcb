"""Mandates from the command line."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
ACCOUNT = "6222020200001234567"
TERMS = {
    "--debit-bank": "102100099996",
    "--mandate-ref": "M1",
    "--mandate-limit": "500",
    "--mandate-from": "2026-09-01",
    "--mandate-to": "2029-08-31",
    "--mandate-purpose": "代扣学费",
    "--mandate-cycle": "month",
    "--mandate-cycle-limit": "1500",
}
SIGNED = ("--signed-on", "2026-09-01")
WHY = ("--reason", "客户来电")


@pytest.fixture
def bank(prepared):
    """A store with the school and a customer whose mandate nobody has signed."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        (
            "customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", "--input", "学号=2026039001",
            "--debit-account", ACCOUNT, *(word for pair in TERMS.items() for word in pair),
        ),
    )  # fmt: skip


def test_the_terms_are_typed_shown_and_changed(bank, done):
    shown = yaml.safe_load(done("customers", "show", "SCHOOL01", "C9"))
    assert (shown["mandate"], shown["debit_bank"], shown["mandate_cycle"]) == (
        "PROPOSED",
        "102100099996",
        "MONTH",
    )
    assert (shown["mandate_to"], shown["mandate_cycle_limit"]) == ("2029-08-31", "1500.00")
    done(
        "customers",
        "set",
        "SCHOOL01",
        "C9",
        "--mandate-signed-on",
        "2026-09-01",
        "--clear",
        "mandate_purpose",
    )
    shown = yaml.safe_load(done("customers", "show", "SCHOOL01", "C9"))
    assert (shown["mandate"], "mandate_purpose" in shown) == ("ACTIVE", False)


def test_a_mandate_is_signed_suspended_resumed_and_cancelled(bank, done, refused):
    form = Path("form.pdf")
    form.write_bytes(b"signed")
    said = done("mandates", "sign", "SCHOOL01", "M1", *SIGNED, "--form", form)
    assert said == "mandate M1 of SCHOOL01: active, signed on 2026-09-01\n"
    shown = json.loads(done("mandates", "show", "SCHOOL01", "M1", "--json"))
    assert (shown["state"], shown["form_sha256"]) == ("ACTIVE", sha256(b"signed").hexdigest())
    assert ACCOUNT not in str(shown)
    assert done("mandates", "suspend", "SCHOOL01", "M1", *WHY, "--by", "bank").endswith("suspended\n")
    assert yaml.safe_load(done("mandates", "show", "SCHOOL01", "M1"))["party"] == "BANK"
    assert done("mandates", "resume", "SCHOOL01", "M1", *WHY).endswith("active again\n")
    assert done("mandates", "cancel", "SCHOOL01", "M1", *WHY).endswith("cancelled\n")
    decisions = json.loads(done("mandates", "show", "SCHOOL01", "M1", "--json"))["decisions"]
    assert [(each["from"], each["to"], each.get("party")) for each in decisions] == [
        ("PROPOSED", "ACTIVE", None),
        ("ACTIVE", "SUSPENDED", "BANK"),
        ("SUSPENDED", "ACTIVE", None),
        ("ACTIVE", "CANCELLED", "PAYER"),
    ]
    assert {each["by"] for each in decisions} == {"system"}
    refusal = refused("mandates", "resume", "SCHOOL01", "M1", *WHY, "--language", "en")
    assert (
        refusal == "Error: mandate M1 is CANCELLED and stays so: only a new reference allows debits again\n"
    )


def test_refusals_are_in_the_merchants_language_too(bank, refused):
    assert "SCHOOL01 没有协议 M9" in refused("mandates", "show", "SCHOOL01", "M9", "--language", "zh")


def test_mandates_are_listed_as_a_table_and_as_json(bank, done):
    lines = done("mandates", "list", "SCHOOL01").splitlines()
    assert lines[0].split()[:5] == ["Mandate", "State", "Customer", "Name", "Account"]
    assert lines[1].split()[:5] == ["M1", "PROPOSED", "C9", "赵小雨", "***4567"]
    document = json.loads(done("mandates", "list", "SCHOOL01", "--state", "proposed,active", "--json"))
    assert [row["mandate"] for row in document["mandates"]] == ["M1"]
    assert done("mandates", "list", "SCHOOL01", "--state", "cancelled") == "no mandate matches\n"


def test_the_import_tells_how_many_mandates_have_ended(bank, done):
    done("mandates", "cancel", "SCHOOL01", "M1", *WHY, "--by", "bank")
    file = Path("customers.csv")
    file.write_text(
        f"客户编号,姓名,学号,扣款账号,协议号\nC9,赵小雨,2026039001,{ACCOUNT},M1\n", encoding="utf-8"
    )
    told = "customers.csv: 1 row with a mandate that is CANCELLED or EXPIRED: it stays so"
    assert told in done("customers", "import", "SCHOOL01", file, "--preview")
    assert told in done("customers", "import", "SCHOOL01", file)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ("sign", *SIGNED, "--form", "gone.pdf"),
            "--form gone.pdf: cannot be read (no such file or directory)",
        ),
        (("sign", *SIGNED, "--form", "x", "--digest", "y"), "leave one of the two out"),
        (("suspend", *WHY, "--by", "nobody"), "--by nobody: must be one of payer, bank"),
    ],
)
def test_wrong_usage_is_refused(bank, refused, arguments, reason):
    verb, *more = arguments
    assert reason in refused("mandates", verb, "SCHOOL01", "M1", *more, code=2)


def test_a_state_that_is_none_is_refused(bank, refused):
    assert "--state gone: must be one of proposed" in refused(
        "mandates", "list", "SCHOOL01", "--state", "gone", code=2
    )
