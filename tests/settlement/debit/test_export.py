"""Making a batch: which bills, on which terms, locked in the transaction that registers it."""

import datetime as dt
from dataclasses import replace

import pytest
import yaml

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.bills import BillMark
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.debits.batches import BatchState
from offline_collect.domain.debits.mandates import Cycle
from offline_collect.domain.debits.selection import Attempt, LeftOut
from offline_collect.domain.errors import BankFileError, DebitError
from offline_collect.domain.merchants import AmountRule, AmountRuleKind, MerchantStatus
from offline_collect.files.errors import UnwritableError
from offline_collect.files.fixed_width.layout import compile_fixed_layout
from offline_collect.settlement.debit.view import view_batch, view_batches
from offline_collect.store import (
    AuditFilter,
    BillRecord,
    ImportState,
    audit_rows,
    put_bills,
    replace_merchant,
    set_merchant_status,
)
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from tests.settlement.debit.desk import INSTITUTION, LAYOUTS, OPERATOR, SIGNED, payer
from tests.store.importing import look, mark, release, staged, start_undo, tidy
from tests.support.actors import user
from tests.support.samples import DUE, PUPIL, SCHOOL, TENANT
from tests.support.tree import ROOT

COLLECT = dt.date(2026, 12, 20)


def test_a_batch_holds_the_bills_that_are_due_and_its_file_says_them(desk):
    made, path = desk.batch(collect_on=COLLECT, creditor_id="CN-1")
    assert (made.record_count, made.total_minor) == (12, 12 * 12_345)
    header, details = desk.read(path, "debit-out")
    assert header | {"type": "H", "format": "DB01"} == {
        "type": "H",
        "format": "DB01",
        "institution": INSTITUTION,
        "merchant_id": "SCHOOL01",
        "batch_no": made.batch_no,
        "business_date": dt.date(2026, 11, 22),
        "collection_date": COLLECT,
        "creditor_id": "CN-1",
        "count": 12,
        "total": 12 * 12_345,
        "currency": "156",
    }
    assert details[0] == {
        "type": "D",
        "sequence": 1,
        "debit_account": f"6222{PUPIL.customer_no}",
        "debit_bank": "102100000001",
        "account_name": "王小明",
        "amount": 12_345,
        "bill_no": "S1",
        "customer_no": PUPIL.customer_no,
        "mandate_ref": "R-PUPIL",
        "mandate_date": SIGNED,
        "remark": "十一月餐费 2026-11",
    }
    assert [each["sequence"] for each in details] == list(range(1, 13))
    assert desk.bill("S1").mark is BillMark.IN_BATCH
    answer = desk.teller.pay("S1")[1]
    assert answer.code is ResponseCode.IN_BATCH


def test_late_fee_is_that_of_the_day_of_collection(desk):
    _, path = desk.batch("WATER001", collect_on=COLLECT)
    (only,) = desk.read(path, "debit-out")[1]
    assert only["amount"] == 20_000 + 150


def test_nothing_is_in_two_batches_and_without_bills_there_is_no_batch(desk):
    desk.batch()
    again = desk.export()
    assert (again.batch, again.left_out.counts) == (None, {})
    assert len(desk.rows(debit_batches, "batch_no")) == 1


def test_bills_stay_out_for_a_reason_that_is_counted_and_named(desk):
    others = [replace(PUPIL, customer_no=f"C{n}", inputs={"student_no": f"202603999{n}"}) for n in range(6)]
    desk.put(
        "SCHOOL01",
        payer(others[0], None, mandate_signed_on=None),
        payer(others[1], "R1", mandate_limit_minor=99),
        payer(others[2], "R2", debit_account=None),
        payer(others[3], "R3", account_name="王" * 31),
        payer(others[4], "R4", mandate_signed_on=None),
        payer(others[5], "R5", mandate_cycle=Cycle.MONTH, mandate_cycle_limit_minor=150),
    )
    bills = [BillRecord(f"X{n}", f"C{n}", 100, DUE) for n in range(6)]
    more = [
        BillRecord("X51", "C5", 100, DUE),
        BillRecord("X6", "C5", 10, DUE, open_from=dt.date(2027, 1, 1)),
        BillRecord("X7", "C5", 10, DUE, expires_on=dt.date(2026, 11, 25)),
        BillRecord("X8", "C5", 10, dt.date(2026, 12, 1)),
        BillRecord("X9", "C5", 10, DUE, currency="840"),
    ]
    with desk.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", bills + more)
    made = desk.export(collect_on=dt.date(2026, 11, 26))
    assert made.left_out.counts == {
        LeftOut.NO_MANDATE: 1,
        LeftOut.OVER_LIMIT: 1,
        LeftOut.NO_ACCOUNT: 1,
        LeftOut.DOES_NOT_FIT: 1,
        LeftOut.MANDATE_NOT_ACTIVE: 1,
        LeftOut.OVER_CYCLE_LIMIT: 1,
        LeftOut.NOT_OPEN_YET: 1,
        LeftOut.EXPIRED: 1,
        LeftOut.OTHER_CURRENCY: 1,
    }
    assert made.left_out.named[LeftOut.DOES_NOT_FIT] == ["X3: 户名: needs 62 bytes; the field has 60"]
    assert made.left_out.named[LeftOut.OVER_CYCLE_LIMIT] == ["X51"]
    assert made.batch.record_count == 13
    # What this batch debits counts in the cycle for the next one.
    with desk.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [BillRecord("Y", "C5", 51, DUE)])
    assert desk.export(collect_on=dt.date(2026, 11, 30)).left_out.counts[LeftOut.OVER_CYCLE_LIMIT] == 2
    assert desk.export(collect_on=dt.date(2026, 12, 1)).batch.record_count == 1


def test_pages_hold_each_bill_once(desk, monkeypatch):
    monkeypatch.setattr("offline_collect.settlement.debit.export.AT_ONCE", 5)
    made = desk.export().batch
    numbers = desk.rows(debit_records, "sequence", "bill_no")
    assert [place for place, _ in numbers] == list(range(1, 13))
    assert {bill_no for _, bill_no in numbers} == {f"S{n}" for n in range(1, 13)}
    assert made.record_count == 12


def test_with_the_oldest_first_a_newer_bill_waits_for_the_one_that_stays_out(desk):
    rule = AmountRule(AmountRuleKind.OLDEST_FIRST)
    with desk.store.transaction() as tx:
        replace_merchant(tx, replace(SCHOOL, amount_rule=rule))
        put_bills(tx, "SCHOOL01", [BillRecord("S0", PUPIL.customer_no, 99_999, dt.date(2026, 11, 1))])
    desk.put("SCHOOL01", payer(PUPIL, "R-PUPIL", mandate_limit_minor=50_000))
    made = desk.export()
    assert made.batch is None
    assert made.left_out.counts == {LeftOut.OVER_LIMIT: 1, LeftOut.OLDER_BILL_OPEN: 12}


@pytest.mark.postgresql
def test_a_bill_that_is_being_paid_is_in_exactly_one_of_the_two(desk):
    if desk.store._office.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    paying = desk.teller.terminal.payment(desk.now, "SCHOOL01", "S1", 12_345)
    (decision,) = desk.teller.decide(desk.teller.session, paying)
    made = desk.export()
    assert made.left_out.counts == {LeftOut.BEING_PAID: 1}
    desk.teller.session.write([decision[1]])
    desk.teller.session.commit()
    assert desk.states("S1", "S2") == ["PAID", "IN_BATCH"]


def test_the_file_is_written_again_byte_for_byte(desk):
    made, path = desk.batch()
    first = path.read_bytes()
    path.write_bytes(b"torn")
    again = desk.write(made.batch_no)
    assert (again.path, path.read_bytes()) == (path, first)
    stored = view_batch(desk.store, OPERATOR, made.batch_no).stored
    assert (stored.batch.state, stored.story.file_sha256) == (BatchState.WRITTEN, again.digest.sha256)
    assert [each.name for each in desk.folder.iterdir()] == [path.name]


def test_a_layout_that_was_changed_since_does_not_make_another_file_of_the_batch(desk):
    made, path = desk.batch()
    first = path.read_bytes()
    content = yaml.safe_load((ROOT / "schemas/files/debit-out.yaml").read_text(encoding="utf-8"))
    content["detail"]["fields"][-1]["width"] += 10
    content["detail"]["length"] += 10
    with pytest.raises(DebitError, match="the layout debit-out was changed"):
        desk.write(made.batch_no, compile_fixed_layout(content))
    assert path.read_bytes() == first
    assert [each.name for each in desk.folder.iterdir()] == [path.name]


def test_a_file_that_cannot_be_written_leaves_the_batch_registered(desk):
    made = desk.export().batch
    desk.folder = desk.folder / "missing"
    with pytest.raises(UnwritableError):
        desk.write(made.batch_no)
    stored = view_batch(desk.store, OPERATOR, made.batch_no).stored
    assert (stored.batch.state, stored.story.file_sha256) == (BatchState.REGISTERED, None)


def test_a_cancelled_batch_gives_its_bills_back(desk):
    made, path = desk.batch()
    desk.cancel(made.batch_no)
    assert set(desk.states(*(f"S{n}" for n in range(1, 13)))) == {"OPEN"}
    with pytest.raises(DebitError, match="is CANCELLED: it cannot be cancelled"):
        desk.cancel(made.batch_no)
    with pytest.raises(DebitError, match="is CANCELLED: its file is not written"):
        desk.write(made.batch_no)
    with pytest.raises(BankFileError, match=f"the batch {made.batch_no} is CANCELLED"):
        desk.ingest(desk.result(path))
    assert desk.teller.pay("S1")[1].code is ResponseCode.APPROVED
    assert desk.export().batch.record_count == 11


def test_what_cannot_be_is_refused_before_anything_is_locked(desk):
    with pytest.raises(DebitError, match="--collect-on 2026-11-21: is before the open business day"):
        desk.export(collect_on=dt.date(2026, 11, 21))
    with pytest.raises(DebitError, match=r"the header of the batch cannot be written: .+needs 40 bytes"):
        desk.export(creditor_id="X" * 40)
    with desk.store.transaction() as tx:
        set_merchant_status(tx, "SCHOOL01", MerchantStatus.SUSPENDED)
    with pytest.raises(DebitError, match="SCHOOL01 is SUSPENDED"):
        desk.export()
    assert desk.rows(debit_batches, "batch_no") == []


@pytest.mark.parametrize("role", [Role.MAKER, Role.CHECKER, Role.AUDITOR, Role.MERCHANT])
def test_only_operators_make_write_and_cancel_batches(desk, role):
    made, path = desk.batch("WATER001")
    other = user("eve", role)
    for attempt in (
        lambda: desk.export(actor=other),
        lambda: desk.write(made.batch_no, actor=other),
        lambda: desk.cancel(made.batch_no, actor=other),
        lambda: desk.ingest(path, actor=other),
        lambda: desk.take_back(path, actor=other),
    ):
        with pytest.raises(NotPermittedError):
            attempt()


def test_batches_are_listed_the_latest_first_and_audited(desk):
    school, water = desk.batch()[0], desk.batch("WATER001")[0]
    listed, following = view_batches(desk.store, OPERATOR, None, None, (None, 1))
    assert ([each.batch for each in listed], following) == (
        [replace(water, state=BatchState.WRITTEN)],
        water.batch_no,
    )
    rest, end = view_batches(desk.store, OPERATOR, None, BatchState.WRITTEN, (following, 1))
    assert ([each.batch.batch_no for each in rest], end) == ([school.batch_no], None)
    assert view_batches(desk.store, OPERATOR, "WATER001", None, (None, 9))[0] == listed
    with desk.store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(action="debit export", merchant_id="SCHOOL01"))
    assert (row.subject_id, row.actor) == (school.batch_no, "ops")


def test_the_holder_is_the_customer_unless_the_merchant_says_another(desk):
    desk.put("WATER001", payer(TENANT, "R-TENANT", account_name="Li Ming"))
    _, path = desk.batch("WATER001")
    assert desk.read(path, "debit-out")[1][0]["account_name"] == "Li Ming"


def test_another_banks_layout_holds_the_same_batch(desk):
    content = yaml.safe_load((ROOT / "schemas/files/debit-out.yaml").read_text(encoding="utf-8"))
    detail = content["detail"]
    detail["fields"] = [
        each for each in detail["fields"] if each["key"] not in {"debit_bank", "mandate_date"}
    ]
    detail["length"] -= 22
    content["encoding"] = "utf-8"
    own = compile_fixed_layout(content)
    made = desk.export().batch
    path = desk.write(made.batch_no, own).path
    lines = path.read_bytes().decode("utf-8").splitlines()
    assert (len(lines), LAYOUTS["debit-out"].detail.length - own.detail.length) == (14, 22)


def test_retry_and_first_attempts_are_told_apart(desk):
    assert desk.export(attempt=Attempt.RETRY).left_out.counts == {}
    assert desk.export(attempt=Attempt.ANY).batch.record_count == 12


def test_a_batch_takes_bills_as_they_are_beside_imports_and_ends_an_undo(desk):
    """A change that waits is not in effect, one that is released is; whoever locks a bill ends the undo of its import."""
    changed = BillRecord("S1", PUPIL.customer_no, 777, DUE)
    staged(desk.store, changed)
    released_bill = BillRecord("S2", PUPIL.customer_no, 888, DUE)
    undone = staged(desk.store, released_bill, sha256="1" * 64)
    release(desk.store, undone)
    tidy(desk.store, undone)
    start_undo(desk.store, undone)
    mark(desk.store, undone)
    assert desk.export().batch.record_count == 12
    asked = dict(desk.rows(debit_records, "bill_no", "principal_minor"))
    assert (asked["S1"] != 777, asked["S2"]) == (True, 888)
    assert look(desk.store, undone).state is ImportState.RELEASED
