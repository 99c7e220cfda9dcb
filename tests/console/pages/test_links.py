"""Links: who is signed on, how they are configured, the server's errors; and messages that are decoded."""

import math
from dataclasses import replace

import pytest

from offline_collect.app.config.load import load_configuration
from offline_collect.app.observability.answer_metrics import SECONDS
from offline_collect.app.wiring.console_links import link_desk
from offline_collect.console.link_desk import AnswerCount, AnswerTimes, RunningLink, RunningServer
from offline_collect.console.server_figures import TIMED_MOST_S
from tests.console.browser import text_of
from tests.messages.golden import vectors

MAC = "{algorithm: aes-cmac}"
CONFIG = f"""
metrics: {{listen: null}}
links:
  - {{name: main, mac: {MAC}}}
  - {{name: second, dialect: bcd, listen: "127.0.0.1:8584", institutions: ["87654321"], organisation: BANK2}}
"""
SERVER = RunningServer(
    ["ready"],
    "1.2.3",
    [RunningLink("main", 3, [("12345678", 2)], 1, 0)],
    ["2026-11-22 13:00:00 the disk is full"],
    [AnswerCount("main", "APPROVED", 1_234)],
    [AnswerTimes("main", "payment", 1_200, (0.005, 0.02, math.inf))],
)


def frame(name):
    """Return the golden message of a name, as hex digits."""
    return next(each["frame"] for each in vectors("ascii") if each["name"] == name)


@pytest.fixture(scope="session")
def configured(tmp_path_factory):
    """Two links of two banks."""
    path = tmp_path_factory.mktemp("links") / "config.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return link_desk(load_configuration(path, {}))


@pytest.fixture
def heard():
    """What the server says; a test may change it."""
    return [SERVER]


@pytest.fixture
def links(configured, heard):
    """What the pages need."""
    return replace(configured, ask_server=lambda: heard[-1])


def test_who_sees_all_banks_sees_what_the_server_does(as_user):
    text = text_of(as_user("anna").get("/links"))
    assert "ready (1.2.3)" in text
    assert "main ascii BANK 3 12345678 × 2 1 0" in text
    assert "second bcd BANK2 – – – –" in text
    assert "main APPROVED 1,234" in text
    assert "main payment 1,200 ≤ 5 ms ≤ 20 ms > 10 s" in text
    assert "the disk is full" in text


def test_today_shows_the_same_to_who_sees_all_banks(as_user):
    text = text_of(as_user("anna").get("/"))
    assert "main 3 12345678 × 2 1 0" in text
    assert "main APPROVED 1,234" in text
    assert "main payment 1,200 ≤ 5 ms ≤ 20 ms > 10 s" in text
    assert "APPROVED" not in text_of(as_user("olga").get("/"))


def test_today_says_that_no_server_was_heard(as_user, heard):
    heard.append(RunningServer(["no server answers on 127.0.0.1:1 (connection refused)"]))
    assert "no server answers on 127.0.0.1:1" in text_of(as_user("anna").get("/"))


def test_what_has_no_bound_took_longer_than_the_servers_last_one():
    assert SECONDS[-1] == TIMED_MOST_S


def test_the_times_are_on_the_page_in_chinese_too(as_user):
    text = text_of(as_user("anna", **{"Accept-Language": "zh-CN"}).get("/links"))
    assert "每百个中95个不超过" in text


def test_today_leads_to_what_the_server_does(as_user):
    assert 'href="/links">Links: who is signed on' in as_user("olga").get("/").text


def test_others_see_the_links_of_their_bank_and_not_the_server(as_user):
    text = text_of(as_user("olga").get("/links"))
    assert "main ascii BANK" in text
    assert "second" not in text
    assert "the disk is full" not in text
    assert "1,200" not in text
    assert "12345678" not in text
    assert as_user("otto").get("/links/main").status_code == 404
    assert as_user("otto").get("/links/second").status_code == 200
    assert as_user("anna").get("/links/nothing").status_code == 404


def test_without_a_server_the_page_says_so(as_user, heard):
    heard.append(RunningServer(["no server answers"]))
    text = text_of(as_user("anna").get("/links"))
    assert "no server answers" in text
    assert "Last errors" not in text


def test_the_configuration_of_a_link_is_read_only_and_names_no_file(as_user):
    page = as_user("olga").get("/links/main")
    text = text_of(page)
    assert "It has no keys yet" in text
    assert "mac.algorithm aes-cmac" in text
    assert "throttle.terminal_misses_per_minute 30" in text
    assert 'method="post" action="/links' not in page.text


def test_a_message_is_decoded_and_masked(as_user):
    browser = as_user("olga")
    assert '<option value="ascii" selected>' in browser.get("/decode").text
    response = browser.post("/decode", {"dialect": "ascii", "message": frame("sign_on")})
    assert response.status_code == 200
    assert "DE 70" in response.text
    assert "12345678" in text_of(response)
    assert "cannot be read" not in text_of(response)


@pytest.mark.parametrize(
    ("message", "dialect", "status", "said"),
    [
        ("", "ascii", 422, "nothing to decode"),
        ("08002", "ascii", 422, "odd number of hex digits"),
        ("30383030", "nothing", 422, "choose one of the dialects"),
        ("30" * 40_000, "ascii", 422, "too long"),
        ("30383030", "ascii", 200, "It cannot be read to its end"),
        ("zz", "ascii", 200, "It cannot be read to its end"),
        ("<script>", "bcd", 200, "&lt;script&gt;"),
    ],
)
def test_what_is_no_message_is_said_plainly(as_user, message, dialect, status, said):
    response = as_user("olga").post("/decode", {"dialect": dialect, "message": message})
    assert response.status_code == status
    assert said in response.text
    assert "<script>" not in response.text.partition("<main")[2]


def test_a_card_number_is_never_shown_whole(as_user):
    response = as_user("anna").post("/decode", {"dialect": "ascii", "message": frame("payment_advice")})
    shown = response.text.partition("<table>")[2]
    assert "DE 2" in shown
    assert "6225880100001234" not in shown


def test_the_pages_are_in_chinese_too(as_user):
    browser = as_user("anna", **{"Accept-Language": "zh-CN"})
    assert "链路" in text_of(browser.get("/links"))
    assert "解析报文" in text_of(browser.get("/decode"))
