"""A payer at the kiosk in a real browser, against the real server, or a platform that does not answer."""

import re

import pytest
from playwright.sync_api import expect

from offline_collect.store import StoreSettings, open_store
from offline_collect_terminal.wire.dialects import load_codec
from tests.databases.school import MERCHANT, bill_no, fill, findings, in_force
from tests.e2e.at_kiosk import kiosk_on
from tests.e2e.electricity import ELECTRICITY, NOVEMBER, OCTOBER, SUBSCRIBER, finally_paid
from tests.e2e.serving import serving, write_config
from tests.modules.chromium import barriers, keep_picture, new_page
from tests.simulators import peer
from tests.simulators.teller_playing import Platform

PHONE = 360
IDLE_MS = 61_000


@pytest.fixture
def page(chromium):
    """A page in Chinese, of which every request stays on this machine."""
    made = new_page(chromium)
    elsewhere = []
    made.on("request", lambda request: _note(elsewhere, request.url))
    yield made
    made.context.close()
    assert elsewhere == []


def _note(elsewhere, url):
    if not url.startswith("http://127.0.0.1:"):
        elsewhere.append(url)


@pytest.fixture
def school(sqlite_url, tmp_path):
    """The address of a kiosk on a bcd link of a school."""
    fill(sqlite_url, bills=8)
    config = write_config(tmp_path, sqlite_url, link=", dialect: bcd")
    with (
        serving(config) as server,
        kiosk_on(server.port, tmp_path / "journal", "--dialect", "bcd") as address,
    ):
        yield address
        assert server.stop() == 0


@pytest.fixture
def silent(tmp_path):
    """A platform that takes payments and does not answer them, and the address of its kiosk."""
    platform, codec = Platform(), load_codec("ascii")

    def answer(_, request):
        answered = platform.deliver(request).message
        return None if request.mti == "0200" else answered

    with (
        peer.serving(codec, answer) as served,
        kiosk_on(served.port, tmp_path / "journal", "--timeout", "0.5") as address,
    ):
        yield platform, address


def look_up(page, address, label="请输入学号", number="pupil"):
    page.goto(f"{address}/m/{MERCHANT}")
    page.get_by_label(label).fill(number)
    page.get_by_role("button", name="查询账单").click()


def looked_at(page, name, found):
    """Keep a picture, and gather the barriers that axe finds."""
    keep_picture(page, f"kiosk-{name}")
    found += [f"{name}: {barrier}" for barrier in barriers(page)]


@pytest.mark.parametrize(("width", "name"), [(1024, "wide"), (PHONE, "phone")])
def test_two_bills_are_paid_on_a_bcd_link(chromium, school, sqlite_url, width, name):
    page, found = new_page(chromium, width=width), []
    page.goto(school)
    looked_at(page, f"{name}-merchants", found)
    page.get_by_role("link", name="阳光小学").click()
    page.get_by_role("button", name="查询账单").click()
    expect(page.get_by_text("请输入学号。")).to_be_visible()
    looked_at(page, f"{name}-form", found)
    page.get_by_label("请输入学号").fill("pupil")
    page.get_by_role("button", name="查询账单").click()
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(2).check()
    looked_at(page, f"{name}-bills", found)
    page.get_by_role("button", name="下一步").click()
    looked_at(page, f"{name}-pay", found)
    page.get_by_role("button", name="支付 246.90 元").click()
    expect(page.get_by_role("heading", name="缴费成功")).to_be_visible()
    expect(page.get_by_role("button", name="打印凭条")).to_be_visible()
    looked_at(page, f"{name}-receipt", found)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Paid")).to_be_visible()
    page.get_by_role("button", name="Large print").click()
    looked_at(page, f"{name}-receipt-large", found)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Finish")).to_be_hidden()
    expect(page.get_by_role("region", name="测试 TEST")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", name="请选择收费单位")).to_be_visible()
    page.context.close()
    assert found == []
    store = open_store(StoreSettings(sqlite_url))
    assert in_force(store) == {bill_no(0): 1, bill_no(2): 1}
    assert findings(store) == []
    store.dispose()


def test_two_bills_are_paid_without_javascript_and_in_english(chromium, school):
    page = new_page(chromium, java_script_enabled=False)
    page.goto(school)
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name="阳光小学").click()
    page.get_by_label("请输入学号").fill("pupil")
    page.get_by_role("button", name="Show my bills").click()
    page.get_by_role("button", name="More bills").click()
    expect(page.get_by_role("checkbox")).to_have_count(8)
    page.get_by_role("checkbox").nth(7).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Test account, simulated").check()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.get_by_role("heading", name="Paid")).to_be_visible()
    keep_picture(page, "kiosk-no-script-receipt")
    page.context.close()


def test_two_bills_of_a_switch_are_paid_on_a_link_with_messages_of_its_own(page, electricity_url, tmp_path):
    config = write_config(tmp_path, electricity_url, link=", dialect: ppob-postpaid")
    options = ("--dialect", "ppob-postpaid", "--currency", "IDR")
    with serving(config) as server, kiosk_on(server.port, tmp_path / "journal", *options) as address:
        page.goto(address)
        page.get_by_role("link", name=ELECTRICITY).first.click()
        page.get_by_role("textbox").fill(SUBSCRIBER)
        page.get_by_role("button", name="查询账单").click()
        expect(page.get_by_text("B*** S******")).to_be_visible()
        for box in page.get_by_role("checkbox").all():
            box.check()
        keep_picture(page, "kiosk-switch-bills")
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("button", name=re.compile("^支付 126500.00")).click()
        expect(page.get_by_role("heading", name="缴费成功")).to_be_visible()
        keep_picture(page, "kiosk-switch-receipt")
        assert server.stop() == 0
    finally_paid(electricity_url, OCTOBER, NOVEMBER)


def test_a_payment_without_an_answer_is_not_to_be_repeated_and_its_page_goes_on_by_itself(page, silent):
    platform, address = silent
    platform.say("status", *[lambda request: peer.answer(request, "09")])
    look_up(page, address, "请输入10位学号", "2026030117")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name=re.compile("^支付")).click()
    expect(page.get_by_text("请勿重复付款")).to_be_visible()
    keep_picture(page, "kiosk-unanswered")
    assert barriers(page) == []
    expect(page.get_by_role("heading", name="缴费成功")).to_be_visible()
    assert len(platform.of("payment")) == 1


def test_a_platform_that_is_away_is_said(page, tmp_path):
    codec = load_codec("ascii")
    with peer.serving(codec) as gone:
        port = gone.port
    with kiosk_on(port, tmp_path / "journal") as address:
        page.goto(address)
        expect(page.get_by_role("alert")).to_contain_text("未发出")
        keep_picture(page, "kiosk-away")
        assert barriers(page) == []


def test_a_payer_who_has_gone_leaves_nothing(page, school):
    page.clock.install()
    look_up(page, school)
    expect(page.get_by_text("王*明")).to_be_visible()
    page.clock.run_for(41_000)
    expect(page.get_by_role("alertdialog", name="您还在吗？")).to_be_visible()
    keep_picture(page, "kiosk-still")
    assert barriers(page) == []
    page.get_by_role("button", name="我还在").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(IDLE_MS)
    expect(page.get_by_role("heading", name="本次操作已结束")).to_be_visible()
    keep_picture(page, "kiosk-ended")
    page.goto(f"{school}/bills")
    expect(page.get_by_role("heading", name="请选择收费单位")).to_be_visible()
    expect(page.get_by_text("王*明")).to_have_count(0)


def test_a_payment_on_a_link_for_tests_of_a_live_business_is_refused(page, sqlite_url, tmp_path):
    fill(sqlite_url, bills=1)
    config = write_config(tmp_path, sqlite_url, link=", test: true")
    live = config.read_text(encoding="utf-8").replace("cutover: null", "cutover: null, live: true")
    config.write_text(live, encoding="utf-8")
    with serving(config) as server, kiosk_on(server.port, tmp_path / "journal") as address:
        look_up(page, address)
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("button", name=re.compile("^支付")).click()
        expect(page.get_by_role("heading", name="没有付款")).to_be_visible()
        expect(page.get_by_text("58")).to_be_visible()
        keep_picture(page, "kiosk-live")
        assert server.stop() == 0
    finally_paid(sqlite_url)
