"""Bills by hand: checked like imports, versioned and audited, never changed while a payment needs them."""

import datetime as dt
import json
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.bills import BillMark, BillState
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.common.errors import BusyError, TextError, UnchangeableError, UnknownBillError
from offline_collect.merchant.common.refused_rows import EntryExistsError, EntryRefusedError
from offline_collect.merchant.entry.bills import add_bill, restore_bill, set_bill, withdraw_bill
from offline_collect.merchant.entry.entry import Entry
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.lifecycle import release
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import BillCriteria, CustomerCriteria, CustomerRecord, find_bills, put_customers
from offline_collect.store.schema.tables import bills
from offline_collect.store.schema.user_tables import audit_trail
from tests.merchant.documents import NOW
from tests.merchant.importing import BILLS, bills_of, counts, unseen
from tests.support.actors import user
from tests.support.audited import said
from tests.support.statements import recorded

LAYOUT = Schemas().read("files/bills")
TODAY = BusinessDate(2026, 11, 22)


def entry(number="H1", given=None, **more):
    return Entry("SCHOOL01", number, user("clerk"), given or {}, **more)


def add(desk, number="H1", *, inputs=None, extras=None, **given):
    texts = {"bill_no": number, "amount": "120", "due_date": "2026-11-30", **given}
    if inputs is None:
        texts.setdefault("customer_no", "C1")
    typed = entry(number, texts, inputs=inputs or {}, extras=extras or {})
    return add_bill(desk.store, typed, LAYOUT, NOW)


def change(desk, number="H1", *, inputs=None, extras=None, cleared=(), **given):
    typed = entry(number, given, inputs=inputs or {}, extras=extras or {}, cleared=cleared)
    return set_bill(desk.store, typed, LAYOUT, NOW)


def withdraw(desk, number="H1", reason="sent twice"):
    return withdraw_bill(desk.store, "SCHOOL01", number, reason, user("clerk"), NOW)


def mark(desk, number, value):
    with desk.store.transaction() as tx:
        tx.connection.execute(update(bills).where(bills.c.bill_no == number).values(mark=value))


def last_audit(desk):
    with desk.store.snapshot() as reading:
        newest = select(audit_trail).order_by(audit_trail.c.sequence.desc()).limit(1)
        return reading.connection.execute(newest).one()


def test_a_bill_is_added_as_a_file_would(pupils):
    add(pupils, description="校服费", period="202611", extras={"班级": "三年级1班"})
    bill = pupils.bill("H1")
    assert (bill.customer_no, bill.amount_minor, bill.due_date) == ("C1", 12_000, dt.date(2026, 11, 30))
    assert (bill.description, bill.period, bill.extra) == ("校服费", "202611", {"班级": "三年级1班"})
    row = last_audit(pupils)
    assert (row.actor, said(row), row.before) == ("clerk", "bills add SCHOOL01 H1", None)
    assert json.loads(row.after)["amount"] == "120.00"
    pupils.pay("H1")


def test_its_customer_may_be_named_by_the_forms_inputs(pupils):
    add(pupils, inputs={"学号": "２０２６０３０１１８"})
    assert pupils.bill("H1").customer_no == "C2"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"amount": "0"}, "金额 0"),
        ({"amount": "1.234"}, r"金额 1\.234"),
        ({"due_date": "2026-13-30"}, "缴费截止日 2026-13-30"),
        ({"open_from": "2026-12-02", "expires_on": "2026-12-01"}, "失效日期 2026-12-01: is before 开放日期"),
        ({"inputs": {}}, "学号: is blank"),
        ({"inputs": {"学号": "2026039999"}}, "no customer has these"),
        ({"extras": {"备注": "a|b"}}, "备注 a|b"),
    ],
)
def test_what_a_file_may_not_say_is_refused(pupils, given, told):
    with pytest.raises(EntryRefusedError, match=told.replace("|", r"\|")):
        add(pupils, **given)
    assert pupils.bill("H1") is None


def test_a_customer_must_be_there(pupils):
    with pytest.raises(EntryRefusedError, match=r"^H1: 客户编号 NOBODY: there is no customer NOBODY"):
        add(pupils, customer_no="NOBODY")


def test_a_customer_whose_number_has_other_zeros_is_named(pupils):
    with pupils.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [CustomerRecord("007", "韩梅梅", {"student_no": "2026030142"})])
    with pytest.raises(EntryRefusedError, match=r"^H1: 客户编号 7: there is no customer 7, but there is 007"):
        add(pupils, customer_no="7")
    add(pupils)
    with pytest.raises(EntryRefusedError, match=r"客户编号 0007: .*but there is 007"):
        change(pupils, customer_no="0007")


def test_a_number_is_taken_once(pupils):
    add(pupils)
    with pytest.raises(EntryExistsError, match="has a bill H1 already"):
        add(pupils)


def test_a_number_typed_with_space_around_it_is_kept_without(pupils):
    assert add(pupils, " H1\n").bill_no == "H1"
    with pytest.raises(EntryExistsError, match="has a bill H1 already"):
        add(pupils, "H1 ")
    assert said(last_audit(pupils)) == "bills add SCHOOL01 H1"


def test_a_change_is_another_version_and_what_is_not_named_stays(pupils):
    add(pupils, description="校服费", extras={"班级": "三年级1班", "尺码": "130"})
    assert change(pupils, amount="125.50", expires_on="2026-12-31", cleared=("尺码", "description"))
    bill = pupils.bill("H1")
    assert (bill.amount_minor, bill.version, bill.expires_on) == (12_550, 2, dt.date(2026, 12, 31))
    assert (bill.description, bill.extra, bill.customer_no) == (None, {"班级": "三年级1班"}, "C1")
    row = last_audit(pupils)
    assert (json.loads(row.before)["version"], json.loads(row.after)["version"]) == (1, 2)
    assert not change(pupils, amount="125.50")


def test_a_change_reads_its_bill_once(pupils):
    add(pupils)
    with recorded() as statements:
        assert change(pupils, amount="125.50")
    reads = [text for text in statements if text.startswith("SELECT") and "bills.amount_minor" in text]
    assert len(reads) == 1


def test_a_bill_may_get_another_customer(pupils):
    add(pupils)
    change(pupils, inputs={"student_no": "2026030118"})
    assert pupils.bill("H1").customer_no == "C2"
    change(pupils, customer_no="C1")
    assert pupils.bill("H1").customer_no == "C1"


@pytest.mark.parametrize(
    ("cleared", "told"),
    [(("amount",), "金额: cannot be cleared"), (("hobby",), "hobby: is not a column of this bill")],
)
def test_what_must_be_there_is_not_cleared(pupils, cleared, told):
    add(pupils)
    with pytest.raises(EntryRefusedError, match=told):
        change(pupils, cleared=cleared)


def test_a_paid_bill_is_not_changed(pupils):
    add(pupils)
    pupils.pay("H1")
    with pytest.raises(UnchangeableError, match="H1 has been paid at least in part"):
        change(pupils, amount="1")


@pytest.mark.parametrize("value", [each.value for each in BillMark])
def test_a_bill_that_is_marked_is_not_changed(pupils, value):
    add(pupils)
    mark(pupils, "H1", value)
    with pytest.raises(UnchangeableError, match=f"H1 is {value}"):
        change(pupils, amount="1")


def test_a_bill_that_is_not_there_is_said_not_to_be(pupils):
    with pytest.raises(UnknownBillError, match="SCHOOL01 has no bill H1"):
        change(pupils, amount="1")
    with pytest.raises(UnknownBillError, match="SCHOOL01 has no bill H1"):
        withdraw(pupils)


def test_a_withdrawn_bill_cannot_be_paid_until_that_is_taken_back(pupils):
    add(pupils)
    assert withdraw(pupils)
    assert not withdraw(pupils)
    assert pupils.bill("H1").state(TODAY) is BillState.WITHDRAWN
    assert json.loads(last_audit(pupils).after) == {"state": "WITHDRAWN", "reason": "sent twice"}
    assert restore_bill(pupils.store, "SCHOOL01", "H1", "was right after all", user("clerk"), NOW)
    assert not restore_bill(pupils.store, "SCHOOL01", "H1", "was right after all", user("clerk"), NOW)
    pupils.pay("H1")


@pytest.mark.parametrize("value", ["paid", BillMark.IN_BATCH.value])
def test_what_is_paid_or_in_a_batch_is_not_withdrawn(pupils, value):
    add(pupils)
    if value == "paid":
        pupils.pay("H1")
    else:
        mark(pupils, "H1", value)
    with pytest.raises(UnchangeableError, match="is paid" if value == "paid" else "out in a batch"):
        withdraw(pupils)


@pytest.mark.parametrize("reason", ["  ", "x" * 201, "two\nlines", "hid\u200bden"])
def test_a_withdrawal_has_a_reason(pupils, reason):
    add(pupils)
    with pytest.raises(TextError, match="the reason"):
        withdraw(pupils, reason=reason)


@pytest.mark.parametrize("act", [lambda desk: change(desk, amount="7"), withdraw])
def test_a_staged_change_is_overtaken_by_what_is_done_by_hand(pupils, school, act):
    add(pupils)
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    file = bills_of("H1,C1,9.00,2026-11")
    waiting = pupils.take("bills", file, identity_changes=True).record.import_id
    act(pupils)
    before = pupils.bill("H1")
    released = release(pupils.store, waiting, user("checker"), NOW, unseen)
    assert pupils.bill("H1") == before
    assert released.counts.overtaken == 1


def test_a_bill_is_changed_although_a_killed_process_left_its_import_untidied(pupils, school, monkeypatch):
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    waiting = pupils.take("bills", bills_of("B1,C1,5.00,2026-12")).record.import_id
    monkeypatch.setattr(imports, "tidy_one", lambda *_: None)
    release(pupils.store, waiting, user("checker"), NOW, unseen)
    monkeypatch.undo()
    assert change(pupils, "B1", amount="7")
    assert pupils.amounts("B1") == [700]


def test_a_bill_that_a_waiting_import_brings_is_left_to_it(pupils, school):
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    result = pupils.take("bills", BILLS)
    assert counts(result) == {"new": 2}
    with pytest.raises(
        UnchangeableError, match=f"import {result.record.import_id}, which waits, would bring it"
    ):
        add(pupils, "B1")


def test_a_bill_in_a_terminals_hands_is_waited_for_and_then_refused(pupils):
    add(pupils)
    with closing(pupils.store.write_session()) as lane:
        lane.begin()
        with pytest.raises(BusyError, match="a payment or an import of bill H1 is in progress"):
            change(pupils, amount="1")
        lane.rollback()


@pytest.fixture
def many(pupils):
    """Bills in every state."""
    pupils.take("customers", "客户编号,姓名,学号,手机\nC3,赵小雨,2026030119,13900009999\n", name="more.csv")
    for number, customer, due in (
        ("P1", "C1", "2026-11-01"),
        ("P2", "C2", "2026-11-15"),
        ("P3", "C3", "2026-12-01"),
    ):
        add(pupils, number, customer_no=customer, due_date=due, period="2026-11")
    add(pupils, "E1", expires_on="2026-11-21")
    add(pupils, "W1")
    add(pupils, "X1")
    add(pupils, "A1")
    pupils.pay("P2")
    withdraw(pupils, "W1")
    mark(pupils, "X1", "IN_BATCH")
    with pupils.store.transaction() as tx:
        part = update(bills).where(bills.c.bill_no == "A1").values(paid_principal_minor=1)
        tx.connection.execute(part)
    return pupils


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        (BillCriteria(), ["A1", "E1", "P1", "P2", "P3", "W1", "X1"]),
        (BillCriteria(number="p"), ["P1", "P2", "P3"]),
        (BillCriteria(period="2026-11"), ["P1", "P2", "P3"]),
        (BillCriteria(period="2026年11月"), ["P1", "P2", "P3"]),
        (BillCriteria(due_from=dt.date(2026, 11, 15), due_to=dt.date(2026, 11, 15)), ["P2"]),
        (BillCriteria(due_to=dt.date(2026, 11, 14)), ["P1"]),
        (BillCriteria(customer=CustomerCriteria(name="赵")), ["P3"]),
        (BillCriteria(customer=CustomerCriteria(mobile="9999")), ["P3"]),
        (BillCriteria(customer=CustomerCriteria(inputs={"student_no": "2026030118"})), ["P2"]),
        (BillCriteria(customer=CustomerCriteria(number="C2"), number="1"), []),
        *(
            (BillCriteria(state=state), numbers)
            for state, numbers in {
                BillState.OPEN: ["P1", "P3"],
                BillState.PARTIAL: ["A1"],
                BillState.PAID: ["P2"],
                BillState.IN_BATCH: ["X1"],
                BillState.WITHDRAWN: ["W1"],
                BillState.EXPIRED: ["E1"],
            }.items()
        ),
    ],
)
def test_bills_are_found_page_by_page(many, criteria, numbers):
    with many.store.snapshot() as reading:
        found = find_bills(reading, "SCHOOL01", criteria, TODAY, None, 99)
        page = find_bills(reading, "SCHOOL01", criteria, TODAY, numbers[0] if numbers else None, 1)
    assert [each.bill.bill_no for each in found] == numbers
    assert [each.bill.bill_no for each in page] == numbers[1:2]
    if criteria.state is not None:
        assert {each.bill.state(TODAY) for each in found} == {criteria.state}


def test_a_found_bill_names_its_customer(many):
    with many.store.snapshot() as reading:
        (found,) = find_bills(reading, "SCHOOL01", BillCriteria(number="P3"), TODAY, None, 9)
    assert found.customer_name == "赵小雨"
