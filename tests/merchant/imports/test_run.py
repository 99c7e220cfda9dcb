"""Imports: the whole file or nothing, and what is reported."""

import copy
from dataclasses import replace

import pytest

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.errors import HeaderError, UnreadableError
from offline_collect.merchant.common.errors import NoFormError
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.imports.check_rows import CHUNK
from offline_collect.merchant.imports.problems import PROBLEMS_KEPT_MAX
from offline_collect.merchant.imports.process import state_shown
from offline_collect.merchant.imports.result import ImportRefusedError, NoRowsError
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import (
    CustomerRecord,
    ImportCounts,
    NotFoundError,
    StoreSettings,
    get_customer,
    list_imports,
    open_store,
    upgrade,
)
from offline_collect.store.schema import tables, user_tables
from tests.merchant.documents import NOW, SCHOOL, SCHOOL_FORM
from tests.merchant.importing import BILLS, CUSTOMERS, Desk, bills_of, counts
from tests.support.actors import user
from tests.support.audited import said
from tests.support.twins import put_twins

HEADER = "bill_no,customer_no,amount,due_date\n"


@pytest.fixture
def refused(desk):
    """The problems of a file that is refused, as (row, column, reason)."""

    def refused(kind, text, **more):
        with pytest.raises(ImportRefusedError) as caught:
            desk.take(kind, text, **more)
        return [
            (problem.row, problem.column, problem.reason) for problem in caught.value.problems.kept_by_row
        ]

    return refused


def test_customers_are_kept_with_normalised_inputs(desk, store):
    assert counts(desk.take("customers", CUSTOMERS)) == {"new": 2}
    with store.snapshot() as reading:
        first, second = (get_customer(reading, "SCHOOL01", number) for number in ("C1", "C2"))
    assert (first.inputs, first.mobile, first.consent) == ({"student_no": "2026030117"}, "13800000000", True)
    assert (second.inputs, second.mobile, second.consent) == ({"student_no": "2026030118"}, None, False)


def test_bills_find_their_customer_by_number_or_by_inputs(pupils):
    assert counts(pupils.take("bills", BILLS)) == {"new": 2}
    first, second = pupils.bill("B1"), pupils.bill("B2")
    assert (first.customer_no, first.amount_minor, first.extra) == ("C1", 12345, {"班级": "三年级1班"})
    assert (second.customer_no, second.amount_minor, second.extra) == ("C2", 100, {})


def test_rows_are_counted_as_new_changed_and_unchanged(pupils):
    pupils.take("bills", BILLS)
    changed = BILLS.replace("123.45", "200.00") + "B5,C1,,5.00,2026-12-31,,\n"
    assert counts(pupils.take("bills", changed)) == {"new": 1, "changed": 1, "unchanged": 1}
    assert pupils.amounts("B1", "B2", "B5") == [20000, 100, 500]


def test_a_changed_customer_is_found_by_what_he_has_now(pupils):
    moved = CUSTOMERS.replace("2026030117", "2026030999")
    assert counts(pupils.take("customers", moved)) == {"changed": 1, "unchanged": 1}
    found = pupils.take("bills", "bill_no,学号,amount,due_date\nB1,2026030999,1.00,2026-11-30\n")
    assert counts(found) == {"new": 1}
    assert pupils.bill("B1").customer_no == "C1"
    with pytest.raises(ImportRefusedError):
        pupils.take("bills", "bill_no,学号,amount,due_date\nB2,2026030117,1.00,2026-11-30\n")


def test_the_same_file_is_told_and_not_taken_again(pupils):
    first = pupils.take("bills", BILLS)
    again = pupils.take("bills", None)
    assert (again.earlier, again.record) == (True, first.record)
    assert counts(pupils.take("bills", None, again=True)) == {"unchanged": 2}


def test_a_file_that_was_refused_bars_nothing(desk, refused):
    assert refused("bills", BILLS)
    desk.take("customers", CUSTOMERS)
    assert counts(desk.take("bills", BILLS)) == {"new": 2}


def test_a_file_of_customers_is_no_file_of_bills(pupils):
    with pytest.raises(HeaderError):
        pupils.take("bills", CUSTOMERS)


def test_an_import_is_audited_with_digest_and_counts(pupils, store):
    with store.snapshot() as reading:
        row = list(reading.connection.execute(user_tables.audit_trail.select()))[-1]
    assert (row.actor, said(row)) == ("clerk", "customers import SCHOOL01 1")
    assert '"new":2' in row.after
    assert '"sha256":' in row.after
    assert "王小明" not in row.after


def test_one_bad_row_keeps_the_whole_file_out(pupils, refused):
    before = pupils.rows(user_tables.audit_trail)
    text = BILLS + "B3,C1,,-1.00,2026-12-31,,\n"
    assert refused("bills", text) == [(4, "amount", "is negative")]
    assert pupils.rows(tables.bills) == 0
    assert pupils.rows(user_tables.audit_trail) == before


def test_of_a_file_that_turns_bad_late_nothing_stays(pupils, refused):
    rows = "".join(f"X{number}1,C1,1.00,2026-11-30\n" for number in range(2_500))
    assert refused("bills", HEADER + rows + "Y,C1,-1.00,2026-11-30\n") == [(2_502, "amount", "is negative")]
    assert pupils.rows(tables.bills) == 0
    with pupils.store.snapshot() as reading:
        (latest, *_) = list_imports(reading, "SCHOOL01")
    assert latest.tidied
    assert (state_shown(latest), latest.counts) == ("FAILED", ImportCounts(read=2_501, new=2_000, refused=1))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "B3,NOBODY,,1.00,2026-12-31,,",
            (2, "客户编号", "there is no customer NOBODY: import customers first"),
        ),
        ("B3,,9999999999,1.00,2026-12-31,,", (2, "学号", "no customer has these")),
        ("B3,,12,1.00,2026-12-31,,", (2, "学号", "学号 must have 10 digits")),
        ("B3,C1,,1.00,2026-12-31,,a|b", (2, "班级", "holds |, which separates columns on receipts")),
    ],
)
def test_a_bill_that_cannot_be_is_refused_with_its_place(pupils, refused, row, problem):
    assert refused("bills", BILLS.partition("\n")[0] + f"\n{row}\n") == [problem]
    assert pupils.rows(tables.bills) == 0


def test_a_bill_of_two_customers_is_refused(pupils, refused):
    with pupils.store.transaction() as tx:
        put_twins(tx, "SCHOOL01", CustomerRecord("C3", "李雷雷", {"student_no": "2026030118"}))
    (problem,) = refused("bills", "bill_no,学号,amount,due_date\nB1,2026030118,1.00,2026-11-30\n")
    assert problem == (2, "学号", "more than one customer has these")


def test_a_number_that_is_there_twice_names_both_rows(pupils, refused):
    text = HEADER + "B1,C1,1.00,2026-11-30\nB1,C1,2.00,2026-11-30\n"
    assert refused("bills", text) == [(3, "账单编号", "is in row 2 already")]


def test_a_number_that_is_there_twice_far_apart_is_found(pupils, refused):
    rows = "".join(f"X{number}1,C1,1.00,2026-11-30\n" for number in range(2_500))
    assert refused("bills", HEADER + rows + "X11,C1,1.00,2026-11-30\n") == [
        (2_502, "账单编号", "is in row 3 already")
    ]


def test_a_bill_cannot_expire_before_it_opens(pupils, refused):
    text = "bill_no,customer_no,amount,due_date,open_from,expires_on\nB1,C1,1.00,2026-11-30,2026-11-02,2026-11-01\n"
    assert refused("bills", text) == [(2, "失效日期", "is before 开放日期")]


def test_a_paid_bill_is_never_overwritten(pupils, refused):
    pupils.take("bills", BILLS)
    pupils.pay("B1")
    ((row, column, reason),) = refused("bills", BILLS.replace("123.45", "200.00"))
    assert (row, column) == (2, "账单编号")
    assert "has been paid at least in part" in reason
    assert pupils.amounts("B1") == [12345]


def test_a_paid_bill_that_is_as_it_was_keeps_nobody_out(pupils):
    pupils.take("bills", BILLS)
    pupils.pay("B1")
    assert counts(pupils.take("bills", BILLS + "B5,C1,,5.00,2026-12-31,,\n")) == {"new": 1, "unchanged": 2}


def test_the_good_rows_are_taken_where_that_is_asked_for(pupils):
    text = BILLS + "B3,C1,,-1.00,2026-12-31,,\nB4,NOBODY,,1.00,2026-12-31,,\nB1,C1,,1.00,2026-12-31,,\n"
    result = pupils.take("bills", text, accept_valid=True)
    assert counts(result) == {"new": 2, "refused": 3}
    assert [problem.row for problem in result.problems.kept] == [4, 6, 5]
    assert pupils.amounts("B1", "B2", "B3", "B4") == [12345, 100, None, None]


def test_a_file_without_a_good_row_is_refused_whatever_is_asked_for(pupils, refused):
    text = HEADER + "B1,NOBODY,1.00,2026-11-30\nB2,C1,-1.00,2026-11-30\n"
    assert [row for row, *_ in refused("bills", text, accept_valid=True)] == [2, 3]
    assert pupils.rows(tables.bills) == 0


@pytest.mark.parametrize("kind", ["customers", "bills"])
def test_a_header_without_rows_is_refused(pupils, kind):
    header = {"customers": CUSTOMERS, "bills": BILLS}[kind].partition("\n")[0]
    with pytest.raises(NoRowsError, match=r"rows\.csv: has a header and no row below it"):
        pupils.take(kind, header + "\n\n")


def test_inputs_that_the_form_refuses_are_told_in_its_words(refused):
    problems = refused("customers", "客户编号,姓名,学号\nC1,王小明,2026\nC2,李雷,20260301xx\n")
    assert problems == [(2, "学号", "学号 must have 10 digits"), (3, "学号", "学号 must have 10 digits")]


def test_a_mandate_needs_an_account(desk, store, refused):
    header = "客户编号,姓名,学号,扣款账号,协议号,单笔限额\n"
    assert refused("customers", header + "C1,王小明,2026030117,,M1,\n") == [
        (2, "扣款账号", "is blank, but there is a 协议号")
    ]
    desk.take("customers", header + "C1,王小明,2026030117,6222000000000002,M1,500\n")
    with store.snapshot() as reading:
        customer = get_customer(reading, "SCHOOL01", "C1")
    assert (customer.mandate_ref, customer.mandate_limit_minor) == ("M1", 50000)


def test_of_the_problems_some_are_told_more_are_kept_and_all_are_counted(desk):
    rows = "".join(f"C{number},名字,{number}\n" for number in range(PROBLEMS_KEPT_MAX + 20))
    with pytest.raises(ImportRefusedError) as caught:
        desk.take("customers", "客户编号,姓名,学号\n" + rows)
    problems = caught.value.problems
    assert (len(problems.kept), problems.rows) == (PROBLEMS_KEPT_MAX, PROBLEMS_KEPT_MAX + 20)
    assert (problems.count, caught.value.rows) == (PROBLEMS_KEPT_MAX + 20, PROBLEMS_KEPT_MAX + 20)


def test_more_rows_than_a_chunk_holds_are_taken_and_the_way_is_told(desk):
    steps = []
    rows = "".join(f"C{number},名字,{number:010d}\n" for number in range(2_500))
    taken = desk.take("customers", "客户编号,姓名,学号\n" + rows, watch=lambda *told: steps.append(told))
    assert counts(taken) == {"new": 2_500}
    assert [rows for step, rows, _ in steps if step == "reading"] == [1_000, 2_000, 2_500]
    assert steps[0][2] <= 1


def test_without_a_form_nothing_can_be_imported(desk, store, school):
    register_merchant(store, replace(school, merchant_id="OTHER01"), user("clerk"), NOW)
    with pytest.raises(NoFormError, match="OTHER01 has no payment form"):
        desk.take("customers", CUSTOMERS, merchant="OTHER01")


def test_a_file_of_nobodys_is_refused(desk):
    with pytest.raises(NotFoundError, match="no merchant NOBODY"):
        desk.take("customers", CUSTOMERS, merchant="NOBODY")


def test_a_file_that_is_not_there_is_named(desk):
    with pytest.raises(UnreadableError, match=r"nowhere\.csv: cannot be read"):
        desk.take("customers", None, name="nowhere.csv")


def test_a_file_that_changes_while_it_is_read_leaves_nothing(pupils):
    rows = "".join(f"X{number}1,C1,1.00,2026-11-30\n" for number in range(2_500))

    def meddle(_step, read, _share):
        if read == 1_000:
            with (pupils.folder / "rows.csv").open("a", encoding="utf-8") as file:
                file.write("Z,C1,1.00,2026-11-30\n")

    with pytest.raises(UnreadableError, match="changed while it was read"):
        pupils.take("bills", HEADER + rows, watch=meddle)
    assert pupils.rows(tables.bills) == 0


def test_whatever_stops_an_import_leaves_nothing(pupils):
    rows = "".join(f"X{number}1,C1,1.00,2026-11-30\n" for number in range(2_500))

    def stop(_step, read, _share):
        if read > 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pupils.take("bills", HEADER + rows, watch=stop)
    assert pupils.rows(tables.bills) == 0
    assert counts(pupils.take("bills", None)) == {"new": 2_500}


def test_customers_are_found_by_a_new_form_too(pupils, store, wire):
    document = copy.deepcopy(SCHOOL_FORM)
    document["inputs"].append({"key": "class_name", "label": "班级", "prompt": "班级", "required": False})
    publish(store, "SCHOOL01", read_form(document, "form.yaml", 1), *wire, user("teller"), NOW)
    assert counts(pupils.take("bills", BILLS.replace(",班级", ",备注"))) == {"new": 2}


def test_a_mapping_says_what_the_merchant_calls_our_columns(pupils):
    mapping = read_mapping(
        {"header_row": 2, "columns": {"bill_no": "单号", "amount": "应缴"}, "ignore": ["序号"]}, "map.yaml"
    )
    text = "十二月账单\n序号,单号,客户编号,应缴,缴费截止日\n1,B1,C1,5.00,2026-12-01\n"
    assert counts(pupils.take("bills", text, mapping=mapping)) == {"new": 1}
    assert pupils.bill("B1").extra == {}


def test_what_a_killed_import_left_is_given_up_by_name(pupils, refused, monkeypatch):
    """A process that dies cannot tidy: its rows only block imports of the same bills."""
    rows = "".join(f"X{number}1,C1,1.00,2026-11-30\n" for number in range(1_500))

    def die(_step, read, _share):
        if read == 1_000:
            raise SystemExit

    monkeypatch.setattr("offline_collect.merchant.imports.run.throw_away", lambda *_: None)
    with pytest.raises(SystemExit):
        pupils.take("bills", HEADER + rows, watch=die, name="first.csv")
    monkeypatch.undo()
    assert pupils.rows(tables.bills) == 1_000
    assert pupils.amounts("X11") == [None]
    ((_, _, reason),) = refused("bills", bills_of("X11,C1,2.00,2026-12"))
    assert "import 2" in reason
    assert counts(pupils.take("bills", None, name="first.csv")) == {"new": 1_500}


def test_every_database_takes_imports_alike(store_url, wire, tmp_path):
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    register_merchant(store, read_merchant(SCHOOL, "merchant.yaml"), user("clerk"), NOW)
    publish(store, "SCHOOL01", read_form(SCHOOL_FORM, "form.yaml", 1), *wire, user("clerk"), NOW)
    desk = Desk(store, tmp_path)
    changed = BILLS.replace("123.45", "200.00")
    files = (("customers", CUSTOMERS), ("bills", BILLS), ("bills", BILLS), ("bills", changed))
    results = [counts(desk.take(kind, text, again=True)) for kind, text in files]
    amounts = desk.amounts("B1", "B2")
    store.dispose()
    assert results == [{"new": 2}, {"new": 2}, {"unchanged": 2}, {"changed": 1, "unchanged": 1}]
    assert amounts == [20000, 100]


def test_every_bad_row_is_told_whether_by_itself_or_by_the_store(pupils):
    good = [f"G{number},C1,1.00,2026-12" for number in range(CHUNK)]
    rows = ["A,NOBODY,1.00,2026-12", "B,C1,-1.00,2026-12", *good, "D,NOBODY,1.00,2026-12"]
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("bills", bills_of(*rows))
    assert [problem.row for problem in caught.value.problems.kept_by_row] == [2, 3, CHUNK + 4]
    assert pupils.amounts("G1") == [None]


def test_a_problem_with_an_input_quotes_what_was_written_of_it(pupils):
    rows = "bill_no,学号,amount,due_date\nA,9999999999,1.00,2026-12-01\nB,123,1.00,2026-12-01\n"
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("bills", rows)
    assert [problem.value for problem in caught.value.problems.kept_by_row] == ["9999999999", "123"]
