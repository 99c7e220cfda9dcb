"""`notify template`: merchants' own words, from the command line."""

import json
from pathlib import Path

import pytest

from tests.app.cli.two_banks import BILL, PUPIL, SCHOOL

ADD = ("notify", "template", "add", "SCHOOL01", "--kind", "paid")
LINK = "payer_url: 'https://pay.bank.example/{merchant}/{code}'"


@pytest.fixture
def bank(prepared, done):
    """A school with a bill, an operator and a checker."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("merchant", "set", "SCHOOL01", "notices=true"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        (
            "customers",
            "add",
            "SCHOOL01",
            "C9",
            "--name",
            "赵小雨",
            "--mobile",
            "13800001234",
            "--consent",
            *PUPIL,
        ),
        ("bills", "add", "SCHOOL01", "H1", *BILL, *PUPIL),
        ("user", "add", "anna", "--role", "OPERATOR"),
        ("user", "add", "carl", "--role", "CHECKER"),
    )
    return done


def test_a_template_goes_its_way_and_is_shown_on_it(bank, refused):
    added = bank(*ADD, "--text", "{customer}，已缴{amount}元", "--as", "anna")
    assert added == "template 1 is a DRAFT: `notify template submit 1`\n"
    preview = ("notify", "preview", "SCHOOL01", "H1", "--json", "--as", "anna")
    assert json.loads(bank(*preview, "--template", "1"))["text"] == "【阳光小学】赵*雨，已缴120.00元"
    assert "template" not in json.loads(bank(*preview))
    bank("notify", "template", "submit", "1", "--as", "anna")
    said = bank("notify", "template", "approve", "1", "--gateway-id", "SMS_117", "--as", "carl")
    assert said == "template 1 is APPROVED: notices go out in its words\n"
    shown = json.loads(bank("notify", "template", "show", "1", "--json", "--as", "anna"))
    assert (shown["state"], shown["gateway_id"], shown["class"]) == ("APPROVED", "SMS_117", "SERVICE")
    assert json.loads(bank(*preview))["template"] == 1
    audit = bank("audit", "show", "--last", "1", "--as", "system")
    assert "carl  notify template approve SCHOOL01 1\n" in audit
    assert "state: SUBMITTED → APPROVED" in audit
    bank("notify", "template", "reject", "1", "--reason", "another name", "--as", "carl")
    assert "reason: another name" in bank("notify", "template", "show", "1", "--as", "anna")
    assert "there is no template 9" in refused(
        "notify", "preview", "SCHOOL01", "H1", "--template", "9", "--as", "anna"
    )


def test_templates_are_listed(bank):
    assert bank("notify", "template", "list", "--as", "anna") == "no template matches\n"
    for text in ("一{amount}", "二{amount}"):
        bank(*ADD, "--text", text, "--as", "anna")
    page = json.loads(bank("notify", "template", "list", "--most", "1", "--json", "--as", "anna"))
    assert ([each["text"] for each in page["templates"]], page["next"]) == (["一{amount}"], "1")
    told = bank("notify", "template", "list", "--after", "1", "--state", "draft", "--as", "anna")
    assert "二{amount}" in told
    assert "一{amount}" not in told


def test_a_link_needs_the_bank_s_setting(bank, refused):
    words = (*ADD, "--text", "缴费：{payer_url}", "--as", "anna")
    assert "{payer_url} needs the bank's setting notify.payer_url" in refused(*words)
    path = Path("bank.yaml")
    path.write_text(path.read_text(encoding="utf-8") + f"notify: {{{LINK}}}\n", encoding="utf-8")
    bank(*words)
    shown = bank("notify", "preview", "SCHOOL01", "H1", "--template", "1", "--as", "anna")
    assert "text: 【阳光小学】缴费：https://pay.bank.example/SCHOOL01/NQPGFY6C" in shown


def test_a_preview_names_what_is_cut_and_refuses_another_kind_s_template(bank, refused):
    bank("merchant", "set", "SCHOOL01", f"name={'阳' * 31}")
    bank("notify", "template", "add", "SCHOOL01", "--kind", "overdue", "--text", "{merchant}", "--as", "anna")
    of = ("notify", "preview", "SCHOOL01", "H1", "--template", "1", "--as", "anna")
    assert "cut: merchant" in bank(*of, "--kind", "overdue")
    assert "template 1 is for OVERDUE of SCHOOL01" in refused(*of, "--kind", "paid")


def test_words_for_a_channel_that_the_bank_does_not_use_are_told_to_be_unused(bank):
    added = bank(*ADD, "--text", "{amount}", "--channel", "smtp", "--as", "anna")
    assert added.endswith(
        "no notice goes out in these words: they are for smtp, which notify.channels does not name\n"
    )
