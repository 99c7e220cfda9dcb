"""The words of notices."""

from dataclasses import replace

import pytest

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage, message_document
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.wording import (
    PLACEHOLDERS,
    fill_template,
    hidden_bill,
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


def test_a_value_is_not_a_template():
    bill = school_bill(description="{customer} {amount}")
    assert fill_template("{description}", told(PAID, "x", "王小明", bill, BEIJING)) == "{customer} {amount}"


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
