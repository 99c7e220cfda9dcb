"""The words of notices."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage, message_document
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.wording import (
    PLACEHOLDERS,
    VARIABLES,
    Told,
    bill_code,
    by_placeholder,
    cut_in,
    fill_template,
    fill_words,
    hidden_bill,
    link_to,
    longest_text,
    merchant_link,
    missing_in,
    placeholders_of,
    signed,
    template_problems,
    told,
)
from tests.domain.notices.notices import PAID
from tests.fakes.bank import BEIJING
from tests.support.samples import school_bill

TOLD = told(PAID, "阳光小学", "王小明", school_bill(), BEIJING)


def test_a_template_of_all_placeholders_can_be_filled():
    every = " ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
    assert template_problems(every) == []
    assert fill_template(every, TOLD) == (
        "123.45 *0117 CNY 王*明 2026-11-22 十一月餐费 2026-11-30 阳光小学 2026-11 20:00"
    )
    values = by_placeholder(TOLD)
    assert values.keys() >= PLACEHOLDERS
    assert (values["amount"], values["bill"], values["mandate"]) == ("123.45", "*0117", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (" ", "it is empty"),
        ("x" * 301, "it has 301 characters"),
        ("one\ntwo", "several lines"),
        ("Paid {amonut}", "{amonut} is no placeholder: there are amount, bill"),
        ("{bill.extra}", "{bill.extra} is no placeholder"),
        ("{}", "{} is no placeholder"),
        ("Paid {amount", "a brace is not closed"),
        ("Paid amount}", "a brace is not closed, or not opened"),
    ],
)
def test_a_template_that_cannot_be_told_is_refused(text, problem):
    (found,) = template_problems(text)
    assert problem in found


def test_all_problems_of_a_template_are_told():
    assert len(template_problems("{one} {two} {")) == 3


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        (NoticeKind.PAID, "{debit_date}", "{debit_date} is no placeholder"),
        (NoticeKind.DEBIT_DUE, "{mandate}", "{mandate} is no placeholder"),
        (NoticeKind.MANDATE_CHANGED, "{bill}", "{bill} is no placeholder: there are customer, date, mandate"),
        (NoticeKind.MANDATE_CHANGED, "{payer_url}", "{payer_url} is no placeholder"),
        (
            NoticeKind.STATEMENT_READY,
            "{customer}",
            "{customer} is no placeholder: there are amount, business_date",
        ),
        (NoticeKind.DEBIT_DUE, "{business_date}", "{business_date} is no placeholder"),
        (NoticeKind.PAID, "{payer_url}", "{payer_url} needs the bank's setting notify.payer_url"),
    ],
)
def test_a_kind_has_its_own_placeholders(kind, text, problem):
    (found,) = template_problems(text, placeholders_of(kind, with_url=False))
    assert problem in found


def test_a_link_may_be_named_where_the_bank_has_set_one():
    assert template_problems("{payer_url} {debit_date}", placeholders_of(NoticeKind.DEBIT_DUE)) == []


def test_a_template_whose_values_may_become_too_long_is_refused():
    (found,) = template_problems("{payer_url} " * 5)
    assert found == "a notice may have 637 characters with it, at most 500 are allowed"


@given(st.lists(st.sampled_from([*sorted(f"{{{name}}}" for name in PLACEHOLDERS), "缴费", "x "]), min_size=1))
def test_no_notice_is_longer_than_its_template_allows(parts):
    text = "".join(parts)
    endless = Told(**dict.fromkeys(VARIABLES, "长" * 200))
    assert len(signed("长" * 30, [fill_template(text, endless)])) <= longest_text(text)


def test_a_value_that_is_too_long_is_cut_and_told():
    values = replace(TOLD, description="餐" * 31, period="")
    assert fill_template("{description}", values) == "餐" * 29 + "…"
    assert cut_in("{amount}{description}{description}{period}", values) == ["description"]
    assert missing_in("{amount}{description}{period}", values) == ["period"]


def test_a_link_names_the_merchant_and_a_code_that_shows_no_number():
    url = "https://pay.bank.example/{merchant}/{code}"
    values = told(PAID, "阳光小学", "王小明", None, BEIJING, payer_url=url)
    assert values.payer_url == f"https://pay.bank.example/SCHOOL01/{bill_code('SCHOOL01', 'S2026-11-0117')}"
    assert bill_code("SCHOOL01", "S2026-11-0117") == "XICHKYOQ"
    assert link_to(None, "SCHOOL01", "S1") == ""


def test_a_link_to_a_merchant_names_no_bill():
    assert (
        merchant_link("https://pay.bank.example/{merchant}/{code}", "SCHOOL01")
        == "https://pay.bank.example/SCHOOL01/"
    )
    assert merchant_link(None, "SCHOOL01") is None


def test_a_notice_about_a_mandate_names_it_and_no_bill():
    notice = replace(PAID, kind=NoticeKind.MANDATE_CHANGED, bill_no="R-00000117")
    values = told(notice, "阳光小学", "王小明", None, BEIJING, payer_url="https://x/{merchant}/{code}")
    assert (values.bill, values.mandate, values.payer_url) == ("", "*0117", "")


def test_the_day_of_a_debit_is_told():
    values = told(PAID, "x", "王", None, BEIJING, debit_date=dt.date(2026, 12, 1))
    assert values.debit_date == "2026-12-01"


def test_a_value_is_not_a_template():
    bill = school_bill(description="{customer} {amount}")
    assert fill_template("{description}", told(PAID, "x", "王小明", bill, BEIJING)) == "{customer} {amount}"
    assert fill_words("{description} 元", {"description": "{customer}", "customer": "x"}) == "{customer} 元"


def test_words_that_a_gateway_has_bounded_are_not_cut_again():
    assert fill_words("已缴{merchant}", {"merchant": "长" * 99}) == "已缴" + "长" * 99


@pytest.mark.parametrize(
    ("customer", "text", "read"),
    [
        ("王小明", "王小明2026学费", "王*明2026学费"),
        ("Li Lei", "fees of Li Lei", "fees of L* L**"),
        ("学", "学费", "学费"),
        ("王小明", "单号S2026-11-0117，学费", "单号*0117，学费"),
        ("王小明", "【工商银行】学费", "[工商银行]学费"),
        ("王小明", "学费", "学费"),
    ],
)
def test_what_a_merchant_writes_about_a_bill_names_nobody_and_no_number_in_full(customer, text, read):
    bill = school_bill("S2026-11-0117", description=text, period=text)
    values = told(PAID, "x", customer, bill, BEIJING)
    assert (values.description, values.period) == (read, read)


def test_a_short_number_of_a_bill_is_not_looked_for_in_its_words():
    assert (
        told(PAID, "x", "王小明", school_bill("2026", description="2026学费"), BEIJING).description
        == "2026学费"
    )


@pytest.mark.parametrize("bill", [None, school_bill(description=None, period=None)])
def test_what_a_bill_does_not_have_leaves_no_gap(bill):
    values = told(PAID, "阳光小学", "王小明", bill, BEIJING)
    assert fill_template("已缴 {description} {period} 共 {amount}", values) == "已缴 共 123.45"


@pytest.mark.parametrize(
    ("bill_no", "shown"), [("S2026-11-0117", "*0117"), ("12345678", "*5678"), ("S12", "*2"), ("7", "*")]
)
def test_a_message_never_has_a_whole_bill_number(bill_no, shown):
    assert hidden_bill(bill_no) == shown


def test_a_message_has_a_signature_and_a_line_for_each_notice():
    assert signed("阳光小学", ["one", "two"]) == "【阳光小学】one\ntwo"


def test_receivers_get_a_message_as_a_document():
    to = Recipient(NoticeChannel.WEBHOOK, "u-17")
    made = OutgoingMessage(PAID.notice_id, PAID.created_at, to, "SCHOOL01", "zh", "【阳光小学】已缴", (PAID,))
    assert message_document(made) == {
        "id": "PAID:20261122000001",
        "type": "notice",
        "timestamp": "2026-11-22T12:00:00.000+00:00",
        "data": {
            "merchant": "SCHOOL01",
            "to": "u-17",
            "language": "zh",
            "text": "【阳光小学】已缴",
            "notices": [
                {
                    "id": "PAID:20261122000001",
                    "kind": "PAID",
                    "bill": "*0117",
                    "amount": "123.45",
                    "currency": "CNY",
                    "at": "2026-11-22T12:00:00.000+00:00",
                }
            ],
        },
    }
    assert "已缴" not in repr(replace(made))
