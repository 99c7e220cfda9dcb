"""An import does not give bills to others, rename customers or count rows, unless that is meant."""

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import yaml

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.errors import MappingError
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.bill_rows import BillRows
from offline_collect.merchant.imports.identity import IdentityError
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.merchant.imports.row_numbers import RowNumbersError
from offline_collect.merchant.imports.run import import_file
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import (
    CustomerRecord,
    ImportState,
    get_customer,
    list_imports,
    put_customers,
)
from offline_collect.store.schema import tables, user_tables
from tests.merchant.documents import NOW, SCHOOL
from tests.merchant.importing import Desk, bills_of, counts, unseen
from tests.support.actors import user

DATA = Path(__file__).parent / "data"
ROOMS = ["1-101", "1-102", "1-103", "1-104"]
FORM = {"title": "物业费", "inputs": [{"key": "room", "label": "房号", "prompt": "请输入房号", "most": 20}]}
MAPPED = {
    "customer_no": "住户",
    "amount": "应收金额",
    "due_date": "截止日",
    "period": "所属月份",
    "description": "项目",
}
OCTOBER = bills_of("A,C1,1.00,2026-10", "B,C2,2.00,2026-10", "C,C1,3.00,2026-10")


@pytest.fixture
def estate(store, wire, tmp_path):
    """The desk of a house with four flats; its customers' numbers are their rooms."""
    register_merchant(store, read_merchant(SCHOOL, "merchant.yaml"), user("teller"), NOW)
    publish(store, "SCHOOL01", read_form(FORM, "form.yaml", 1), *wire, user("teller"), NOW)
    with store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [CustomerRecord(room, "住户" + room, {"room": room}) for room in ROOMS])
    return Desk(store, tmp_path)


def month(estate, name, **more):
    """Return the order of a month's bills, whose column 账单编号 is what the list has as 序号."""
    mapping = read_mapping({"columns": {"bill_no": "编号", **MAPPED}}, "mapping.yaml")
    order = estate.order("bills", None, mapping=mapping, **more)
    return replace(order, file=_renamed(DATA / name, estate.folder / name))


def _renamed(file, copy):
    """Copy a workbook with the heading of its first column changed: a clerk has edited it."""
    book = openpyxl.load_workbook(file)
    book.active["A1"] = "编号"
    book.save(copy)
    return copy


def names(desk, *numbers):
    with desk.store.snapshot() as reading:
        return [get_customer(reading, "SCHOOL01", number).name for number in numbers]


def test_a_mapping_of_row_numbers_is_refused():
    with pytest.raises(MappingError, match=r"columns\.bill_no: 序号 numbers the rows; name a column"):
        read_mapping(
            yaml.safe_load((DATA / "serial_mapping.yaml").read_text(encoding="utf-8")), "serial_mapping.yaml"
        )


def test_bill_numbers_that_count_the_rows_are_refused_whatever_their_heading(estate):
    with pytest.raises(RowNumbersError) as caught:
        import_file(estate.store, month(estate, "serial_1.xlsx"), BillRows(), unseen)
    assert str(caught.value) == (
        "serial_1.xlsx: nothing was imported: the numbers in the column 编号 are 1, 2, … in the order of the rows:"
        " a file that counts its rows anew gives them to others; name a column whose numbers stay with one bill for"
        " good; if there is none, name none: numbers are made of period, customer and item; if they stay as they are in"
        " all files, import it with --identity-changes"
    )
    assert estate.rows(tables.bills) == 0


def test_a_second_month_of_the_same_numbers_rewrites_no_debt(estate):
    """Even if the first was taken because its numbers were said to be meant."""
    first = month(estate, "serial_1.xlsx", identity_changes=True)
    assert counts(import_file(estate.store, first, BillRows(), unseen)) == {"new": 2}
    # The clerk has deleted a row, so that the numbers no longer count them.
    text = "编号,客户编号,金额,缴费截止日,账期\n2,1-104,102,2026-11-30,2026-11\n7,1-101,9,2026-11-30,2026-11\n1,1-103,101,2026-11-30,2026-11\n"
    second = estate.order("bills", text, mapping=read_mapping({"columns": {"bill_no": "编号"}}, "m.yaml"))
    with pytest.raises(IdentityError) as caught:
        import_file(estate.store, second, BillRows(), unseen)
    assert str(caught.value) == (
        "rows.csv: nothing was imported: it would bring another customer, period, due month or item for 2 unpaid bills: 2 from 1-102"
        " (2026-10) to 1-104 (2026-11); 1 from 1-101 (2026-10) to 1-103 (2026-11); check that the numbers in the file"
        " are not those of its rows; if this is meant, import it with --identity-changes"
    )
    assert (estate.bill("1").customer_no, estate.bill("2").customer_no) == ("1-101", "1-102")


def test_the_preview_of_a_second_month_says_both(estate):
    first = month(estate, "serial_1.xlsx", identity_changes=True)
    import_file(estate.store, first, BillRows(), unseen)
    found = preview_file(estate.store, month(estate, "serial_2.xlsx"), BillRows(), unseen)
    assert (found.identity.moves.count, found.identity.stop) == (2, True)
    assert found.identity.moves.first[0] == "1 from 1-101 (2026-10) to 1-103 (2026-11)"
    assert found.row_numbers.refused


def test_numbers_of_customers_that_count_the_rows_are_only_told(estate):
    text = (DATA / "cust_serial_1.csv").read_text(encoding="utf-8").replace("序号", "客户编号")
    result = estate.take("customers", text.replace("1-10", "2-10"))
    assert (counts(result), result.row_numbers.refused) == ({"new": 2}, False)


@pytest.mark.parametrize("title", ["编号", "No."])
def test_a_column_that_is_called_number_only_is_refused_if_it_counts_customers(estate, title):
    text = (DATA / "cust_serial_1.csv").read_text(encoding="utf-8").replace("序号", title)
    text = text.replace("1-10", "2-10")
    known = read_mapping({"columns": {"customer_no": title}}, "mapping.yaml")
    with pytest.raises(RowNumbersError, match="stay with one customer for good, such as 户号"):
        estate.take("customers", text, mapping=known)
    result = estate.take("customers", None, mapping=known, identity_changes=True)
    assert counts(result) == {"new": 2}


def test_a_list_whose_rows_moved_renames_nobody(estate, store):
    first, second = (
        (DATA / f"cust_serial_{n}.csv").read_text(encoding="utf-8").replace("序号", "客户编号")
        for n in (1, 2)
    )
    first, second = first.replace("1-10", "2-10"), second.replace("1-10", "2-10")
    estate.take("customers", first)
    with pytest.raises(IdentityError) as caught:
        estate.take("customers", second)
    assert str(caught.value).startswith(
        "rows.csv: nothing was imported: it would bring another name for 2 of 6 customers: 1; 2; 1 of these names are"
        " other customers' now; other inputs for 2 of 6 customers: 1; 2; "
    )
    assert names(estate, "1", "2") == ["张三", "李四"]
    assert counts(estate.take("customers", second, identity_changes=True)) == {"new": 1, "changed": 2}
    assert names(estate, "1", "2") == ["丁一", "张三"]


def test_one_customer_may_get_another_name(pupils):
    text = "客户编号,姓名,学号\nC1,王晓明,2026030117\nC2,李雷,2026030118\n"
    assert counts(pupils.take("customers", text)) == {"changed": 1, "unchanged": 1}
    assert names(pupils, "C1") == ["王晓明"]


def test_customers_do_not_exchange_what_payers_type(estate):
    rooms = ("1-102", "1-101", "1-103", "1-104")
    text = "客户编号,姓名,房号\n" + "".join(
        f"{number},住户{number},{room}\n" for number, room in zip(ROOMS, rooms, strict=True)
    )
    with pytest.raises(IdentityError) as caught:
        estate.take("customers", text)
    assert str(caught.value).startswith(
        "rows.csv: nothing was imported: it would bring other inputs for 2 of 4 customers: 1-101; 1-102; 2 of these are"
        " other customers' now: payers would see their bills; check"
    )
    assert estate.preview("customers", text).identity.exchanged == 2
    assert counts(estate.take("customers", text, identity_changes=True)) == {"changed": 2, "unchanged": 2}


def test_an_exchange_stops_an_import_among_many_customers(estate, store):
    more = [CustomerRecord(f"9-{n}", "户", {"room": f"9-{n}"}) for n in range(100)]
    with store.transaction() as tx:
        put_customers(tx, "SCHOOL01", more)
    head = "客户编号,姓名,房号\n"
    with pytest.raises(IdentityError, match="other inputs for 2 of 104 customers"):
        estate.take("customers", head + "1-101,住户1-101,1-102\n1-102,住户1-102,1-101\n")
    # Two that move to flats where nobody lived are two of a hundred.
    moved = head + "1-101,住户1-101,2-101\n1-102,住户1-102,2-102\n"
    assert counts(estate.take("customers", moved)) == {"changed": 2}


def test_names_that_two_customers_exchange_stop_an_import_among_many(estate, store):
    more = [CustomerRecord(f"9-{n}", "户", {"room": f"9-{n}"}) for n in range(100)]
    with store.transaction() as tx:
        put_customers(tx, "SCHOOL01", more)
    head = "客户编号,姓名,房号\n"
    exchanged = head + "1-101,住户1-102,1-101\n1-102,住户1-101,1-102\n"
    said = (
        "another name for 2 of 104 customers: 1-101; 1-102; 2 of these names are other customers' now; check"
    )
    with pytest.raises(IdentityError, match=said):
        estate.take("customers", exchanged)
    assert names(estate, "1-101") == ["住户1-101"]
    assert counts(estate.take("customers", head + "1-101,甲,1-101\n1-102,乙,1-102\n")) == {"changed": 2}
    back = head + "1-101,乙,1-101\n1-102,甲,1-102\n"
    assert counts(estate.take("customers", back, identity_changes=True)) == {"changed": 2}


@pytest.mark.parametrize("more", [{}, {"accept_valid": True}])
def test_the_first_five_moves_are_named_and_all_are_counted(pupils, more):
    rows = [f"X{n}1,C1,1.00,2026-10" for n in range(2_500)]
    pupils.take("bills", bills_of(*rows))
    later = bills_of(*(row.replace("2026-10", "2026-11") for row in rows))
    before = pupils.rows(user_tables.audit_trail)
    with pytest.raises(IdentityError) as caught:
        pupils.take("bills", later, **more)
    assert "for 2500 unpaid bills: X01 from C1 (2026-10) to C1 (2026-11); X11 " in str(caught.value)
    assert "; X41 from C1 (2026-10) to C1 (2026-11); and 2495 more; check" in str(caught.value)
    assert pupils.bill("X24991").period == "2026-10"
    assert pupils.rows(user_tables.audit_trail) == before
    with pupils.store.snapshot() as reading:
        (latest, *_) = list_imports(reading, "SCHOOL01")
    assert (latest.state, latest.tidied) == (ImportState.REJECTED, True)


def test_what_is_meant_is_done_recorded_and_told(pupils):
    pupils.take("bills", OCTOBER)
    result = pupils.take("bills", OCTOBER.replace("A,C1", "A,C2"), identity_changes=True)
    assert counts(result) == {"changed": 1, "unchanged": 2}
    assert result.identity.words() == (
        "another customer, period, due month or item for 1 unpaid bill: A from C1 (2026-10) to C2 (2026-10)"
    )
    assert pupils.bill("A").customer_no == "C2"
    assert result.record.asked == {"identity_changes": True}
    with pupils.store.snapshot() as reading:
        row = list(reading.connection.execute(user_tables.audit_trail.select()))[-1]
    assert '"identity_changes":true' in row.after


def test_other_changes_and_refused_rows_stop_nothing(pupils):
    pupils.take("bills", OCTOBER)
    dearer = bills_of("A,C1,9.00,2026-10", "B,C2,2.00,2026-10", "N,C1,3.00,2026-11")
    assert counts(pupils.take("bills", dearer)) == {"new": 1, "changed": 1, "unchanged": 1}
    pupils.pay("A")
    moved = bills_of("A,C2,9.00,2026-10", "M,C1,3.00,2026-11")
    assert counts(pupils.take("bills", moved, accept_valid=True)) == {"new": 1, "refused": 1}


def test_bad_rows_are_told_before_moves_but_after_numbers_of_rows(pupils):
    pupils.take("bills", OCTOBER)
    with pytest.raises(ImportRefusedError):
        pupils.take("bills", bills_of("A,C2,1.00,2026-10", "Z,C1,-1.00,2026-10"))
    with pytest.raises(RowNumbersError):
        pupils.take("bills", bills_of("1,C2,1.00,2026-10", "2,C1,-1.00,2026-10", "3,C1,1.00,2026-10"))


UNDATED = "账单编号,客户编号,金额,缴费截止日,项目\n"
NOVEMBER = UNDATED + "X9,C1,100,2026-11-30,十一月餐费\nX7,C2,101,2026-11-30,十一月餐费\n"


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (
            NOVEMBER.replace("11-30", "12-31"),
            "X9 from C1 (due 2026-11, 十一月餐费) to C1 (due 2026-12, 十一月餐费)",
        ),
        (
            NOVEMBER.replace("十一月", "十二月"),
            "X9 from C1 (due 2026-11, 十一月餐费) to C1 (due 2026-11, 十二月餐费)",
        ),
        (
            NOVEMBER.replace("11-30,十一月餐费", "12-31,"),
            "X9 from C1 (due 2026-11, 十一月餐费) to C1 (due 2026-12)",
        ),
    ],
)
def test_a_second_month_without_periods_rewrites_no_debt_of_the_same_customers(pupils, later, told):
    pupils.take("bills", NOVEMBER)
    later = later.replace("100", "150")
    with pytest.raises(IdentityError, match=re.escape(f"for 2 unpaid bills: {told}; X7 ")):
        pupils.take("bills", later)
    assert pupils.amounts("X9") == [10_000]
    assert counts(pupils.take("bills", later, identity_changes=True)) == {"changed": 2}


def test_a_bill_without_a_period_keeps_its_month_while_its_day_or_amount_changes(pupils):
    pupils.take("bills", NOVEMBER)
    assert counts(pupils.take("bills", NOVEMBER.replace("11-30", "11-15").replace("100", "90"))) == {
        "changed": 2
    }


@pytest.mark.parametrize("overtaken", [False, True])
def test_what_waits_moves_at_its_release_what_it_moved_when_it_was_staged(pupils, school, overtaken):
    """Nothing else moves the bill in between, so the release need not look again."""
    pupils.take("bills", OCTOBER)
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    dearer = pupils.take("bills", OCTOBER.replace("1.00", "5.00")).record.import_id
    with pytest.raises(ImportRefusedError):
        pupils.take("bills", OCTOBER.replace("A,C1", "A,C2"), identity_changes=True)
    if overtaken:
        pupils.pay("A")
    imports.release(pupils.store, dearer, user("checker"), NOW, unseen)
    assert (pupils.bill("A").customer_no, pupils.bill("A").period) == ("C1", "2026-10")
    assert pupils.amounts("A") == [100 if overtaken else 500]


def test_a_waiting_import_is_stopped_before_it_waits(pupils, school):
    pupils.take("bills", OCTOBER)
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    with pytest.raises(IdentityError):
        pupils.take("bills", OCTOBER.replace("A,C1", "A,C2"))
    waits = pupils.take("bills", None, identity_changes=True)
    assert (waits.record.state, waits.record.asked) == (ImportState.WAITING, {"identity_changes": True})
    imports.release(pupils.store, waits.record.import_id, user("checker"), NOW, unseen)
    assert pupils.bill("A").customer_no == "C2"
