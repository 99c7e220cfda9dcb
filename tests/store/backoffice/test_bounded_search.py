"""Searches of which a page reads a part: page after page they find what a search without bounds finds."""

import pytest

from offline_collect.domain.bills import BillState
from offline_collect.merchant.entry.search import READ_ALL, CustomerSearch, Reading
from offline_collect.merchant.entry.view_bills import BillSearch, search_bills
from offline_collect.merchant.entry.view_customers import search_customers
from offline_collect.store import BillRecord, CustomerRecord, put_bills, put_customers
from tests.support.actors import user
from tests.support.samples import DUE

CLERK = user("clerk")
ANYWHERE = Reading(anywhere=True, most=3)
MOST = 2


@pytest.fixture
def store(teller):
    """A school with 12 bills of one pupil from the start, and six of three others."""
    with teller.store.transaction() as tx:
        others = [
            CustomerRecord(number, "赵小雨", {"student_no": f"20260302{n:02}"})
            for n, number in enumerate("ABc")
        ]
        put_customers(tx, "SCHOOL01", others)
        owned = [BillRecord(f"T{n}", "ABc"[n % 3], 500, DUE) for n in range(1, 7)]
        put_bills(tx, "SCHOOL01", [*owned, BillRecord("xS9", "A", 500, DUE)])
    return teller.store


def bill_pages(store, search, reading):
    """Return the numbers of each page, from the first to the last."""
    pages, after = [], None
    while True:
        page = search_bills(store, "SCHOOL01", search, CLERK, after, MOST, reading=reading)
        pages.append([each.bill.bill_no for each in page.found])
        assert (page.read_to is None) or len(page.found) <= MOST
        if page.following is None:
            return pages
        after = page.following


def found(pages):
    return [each for page in pages for each in page]


@pytest.mark.parametrize("most", [1, 2, 3, 5, 100])
@pytest.mark.parametrize(
    "search",
    [
        BillSearch(number="9"),
        BillSearch(number="s9"),
        BillSearch(number="GONE"),
        BillSearch(state=BillState.OPEN),
        BillSearch(state=BillState.PAID),
        BillSearch(period="2026-11"),
        BillSearch(due_from=DUE, due_to=DUE, number="1"),
        BillSearch(customer=CustomerSearch(number="A")),
        BillSearch(customer=CustomerSearch(number="0117")),
        BillSearch(customer=CustomerSearch(name="小雨"), number="T"),
    ],
    ids=str,
)
def test_the_pages_of_a_bounded_search_find_what_the_whole_search_finds(store, search, most):
    whole = found(bill_pages(store, search, READ_ALL))
    pages = bill_pages(store, search, Reading(anywhere=True, most=most))
    assert found(pages) == whole
    assert len(pages) <= 19 // most + len(whole) // MOST + 2


def test_a_page_ends_once_it_has_read_enough(store):
    page = search_bills(store, "SCHOOL01", BillSearch(number="9"), CLERK, None, MOST, reading=ANYWHERE)
    assert ([each.bill.bill_no for each in page.found], page.read_to) == ([], "S11")
    assert page.following == page.read_to


def test_a_number_is_looked_for_where_numbers_begin_if_any_begins_so(store):
    def search(number, **more):
        page = search_bills(
            store, "SCHOOL01", BillSearch(number=number), CLERK, None, 9, reading=Reading(most=100, **more)
        )
        return [each.bill.bill_no for each in page.found], page.begins

    assert search("S9") == (["S9"], True)
    assert search("S9", anywhere=True) == (["S9", "xS9"], False)
    assert search("s1") == (["S1", "S10", "S11", "S12"], True), "as it is written"
    assert search("9") == (["S9", "xS9"], False), "none begins so"


def test_bills_that_begin_so_are_read_to_the_end_unless_more_is_asked(store):
    page = search_bills(store, "SCHOOL01", BillSearch(number="S"), CLERK, None, MOST, reading=Reading(most=1))
    assert ([each.bill.bill_no for each in page.found], page.following, page.read_to) == (
        ["S1", "S10"],
        "S10",
        None,
    )
    paid = BillSearch(number="S", state=BillState.PAID)
    page = search_bills(store, "SCHOOL01", paid, CLERK, None, MOST, reading=Reading(most=3))
    assert (page.found, page.read_to) == ([], "S11")


def test_bills_of_a_whole_number_of_a_customer_are_his_alone(store):
    def search(number, most=100, after=None):
        owner = BillSearch(customer=CustomerSearch(number=number))
        page = search_bills(store, "SCHOOL01", owner, CLERK, after, 9, reading=Reading(most=most))
        return [each.bill.bill_no for each in page.found], page.read_to

    assert search("A") == (["T3", "T6", "xS9"], None)
    assert search("A", most=3) == (["T3", "T6", "xS9"], None)
    assert search("A", most=2) == ([], "S10"), "of a customer with many, a page reads a part"
    assert search("a") == (["T3", "T6", "xS9"], None), "a part, in any case"
    assert search("C") == (["T2", "T5"], None)


def customer_pages(store, search, reading):
    pages, after = [], None
    while True:
        page = search_customers(store, "SCHOOL01", search, CLERK, after, 1, reading=reading)
        pages.append([each["customer"] for each in page.customers])
        if page.following is None:
            return pages
        after = page.following


@pytest.mark.parametrize("most", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "search",
    [
        CustomerSearch(),
        CustomerSearch(number="c"),
        CustomerSearch(number="0117"),
        CustomerSearch(name="小"),
        CustomerSearch(mobile="1"),
        CustomerSearch(inputs={"student_no": "2026030201"}),
    ],
    ids=str,
)
def test_customers_are_found_likewise(store, search, most):
    whole = found(customer_pages(store, search, READ_ALL))
    assert found(customer_pages(store, search, Reading(anywhere=True, most=most))) == whole


def test_customers_are_looked_for_where_numbers_begin(store):
    page = search_customers(
        store, "SCHOOL01", CustomerSearch(number="20"), CLERK, None, 9, reading=Reading(most=1)
    )
    assert ([each["customer"] for each in page.customers], page.begins, page.read_to) == (
        ["2026030117"],
        True,
        None,
    )
