"""The view of a day's end: totals of the institutions, items by class, and what the next step misses."""

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.settlement.day_end import ClassCount, InstitutionSum, view_day_end
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day, view_settlement
from offline_collect.settlement.reconciliation.view import view_item, view_items
from offline_collect.store import NotFoundError
from offline_collect.store.reports.day_hours import hour_sums
from tests.fakes.bank import DAY
from tests.settlement.fep import Book
from tests.support.actors import user

OPS = user("ops")
NEXT = BusinessDate(2026, 11, 23)


def day_end(desk, **given):
    """Return the view of the day with the sums of its payments."""
    with desk.store.snapshot() as reading:
        sums = hour_sums(reading, DAY)
    return view_day_end(desk.store, OPS, DAY, sums, **given)


def test_a_day_without_its_file(desk):
    desk.teller.pay("S1")
    back, _ = desk.teller.pay("S2")
    assert desk.teller.ask(desk.teller.terminal.reversal(desk.teller.now, back)).approved
    desk.cutover(DAY)
    seen = day_end(desk)
    assert seen.institutions == [
        InstitutionSum(
            "12345678", "156", count=2, amount_minor=24_690, reversed_count=1, reversed_minor=12_345
        )
    ]
    assert (seen.day.state, seen.shared.standing.missing) == (DayState.CUT, ("12345678",))
    assert (seen.shared.classes, seen.shared.files, seen.shared.settled_by) == ([], [], None)


def test_totals_that_are_being_added_up_are_none(desk):
    assert view_day_end(desk.store, OPS, DAY, None).institutions is None
    assert view_day_end(desk.store, OPS, DAY, ()).institutions == []


def test_items_are_counted_by_class_and_those_that_are_open(desk, planted):
    book, expected = planted
    desk.cutover(DAY)
    desk.ingest(book)
    classes = day_end(desk).shared.classes
    found = [difference for _, _, difference, _ in expected]
    assert classes == [ClassCount(name, found.count(name), found.count(name)) for name in sorted(set(found))]


def test_a_settled_day_has_its_merchants_sums(desk):
    book = Book()
    book.pay(desk.teller.pay("S1")[0])
    desk.cutover(DAY)
    desk.ingest(book)
    reconcile_day(desk.store, OPS, DAY, desk.teller.now)
    sums = settle_day(desk.store, OPS, DAY, desk.teller.now).sums
    shared = day_end(desk).shared
    assert (shared.settled_by, shared.sums) == ("ops", sums)
    assert [(file.institution, file.rows_matched) for file in shared.files] == [("12345678", 1)]
    assert day_end(desk, most=0).shared.sums == []
    assert view_settlement(desk.store, OPS, DAY, sums[0].merchant_id, 1) == sums[1:]


def test_items_are_read_page_by_page(desk, planted):
    book, _ = planted
    desk.cutover(DAY)
    desk.ingest(book)
    whole = [
        each.item.item_no for each in view_items(desk.store, OPS, ItemFilter(DAY), desk.teller.now).items
    ]
    read, after = [], None
    while True:
        wanted = ItemFilter(open_only=True, most=4, after=after)
        page = view_items(desk.store, OPS, wanted, desk.teller.now).items
        if not page:
            break
        read += [each.item.item_no for each in page]
        after = (page[-1].item.business_date, page[-1].item.item_no)
    assert read == whole
    assert view_item(desk.store, OPS, whole[0], desk.teller.now).item.item_no == whole[0]


def test_a_day_that_there_is_not(desk):
    with pytest.raises(NotFoundError, match="there is no business day 2026-11-23"):
        view_day_end(desk.store, OPS, NEXT, ())
