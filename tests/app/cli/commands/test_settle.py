"""`settle` by command: the file of a run, its result out of the inbox, and a payout that failed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.settlement.payouts import LeftOut
from offline_collect.settlement.payouts.left_out import keep_items
from offline_collect.store import StoreSettings, get_merchant, open_store, replace_merchant
from tests.app.cli.debit_batches import write_file
from tests.app.cli.payout_run import PAYOUT, RUN, register_run
from tests.fakes.bank import DAY, NOON
from tests.support.actors import user
from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"


@pytest.fixture
def run(prepared):
    """A run of one payout."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("user", "add", "anna", "--role", "OPERATOR"),
        ("user", "add", "bob", "--role", "CHECKER"),
    )
    register_run("BANK", state="OUT")


def answer(code, settled, name="answer.dat"):
    header = {"bank": "8802", "business_date": DAY, "run_no": RUN, "currency": "156", "count": 1}
    header |= {"settled_count": 1 if settled else 0, "settled_total": settled}
    detail = {"sequence": 1, "merchant_id": "SCHOOL01", "amount": 100, "return_code": code}
    layout = Schemas().fixed_layouts()["settle-result"]
    write_file(layout, name, header, [detail | {"settled_amount": settled}])


def test_a_run_goes_out_and_is_told(run, done):
    assert f"settle-out-{RUN}.dat: " in done("settle", "write", RUN, "-o", ".")
    assert Path(f"settle-out-{RUN}.dat").read_bytes().startswith(b"HSO018802")
    answer("0000", 100)
    assert "1 of 1 payout booked, 1.00 of 1.00; 0 failed" in done("settle", "ingest", "answer.dat")
    (listed,) = json.loads(done("settle", "list", "--json"))["runs"]
    assert (listed["run"], listed["state"], listed["booked"]) == (RUN, "TAKEN", "1.00")
    shown = json.loads(done("settle", "show", RUN, "--json"))
    assert shown["payouts_by_code"] == [
        {"state": "BOOKED", "code": "0000", "says": "booked 入账成功", "payouts": 1, "sum": "1.00"}
    ]
    assert "no runs" in done("settle", "list", "--date", "2026-11-23")


def test_a_failed_payout_is_paid_again_by_two_to_another_account(run, done, refused):
    answer("1002", 0)
    done("settle", "ingest", "answer.dat", "--as", "anna")
    assert "FAILED  1002  account closed" in done("settle", "show", RUN)
    other = ("--account", "6222000000000042", "--reason", "closed", "--as", "anna")
    assert "1 to 32 letters" in refused("settle", "retry", PAYOUT, "--account", "1 2", "--reason", "x")
    assert "asked: approval 1" in done("settle", "retry", PAYOUT, *other)
    assert "settle retry" in done("approvals", "approve", "1", "--as", "bob")
    again = done("settle", "retry", PAYOUT, "--reason", "the old one is open again")
    assert "waits for the next run: 1.00, to the merchant's account as it is then" in again
    assert "there is no payout S1-9" in refused("settle", "retry", "S1-9", "--reason", "x")


def test_whom_runs_leave_out_is_told_with_the_reason(run, done):
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with store.transaction() as tx:
        merchant = get_merchant(tx, "SCHOOL01", lock=True)
        replace_merchant(tx, replace(merchant, name="阳" * 31))
        left = LeftOut("SCHOOL01", "8802", "156", 12_245, "as in the file")
        keep_items(tx, DAY, [left], [], (user("ops"), NOON))
    store.dispose()
    told = {
        "merchant": "SCHOOL01",
        "since": "2026-11-22",
        "amount": "122.45",
        "because": "户名: needs 62 bytes; the field has 60",
    }
    assert json.loads(done("settle", "list", "--json"))["left_out"] == [told]
    assert json.loads(done("settle", "show", RUN, "--json"))["left_out"] == [told]
    for line in (("list",), ("show", RUN)):
        assert "SCHOOL01  2026-11-22  122.45  户名: needs 62 bytes" in done("settle", *line)
    done("merchant", "set", "SCHOOL01", "settlement.account_name=阳光小学")
    assert "its account fits now" in done("settle", "list")


def test_the_inbox_takes_the_result_and_refuses_a_wrong_one(run, done, tmp_path):
    config = Path("bank.yaml")
    text = config.read_text(encoding="utf-8")
    folders = "files: {inbox: in, outbox: out, taken: taken, refused: refused, completion: rename}\n"
    config.write_text(text + folders, encoding="utf-8")
    for name in ("in", "out", "taken", "refused"):
        Path(name).mkdir()
    answer("7777", 0, "in/wrong.dat")
    assert "in no table" in done("files", "watch", "--once")
    answer("0000", 100, "in/right.dat")
    assert "right.dat: TAKEN" in done("files", "watch", "--once")
