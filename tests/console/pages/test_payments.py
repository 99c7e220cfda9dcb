"""Payments: what is found, one payment's story, and money that may have moved."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.console.pages.payments import DIFFERENCE_NEXT
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import ItemKind
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.reconciliation.classes import DifferenceClass, FollowUp, RowKind
from offline_collect.domain.reconciliation.items import PAYOUT_FAILED, PAYOUT_LEFT_OUT, ItemState
from offline_collect.domain.reconciliation.records import Item
from offline_collect.merchant.postings import view_payments
from offline_collect.store.reconciliation.items import put_items
from tests.console.browser import next_page, text_of
from tests.console.notified import put_deliveries
from tests.console.town import PAID, tellers_at
from tests.domain.notices.notices import waiting
from tests.fakes.bank import DAY, NOON
from tests.messages.commands import stamped_afresh

FIRST = "20261122000000000001"
LATER = NOON + dt.timedelta(hours=1, minutes=30)


@pytest.fixture
def reversed_payment(store):
    """The serial number of a payment that came twice and was reversed; another one is in suspense."""
    with tellers_at(store) as teller:
        teller.now = LATER
        paid, answer = teller.pay("S4")
        teller.now = LATER + dt.timedelta(seconds=5)
        teller.ask(stamped_afresh(paid, teller.now))
        teller.ask(teller.terminal.reversal(teller.now, paid))
        teller.ask(teller.terminal.advice(teller.now, "SCHOOL01", "GONE", 500))
    return answer.values["serial_number"]


def test_without_terms_the_payments_of_the_open_day_are_listed(as_user):
    text = text_of(as_user("olga").get("/payments"))
    assert [text.count(f" {bill} ") for bill in PAID] == [1, 1, 1]
    assert 'value="2026-11-22"' in as_user("olga").get("/payments").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("merchant=SCHOOL01&bill=S2", ["S2"]),
        ("merchant=SCHOOL01&customer=2026030117", ["S1", "S2", "S3"]),
        ("institution=12345678&terminal=TERM0001&stan=000003", ["S3"]),
        ("from=2026-11-22&amount=123.45", ["S1", "S2", "S3"]),
        ("from=2026-11-22&amount=1", []),
        ("from=2026-11-22&code=WRONG_AMOUNT", []),
    ],
)
def test_payments_are_found_by_what_is_known_of_them(as_user, query, found):
    page = as_user("olga").get(f"/payments?{query}")
    assert page.status_code == 200
    assert [bill for bill in PAID if f'<span class="id">{bill}</span>' in page.text] == found
    assert ("No payment matches" in page.text) == (not found)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("stan=1", "is not a STAN"),
        ("merchant=SCHOOL01", "would read every payment"),
        ("bill=S1", "name it too"),
        ("from=2026-11-22&amount=x", "is not an amount"),
        ("from=2026-11-22&to=2026-11-21", "exchange the two"),
        ("from=22.11.2026", "is no date"),
        ("from=2026-11-22&code=x", "is none of APPROVED"),
    ],
)
def test_a_search_that_cannot_be_made_says_what_to_give_and_keeps_what_was_typed(as_user, query, said):
    page = as_user("olga").get(f"/payments?{query}")
    assert page.status_code == 422
    assert said in text_of(page)
    name, _, value = query.partition("&")[0].partition("=")
    assert f'name="{name}"' in page.text
    assert f'value="{value}"' in page.text


def test_a_long_list_goes_on_where_the_page_ended(as_user, monkeypatch):
    monkeypatch.setattr("offline_collect.console.pages.payments.ROWS", 2)
    browser = as_user("olga")
    for query in ("from=2026-11-22", "institution=12345678&terminal=TERM0001"):
        first = browser.get(f"/payments?{query}")
        following = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        second = browser.get(following.replace("&amp;", "&"))
        assert [">S2<" in page.text for page in (first, second)] == [True, False]
        assert [">S3<" in page.text for page in (first, second)] == [False, True]
        assert 'rel="next"' not in second.text


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ("from=2026-11-22&amount=1", [[], [], []]),
        ("from=2026-11-22&merchant=SCHOOL01", [["S1"], ["S2"], ["S3"]]),
        ("from=2026-11-22", [["S1", "S2", "S3"]]),
        ("merchant=SCHOOL01&customer=2026030117", [["S1", "S2", "S3"]]),
    ],
)
def test_a_page_ends_once_it_has_read_enough_and_says_how_far(as_user, monkeypatch, query, pages):
    monkeypatch.setattr(view_payments, "READ_MOST", 1)
    monkeypatch.setattr(view_payments, "READ_MOST_ALONE", 1)
    browser, path, seen = as_user("anna"), f"/payments?{query}", []
    while path:
        page = browser.get(path).text
        seen.append([bill for bill in PAID if f'<span class="id">{bill}</span>' in page])
        path = next_page(page)
        assert ("Search on" in page) == (path is not None)
        assert ("This page has read as far as" in page) == (path is not None)
        assert ("Nothing so far." in page) == (path is not None and seen[-1] == [])
    assert seen == pages


def test_payments_outside_a_scope_are_read_in_parts_too(as_user, monkeypatch):
    monkeypatch.setattr(view_payments, "READ_MOST_ALONE", 2)
    page = as_user("otto").get("/payments").text
    assert "Nothing so far." in page
    assert "No payment matches" in as_user("otto").get(next_page(page)).text


def test_a_serial_number_leads_to_its_payment(as_user):
    browser = as_user("olga")
    assert browser.get(f"/payments?serial={FIRST}").headers["location"] == f"/payments/{FIRST}"
    assert browser.get("/payments?serial=//evil.test/").headers.get("location") != "//evil.test/"


def test_a_payments_story_is_told_in_its_order(as_user, reversed_payment):
    page = as_user("olga").get(f"/payments/{reversed_payment}")
    text = text_of(page)
    told = [
        "A payment was asked for",
        "The money was posted",
        "The same payment was asked for again",
        "Reversed",
    ]
    places = [text.index(each, text.index("What happened")) for each in told]
    assert places == sorted(places)
    assert "Notice to the payer" in text
    assert "DE 11" in text
    assert "REVERSED" in text


def test_a_notice_in_the_story_says_why_it_was_not_sent_in_the_reader_s_language(as_user, store):
    unwanted = waiting(8, state=NoticeState.SUPPRESSED, reason=reason_of(Reason.NO_CONSENT))
    about = replace(unwanted.notice, notice_id=f"PAID:{FIRST}", payment_serial=FIRST)
    with store.transaction() as tx:
        put_deliveries(tx, [replace(unwanted, notice=about)])
    assert "the customer has not consented" in as_user("olga").get(f"/payments/{FIRST}").text
    chinese = as_user("olga", **{"Accept-Language": "zh-CN"}).get(f"/payments/{FIRST}").text
    assert "客户未同意接收通知" in chinese
    assert "consented" not in chinese


def test_a_receipt_with_columns_of_the_merchant_is_not_in_the_story(as_user):
    assert "餐费" not in as_user("olga").get(f"/payments/{FIRST}").text


@pytest.mark.parametrize("name", ["otto"])
def test_a_payment_of_another_bank_is_not_there(as_user, name):
    browser = as_user(name)
    assert browser.get(f"/payments/{FIRST}").status_code == 404
    assert browser.get("/payments?merchant=SCHOOL01&bill=S1").status_code == 404
    assert FIRST not in browser.get("/payments?from=2026-11-22").text
    assert FIRST not in browser.get("/payments?institution=12345678&terminal=TERM0001").text


def test_money_in_suspense_says_what_to_do_next(as_user, reversed_payment):
    text = text_of(as_user("olga").get("/payments/doubts"))
    assert "GONE unknown 5.00 CNY" in text
    assert "apply it to a bill of the merchant, or refund it" in text
    assert "No money is in suspense" in text_of(as_user("otto").get("/payments/doubts"))


def test_what_one_side_counts_only_is_shown_to_who_sees_all_banks(as_user, store):
    item = Item(
        DifferenceClass.PLATFORM_ONLY.value,
        FollowUp.CONTRA,
        ItemState.OPEN,
        "12345678",
        DAY,
        RowKind.PAYMENT,
        "P|1",
        "P|1",
        NOON,
        ours_minor=12_345,
        currency="156",
        payment_serial=FIRST,
    )
    older = replace(item, business_date=BusinessDate(2026, 11, 20), match_key="P|2", message_key="P|2")
    with store.transaction() as tx:
        put_items(tx, [item, older])
    text = text_of(as_user("anna").get("/payments/doubts"))
    assert "2026-11-20 2 PLATFORM_ONLY" in text
    assert "ask the institution whether its customer has paid" in text
    assert "PLATFORM_ONLY" not in text_of(as_user("otto").get("/payments/doubts"))


def test_every_class_of_difference_has_its_next_step():
    classes = {*DifferenceClass, *ItemKind, PAYOUT_FAILED, PAYOUT_LEFT_OUT} - {DifferenceClass.MATCHED}
    assert set(DIFFERENCE_NEXT) == classes


def test_the_pages_are_in_chinese_too(as_user, reversed_payment):
    browser = as_user("olga", **{"Accept-Language": "zh-CN"})
    assert "冲正" in text_of(browser.get(f"/payments/{reversed_payment}"))
    assert "挂账" in text_of(browser.get("/payments/doubts"))
