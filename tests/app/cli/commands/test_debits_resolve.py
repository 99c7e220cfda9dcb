"""`debit resolve` by command: asked for by one, approved by another, told by `debit show`."""

import datetime as dt
import json
from pathlib import Path

import pytest

from offline_collect.app.config.schemas import Schemas
from tests.app.cli.debit_batches import answer, write_file
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
PUPIL = ("C9", "--name", "赵小雨", "--input", "学号=2026039001")
MANDATE = ("--debit-account", "6222021234567890", "--mandate-ref", "M1", "--mandate-signed-on", "2026-09-01")
BATCH = "20261122000001"
PHONED = ("--reason", "said by phone")


@pytest.fixture
def locked(prepared, done):
    """Two debits of a school that the bank calls duplicates."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "add", "SCHOOL01", *PUPIL, *MANDATE),
        *(
            ("bills", "add", "SCHOOL01", bill, "--amount", "120", "--due-date", "2026-11-20", *PUPIL[3:])
            for bill in ("H1", "H2")
        ),
        ("user", "add", "anna", "--role", "OPERATOR"),
        ("user", "add", "bob", "--role", "CHECKER"),
    )
    done("debit", "export", "SCHOOL01", "--institution", "8801", "-o", ".")
    (sent,) = Path().glob("debit-out-*")
    answer(sent, "4001")
    done("debit", "ingest", "result.dat")


def test_one_asks_another_approves_and_the_batch_tells_it(locked, done):
    asked = done(
        "debit", "resolve", BATCH, "1", "--settled", "120", "--reference", "C-7", *PHONED, "--as", "anna"
    )
    assert asked == "asked: approval 1 waits for another user (offline-collect approvals approve 1)\n"
    shown = json.loads(done("approvals", "show", "1", "--json", "--as", "bob"))
    assert (shown["subject"], shown["asked"]["amount"]) == (f"{BATCH}/1", "120.00")
    assert json.loads(done("debit", "show", BATCH, "--json"))["locked"] == ["1: H1", "2: H2"]
    assert "debit resolve" in done("approvals", "approve", "1", "--as", "bob")
    batch = json.loads(done("debit", "show", BATCH, "--json"))
    assert batch["locked"] == ["2: H2"]
    (told,) = batch["resolved"]
    assert told.startswith("1: H1 SETTLED 120.00, 2026-")
    assert told.endswith("by anna: said by phone")
    assert "PAID" in done("bills", "show", "SCHOOL01", "H1")
    assert "the store is whole" in done("verify")


def test_the_list_tells_what_is_settled_now_and_what_came_back(locked, done):
    done("debit", "resolve", BATCH, "1", "--settled", "120", *PHONED, "--as", "system")
    done("debit", "resolve", BATCH, "2", "--settled", "20", *PHONED, "--as", "system")
    listed = json.loads(done("debit", "list", "--json"))["batches"]
    assert [(each["settled"], each["came_back"]) for each in listed] == [("140.00", None)]
    header = {"institution": "8801", "date": dt.date(2026, 11, 22), "file_no": "F1", "currency": "156"}
    back = {"sequence": 1, "batch_no": BATCH, "batch_sequence": 1, "bill_no": "H1", "amount": 12_000}
    layout = Schemas().fixed_layouts()["debit-return"]
    sums = {"count": 1, "total": 12_000}
    write_file(layout, "return.dat", header | sums, [back | {"return_code": "1001"}])
    done("debit", "return", "return.dat")
    shown = [json.loads(done("debit", "list", "--json"))["batches"][0]]
    shown.append(json.loads(done("debit", "show", BATCH, "--json")))
    assert [(each["settled"], each["came_back"]) for each in shown] == [("20.00", "120.00")] * 2


def test_a_user_who_acts_alone_is_told_what_was_done(locked, done):
    alone = (*PHONED, "--as", "system")
    said = done("debit", "resolve", BATCH, "2", "--refused", "--mandate", "cancel", *alone)
    assert said == f"debit 2 of batch {BATCH} is refused: bill H2 is open again; its mandate is CANCELLED\n"
    said = done("debit", "resolve", BATCH, "1", "--settled", "1.00", "--mandate", "Suspend", *alone)
    assert "is settled: 1.00 in suspense, as the bill cannot take it, posted as 20261122" in said
    assert said.endswith("; its mandate stays as it was: its state allowed no other\n")
    resolved = json.loads(done("debit", "show", BATCH, "--json"))["resolved"]
    assert [each.split(",")[0] for each in resolved] == ["2: H2 REFUSED", "1: H1 SETTLED 1.00"]


def test_a_bill_that_takes_the_amount_is_named(locked, done):
    said = done("debit", "resolve", BATCH, "1", "--settled", "120.00", *PHONED, "--as", "system")
    assert said.startswith(f"debit 1 of batch {BATCH} is settled: 120.00 on bill H1, posted as 20261122")


@pytest.mark.parametrize(
    "said", [(), ("--settled", "1", "--refused"), ("--refused", "--mandate", "revive")], ids=" ".join
)
def test_wrong_usage_is_refused(locked, refused, said):
    assert refused("debit", "resolve", BATCH, "1", *said, *PHONED, code=2)


def test_what_was_not_asked_for_cannot_be_settled(locked, refused):
    assert "asked for 120.00" in refused("debit", "resolve", BATCH, "1", "--settled", "120.01", *PHONED)
    assert "is not an amount" in refused("debit", "resolve", BATCH, "1", "--settled", "1.2.3", *PHONED)
