"""Payers' names beside numbers: a column that was sorted without the other gives debts to others."""

import pytest

from offline_collect.merchant.imports.identity import IdentityError
from offline_collect.store import CustomerRecord, put_customers
from tests.merchant.importing import counts

NAMES = ["张三", "李四", "王 五", "赵六"]
HEADER = "账单编号,客户编号,姓名,金额,缴费截止日\n"


@pytest.fixture
def four(pupils):
    """The desk of a school with four more pupils."""
    people = [
        CustomerRecord(f"P{at}", name, {"student_no": f"202605010{at}"}) for at, name in enumerate(NAMES)
    ]
    with pupils.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", people)
    return pupils


def bills(names, header=HEADER, number="P{}"):
    rows = [f"X{at}1,{number.format(at)},{name},1.00,2026-12-31\n" for at, name in enumerate(names)]
    return header + "".join(rows)


@pytest.mark.parametrize(
    ("header", "number"),
    [
        (HEADER, "P{}"),
        (HEADER.replace("客户编号", "学号"), "202605010{}"),
    ],
)
def test_names_in_another_order_than_their_numbers_stop_an_import(four, header, number):
    text = bills(NAMES[::-1], header, number)
    told = "another payer's name than the customer's in 4 of 4 rows: row 2 (P0); row 3 (P1); row 4 (P2); row 5 (P3)"
    assert str(four.preview("bills", text).identity.payers_told) == told
    assert four.preview("bills", text).identity.stop
    with pytest.raises(IdentityError) as caught:
        four.take("bills", text)
    assert f"nothing was imported: it would bring {told}; check" in str(caught.value)
    assert not any(name in str(caught.value) for name in NAMES)
    assert four.bill("X01") is None
    assert counts(four.take("bills", text, identity_changes=True)) == {"new": 4}


def test_two_exchanged_names_among_many_rows_stop_it_too_but_two_others_do_not(four):
    many = "".join(f"Y{at}1,P0,张三,1.00,2026-12-31\n" for at in range(40))
    with pytest.raises(IdentityError, match="in 2 of 44 rows"):
        four.take("bills", bills(["李四", "张三", *NAMES[2:]]) + many)
    taken = four.take("bills", bills(["李大", "张大", *NAMES[2:]]) + many)
    assert (counts(taken), taken.identity.payers.count, taken.identity.stop) == ({"new": 44}, 2, False)


@pytest.mark.parametrize(
    "names", [NAMES, ["张　三", " 李四", "王五", "赵六"], ["张*", "李*", "王＊", "赵*"], ["", "", "", ""]]
)
def test_names_written_otherwise_hidden_or_blank_are_no_others(four, names):
    taken = four.take("bills", bills(names))
    assert (counts(taken), taken.identity.payers.count) == ({"new": 4}, 0)


def test_one_other_name_is_told_only(four):
    taken = four.take("bills", bills(["张三丰", *NAMES[1:]]))
    assert (counts(taken), taken.identity.payers.count, taken.identity.stop) == ({"new": 4}, 1, False)
