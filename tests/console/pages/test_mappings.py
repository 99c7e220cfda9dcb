"""Remembered columns of files: listed, shown, and forgotten by who imports."""

import pytest

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.merchant.mappings.remember import ToRemember, remember_mapping
from offline_collect.store import ImportKind
from tests.console.browser import text_of
from tests.console.town import NIGHT
from tests.support.actors import user

LIST = "/mappings/SCHOOL01"


@pytest.fixture
def number(store):
    """The number of a mapping that max has chosen."""
    mapping = read_mapping({"columns": {"bill_no": "单号", "amount": "应收"}}, "columns")
    asked = ToRemember("SCHOOL01", ImportKind.BILLS, ("单号", "应收"), mapping, user("max"), NIGHT)
    return remember_mapping(store, asked).mapping.mapping_id


def test_a_mapping_is_listed_shown_and_forgotten(as_user, number):
    browser = as_user("max")
    assert "单号, 应收" in text_of(browser.get(LIST))
    assert f'href="{LIST}/{number}"' in browser.get(LIST).text
    assert "单号" in text_of(browser.get(f"{LIST}/{number}"))
    assert browser.post(f"{LIST}/{number}/forget").headers["location"] == LIST
    assert "Nothing is remembered yet" in text_of(browser.get(LIST))
    assert browser.get(f"{LIST}/{number}").status_code == 404
    assert browser.post(f"{LIST}/{number}/forget").status_code == 404


def test_who_does_not_import_looks_only(as_user, number):
    browser = as_user("wang.fang")
    assert "Forget" not in browser.get(f"{LIST}/{number}").text
    assert browser.post(f"{LIST}/{number}/forget").status_code == 403
    assert browser.get(f"{LIST}/{number}").status_code == 200


def test_what_is_of_another_bank_or_merchant_is_not_there(as_user, number):
    for path in (LIST, f"{LIST}/{number}"):
        assert as_user("otto").get(path).status_code == 404
    assert as_user("olga").get("/mappings/SCHOOL02").status_code == 404
    assert as_user("olga").get(f"/mappings/WATER001/{number}").status_code == 404
    assert as_user("olga").get(f"{LIST}/x").status_code == 404


def test_the_page_is_in_chinese_too(as_user, number):
    assert "已记住的列" in text_of(as_user("max", **{"Accept-Language": "zh-CN"}).get(LIST))
