"""Visits: whose they are, what their forms need, and how they end."""

import pytest

from offline_collect.translations import Language
from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.kiosk.app import HEADERS
from offline_collect_terminal.kiosk.kiosk import BODY_BYTES_MAX, FIELDS_MAX
from offline_collect_terminal.kiosk.visits import IDLE_S, VISITS_MAX, WAITED_S, Visits
from tests.fakes.clock import HandClock
from tests.simulators.kiosk.browsing import SILENT
from tests.simulators.teller_playing import NOW


def test_after_a_minute_without_the_payer_everything_is_forgotten(at_kiosk):
    at_kiosk.look_up()
    at_kiosk.clock.advance(IDLE_S - 1)
    assert "王*明" in at_kiosk.open("/bills")
    at_kiosk.clock.advance(IDLE_S)
    at_kiosk.open("/bills")
    assert at_kiosk.path == "/"
    assert "王*明" not in at_kiosk.text
    assert len(at_kiosk.kiosk.visits) == 1


def test_a_form_that_comes_too_late_says_that_the_visit_has_ended(at_kiosk):
    at_kiosk.look_up()
    at_kiosk.clock.advance(IDLE_S)
    assert "60 秒无人操作，所填内容已全部清除" in at_kiosk.press("/bills", bill="0")
    assert at_kiosk.path == "/ended"
    assert at_kiosk.platform.of("payment") == []


def test_a_page_without_javascript_asks_first_and_then_ends(at_kiosk):
    at_kiosk.look_up()
    assert '<noscript><meta http-equiv="refresh" content="40;url=/still"></noscript>' in at_kiosk.page
    at_kiosk.clock.advance(40)
    assert "您还在吗" in at_kiosk.open("/still")
    assert '<noscript><meta http-equiv="refresh" content="20;url=/ended"></noscript>' in at_kiosk.page
    at_kiosk.press("/stay")
    assert at_kiosk.path == "/bills"
    at_kiosk.clock.advance(40)
    at_kiosk.open("/still")
    at_kiosk.clock.advance(20)
    at_kiosk.open("/ended")
    assert "本次操作已结束" in at_kiosk.text
    at_kiosk.open("/bills")
    assert at_kiosk.path == "/"


def test_pages_that_load_themselves_do_not_keep_a_visit(at_kiosk):
    at_kiosk.pay()
    for _ in range(3):
        at_kiosk.clock.advance(IDLE_S / 3)
        at_kiosk.open("/payment")
    assert at_kiosk.path == "/"


def test_who_waits_for_an_answer_may_wait_longer_but_not_for_ever(at_kiosk):
    at_kiosk.platform.say("payment", SILENT)
    at_kiosk.pay()
    at_kiosk.clock.advance(WAITED_S - 1)
    assert "目前不明" in at_kiosk.open("/payment")
    at_kiosk.clock.advance(1)
    at_kiosk.open("/payment")
    assert at_kiosk.path == "/"


def test_an_answer_that_came_late_can_be_read_for_a_minute(at_kiosk):
    at_kiosk.platform.say("payment", SILENT)
    at_kiosk.pay()
    at_kiosk.settle()
    at_kiosk.clock.advance(IDLE_S - 1)
    at_kiosk.settle()
    assert "缴费成功" in at_kiosk.open("/payment")
    at_kiosk.clock.advance(IDLE_S - 1)
    assert "缴费成功" in at_kiosk.open("/payment")


def test_the_end_of_a_visit_forgets_it_and_its_cookie(at_kiosk):
    at_kiosk.look_up()
    before = at_kiosk.browser.cookies["kiosk"]
    at_kiosk.press("/end")
    assert at_kiosk.path == "/"
    assert at_kiosk.browser.cookies["kiosk"] != before
    at_kiosk.open("/bills")
    assert at_kiosk.path == "/"


def test_a_cookie_that_the_kiosk_did_not_make_begins_another_visit(at_kiosk):
    at_kiosk.browser.cookies.set("kiosk", "chosen-elsewhere")
    at_kiosk.open("/")
    assert "chosen-elsewhere" not in at_kiosk.answer.headers["set-cookie"]


def test_the_cookie_is_not_for_scripts_and_not_for_other_sites(at_kiosk):
    at_kiosk.open("/")
    cookie = at_kiosk.answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("token", ["", "x", "密"])
def test_a_form_without_the_visits_token_changes_nothing(at_kiosk, token):
    at_kiosk.look_up()
    at_kiosk.press("/bills", bill="0")
    answer = at_kiosk.browser.post("/pay", data={"token": token, "tender": "CARD"})
    assert answer.status_code == 403
    assert at_kiosk.platform.of("payment") == []


def test_another_visits_token_is_as_good_as_none(at_kiosk):
    other = at_kiosk.another_browser()
    page = other.get("/").text
    at_kiosk.look_up()
    at_kiosk.page = page
    at_kiosk.press("/end")
    assert at_kiosk.answer.status_code == 403
    assert "王*明" in at_kiosk.open("/bills")


def test_a_form_must_be_sent_as_one(at_kiosk):
    at_kiosk.look_up()
    assert at_kiosk.browser.get("/end").status_code == 405
    assert at_kiosk.browser.put("/pay").status_code == 405


@pytest.mark.parametrize(
    "body", [b"x" * (BODY_BYTES_MAX + 1), b"&".join([b"a=1"] * (FIELDS_MAX + 1))], ids=["long", "many"]
)
def test_what_no_form_sends_is_refused(at_kiosk, body):
    at_kiosk.open("/")
    assert at_kiosk.browser.post("/language", content=body).status_code == 413


def test_every_page_has_the_headers(at_kiosk):
    for path in ("/", "/m/SCHOOL01", "/still", "/ended"):
        at_kiosk.open(path)
        assert HEADERS.items() <= {**dict.fromkeys(HEADERS), **{
            name: at_kiosk.answer.headers[name] for name in HEADERS}}.items()  # fmt: skip
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


def test_a_page_that_is_not_there_says_so_in_both_languages(at_kiosk):
    at_kiosk.open("/nothing")
    assert at_kiosk.answer.status_code == 404
    assert "测试 TEST" in at_kiosk.text
    assert "There is no such page" in at_kiosk.text


def test_another_sites_name_for_this_machine_is_refused(at_kiosk):
    answer = at_kiosk.browser.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_every_page_says_test(at_kiosk):
    for path in ("/", "/?q=x", "/m/SCHOOL01", "/still", "/ended"):
        assert at_kiosk.open(path).startswith("测试 TEST 测试终端，模拟付款")
        assert "<title>测试 TEST · " in at_kiosk.page


def test_chinese_comes_first_and_english_by_a_switch_that_stays_on_the_page(at_kiosk):
    assert "请输入10位学号" in at_kiosk.open("/m/SCHOOL01?by=1")
    text = at_kiosk.press("/language", language="en")
    assert at_kiosk.path == "/m/SCHOOL01?by=1"
    assert '<html lang="en">' in at_kiosk.page
    assert "Show my bills" in text
    assert "Finish" in text
    assert "查询账单" in at_kiosk.press("/language", language="zh")
    assert "查询账单" in at_kiosk.press("/language", language="fr")


def test_a_receipt_can_be_read_in_english(at_kiosk):
    at_kiosk.pay()
    text = at_kiosk.press("/language", language="en")
    assert "Paid" in text
    assert "Receipt · 阳光小学" in text


def test_large_print_stays_until_the_visit_ends(at_kiosk):
    at_kiosk.open("/")
    at_kiosk.press("/language", large="1")
    at_kiosk.open("/m/SCHOOL01")
    assert 'class="large"' in at_kiosk.page
    at_kiosk.press("/language", large="0")
    assert 'class="large"' not in at_kiosk.page


def test_a_payer_never_sees_another_ones_visit(at_kiosk):
    at_kiosk.look_up()
    other = at_kiosk.another_browser()
    assert "王*明" not in other.get("/bills").text


class TestBounds:
    """How many visits there are."""

    @pytest.fixture
    def clock(self):
        return HandClock(NOW)

    @pytest.fixture
    def visits(self, clock):
        return Visits(clock.monotonic, Language.ZH, lambda _: False)

    def test_who_only_looks_makes_room_for_another(self, visits):
        keys = [visits.begin()[0] for _ in range(VISITS_MAX)]
        visits.begin()
        assert len(visits) == VISITS_MAX
        assert visits.find(keys[0]) is None
        assert visits.find(keys[1]) is not None

    def test_who_has_begun_to_pay_is_not_ended_by_others(self, visits):
        for _ in range(VISITS_MAX):
            visits.begin()[1].merchant = object()
        with pytest.raises(BusyError):
            visits.begin()

    def test_there_is_room_again_when_they_have_gone(self, visits, clock):
        for _ in range(VISITS_MAX):
            visits.begin()[1].merchant = object()
        clock.advance(IDLE_S)
        visits.begin()
        assert len(visits) == 1


def test_one_too_many_is_told_so(at_kiosk):
    for _ in range(VISITS_MAX):
        at_kiosk.kiosk.visits.begin()[1].merchant = object()
    at_kiosk.open("/")
    assert at_kiosk.answer.status_code == 503
    assert "使用人数过多" in at_kiosk.text
