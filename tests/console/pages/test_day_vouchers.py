"""The vouchers of a settled day on the pages: each bank sees its own."""

import pytest

from tests.console.browser import text_of
from tests.console.payday import store  # noqa: F401 - a fixture
from tests.fakes.bank import DAY

PAGE = f"/day-end/{DAY}/vouchers"


@pytest.mark.parametrize("name", ["greta", "olga", "wang.fang"])
def test_a_voucher_balances_and_is_a_file(as_user, name):
    browser = as_user(name)
    assert f'href="{PAGE}"' in browser.get(f"/day-end/{DAY}").text
    text = text_of(browser.get(PAGE))
    assert "Bank BANK" in text
    assert text.count("370.35 CNY") >= 2
    given = browser.post(PAGE, {"format": "xlsx"})
    assert given.headers["content-disposition"].startswith(
        'attachment; filename="voucher-20261122-BANK-CNY.xlsx"'
    )
    assert given.content.startswith(b"PK")
    assert browser.post(PAGE, {"format": "csv"}).headers["content-type"] == "text/csv; charset=utf-8"


def test_another_bank_sees_nothing_of_it(as_user):
    browser = as_user("otto")
    assert "Nothing was posted on this day." in text_of(browser.get(PAGE))
    assert browser.post(PAGE, {"format": "xlsx"}).status_code == 404


def test_a_merchant_has_no_books(as_user):
    browser = as_user("mei")
    assert PAGE not in browser.get(f"/day-end/{DAY}").text
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"format": "xlsx"}).status_code == 403


def test_a_day_that_is_not_settled_has_none(as_user):
    response = as_user("greta").get("/day-end/2026-11-23/vouchers")
    assert response.status_code == 422
    assert "2026-11-23" in text_of(response)


def test_a_format_that_there_is_not_is_no_page(as_user):
    assert as_user("greta").post(PAGE, {"format": "pdf"}).status_code == 404


def test_the_page_is_in_chinese_too(as_user):
    assert "会计凭证" in text_of(as_user("greta", **{"Accept-Language": "zh-CN"}).get(PAGE))
