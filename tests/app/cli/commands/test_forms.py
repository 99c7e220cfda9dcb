"""`form history`, `preview` and `check`, and what `publish` prints about customers."""

import re

import pytest
import yaml
from wcwidth import wcswidth

from tests.support.tree import ROOT

WATER = ROOT / "samples" / "water"
GROUPS = {
    "title": "水费缴纳",
    "instructions": "没有表号时填姓名和手机",
    "inputs": [
        {"key": "meter_no", "label": "表号", "prompt": "8位表号", "type": "NUMERIC", "least": 8, "most": 8}
        | {"group": "meter", "example": "10020042"},
        {"key": "name", "label": "姓名", "prompt": "户主姓名", "least": 2, "group": "owner"},
        {"key": "mobile", "label": "手机", "prompt": "手机号码", "type": "NUMERIC", "group": "owner"},
        {"key": "area", "label": "片区", "prompt": "请选择", "type": "CHOICE", "required": False}
        | {"choices": {"E": "城东", "W": "城西"}},
    ],
    "show": ["description", "period", "due_date", "用水量"],
    "receipt": ["{description} {period}", "{merchant}", "[bold]{用水量}"],
}


@pytest.fixture
def publish(done, tmp_path):
    """Publishes a form as the water works' next version."""

    def publish(form):
        (tmp_path / "form.yaml").write_text(yaml.safe_dump(form, allow_unicode=True), encoding="utf-8")
        return done("form", "publish", "WATER001", "form.yaml")

    return publish


@pytest.fixture
def water(prepared):
    """The sample water works with its customers."""
    return prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", WATER / "merchant.yaml"),
        ("form", "publish", "WATER001", WATER / "form.yaml"),
        ("customers", "import", "WATER001", WATER / "customers.xlsx"),
    )


def words(text):
    """A screen's words, without frames and spaces."""
    return " ".join(text.replace("│", " ").replace("┃", " ").split())


def test_a_history_says_when_who_and_what(water, done, publish):
    done("user", "add", "ann", "--role", "OPERATOR")
    assert "version 2: published" in publish(GROUPS)
    done("--as", "ann", "form", "publish", "WATER001", WATER / "form.yaml")
    shown = words(done("form", "history", "WATER001"))
    assert re.search(r"Changed 3 \d{4}-\d\d-\d\d ", shown)
    assert "ann title" not in shown
    assert "input name (姓名) is gone" in shown
    assert "input meter_no (表号), group: nothing → meter" in shown
    assert "first version; asks for 表号" in shown
    first, second, third = (shown.index(who) for who in (" ann ", " system ", "system first"))
    assert first < second < third
    assert "earlier versions are not shown: --last 2 shows more" in done(
        "form", "history", "WATER001", "--last", "1"
    )


def test_a_poster_is_written_with_the_banks_link_or_without(water, done, monkeypatch, tmp_path):
    assert done("form", "poster", "WATER001", "wall.svg") == "wall.svg: the poster of WATER001\n"
    assert b"<image" not in (tmp_path / "wall.svg").read_bytes()
    url = "https://pay.bank.example/{merchant}/{code}"
    monkeypatch.setenv("OFFLINE_COLLECT__NOTIFY__PAYER_URL", url)
    told = done("form", "poster", "WATER001", "wall.svg", "--overwrite")
    assert told == "wall.svg: the poster of WATER001\n"
    assert b"<image" in (tmp_path / "wall.svg").read_bytes()
    assert "wall.svg：WATER001 的海报" in done(
        "form", "poster", "WATER001", "wall.svg", "--overwrite", "--language", "zh"
    )


def test_a_poster_that_cannot_be_is_refused(water, refused):
    assert "let it end with one of .pdf, .svg, .png" in refused("form", "poster", "WATER001", "wall.jpg")
    assert "there is no merchant NOBODY" in refused("form", "poster", "NOBODY", "wall.pdf")
    wrong = refused("form", "poster", "WATER001", "wall.pdf", "--language", "fr", code=2)
    assert "must be one of zh, en, both" in wrong


def test_the_history_of_nothing_says_so(done, refused):
    done("init", "--business-date", "2026-11-22", "--yes")
    assert "there is no merchant WATER001" in refused("form", "history", "WATER001")
    done("merchant", "add", WATER / "merchant.yaml")
    assert "WATER001 has no payment form" in refused("form", "history", "WATER001")


def test_a_preview_draws_both_screens_and_the_budget(water, done, publish):
    publish(GROUPS)
    shown = done("form", "preview", "WATER001")
    told = words(shown)
    for part in (
        "teller · 水费缴纳",
        "kiosk · 水费缴纳",
        "清源自来水",
        "没有表号时填姓名和手机",
        "1 表号 8位表号 8 digits 10020042 group meter",
        "one of E 城东, W 城西",
        "finds a customer by 表号, or by 姓名 + 手机",
        "[1] 表号 [2] 姓名 + 手机",
        "请选择 (may be left out) [ 城东 ] [ 城西 ]",
        "bill 项目 账期 缴费截止日 用水量 payable",
        "[bold]…",
        "Bytes on the wire Element ascii bcd",
    ):
        assert part in told
    assert "title and instructions DE 48 " in told
    assert "refused" not in told
    screens = [line for line in shown.splitlines() if line.startswith(("│", "┃", "┌", "┏"))]
    assert {wcswidth(line) for line in screens} == {46, 100}


def test_a_file_is_previewed_before_it_is_published_and_without_a_store(done, cli, refused, tmp_path):
    long = {
        **GROUPS,
        "title": "题" * 100,
        "instructions": "说" * 300,
        "receipt": ["{description} {a} {b}"] * 4,
    }
    (tmp_path / "form.yaml").write_text(yaml.safe_dump(long, allow_unicode=True), encoding="utf-8")
    shown = words(done("form", "preview", "--file", "form.yaml"))
    assert "(the merchant's name)" in shown
    assert "title and instructions DE 48 1235 of 999: 236 too many 835 of 999" in shown
    assert "999: receipt cut" in shown
    assert "publishing it would be refused: the form does not fit dialect ascii" in shown
    assert not (tmp_path / "bank.db").exists()
    (tmp_path / "form.yaml").write_text("title: t", encoding="utf-8")
    assert refused("form", "preview", "--file", "form.yaml") == "Error: form.yaml: inputs: is missing\n"


def test_a_version_or_a_file_of_a_merchant_is_previewed(water, done, publish, refused):
    publish(GROUPS)
    assert "8 digits" in done("form", "preview", "WATER001", "--version", "1")
    assert "清源自来水" in done("form", "preview", "WATER001", "--file", "form.yaml")
    assert "no payment form of version 9" in refused("form", "preview", "WATER001", "--version", "9")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "name a MERCHANT, or a form.yaml with --file"),
        (("WATER001", "--file", "form.yaml", "--version", "1"), "leave it out, or --file"),
    ],
)
def test_a_preview_of_nothing_is_wrong_usage(refused, arguments, reason):
    assert reason in refused("form", "preview", *arguments, code=2)


def test_customers_are_checked_against_the_form(water, done):
    shown = words(done("form", "check", "WATER001"))
    assert shown == (
        "WATER001, version 1: 80 customers, 80 complete the form, 0 do not"
        " Input Fits Refused Blank 表号 80 0 0"
    )


def test_customers_that_a_form_refuses_are_named_before_it_is_published(water, cli, tmp_path):
    strict = {
        **GROUPS,
        "inputs": [{**GROUPS["inputs"][0], "pattern": "1002.{3}[02468]"}, *GROUPS["inputs"][1:]],
    }
    (tmp_path / "form.yaml").write_text(yaml.safe_dump(strict, allow_unicode=True), encoding="utf-8")
    result = cli("form", "check", "WATER001", "--file", "form.yaml", "--most", "1")
    assert result.exit_code == 1
    told = words(result.stdout)
    assert "form.yaml: 80 customers, 40 complete the form, 40 do not" in told
    assert "40 by 表号; 0 by 姓名 + 手机" in told
    assert "表号 is not written like 10020042" in told
    assert "and 39 more: --most shows more of them" in told


def test_personal_data_are_for_those_who_may_see_them(water, done, cli, tmp_path):
    done("user", "add", "olga", "--role", "AUDITOR")
    strict = {**GROUPS, "inputs": [{**GROUPS["inputs"][0], "pattern": "9.*", "example": "90020042"}]}
    (tmp_path / "form.yaml").write_text(yaml.safe_dump(strict, allow_unicode=True), encoding="utf-8")
    check = ("form", "check", "WATER001", "--file", "form.yaml", "--most", "1")
    maker, auditor = cli(*check), cli("--as", "olga", *check)
    assert "10020001" in maker.stdout
    assert "10020001" not in auditor.stdout.replace("10020001 ", "", 1)
    assert "1*******" in auditor.stdout
    assert (
        "may not publish payment forms"
        in cli("--as", "olga", "form", "publish", "WATER001", "form.yaml").stderr
    )


def test_publishing_names_what_finds_nobody_and_whom_it_loses(water, publish):
    said = publish(GROUPS)
    assert "no customer is found by 姓名 + 手机 yet: import the customers again" in said
    assert "were found" not in said
    strict = {
        **GROUPS,
        "inputs": [{**GROUPS["inputs"][0], "pattern": "1002.{3}[02468]"}, *GROUPS["inputs"][1:]],
    }
    assert (
        "40 of 80 customers were found by the version before and are not by this one: `offline-collect"
        in (publish(strict))
    )
