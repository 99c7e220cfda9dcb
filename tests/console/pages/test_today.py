"""Today: the payments of the open day that the user may see."""

import pytest

from tests.console.browser import text_of


@pytest.mark.parametrize(("name", "count"), [("olga", "3"), ("mei", "3"), ("anna", "3")])
def test_the_payments_of_the_open_day_are_shown_by_hour_and_institution(as_user, name, count):
    text = text_of(as_user(name).get("/"))
    assert f"{count} payments" in text
    assert "370.35 CNY paid" in text
    assert "20:00 2 246.90 CNY" in text
    assert "21:00 1 123.45 CNY" in text
    assert "12345678 3 370.35 CNY" in text


def test_a_user_of_another_bank_sees_none_of_them(as_user):
    assert "Nothing has been paid" in text_of(as_user("otto").get("/"))


def test_the_pictures_bring_no_style_and_no_script(as_user):
    page = as_user("olga").get("/").text
    assert page.count("<svg") == 2
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == 1


def test_the_figures_are_in_chinese_too(as_user):
    text = text_of(as_user("olga", **{"Accept-Language": "zh-CN"}).get("/"))
    assert "截至目前 3 笔缴费" in text
