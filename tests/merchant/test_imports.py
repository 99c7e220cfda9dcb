"""Imports: the whole file or nothing, and what is told of it."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest

from offline_collect.files.errors import HeaderError, UnreadableError
from offline_collect.merchant.bill_rows import BillRows
from offline_collect.merchant.customer_rows import CustomerRows
from offline_collect.merchant.errors import NoFormError
from offline_collect.merchant.forms import read_form
from offline_collect.merchant.import_result import PROBLEMS_MAX, ImportRefusedError
from offline_collect.merchant.imports import ImportOrder, import_file
from offline_collect.merchant.merchants import read_merchant
from offline_collect.merchant.publishing import publish
from offline_collect.merchant.registering import register_merchant
from offline_collect.store import (
    Change,
    MandateStatus,
    NotThere,
    StoreSettings,
    bill_details,
    get_customer,
    open_store,
    upgrade,
)
from offline_collect.store.tables import audit_trail, bills
from tests.merchant.documents import NOW, SCHOOL, SCHOOL_FORM

CUSTOMERS = (
    "客户编号,姓名,学号,手机,同意通知\nC1,王小明,2026030117,13800000000,Y\nC2,李雷,２０２６０３０１１８,,\n"
)
BILLS = "bill_no,customer_no,学号,amount,due_date,description,班级\nB1,C1,,123.45,2026-11-30,餐费,三年级1班\nB2,,2026030118,￥1.00,2026/12/01,,\n"


@pytest.fixture
def take(store, schemas, tmp_path):
    """Import a text as a file of customers or bills."""

    def take(kind, text, *, name="rows.csv", again=False, merchant="SCHOOL01"):
        file = Path(tmp_path / name)
        if text is not None:
            file.write_text(text, encoding="utf-8")
        layout = schemas.read(f"files/{kind.name}")
        return import_file(store, ImportOrder(merchant, file, None, layout, "clerk", NOW, again), kind)

    return take


@pytest.fixture
def customers(school, take):
    return take(CustomerRows(), CUSTOMERS)


@pytest.fixture
def refused(take):
    """The problems of a file that is refused, as (row, column, reason)."""

    def refused(kind, text):
        with pytest.raises(ImportRefusedError) as caught:
            take(kind, text)
        return [(problem.row, problem.column, problem.reason) for problem in caught.value.problems]

    return refused


def counts(result):
    return {change: count for change, count in result.counts.items() if count}


def stored_bills(store):
    with store.snapshot() as reading:
        return len(list(reading.connection.execute(bills.select())))


def test_customers_are_kept_with_normalised_inputs(store, customers):
    assert counts(customers) == {Change.NEW: 2}
    with store.snapshot() as reading:
        first, second = (get_customer(reading, "SCHOOL01", number) for number in ("C1", "C2"))
    assert (first.inputs, first.mobile, first.consent) == ({"student_no": "2026030117"}, "13800000000", True)
    assert (second.inputs, second.mobile, second.consent) == ({"student_no": "2026030118"}, None, False)


def test_bills_find_their_customer_by_number_or_by_inputs(store, customers, take):
    assert counts(take(BillRows(), BILLS)) == {Change.NEW: 2}
    with store.snapshot() as reading:
        first = bill_details(reading, "SCHOOL01", "B1").bill
        second = bill_details(reading, "SCHOOL01", "B2").bill
    assert (first.customer_no, first.amount_minor, first.extra) == ("C1", 12345, {"班级": "三年级1班"})
    assert (second.customer_no, second.amount_minor, second.extra) == ("C2", 100, {})


def test_rows_are_counted_as_new_changed_and_unchanged(customers, take):
    take(BillRows(), BILLS)
    changed = BILLS.replace("123.45", "200.00") + "B3,C1,,5.00,2026-12-31,,\n"
    assert counts(take(BillRows(), changed)) == {Change.NEW: 1, Change.CHANGED: 1, Change.UNCHANGED: 1}


def test_the_same_file_is_told_and_not_taken_again(store, customers, take):
    take(BillRows(), BILLS)
    result = take(BillRows(), None)
    assert (result.earlier.who, result.earlier.rows_read) == ("clerk", 2)
    assert counts(result) == {Change.UNCHANGED: 2}
    assert counts(take(BillRows(), None, again=True)) == {Change.UNCHANGED: 2}


def test_a_file_of_customers_is_no_file_of_bills(customers, take):
    with pytest.raises(HeaderError):
        take(BillRows(), CUSTOMERS)


def test_an_import_is_audited_with_digest_and_counts(store, customers):
    with store.snapshot() as reading:
        row = list(reading.connection.execute(audit_trail.select()))[-1]
    assert (row.who, row.what) == ("clerk", "customers import SCHOOL01")
    assert '"new":2' in row.after
    assert '"sha256":' in row.after
    assert "王小明" not in row.after


def test_one_bad_row_keeps_the_whole_file_out(store, customers, refused):
    text = BILLS + "B3,C1,,0.00,2026-12-31,,\n"
    assert refused(BillRows(), text) == [(4, "amount", "is zero")]
    assert stored_bills(store) == 0


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "B3,NOBODY,,1.00,2026-12-31,,",
            (2, "账单编号", "there is no customer NOBODY: import customers first"),
        ),
        ("B3,,9999999999,1.00,2026-12-31,,", (2, "学号", "no customer has these")),
        ("B3,,12,1.00,2026-12-31,,", (2, "学号", "学号 must have 10 digits")),
        ("B3,C1,,1.00,2026-12-31,,a|b", (2, "班级", "holds |, which separates columns on receipts")),
    ],
)
def test_a_bill_that_cannot_be_is_refused_with_its_place(store, customers, refused, row, problem):
    assert refused(BillRows(), BILLS.partition("\n")[0] + f"\n{row}\n") == [problem]
    assert stored_bills(store) == 0


def test_a_bill_of_two_customers_is_refused(customers, take, refused):
    take(CustomerRows(), "客户编号,姓名,学号\nC3,李雷雷,2026030118\n")
    (problem,) = refused(BillRows(), "bill_no,学号,amount,due_date\nB1,2026030118,1.00,2026-11-30\n")
    assert problem == (2, "学号", "more than one customer has these")


def test_a_number_that_is_there_twice_names_both_rows(customers, refused):
    text = "bill_no,customer_no,amount,due_date\nB1,C1,1.00,2026-11-30\nB1,C1,2.00,2026-11-30\n"
    assert refused(BillRows(), text) == [(3, "账单编号", "is in row 2 already")]


def test_a_bill_cannot_expire_before_it_opens(customers, refused):
    text = "bill_no,customer_no,amount,due_date,open_from,expires_on\nB1,C1,1.00,2026-11-30,2026-11-02,2026-11-01\n"
    assert refused(BillRows(), text) == [(2, "失效日期", "is before 开放日期")]


def test_a_paid_bill_is_never_overwritten(store, customers, take, refused):
    take(BillRows(), BILLS)
    with store.transaction() as tx:
        tx.connection.execute(bills.update().where(bills.c.bill_no == "B1").values(paid_principal_minor=100))
    ((row, column, reason),) = refused(BillRows(), BILLS.replace("123.45", "200.00"))
    assert (row, column) == (2, "账单编号")
    assert "has been paid at least in part" in reason
    with store.snapshot() as reading:
        assert bill_details(reading, "SCHOOL01", "B1").bill.amount_minor == 12345


def test_inputs_that_the_form_refuses_are_told_in_its_words(school, refused):
    problems = refused(CustomerRows(), "客户编号,姓名,学号\nC1,王小明,2026\nC2,李雷,20260301xx\n")
    assert problems == [(2, "学号", "学号 must have 10 digits"), (3, "学号", "学号 must have 10 digits")]


def test_a_mandate_needs_an_account(store, school, take, refused):
    header = "客户编号,姓名,学号,扣款账号,协议号,单笔限额\n"
    assert refused(CustomerRows(), header + "C1,王小明,2026030117,,M1,\n") == [
        (2, "扣款账号", "is blank, but there is a 协议号")
    ]
    take(CustomerRows(), header + "C1,王小明,2026030117,6222000000000002,M1,500\n")
    with store.snapshot() as reading:
        customer = get_customer(reading, "SCHOOL01", "C1")
    assert (customer.mandate_status, customer.mandate_limit_minor) == (MandateStatus.ACTIVE, 50000)


def test_only_the_first_problems_are_told_but_all_are_counted(school, take):
    rows = "".join(f"C{number},名字,{number}\n" for number in range(PROBLEMS_MAX + 20))
    with pytest.raises(ImportRefusedError) as caught:
        take(CustomerRows(), "客户编号,姓名,学号\n" + rows)
    assert len(caught.value.problems) == PROBLEMS_MAX
    assert (caught.value.count, caught.value.rows) == (PROBLEMS_MAX + 20, PROBLEMS_MAX + 20)


def test_more_rows_than_a_chunk_holds_are_taken(store, school, take):
    rows = "".join(f"C{number},名字,{number:010d}\n" for number in range(2500))
    assert counts(take(CustomerRows(), "客户编号,姓名,学号\n" + rows)) == {Change.NEW: 2500}


def test_without_a_form_nothing_can_be_imported(store, school, take):
    register_merchant(store, replace(school, merchant_id="OTHER01"), "clerk", NOW)
    with pytest.raises(NoFormError, match="OTHER01 has no payment form"):
        take(CustomerRows(), CUSTOMERS, merchant="OTHER01")


def test_a_file_of_nobodys_is_refused(store, take):
    with pytest.raises(NotThere, match="no merchant NOBODY"):
        take(CustomerRows(), CUSTOMERS, merchant="NOBODY")


def test_a_file_that_is_not_there_is_named(school, take):
    with pytest.raises(UnreadableError, match=r"nowhere\.csv: cannot be read"):
        take(CustomerRows(), None, name="nowhere.csv")


def test_customers_are_found_by_a_new_form_too(store, customers, wire, take):
    document = copy.deepcopy(SCHOOL_FORM)
    document["inputs"].append({"key": "class_name", "label": "班级", "prompt": "班级", "required": False})
    publish(store, "SCHOOL01", read_form(document, "form.yaml", 1), *wire, "teller", NOW)
    assert counts(take(BillRows(), BILLS.replace(",班级", ",备注"))) == {Change.NEW: 2}


def test_every_database_takes_imports_alike(store_url, schemas, wire, tmp_path):
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    merchant = read_merchant(SCHOOL, "merchant.yaml")
    register_merchant(store, merchant, "clerk", NOW)
    register_merchant(store, replace(merchant, name="阳光中学"), "clerk", NOW, overwrite=True)
    publish(store, "SCHOOL01", read_form(SCHOOL_FORM, "form.yaml", 1), *wire, "clerk", NOW)
    results = []
    for kind, text in ((CustomerRows(), CUSTOMERS), (BillRows(), BILLS), (BillRows(), BILLS)):
        file = tmp_path / "rows.csv"
        file.write_text(text, encoding="utf-8")
        layout = schemas.read(f"files/{kind.name}")
        results.append(
            import_file(store, ImportOrder("SCHOOL01", file, None, layout, "clerk", NOW, again=True), kind)
        )
    store.dispose()
    assert [counts(result) for result in results] == [{Change.NEW: 2}, {Change.NEW: 2}, {Change.UNCHANGED: 2}]
