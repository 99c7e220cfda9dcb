"""Today: the payments of the open day that the user may see."""

from dataclasses import replace

import pytest

from offline_collect.console import server_kept
from offline_collect.console.link_desk import RunningServer
from offline_collect.console.page import Page
from offline_collect.console.pages import today
from offline_collect.console.server_kept import ServerKept
from offline_collect.console.site import build
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.reports import kept_readings
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.store import replace_merchant, require_merchant
from tests.console.browser import Browser, text_of
from tests.console.town import NIGHT, tellers_at
from tests.fakes.bank import DAY


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


def test_figures_that_are_being_added_up_are_not_waited_for(office, clock, monkeypatch):
    monkeypatch.setattr(kept_readings, "WAIT_S", 0)
    begun = []
    kept = DaySumsKept(clock.monotonic, begun.append)
    with Browser(build(replace(office, parts=(kept, *office.parts))), office) as browser:
        browser.sign_in("anna")
        for path in ("/", f"/day-end/{DAY}"):
            page = browser.get(path)
            assert "are being added up" in text_of(page)
            assert 'data-live="2000"' in page.text, "the page renews itself soon"
        (work,) = begun
        work()
        for path in ("/", f"/day-end/{DAY}"):
            page = browser.get(path)
            assert "12345678 3 370.35 CNY" in text_of(page)
            assert 'data-live="2000"' not in page.text


def test_what_waits_for_somebody_is_counted(as_user):
    text = text_of(as_user("olga").get("/"))
    assert "0 imports to be released 0 requests to be approved 0 payments in suspense" in text
    assert "0 differences of business days" not in text, "two banks share the day"
    assert "0 differences of business days" in text_of(as_user("anna").get("/"))


def test_what_waits_is_a_link_where_the_user_may_open_its_page(office):
    waits = Page(path="/approvals", title=Phrase("Today"), handler=today.show)
    with Browser(build(office, (*today.PAGES, waits)), office) as browser:
        browser.sign_in("olga")
        page = browser.get("/").text
    assert '<a href="/approvals">requests to be approved</a>' in page
    assert "payments in suspense</a>" not in page


def test_the_pictures_bring_no_style_and_no_script(as_user):
    page = as_user("olga").get("/").text
    assert page.count("<svg") == 3
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == 1


def test_the_merchants_with_the_most_money_are_shown_with_links_to_their_payments(as_user):
    anna = as_user("anna")
    page = anna.get("/")
    assert "SCHOOL01 阳光小学 3 370.35 CNY" in text_of(page)
    to = f"/payments?merchant=SCHOOL01&amp;from={DAY}&amp;to={DAY}"
    assert f'href="{to}"' in page.text
    assert text_of(anna.get(to.replace("&amp;", "&"))).count("123.45 CNY") == 3


def test_the_figures_are_in_chinese_too(as_user):
    text = text_of(as_user("olga", **{"Accept-Language": "zh-CN"}).get("/"))
    assert "截至目前 3 笔缴费" in text


def test_two_merchants_of_one_name_have_a_bar_each(as_user, store):
    with store.transaction() as tx:
        water = require_merchant(tx, "WATER001")
        replace_merchant(tx, replace(water, name=require_merchant(tx, "SCHOOL01").name))
    with tellers_at(store) as teller:
        teller.ask(teller.terminal.payment(NIGHT, "WATER001", "W1", 5_000))
    page = as_user("anna").get("/").text
    _, of_merchants = page.split("<figcaption>Money by merchant, CNY</figcaption>")
    picture, _ = of_merchants.split("</figure>", 1)
    assert picture.count('class="bar"') == 2


def test_a_server_that_is_being_asked_is_not_waited_for(office, clock, monkeypatch):
    monkeypatch.setattr(server_kept, "WAIT_S", 0)
    begun = []
    kept = ServerKept(lambda: RunningServer(["ready"]), clock.monotonic, begun.append)
    with Browser(build(replace(office, parts=(kept, *office.parts))), office) as browser:
        browser.sign_in("anna")
        assert "The server is being asked" in text_of(browser.get("/"))
        (work,) = begun
        work()
        assert "Server ready" in text_of(browser.get("/"))
