"""Day end: days are cut, reconciled and settled by who sees all banks; others see the totals of their own."""

import pytest

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.store import recent_days
from tests.console.browser import hidden_fields, text_of
from tests.console.evening import NEXT, ONLY_OURS, ONLY_THEIRS, store  # noqa: F401 - a fixture
from tests.console.town import NIGHT
from tests.fakes.bank import DAY
from tests.support.actors import user

CLOSING = {"closing": str(NEXT), "opening": "2026-11-24"}


def states(reader):
    with reader.snapshot() as reading:
        return {str(day.date): day.state for day in recent_days(reading)}


def note_all(written):
    for number in (ONLY_OURS, ONLY_THEIRS):
        order = ResolveOrder(number, FollowUp.NOTE, "looked at the journal", "156")
        resolve(written, order, user("ops"), NIGHT)


def test_days_and_what_is_open_of_all_of_them(as_user):
    text = text_of(as_user("greta").get("/day-end"))
    assert f"{NEXT} OPEN" in text
    assert f"{DAY} CUT" in text
    assert "PLATFORM_ONLY only we count it SCHOOL01 S3 – 123.45 CNY OPEN take the payment back 1" in text
    assert "FEP_ONLY_UNKNOWN" in text
    assert "Close 2026-11-23" in text


@pytest.mark.parametrize("name", ["olga", "mei", "otto", "wang.fang"])
def test_who_sees_part_of_the_store_sees_days_and_nothing_of_others(as_user, name):
    browser = as_user(name)
    text = text_of(browser.get("/day-end"))
    assert f"{DAY} CUT" in text
    assert "PLATFORM_ONLY" not in text
    assert 'action="/day-end/cutover"' not in browser.get("/day-end").text
    page = text_of(browser.get(f"/day-end/{DAY}"))
    assert ("12345678 3 370.35 CNY" in page) == (name != "otto")
    assert "Differences by class" not in page


def test_a_days_totals_its_file_and_its_differences_by_class(as_user):
    page = as_user("greta").get(f"/day-end/{DAY}")
    text = text_of(page)
    assert "12345678 3 370.35 CNY" in text
    assert "12345678 fep.dat 3 2 greta" in text
    assert "PLATFORM_ONLY only we count it 1 1" in text
    assert "FEP_ONLY_UNKNOWN only the institution counts it; we never saw it 1 1" in text
    assert page.text.count("<svg") == 1
    assert 'aria-label="Differences by class"' in page.text
    assert "Not yet: resolve the open items below." in text


@pytest.mark.parametrize(
    ("query", "bills"),
    [
        ("", {"S3", "S9"}),
        ("?class=PLATFORM_ONLY", {"S3"}),
        ("?class=NOSUCH", set()),
        ("?open=1", {"S3", "S9"}),
        ('?after=["2026-11-22",1]', {"S3"}),
        ('?after=["2026-11-22",2]', set()),
    ],
)
def test_items_of_a_day_are_narrowed(as_user, query, bills):
    page = as_user("greta").get(f"/day-end/{DAY}{query}").text
    assert {bill for bill in ("S3", "S9") if f'<span class="id">{bill}</span>' in page} == bills


@pytest.mark.parametrize("path", ["/day-end/2026-11-21", "/day-end/yesterday", '/day-end?after=["x",1]'])
def test_a_day_that_there_is_not(as_user, path):
    assert as_user("greta").get(path).status_code == 404


def test_the_open_day_is_closed_once(as_user, store):  # noqa: F811 - a fixture
    browser = as_user("greta")
    assert browser.post("/day-end/cutover", CLOSING).headers["location"] == "/day-end"
    assert states(store)[str(NEXT)] is DayState.CUT
    assert "business day 2026-11-23 is closed; 2026-11-24 is open" in text_of(browser.get("/day-end"))
    assert browser.post("/day-end/cutover", CLOSING).status_code == 303
    assert "was closed already" in text_of(browser.get("/day-end"))
    assert states(store)["2026-11-24"] is DayState.OPEN


def test_an_unusual_day_is_asked_about_first(as_user, store):  # noqa: F811 - a fixture
    browser = as_user("greta")
    asked = browser.post("/day-end/cutover", {**CLOSING, "opening": "2026-12-24"})
    assert asked.status_code == 200
    assert "the next business day is 2026-11-24: no command goes back" in text_of(asked)
    assert states(store)[str(NEXT)] is DayState.OPEN
    fields = hidden_fields(asked)
    kept = {name: fields[name] for name in ("closing", "opening", "although")}
    assert browser.post("/day-end/cutover", kept).status_code == 303
    assert states(store)["2026-12-24"] is DayState.OPEN


@pytest.mark.parametrize(
    ("opening", "said"),
    [("2026-11-20", "must be later than 2026-11-23"), ("soon", "write a date such as 2026-11-30")],
)
def test_a_day_that_cannot_be_opened_is_refused(as_user, store, opening, said):  # noqa: F811 - a fixture
    response = as_user("greta").post("/day-end/cutover", {**CLOSING, "opening": opening})
    assert response.status_code == 422
    assert said in text_of(response)
    assert states(store)[str(NEXT)] is DayState.OPEN


def test_a_day_is_reconciled_and_settled_when_nothing_is_open(as_user, store):  # noqa: F811 - a fixture
    browser = as_user("greta")
    response = browser.post(f"/day-end/{DAY}/reconcile")
    assert response.status_code == 422
    assert "2 items open" in text_of(response)
    note_all(store)
    assert browser.post(f"/day-end/{DAY}/reconcile").status_code == 303
    assert states(store)[str(DAY)] is DayState.RECONCILED
    assert browser.post(f"/day-end/{DAY}/settle").status_code == 303
    assert states(store)[str(DAY)] is DayState.SETTLED
    text = text_of(browser.get(f"/day-end/{DAY}"))
    assert "SETTLED by greta" in text
    assert "SCHOOL01 3 370.35 CNY 0.00 CNY" in text
    assert browser.post(f"/day-end/{DAY}/settle").status_code == 422
    assert "All merchants" not in text
    assert "SCHOOL01 3 370.35 CNY 0.00 CNY" in text_of(browser.get(f"/day-end/{DAY}/merchants"))


def test_what_cannot_be_undone_asks_for_the_password_again(as_user, store, clock):  # noqa: F811 - a fixture
    browser = as_user("greta")
    clock.advance(600)
    for path in ("/day-end/cutover", f"/day-end/{DAY}/settle"):
        assert browser.post(path, CLOSING).status_code == 403
    assert states(store) == {str(DAY): DayState.CUT, str(NEXT): DayState.OPEN}


@pytest.mark.parametrize("name", ["olga", "otto", "max", "carla", "chen", "mei", "wang.fang"])
def test_who_may_not_end_days_ends_none(as_user, store, name):  # noqa: F811 - a fixture
    browser = as_user(name)
    before = states(store)
    for path in ("/day-end/cutover", f"/day-end/{DAY}/reconcile", f"/day-end/{DAY}/settle"):
        assert browser.post(path, CLOSING).status_code == 403
    assert states(store) == before


def test_the_page_is_in_chinese_too(as_user):
    text = text_of(as_user("greta", **{"Accept-Language": "zh-CN"}).get(f"/day-end/{DAY}"))
    assert "差异分类" in text
    assert "仅我方有该笔" in text
