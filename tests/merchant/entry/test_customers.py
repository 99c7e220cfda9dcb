"""Customers by hand: checked like imports, and audited without personal data in full."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.debits.mandates import Cycle
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.merchant.common.errors import NoFormError, UnchangeableError, UnknownCustomerError
from offline_collect.merchant.common.refused_rows import EntryExistsError, EntryRefusedError
from offline_collect.merchant.entry.customers import (
    add_customer,
    describe_customer,
    require_customer,
    set_customer,
)
from offline_collect.merchant.entry.entry import Entry
from offline_collect.merchant.entry.search import CustomerSearch
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import (
    CustomerCriteria,
    CustomerRecord,
    NotFoundError,
    customers_by_key,
    find_customers,
    put_customers,
)
from offline_collect.store.schema.user_tables import audit_trail
from tests.merchant.documents import NOW
from tests.merchant.importing import CUSTOMERS
from tests.support.actors import user
from tests.support.audited import said

LAYOUT = Schemas().read("files/customers")
ACCOUNT = "6222020200001234567"
MANDATE = {"debit_account": ACCOUNT, "account_name": "赵小雨", "mandate_ref": "M-77", "mandate_limit": "500"}


def entry(number="C9", given=None, inputs=None, **more):
    return Entry("SCHOOL01", number, user("clerk"), given or {}, inputs or {}, **more)


def add(desk, number="C9", student="2026030199", **given):
    texts = {"customer_no": number, "name": "赵小雨", **given}
    return add_customer(desk.store, entry(number, texts, {"学号": student}), LAYOUT, NOW)


def change(desk, *, inputs=None, cleared=(), **given):
    return set_customer(desk.store, entry("C9", given, inputs, cleared=cleared), LAYOUT, NOW)


def stored(desk, number="C9"):
    with desk.store.snapshot() as reading:
        return require_customer(reading, "SCHOOL01", number)


def found_by(desk, student):
    with desk.store.snapshot() as reading:
        return customers_by_key(reading, "SCHOOL01", [lookup_key({"student_no": student})])


def last_audit(desk):
    with desk.store.snapshot() as reading:
        newest = select(audit_trail).order_by(audit_trail.c.sequence.desc()).limit(1)
        return reading.connection.execute(newest).one()


def test_a_customer_is_added_as_a_file_would_and_found_by_its_inputs(pupils):
    added = add(pupils, mobile="13800001234", consent="Y", **MANDATE)
    assert stored(pupils) == added
    assert added == CustomerRecord(
        "C9",
        "赵小雨",
        {"student_no": "2026030199"},
        mobile="13800001234",
        consent=True,
        debit_account=ACCOUNT,
        account_name="赵小雨",
        mandate_ref="M-77",
        mandate_limit_minor=50_000,
    )
    assert list(found_by(pupils, "2026030199").values()) == [["C9"]]


def test_the_audit_has_nobodys_data_in_full(pupils):
    add(pupils, mobile="13800001234", email="zhao@example.com", **MANDATE)
    row = last_audit(pupils)
    assert (row.actor, said(row), row.before) == ("clerk", "customers add SCHOOL01 C9", None)
    for secret in (ACCOUNT, "13800001234", "zhao@", "赵小雨", "2026030199"):
        assert secret not in row.after
    change(pupils, mobile="13900009999")
    row = last_audit(pupils)
    assert json.loads(row.before)["mobile"] != json.loads(row.after)["mobile"]


@pytest.mark.parametrize(
    ("given", "inputs", "told"),
    [
        ({"customer_no": "C9", "name": "X"}, {}, "学号: is blank"),
        ({"customer_no": "C9"}, {"学号": "2026030199"}, "姓名: is blank"),
        ({"customer_no": "C9", "name": "X"}, {"学号": "12"}, "学号 12: 学号 must have 10 digits"),
        ({"customer_no": "C9", "name": "X"}, {"班级": "1"}, "班级: is not an input of the merchant's form"),
        ({"customer_no": "C9", "name": "X", "mobile": "?"}, {"学号": "2026030199"}, "手机"),
        (
            {"customer_no": "C9", "name": "X", "mandate_ref": "M"},
            {"学号": "2026030199"},
            "扣款账号: is blank",
        ),
    ],
)
def test_what_a_file_may_not_say_is_refused(pupils, given, inputs, told):
    with pytest.raises(EntryRefusedError, match=f"C9: {told}"):
        add_customer(pupils.store, entry(given=given, inputs=inputs), LAYOUT, NOW)


def test_a_number_is_taken_once(pupils):
    with pytest.raises(EntryExistsError, match="has a customer C1 already"):
        add(pupils, "C1")


@pytest.mark.parametrize("number", [" C9", "C9\n", '="C9"'])
def test_a_number_that_is_typed_otherwise_is_the_same_one(pupils, number):
    add(pupils)
    with pytest.raises(EntryExistsError, match="has a customer C9 already"):
        add(pupils, number, name="别人")
    assert stored(pupils).name == "赵小雨"


def test_what_is_not_named_stays(pupils):
    add(pupils, mobile="13800001234", **MANDATE)
    assert change(pupils, name="赵晓雨", inputs={"student_no": "２０２６０３０１９８"})
    after = stored(pupils)
    assert (after.name, after.mobile, after.debit_account) == ("赵晓雨", "13800001234", ACCOUNT)
    assert found_by(pupils, "2026030199") == {}
    assert list(found_by(pupils, "2026030198").values()) == [["C9"]]
    assert not change(pupils, name="赵晓雨")


def test_what_is_cleared_is_blank(pupils):
    add(pupils, mobile="13800001234", consent="Y")
    change(pupils, cleared=("mobile", "consent"))
    assert (stored(pupils).mobile, stored(pupils).consent) == (None, False)


@pytest.mark.parametrize(
    ("cleared", "told"),
    [
        (("name",), "姓名: cannot be cleared"),
        (("学号",), "学号: would no longer find the customer"),
        (("student_no",), "学号: would no longer find the customer"),
        (("hobby",), "hobby: is not known"),
        (("debit_account",), "扣款账号: is blank, but there is a 协议号"),
    ],
)
def test_what_must_be_there_is_not_cleared(pupils, cleared, told):
    add(pupils, **MANDATE)
    with pytest.raises(EntryRefusedError, match=told):
        change(pupils, cleared=cleared)


TERMS = {
    "debit_bank": "102100099996",
    "mandate_signed_on": "2026-09-01",
    "mandate_from": "2026年9月2日",
    "mandate_to": "20290831",
    "mandate_purpose": "代扣学费",
    "mandate_cycle": "每季度",
    "mandate_cycle_limit": "1,500.00",
}


def test_the_terms_of_a_mandate_are_typed_as_a_file_has_them(pupils):
    add(pupils, **MANDATE, **TERMS)
    assert stored(pupils) == CustomerRecord(
        "C9",
        "赵小雨",
        {"student_no": "2026030199"},
        debit_account=ACCOUNT,
        debit_bank="102100099996",
        account_name="赵小雨",
        mandate_ref="M-77",
        mandate_signed_on=dt.date(2026, 9, 1),
        mandate_from=dt.date(2026, 9, 2),
        mandate_to=dt.date(2029, 8, 31),
        mandate_purpose="代扣学费",
        mandate_cycle=Cycle.QUARTER,
        mandate_limit_minor=50_000,
        mandate_cycle_limit_minor=150_000,
    )
    assert not change(pupils, mandate_to="2029-08-31", mandate_cycle="quarter")
    assert change(pupils, cleared=tuple(key for key in TERMS if key != "debit_bank"))
    assert (stored(pupils).mandate_ref, stored(pupils).mandate_cycle) == ("M-77", None)


@pytest.mark.parametrize(
    ("given", "cleared", "told"),
    [
        ({"mandate_to": "2026-09-01"}, (), "协议到期日期: is before 协议生效日期"),
        ({"mandate_cycle": "每天"}, (), "扣款周期"),
        ({}, ("mandate_cycle",), "扣款周期: is blank, but there is a 周期限额"),
        ({}, ("mandate_ref",), "协议签订日期: is given without a 协议号"),
    ],
)
def test_terms_that_do_not_go_together_are_refused_after_the_change(pupils, given, cleared, told):
    add(pupils, **MANDATE, **TERMS)
    with pytest.raises(EntryRefusedError, match=told):
        change(pupils, cleared=cleared, **given)


def test_a_mandate_may_go_by_the_account_that_is_there(pupils):
    add(pupils, debit_account=ACCOUNT)
    change(pupils, mandate_ref="M-1")
    assert stored(pupils).mandate_ref == "M-1"


def test_whoever_is_not_there_is_said_not_to_be(pupils):
    with pytest.raises(UnknownCustomerError, match="SCHOOL01 has no customer C9"):
        change(pupils, name="X")
    with pupils.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [CustomerRecord("09", "韩梅梅", {"student_no": "2026030142"})])
    with pytest.raises(UnknownCustomerError, match=r"SCHOOL01 has no customer 9: is 09 meant\?"):
        set_customer(pupils.store, entry("9", {"name": "X"}), LAYOUT, NOW)
    with pytest.raises(NotFoundError, match="NOBODY"):
        add_customer(pupils.store, Entry("NOBODY", "C9", user("clerk")), LAYOUT, NOW)


def test_a_merchant_without_a_form_has_no_customers_yet(store, school):
    register_merchant(store, replace(school, merchant_id="NEW01"), user("boss"), NOW)
    with pytest.raises(NoFormError, match="NEW01"):
        add_customer(store, Entry("NEW01", "C9", user("clerk")), LAYOUT, NOW)


def test_a_customer_that_a_waiting_import_brings_is_left_to_it(desk, school):
    register_merchant(desk.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    waiting = desk.take("customers", CUSTOMERS).record.import_id
    with pytest.raises(UnchangeableError, match=f"import {waiting}, which waits, would bring it"):
        add(desk, "C1", "2026030117")


def test_customers_are_shown_masked_to_those_who_may_not_see_them(pupils):
    customer = add(pupils, mobile="13800001234", email="zhao@example.com", app_user="zhaoxy", **MANDATE)
    shown = describe_customer(customer, "156", masked=False)
    masked = describe_customer(customer, "156", masked=True)
    assert (shown["name"], shown["mobile"], shown["debit_account"]) == ("赵小雨", "13800001234", "***4567")
    assert (masked["name"], masked["mobile"], masked["debit_account"]) == ("赵*雨", "138****1234", "***4567")
    assert masked["email"] == "z***@example.com"
    assert masked["inputs"]["student_no"] != "2026030199"
    assert (masked["account_name"], masked["mandate_limit"]) == ("赵*雨", "500.00")


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        (CustomerCriteria(), ["C1", "C2", "C9"]),
        (CustomerCriteria(number="c9"), ["C9"]),
        (CustomerCriteria(name="小"), ["C1", "C9"]),
        (CustomerCriteria(mobile="0001"), ["C9"]),
        (CustomerCriteria(inputs={"student_no": "2026030118"}), ["C2"]),
        (CustomerCriteria(inputs={"student_no": "202603011"}), []),
        (CustomerCriteria(name="%"), []),
        (CustomerCriteria(number="C", mobile="138", name="赵"), ["C9"]),
    ],
)
def test_customers_are_found_by_parts(pupils, criteria, numbers):
    add(pupils, mobile="13800001234")
    with pupils.store.snapshot() as reading:
        found = find_customers(reading, "SCHOOL01", criteria, None, 9)
        page = find_customers(reading, "SCHOOL01", criteria, numbers[0] if numbers else None, 1)
    assert [each.customer_no for each in found] == numbers
    assert [each.customer_no for each in page] == numbers[1:2]


def test_a_mobile_is_stored_and_found_in_one_form_however_it_is_written(pupils):
    assert add(pupils, mobile="+86 138-0000 1234").mobile == "13800001234"
    assert not change(pupils, mobile="138 0000 1234")
    with pupils.store.snapshot() as reading:
        for part in ("138-0000-1234", "+8613800001234", "0000-12"):
            criteria = CustomerSearch(mobile=part).criteria(reading, "SCHOOL01")
            assert [each.customer_no for each in find_customers(reading, "SCHOOL01", criteria, None, 10)] == [
                "C9"
            ]
