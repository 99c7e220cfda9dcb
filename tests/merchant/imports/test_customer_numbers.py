"""Numbers of customers: in Chinese, unknown ones, and those that differ only in zeros."""

from dataclasses import replace

import pytest

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.merchant.imports.check_rows import CHUNK
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import CustomerRecord, put_customers
from tests.merchant.documents import NOW
from tests.support.actors import user
from tests.support.statements import recorded

HEADER = "bill_no,customer_no,amount,due_date\n"


def bills_of(*customers):
    return HEADER + "".join(f"B{row}1,{number},1.00,2026-11-30\n" for row, number in enumerate(customers))


def test_a_customer_may_have_a_chinese_number(desk):
    desk.take("customers", "客户编号,姓名,学号\n3幢12号铺,王小明,2026030117\n")
    desk.take("bills", HEADER + "B1,3幢12号铺,1.00,2026-11-30\n")
    assert desk.bill("B1").customer_no == "3幢12号铺"


@pytest.mark.parametrize(("there", "written"), [("00000042", "42"), ("42", "00000042")])
def test_a_customer_whose_number_differs_in_zeros_is_named(pupils, there, written):
    with pupils.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [CustomerRecord(there, "韩梅梅", {"student_no": "2026030142"})])
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("bills", bills_of("C1", written, "43"))
    problems = caught.value.problems.kept_by_row
    similar = f"but there is {there}: write the number with the same leading zeros"
    assert [(each.row, each.column, each.value, each.reason) for each in problems] == [
        (3, "客户编号", written, f"there is no customer {written}, {similar}"),
        (4, "客户编号", "43", "there is no customer 43: import customers first"),
    ]


def test_similar_numbers_are_looked_for_once_a_chunk(pupils):
    with recorded() as statements, pytest.raises(ImportRefusedError):
        pupils.take("bills", bills_of(*range(CHUNK)))
    assert sum("FROM customers" in text for text in statements) == 2  # by number, then with other zeros


@pytest.mark.parametrize(
    ("row", "column", "reason", "remedy"),
    [
        ("C9,,", "客户编号", "there is no customer C9 yet: customers import {} waits: have it released first", None),
        (",2026030999,", "学号", "no customer has these", "customers import {} waits: have it released first, or correct the row"),
    ],
)  # fmt: skip
def test_an_import_that_waits_to_bring_the_customer_is_named(pupils, school, row, column, reason, remedy):
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    waits = pupils.take("customers", "客户编号,姓名,学号\nC9,韩梅梅,2026030999\n").record.import_id
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("bills", f"bill_no,customer_no,学号,amount,due_date\nB1,{row}1.00,2026-11-30\n")
    [problem] = caught.value.problems.kept
    assert (problem.column, problem.reason) == (column, reason.format(waits))
    assert remedy is None or problem.remedy == remedy.format(waits)


def test_a_column_that_does_not_tell_customers_apart_is_not_mended_by_leaving_rows_out(pupils):
    mapping = read_mapping({"columns": {"customer_no": "房号"}}, "mapping.yaml")
    rows = "房号,姓名,学号\n101,赵子涵,2026030201\n101,钱雨桐,2026030202\n"
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("customers", rows, mapping=mapping)
    [problem] = caught.value.problems.kept
    assert str(problem.remedy).endswith("add a column 客户编号 with a number for each")
