"""Debit batches on the pages: those of the merchants that the user sees, and no other."""

import pytest

from tests.console.browser import text_of
from tests.console.evening import store  # noqa: F401 - a fixture

SCHOOL, WATER = "20261123000001", "20261123000002"


def numbers(page):
    return [number for number in (WATER, SCHOOL) if f'href="/debit-batches/{number}"' in page.text]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("olga", [WATER, SCHOOL]), ("greta", [WATER, SCHOOL]), ("mei", [SCHOOL]), ("otto", [])],
)
def test_each_user_sees_the_batches_of_his_merchants(as_user, name, shown):
    browser = as_user(name)
    assert numbers(browser.get("/debit-batches")) == shown
    for number in (SCHOOL, WATER):
        status = browser.get(f"/debit-batches/{number}").status_code
        assert status == (200 if number in shown else 404)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?merchant=WATER001", [WATER]),
        ("?state=WRITTEN", [WATER, SCHOOL]),
        ("?state=TAKEN", []),
        (f'?after="{WATER}"', [SCHOOL]),
    ],
)
def test_batches_are_narrowed(as_user, query, shown):
    assert numbers(as_user("olga").get(f"/debit-batches{query}")) == shown


def test_an_empty_list_says_what_to_do(as_user):
    assert "debit export makes one" in text_of(as_user("otto").get("/debit-batches"))


def test_another_banks_merchant_is_as_one_that_is_not_there(as_user):
    assert as_user("otto").get("/debit-batches?merchant=SCHOOL01").status_code == 404


def test_a_batch_is_shown_with_its_story_and_its_debits(as_user):
    text = text_of(as_user("olga").get(f"/debit-batches/{SCHOOL}"))
    assert "State WRITTEN Merchant SCHOOL01 Institution 8801" in text
    assert "by ops" in text
    assert "OUT – 9 1,111.05 CNY 0.00 CNY" in text
