"""Finding customers and bills gives the same result on every database, and stays within one merchant."""

import datetime as dt

import pytest
from sqlalchemy import update

from offline_collect.domain.bills import BillMark, BillState
from offline_collect.store import (
    BillCriteria,
    BillRecord,
    CustomerCriteria,
    CustomerRecord,
    find_bills,
    find_customers,
    locked_bills,
    mark_bill,
    put_bills,
    put_customers,
)
from offline_collect.store.schema.tables import bills
from tests.fakes.bank import DAY
from tests.support.samples import DUE, PUPIL

YESTERDAY = DAY - dt.timedelta(days=1)


@pytest.fixture
def tx(teller):
    """A store whose school has three customers, and a bill in every state."""
    teller.pay("S2")
    with teller.store.transaction() as opened:
        put_customers(
            opened,
            "SCHOOL01",
            [
                CustomerRecord("A_1", "Émile 100%", {"student_no": '2"6'}, mobile="139 0000 1111"),
                CustomerRecord("b\\2", "赵小雨", {"student_no": "2026030118"}),
            ],
        )
        put_bills(opened, "SCHOOL01", [BillRecord("S3", "b\\2", 12_345, DUE, expires_on=YESTERDAY)])
        for number, changes in {
            "S4": {"mark": "IN_BATCH"},
            "S5": {"mark": "WITHDRAWN"},
            "S6": {"paid_principal_minor": 1},
        }.items():
            opened.connection.execute(update(bills).where(bills.c.bill_no == number).values(changes))
        yield opened


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        (CustomerCriteria(), [PUPIL.customer_no, "A_1", "b\\2"]),
        (CustomerCriteria(number="a_"), ["A_1"]),
        (CustomerCriteria(number="_"), ["A_1"]),
        (CustomerCriteria(number="B\\"), ["b\\2"]),
        (CustomerCriteria(name="0%"), ["A_1"]),
        (CustomerCriteria(name="小"), [PUPIL.customer_no, "b\\2"]),
        (CustomerCriteria(mobile="0000 11"), ["A_1"]),
        (CustomerCriteria(inputs={"student_no": '2"6'}), ["A_1"]),
        (CustomerCriteria(inputs={"student_no": "2"}), []),
    ],
)
def test_customers_are_found_by_parts_literally(tx, criteria, numbers):
    found = find_customers(tx, "SCHOOL01", criteria, None, 9)
    assert sorted(each.customer_no for each in found) == sorted(numbers)
    assert find_customers(tx, "NOBODY", criteria, None, 9) == []


@pytest.mark.parametrize("state", BillState)
def test_bills_are_found_by_the_state_that_the_domain_says(tx, state):
    everything = find_bills(tx, "SCHOOL01", BillCriteria(), DAY, None, 99)
    found = find_bills(tx, "SCHOOL01", BillCriteria(state=state), DAY, None, 99)
    assert found == [each for each in everything if each.bill.state(DAY) is state]
    assert found


def test_pages_follow_each_other(tx):
    seen, after = [], None
    while page := find_bills(tx, "SCHOOL01", BillCriteria(), DAY, after, 5):
        after = page[-1].bill.bill_no
        seen += [each.bill.bill_no for each in page]
    assert sorted(seen) == sorted(f"S{n}" for n in range(1, 13))
    assert len(seen) == len(set(seen))


def test_a_bill_is_found_with_its_customer_and_by_it(tx):
    (found,) = find_bills(tx, "SCHOOL01", BillCriteria(customer=CustomerCriteria(name="赵")), DAY, None, 9)
    assert (found.bill.bill_no, found.customer_name) == ("S3", "赵小雨")
    assert "赵小雨" not in repr(found)
    due = BillCriteria(number="s3", due_from=DUE, due_to=DUE, period=None)
    assert [each.bill.bill_no for each in find_bills(tx, "SCHOOL01", due, DAY, None, 9)] == ["S3"]


def test_a_mark_is_given_and_taken_back(tx):
    bill = locked_bills(tx, "SCHOOL01", ["S7"])["S7"]
    mark_bill(tx, bill, BillMark.WITHDRAWN)
    assert locked_bills(tx, "SCHOOL01", ["S7"])["S7"].mark is BillMark.WITHDRAWN
    mark_bill(tx, bill, None)
    assert locked_bills(tx, "SCHOOL01", ["S7"])["S7"] == bill
