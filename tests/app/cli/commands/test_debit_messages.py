"""Batches that go out as messages of ISO 20022, and what comes back of them, from the command line."""

import json
import re
from pathlib import Path

import pytest
from pyiso20022.camt import camt_054_001_08 as camt054

from tests.files.iso20022.partners import (
    BATCH,
    entry,
    notification,
    reasons,
    reported,
    returned,
    status_report,
)
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
NUMBER = "20261122000001"
DEBITS = """debits:
  institution: "8801"
  reports: rejects-only
  creditor_account: "6222020000000001"
  creditor_id: CN-7
"""
EXPORT = ("debit", "export", "SCHOOL01", "--due-by", "2026-11-30", "-o", ".")


@pytest.fixture
def bank(prepared):
    """A store with the school, its customers and bills, of a bank that reports rejected debits only."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
        ("bills", "import", "SCHOOL01", SCHOOL / "bills.csv"),
    )
    config = Path("bank.yaml")
    config.write_text(config.read_text(encoding="utf-8") + DEBITS, encoding="utf-8")


def sent_by_bank(raw):
    path = Path("from-bank.xml")
    path.write_bytes(raw.replace(BATCH.encode(), NUMBER.encode()))
    return path


def test_a_batch_goes_out_its_reports_end_it_and_a_debit_comes_back(bank, done, refused):
    made = json.loads(done(*EXPORT, "--format", "iso20022", "--json"))
    assert (made["batch"], made["format"], made["file"]) == (
        NUMBER,
        "iso20022",
        f"pain.008.001.08-{NUMBER}.xml",
    )
    written = Path(made["file"]).read_bytes()
    assert b"<Id>CN-7</Id>" in written
    Path(made["file"]).unlink()
    assert made["sha256"] in done("debit", "write", NUMBER, "-o", ".")
    assert Path(made["file"]).read_bytes() == written

    early = sent_by_bank(status_report("ACSP", reported(2, "RJCT", reasons("AM04")), reported(3, "PDNG")))
    assert f"0 of {made['records']} debits settled so far" in done("debit", "ingest", early)
    shown = json.loads(done("debit", "show", NUMBER, "--json"))
    assert (shown["state"], shown["reported"]) == ("WRITTEN", "PENDING")
    assert {each["reported"] for each in shown["debits_by_code"]} == {"SILENT", "PENDING", "REJECTED"}
    assert "State    Reported  Code" in done("debit", "show", NUMBER)

    wrong = sent_by_bank(status_report("PART", reported(2, "ACSC")))
    assert f"record {NUMBER}-2 is SETTLED, but was REJECTED (1001) before" in refused(
        "debit", "ingest", wrong
    )
    assert "; 0 still open" in done("debit", "ingest", sent_by_bank(status_report("PART")))
    assert json.loads(done("debit", "show", NUMBER, "--json"))["state"] == "TAKEN"

    amount = re.search(rb'<InstdAmt Ccy="CNY">([0-9.]+)<', written)[1].decode()
    back = sent_by_bank(notification(entry(amount, "DBIT", returned(1, amount, "MD06"))))
    assert "file NTF1: 1 debit came back" in done("debit", "return", back)
    assert "the store is whole" in done("verify")


def test_a_notification_settles_what_it_credits_and_takes_what_came_back(bank, done, refused):
    made = json.loads(done(*EXPORT, "--format", "iso20022", "--json"))
    first = re.search(rb'<InstdAmt Ccy="CNY">([0-9.]+)<', Path(made["file"]).read_bytes())[1].decode()
    assert "no booked credit in it names a batch" in refused(
        "debit", "ingest", sent_by_bank(notification(entry("1.00", "CRDT")))
    )
    named = camt054.BatchInformation2(pmt_inf_id=BATCH)
    both = notification(
        entry(made["total"], "CRDT", batch=named), entry(first, "DBIT", returned(1, first, "MD06"))
    )
    folders = ("inbox", "outbox", "taken", "refused")
    for folder in folders:
        Path(folder).mkdir()
    config = Path("bank.yaml")
    of_files = "  completion: rename\n" + "".join(f"  {folder}: {folder}\n" for folder in folders)
    config.write_text(f"{config.read_text(encoding='utf-8')}files:\n{of_files}", encoding="utf-8")
    sent_by_bank(both).rename("inbox/notification.xml")
    said = done("files", "watch", "--once")
    assert f"credit NTF1: {made['records']} of {made['records']} debits settled so far" in said
    assert "file NTF1: 1 debit came back" in said
    assert "0 still open" in done("debit", "ingest", "taken/notification.xml")
    assert "the store is whole" in done("verify")


def test_the_configured_format_is_that_of_a_batch_unless_the_command_names_another(bank, done, refused):
    assert "--format xml: must be one of fixed, iso20022" in refused(*EXPORT, "--format", "xml", code=2)
    assert f"debit-out-{NUMBER}.dat" in done(*EXPORT)
    assert "Reported" not in done("debit", "show", NUMBER)


def test_a_file_goes_into_the_outbox_if_no_other_folder_is_named(bank, done, refused):
    assert "--out, or files.outbox" in refused("debit", "export", "SCHOOL01", code=2)
    folders = ("inbox", "outbox", "taken", "refused")
    for folder in folders:
        Path(folder).mkdir()
    config = Path("bank.yaml")
    named = "".join(f"  {folder}: {folder}\n" for folder in folders)
    config.write_text(f"{config.read_text(encoding='utf-8')}files:\n{named}", encoding="utf-8")
    made = json.loads(done(*EXPORT[:-2], "--json"))
    assert made["file"] == f"outbox/debit-out-{NUMBER}.dat"
    Path(made["file"]).unlink()
    done("debit", "write", NUMBER)
    assert Path(made["file"]).is_file()
