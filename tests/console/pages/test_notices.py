"""Notices on the pages: what is listed for whom, one's story, and what users decide."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from offline_collect.console.forms import SEEN, document_text, new_once
from offline_collect.console.notice_figures_kept import NoticeFiguresKept
from offline_collect.console.site import build
from offline_collect.domain.notices.life import NoticeState
from offline_collect.merchant.reports import kept_readings
from offline_collect.store.notices.find import get_notice
from tests.console.browser import Browser, text_of
from tests.console.notified import (  # noqa: F401 - a fixture
    ARRIVED,
    DEAD,
    MERGED,
    OF_OTHERS,
    UNWANTED,
    WAITS,
    store,
)

DECIDED_ON = {SEEN: document_text({"state": "DEAD", "attempts": 5})}
WAITING = {SEEN: document_text({"state": "WAITING", "attempts": 0})}


def listed(page):
    return [unquote(text) for text in re.findall(r'class="id" href="/notices/([^"]*)"', page.text)]


def state_of(reader, notice_id):
    with reader.snapshot() as reading:
        return get_notice(reading, notice_id).state


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("anna", [OF_OTHERS, MERGED, ARRIVED, DEAD, WAITS, UNWANTED]),
        ("olga", [MERGED, ARRIVED, DEAD, WAITS, UNWANTED]),
        ("wang.fang", [MERGED, ARRIVED, DEAD, WAITS, UNWANTED]),
        ("mei", [MERGED, ARRIVED, DEAD, WAITS]),
        ("otto", [OF_OTHERS]),
    ],
)
def test_each_user_sees_the_notices_of_his_merchants_and_no_other(as_user, name, shown):
    browser = as_user(name)
    assert listed(browser.get("/notices")) == shown
    for notice in (WAITS, DEAD, ARRIVED, MERGED, UNWANTED, OF_OTHERS):
        assert browser.get(f"/notices/{notice}").status_code == (200 if notice in shown else 404)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=DEAD", [DEAD]),
        ("event=OVERDUE", [UNWANTED]),
        ("event=PAID", [MERGED, ARRIVED, DEAD, WAITS]),
        ("channel=KANNEL", [MERGED, ARRIVED, DEAD]),
        ("merchant=WATER001", [UNWANTED]),
        ("merchant=SCHOOL01&bill=S2", [DEAD]),
        ("merchant=SCHOOL01&customer=2026030117&state=WAITING", [WAITS]),
        ("to=2026-11-20", [UNWANTED]),
        ("from=2026-11-21", [MERGED, ARRIVED, DEAD, WAITS]),
        ("state=nothing", [MERGED, ARRIVED, DEAD, WAITS, UNWANTED]),
        (f'after="{DEAD}"', [WAITS, UNWANTED]),
        ("event=DUE_SOON", []),
    ],
)
def test_notices_are_narrowed(as_user, query, shown):
    page = as_user("olga").get(f"/notices?{query}")
    assert listed(page) == shown
    assert ("No notice matches" in page.text) == (not shown)


@pytest.mark.parametrize(
    ("query", "said"),
    [("from=22.11.2026", "is no date"), ("bill=S1", "name it too"), ("customer=1", "name it too")],
)
def test_a_search_that_cannot_be_made_says_what_to_give(as_user, query, said):
    page = as_user("olga").get(f"/notices?{query}")
    assert page.status_code == 422
    assert said in text_of(page)


def test_another_banks_merchant_is_as_one_that_is_not_there(as_user):
    assert as_user("otto").get("/notices?merchant=SCHOOL01").status_code == 404


def test_a_notice_is_found_by_its_number(as_user):
    response = as_user("olga").get(f"/notices?notice={DEAD}")
    assert response.headers["location"] == f"/notices/{DEAD.replace(':', '%3A')}"


def test_a_long_list_goes_on(as_user, monkeypatch):
    monkeypatch.setattr("offline_collect.console.pages.notices.ROWS", 2)
    browser = as_user("olga")
    first = browser.get("/notices?event=PAID")
    assert listed(first) == [MERGED, ARRIVED]
    (following,) = re.findall(r'href="([^"]*)" rel="next"', first.text)
    last = browser.get(following.replace("&amp;", "&"))
    assert listed(last) == [DEAD, WAITS]
    assert 'rel="next"' not in last.text


def test_a_story_tells_what_became_of_a_notice_and_its_message(as_user):
    text = text_of(as_user("olga").get(f"/notices/{ARRIVED}"))
    assert "State has arrived" in text
    assert "Channel SMS by Kannel" in text
    assert "Reported by the receiver 2026-11-22" in text
    assert re.search(f"In the same message .* {MERGED} ", text)
    assert "Decide" not in text


def test_a_dead_notice_is_sent_again_once(as_user, store):  # noqa: F811 - a fixture
    browser, once = as_user("olga"), new_once()
    for _ in range(2):
        assert browser.post(f"/notice-retry/{DEAD}", DECIDED_ON, once=once).status_code == 303
    assert "this form was sent twice" in text_of(browser.get(f"/notices/{DEAD}"))
    assert state_of(store, DEAD) is NoticeState.WAITING
    text = text_of(browser.get(f"/notices/{DEAD}"))
    assert text.count("notify retry") == 1
    assert "DEAD → WAITING" in text


def test_a_waiting_notice_is_cancelled_with_a_reason(as_user, store):  # noqa: F811 - a fixture
    browser, path = as_user("olga"), f"/notice-cancel/{WAITS}"
    without = browser.post(path, {**WAITING, "reason": "  "})
    assert without.status_code == 422
    assert "a reason has 1 to 200 characters" in text_of(without)
    assert state_of(store, WAITS) is NoticeState.WAITING
    assert browser.post(path, {**WAITING, "reason": "paid in cash"}).status_code == 303
    text = text_of(browser.get(f"/notices/{WAITS}"))
    assert "State cancelled Reason paid in cash" in text
    assert "Send it" not in text


def test_a_decision_on_another_state_than_the_page_showed_is_refused(as_user, store):  # noqa: F811 - a fixture
    response = as_user("olga").post(f"/notice-cancel/{DEAD}", {**WAITING, "reason": "old tab"})
    assert response.status_code == 409
    assert "State WAITING DEAD" in text_of(response)
    assert 'value="old tab"' in response.text
    assert state_of(store, DEAD) is NoticeState.DEAD


def test_what_the_life_does_not_allow_is_refused(as_user, store):  # noqa: F811 - a fixture
    seen = {SEEN: document_text({"state": "DELIVERED", "attempts": 1})}
    response = as_user("olga").post(f"/notice-retry/{ARRIVED}", seen)
    assert response.status_code == 422
    assert "only one that is" in text_of(response)
    assert state_of(store, ARRIVED) is NoticeState.DELIVERED


@pytest.mark.parametrize("name", ["max", "carla", "wang.fang", "mei"])
def test_who_may_not_send_sees_no_form_and_decides_nothing(as_user, store, name):  # noqa: F811 - a fixture
    browser = as_user(name)
    assert "Send it again" not in browser.get(f"/notices/{DEAD}").text
    assert browser.post(f"/notice-retry/{DEAD}", DECIDED_ON).status_code == 403
    assert state_of(store, DEAD) is NoticeState.DEAD


def test_another_banks_notice_cannot_be_decided(as_user, store):  # noqa: F811 - a fixture
    response = as_user("otto").post(f"/notice-retry/{DEAD}", DECIDED_ON)
    assert response.status_code == 404
    assert state_of(store, DEAD) is NoticeState.DEAD


def test_the_figures_count_by_state_and_by_channel_beside_their_pictures(as_user):
    page = as_user("olga").get("/notices/figures")
    text = text_of(page)
    assert 'aria-label="Notices by state"' in page.text
    assert 'aria-label="Sent in the last 7 days"' in page.text
    assert "given up 1 cancelled 0 not wanted, or no address 1" in text
    assert "SMS by Kannel 1 1 0" in text


def test_the_figures_are_of_the_users_merchants(as_user):
    text = text_of(as_user("otto").get("/notices/figures"))
    assert "given up 1 " in text
    assert "Nothing was sent in the last 7 days." in text
    assert "Write the reminders" not in text


def test_nobody_waits_until_notices_are_counted(office, clock, monkeypatch, store):  # noqa: F811 - a fixture
    monkeypatch.setattr(kept_readings, "WAIT_S", 0)
    begun = []
    kept = NoticeFiguresKept(clock, clock.monotonic, begun.append)
    with Browser(build(replace(office, parts=(kept, *office.parts))), office) as browser:
        browser.sign_in("olga")
        page = browser.get("/notices/figures")
        assert "The notices are being counted" in text_of(page)
        assert 'data-live="2000"' in page.text, "the page renews itself soon"
        (work,) = begun
        work()
        page = browser.get("/notices/figures")
        assert "SMS by Kannel 1 1 0" in text_of(page)
        assert 'data-live="2000"' not in page.text


def test_reminders_are_written_by_who_sees_all_banks(as_user):
    browser = as_user("anna")
    assert "Write the reminders" in browser.get("/notices/figures").text
    assert browser.post("/notices/remind").headers["location"] == "/notices/figures"
    assert "written: " in text_of(browser.get("/notices/figures"))
    assert as_user("olga").post("/notices/remind").status_code == 403


def test_today_counts_the_dead_ones_and_leads_to_them(as_user):
    page = as_user("olga").get("/")
    assert '<strong>1</strong> <a href="/notices?state=DEAD">' in page.text


@pytest.mark.parametrize(
    ("languages", "said", "answered"),
    [
        ("zh-CN", "没有可送达该客户的渠道", "应答 410：接收方不再接收"),
        ("en", "no channel reaches the customer", "answered 410: the receiver wants no more of it"),
    ],
)
def test_reasons_are_in_the_reader_s_language_and_words_of_before_as_they_are(
    as_user, languages, said, answered
):
    browser = as_user("anna", **{"Accept-Language": languages})
    page = text_of(browser.get("/notices"))
    assert said in page
    assert "none in time" in page
    assert answered in text_of(browser.get(f"/notices/{OF_OTHERS}"))
    assert "none in time" in text_of(browser.get(f"/notices/{DEAD}"))
