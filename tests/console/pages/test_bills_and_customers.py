"""Customers and bills: lists, one of them, what is typed by hand, and what nobody else may see."""

import re
from functools import partial
from html import unescape

import pytest

from offline_collect.console.forms import SEEN
from offline_collect.console.pages import customers, entry_forms
from offline_collect.merchant.entry.search import Reading
from tests.console.browser import hidden_fields, next_page, text_of

PUPIL = "2026030117"
ONES = (f"/customer/SCHOOL01/{PUPIL}", "/bill/SCHOOL01/S1", "/bill/SCHOOL01/S12")
FORMS = (
    f"/customer-change/SCHOOL01/{PUPIL}",
    "/bill-change/SCHOOL01/S12",
    "/customer-new/SCHOOL01",
    "/bill-new/SCHOOL01",
)


def changing(browser, path, **fields):
    """Send the form of a page with some of its fields changed."""
    return browser.post(path, {SEEN: hidden_fields(browser.get(path)).get(SEEN, ""), **fields})


def deciding(browser, verb, number, reason, seen=None):
    """Withdraw a bill or undo it, from its page as it is now or as it was seen."""
    now = hidden_fields(browser.get(f"/bill/SCHOOL01/{number}")).get(SEEN, "")
    return browser.post(f"/bill-{verb}/SCHOOL01/{number}", {SEEN: seen or now, "reason": reason})


def bill(**fields):
    whole = {"customer_no": PUPIL, "amount": "123.45", "due_date": "2026-11-30"}
    return {**whole, "description": "十一月餐费", "period": "2026-11"} | fields


def test_a_merchants_own_people_see_their_only_merchant_at_once(as_user):
    browser = as_user("mei")
    assert "S12" in text_of(browser.get("/bills"))
    assert PUPIL in text_of(browser.get("/customers"))
    assert "Name a merchant" in text_of(as_user("olga").get("/bills"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("number=S1", {"S1", "S10", "S11", "S12"}),
        ("number=S1&state=PAID", {"S1"}),
        ("due_from=2026-12-01", set()),
        ("customer=0117&period=2026-11&number=S4", {"S4"}),
    ],
)
def test_bills_are_found_by_what_is_known_of_them(as_user, query, found):
    page = as_user("olga").get(f"/bills?merchant=SCHOOL01&{query}").text
    assert {f"S{n}" for n in range(1, 13) if f">S{n}</a>" in page} == found


def test_a_long_list_goes_on_where_the_page_ended(as_user, monkeypatch):
    monkeypatch.setattr("offline_collect.console.pages.bills.ROWS", 7)
    browser = as_user("mei")
    seen, path = [], "/bills?merchant=SCHOOL01"
    while path:
        page = browser.get(path.replace("&amp;", "&")).text
        seen += [f"S{n}" for n in range(1, 13) if f">S{n}</a>" in page]
        path = (
            page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
            if "rel=" in page
            else ""
        )
        path = path if 'rel="next"' in page else ""
    assert sorted(seen) == sorted(f"S{n}" for n in range(1, 13))


def test_numbers_are_searched_anywhere_when_asked(as_user):
    browser = as_user("olga")
    for path, number in (("/bills", "S1"), ("/customers", PUPIL[:4])):
        page = browser.get(f"{path}?merchant=SCHOOL01&number={number}").text
        assert "These are numbers that begin so." in page
        address = f"{path}?merchant=SCHOOL01&amp;number={number}&amp;anywhere=1"
        assert f'<a href="{address}">Search anywhere in numbers</a>' in page
        again = browser.get(unescape(address))
        assert "These are numbers" not in again.text
        assert number in again.text


def test_a_search_that_has_read_enough_goes_on(as_user, monkeypatch):
    monkeypatch.setattr(entry_forms, "Reading", partial(Reading, most=7))
    browser = as_user("olga")
    page = browser.get("/bills?merchant=SCHOOL01&number=9").text
    assert "Nothing so far." in page
    assert 'This page has read as far as <span class="id">S4</span>' in page
    last = browser.get(next_page(page)).text
    assert ">S9</a>" in last
    assert next_page(last) is None


def test_a_search_for_a_person_goes_on_without_his_name_in_an_address(as_user, monkeypatch):
    monkeypatch.setattr(customers, "ROWS", 1)
    browser = as_user("mei")
    for number, name in ((PUPIL[:-1] + "8", "王小明"), (PUPIL[:-1] + "9", "王小明")):
        fields = {"customer_no": number, "name": name, "input.student_no": number}
        assert browser.post("/customer-new/SCHOOL01", fields).status_code == 303
    sent, seen = {"merchant": "SCHOOL01", "name": "小明"}, []
    while sent:
        page = browser.post("/customers", sent)
        seen += re.findall(r'<a class="id" href="/customer/SCHOOL01/(\d+)"', page.text)
        hidden = hidden_fields(page)
        sent = {name: hidden[name] for name in ("merchant", "name", "after")} if "after" in hidden else None
    assert seen == [PUPIL, PUPIL[:-1] + "8", PUPIL[:-1] + "9"]


def test_a_person_is_found_without_a_name_in_any_address(as_user):
    browser = as_user("olga")
    page = browser.post("/customers", {"merchant": "SCHOOL01", "name": "小明"})
    assert page.status_code == 200
    assert PUPIL in text_of(page)
    assert "小明" not in "".join(part.partition('"')[0] for part in page.text.split('href="')[1:])


def test_an_auditor_sees_no_person_and_finds_none(as_user):
    browser = as_user("wang.fang")
    for path in ("/customers?merchant=SCHOOL01", "/bills?merchant=SCHOOL01", *ONES):
        page = browser.get(path)
        assert page.status_code == 200
        assert "王小明" not in page.text
    assert "王*明" in browser.get(ONES[0]).text
    assert browser.post("/customers", {"merchant": "SCHOOL01", "name": "小明"}).status_code == 403
    assert [browser.get(path).status_code for path in FORMS] == [403] * 4


@pytest.mark.parametrize("name", ["otto", "mei"])
def test_what_is_of_another_merchant_is_not_there(as_user, name):
    browser = as_user(name)
    other = "SCHOOL01" if name == "otto" else "WATER001"
    addresses = [path.replace("SCHOOL01", other) for path in ONES]
    addresses += [f"/bills?merchant={other}", f"/customers?merchant={other}"]
    if name == "mei":
        addresses += [path.replace("SCHOOL01", other) for path in FORMS]
        addresses += ["/bill/WATER001/W1", "/customer/WATER001/10020042"]
        for path in ("/bill-new/WATER001", "/bill-change/WATER001/W1", "/bill-withdraw/WATER001/W1"):
            assert browser.post(path, bill(bill_no="X1", reason="x")).status_code == 404
    assert {path: browser.get(path).status_code for path in addresses} == dict.fromkeys(addresses, 404)


def test_a_number_that_is_nobodys_is_not_there(as_user):
    browser = as_user("olga")
    assert browser.get("/bill/SCHOOL01/GONE").status_code == 404
    assert browser.get("/customer/SCHOOL01/GONE").status_code == 404


def test_a_bill_shows_its_payments(as_user):
    text = text_of(as_user("olga").get("/bill/SCHOOL01/S1"))
    assert "20261122000000000001" in text
    assert "PAID" in text


def test_a_bill_is_added_changed_withdrawn_and_opened_again(as_user):
    browser = as_user("mei")
    added = browser.post("/bill-new/SCHOOL01", bill(bill_no="A/1", amount="10"))
    assert (added.status_code, added.headers["location"]) == (303, "/bill/SCHOOL01/A%2F1")
    changed = changing(browser, "/bill-change/SCHOOL01/A%2F1", **bill(amount="12.5", description=""))
    assert changed.status_code == 303
    text = text_of(browser.get("/bill/SCHOOL01/A%2F1"))
    assert "12.50 CNY" in text
    assert "Amount: 10.00 → 12.50" in text
    assert "bills set" in text
    assert deciding(browser, "withdraw", "A%2F1", "twice").status_code == 303
    assert "WITHDRAWN" in text_of(browser.get("/bill/SCHOOL01/A%2F1"))
    assert deciding(browser, "restore", "A%2F1", "not twice").status_code == 303
    assert "Withdraw: it can" in text_of(browser.get("/bill/SCHOOL01/A%2F1"))


def test_what_breaks_the_rules_of_files_is_refused_and_kept(as_user):
    browser = as_user("mei")
    page = browser.post("/bill-new/SCHOOL01", bill(bill_no="X1", amount="much"))
    assert page.status_code == 422
    assert "much" in text_of(page)
    assert 'value="much"' in page.text
    assert deciding(browser, "withdraw", "S1", "x").status_code == 422


def test_a_form_opened_on_what_is_no_more_is_refused(as_user):
    browser = as_user("mei")
    path = "/bill-change/SCHOOL01/S12"
    seen = hidden_fields(browser.get(path))[SEEN]
    assert changing(browser, path, **bill(amount="2")).status_code == 303
    late = browser.post(path, {SEEN: seen, **bill(amount="3")})
    assert late.status_code == 409
    assert "Amount 123.45 2.00" in text_of(late)


def test_a_bill_that_was_changed_meanwhile_is_neither_withdrawn_nor_opened_again(as_user):
    browser = as_user("mei")
    seen = hidden_fields(browser.get("/bill/SCHOOL01/S12"))[SEEN]
    assert changing(browser, "/bill-change/SCHOOL01/S12", **bill(amount="2")).status_code == 303
    late = deciding(browser, "withdraw", "S12", "twice", seen)
    assert late.status_code == 409
    assert "Amount 123.45 2.00" in text_of(late)
    assert 'value="twice"' in late.text
    withdrawn = hidden_fields(browser.get("/bill/SCHOOL01/S12"))[SEEN]
    assert deciding(browser, "withdraw", "S12", "twice").status_code == 303
    assert deciding(browser, "restore", "S12", "no", withdrawn).status_code == 409
    assert "WITHDRAWN" in text_of(browser.get("/bill/SCHOOL01/S12"))


def test_a_customer_is_added_and_changed_and_an_account_is_never_shown(as_user):
    browser = as_user("max")
    person = {"name": "李雷", "input.student_no": "2026030118", "consent": "Y", "mobile": "13900000000"}
    account = {"debit_account": "6222000000001234", "account_name": "李雷"}
    added = browser.post("/customer-new/SCHOOL01", {"customer_no": "C2", **person, **account})
    assert (added.status_code, added.headers["location"]) == (303, "/customer/SCHOOL01/C2")
    page = browser.get("/customer/SCHOOL01/C2")
    assert "***1234" in page.text
    assert "6222000000001234" not in page.text
    path = "/customer-change/SCHOOL01/C2"
    assert "***1234" not in browser.get(path).text
    assert changing(browser, path, **person | {"mobile": "", "name": "李雷雷"}).status_code == 303
    text = text_of(browser.get("/customer/SCHOOL01/C2"))
    assert "李雷雷" in text
    assert "13900000000" not in text
    assert "***1234" in text
    assert "customers set" in text


def test_who_may_not_change_sees_no_form(as_user):
    text = text_of(as_user("olga").get("/bill/SCHOOL01/S12"))
    assert "Withdraw" not in text
    assert as_user("olga").post("/bill-withdraw/SCHOOL01/S12", {"reason": "x"}).status_code == 403


def test_the_pages_are_in_chinese_too(as_user):
    browser = as_user("mei", **{"Accept-Language": "zh-CN"})
    assert "已缴" in text_of(browser.get("/bill/SCHOOL01/S1"))
    assert "新增客户" in text_of(browser.get("/customers"))


@pytest.mark.parametrize("length", [201, 60_000])
def test_a_part_that_nothing_can_have_is_refused(as_user, length):
    browser, part = as_user("olga"), "x" * length
    for name in ("name", "mobile"):
        response = browser.post("/customers", {"merchant": "SCHOOL01", name: part})
        assert response.status_code == 422
        assert "give at most 200 characters" in text_of(response)
    for path in ("/customers", "/bills"):
        assert browser.get(f"{path}?merchant=SCHOOL01&anywhere=1&number={part}").status_code == 422
