"""Templates of gateways, and the words in them."""

from dataclasses import replace

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.gateway_templates import (
    SEVERAL,
    GatewayTemplate,
    Variable,
    allowed_words,
    known_template,
    template_of,
    words_at_gateway,
)
from offline_collect.domain.notices.messages import ApprovedText, OutgoingMessage
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.results import Result, Verdict
from tests.domain.notices.notices import PAID
from tests.fakes.bank import NOON

WORDS = {"merchant": "阳光小学", "amount": "123.45", "bill": "*0117", "description": ""}
MESSAGE = OutgoingMessage(
    "PAID:1", NOON, Recipient(NoticeChannel.GATEWAY, "13800138000"), "SCHOOL01", "zh", "text", (PAID,), WORDS
)
TEMPLATES = {
    ("PAID", "zh"): GatewayTemplate(
        "SMS_1",
        [Variable("who", "merchant", 3), Variable("sum", "amount", 6), Variable("for", "description", 5)],
    ),
    (SEVERAL, "zh"): GatewayTemplate("SMS_2", [Variable("number", "count", 3)]),
}


def test_a_notice_has_the_template_of_its_kind_with_its_words_in_order():
    filled = template_of(MESSAGE, TEMPLATES)
    assert (filled.template_id, filled.words) == (
        "SMS_1",
        [("who", "阳光小"), ("sum", "123.45"), ("for", "-")],
    )
    assert "123.45" not in repr(filled)


def test_several_notices_have_a_template_that_counts_them():
    filled = template_of(replace(MESSAGE, told=(PAID, PAID)), TEMPLATES)
    assert (filled.template_id, filled.words) == ("SMS_2", [("number", "2")])


def test_an_amount_is_never_cut():
    stopped = template_of(replace(MESSAGE, words={**WORDS, "amount": "123456.78"}), TEMPLATES)
    reason = "the template's sum takes 6 characters, the notice's amount has 9"
    assert stopped == Result(Verdict.STOP, reason)


def test_a_kind_or_a_language_without_a_template_is_named():
    stopped = template_of(replace(MESSAGE, language="en"), TEMPLATES)
    assert stopped == Result(Verdict.STOP, "the gateway has no template for PAID in en")


def test_several_notices_have_few_words_in_common():
    assert "amount" in allowed_words("PAID")
    assert allowed_words(SEVERAL) == {"merchant", "customer", "count"}


def test_a_merchant_s_own_text_goes_out_by_its_id_with_the_words_that_it_names():
    own = replace(MESSAGE, approved=ApprovedText("SMS_117", ["bill", "amount", "description"]))
    filled = template_of(own, TEMPLATES)
    assert (filled.template_id, filled.words) == (
        "SMS_117",
        [("bill", "*0117"), ("sum", "123.45"), ("for", "-")],
    )


def test_a_word_has_the_name_of_its_own_kind_before_that_of_others_and_none_of_another_language():
    others = {
        ("DUE_SOON", "zh"): GatewayTemplate(
            "SMS_3", [Variable("total", "amount", 9), Variable("no", "bill", 9)]
        ),
        ("PAID", "en"): GatewayTemplate("SMS_4", [Variable("on", "date", 9)]),
    }
    own = replace(
        MESSAGE, approved=ApprovedText("SMS_117", ["amount", "bill", "date"]), words={**WORDS, "date": "2026"}
    )
    filled = template_of(own, {**others, **TEMPLATES})
    assert filled.words == [("sum", "123.45"), ("no", "*0117"), ("date", "2026")]


def test_a_word_of_a_merchant_s_own_text_has_its_bound():
    own = replace(MESSAGE, approved=ApprovedText("SMS_117", ["amount"]), words={"amount": "1234567"})
    reason = "the template's sum takes 6 characters, the notice's amount has 7"
    assert template_of(own, TEMPLATES) == Result(Verdict.STOP, reason)
    assert template_of(own, {}).words == [("amount", "1234567")]


def test_two_words_never_have_one_name():
    others = {("DUE_SOON", "zh"): GatewayTemplate("SMS_3", [Variable("sum", "bill", 9)])}
    own = replace(MESSAGE, approved=ApprovedText("SMS_117", ["amount", "bill"]))
    assert template_of(own, {**others, **TEMPLATES}).words == [("amount", "123.45"), ("bill", "*0117")]


def test_a_gateway_s_words_are_cut_where_they_may_be_and_never_empty():
    template = known_template(TEMPLATES, "PAID", "zh", None)
    read = words_at_gateway(template, WORDS)
    assert read == {"merchant": "阳光小", "amount": "123.45", "description": "-"}
    assert known_template(TEMPLATES, "PAID", "en", None) is None
