"""SMS by two gateways with templates, by the shipped formats."""

import itertools
from dataclasses import replace

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.gateway_templates import GatewayTemplate, Variable
from offline_collect.domain.notices.messages import ApprovedText, OutgoingMessage
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.reports import Outcome, Report
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.notify.channels.gateway import GatewayChannel
from offline_collect.notify.channels.http_exchange import HttpTerms
from offline_collect.notify.channels.terms import GatewayTerms
from offline_collect.notify.gateway.account import GatewayAccount
from offline_collect.notify.gateway.answers import gateway_reports
from tests.domain.notices.notices import PAID
from tests.fakes.bank import NOON
from tests.notify.fake_gateways import KEY_ID, SECRET, FormGateway, JsonGateway
from tests.notify.receiver import free_port

TEMPLATES = {
    ("PAID", "zh"): GatewayTemplate("T1", [Variable("bill", "bill", 6), Variable("sum", "amount", 10)])
}
WORDS = {"bill": "*0117", "amount": "123.45"}
GATEWAYS = {
    "aliyun-sms": (FormGateway, {"region": "cn-hangzhou"}),
    "tencent-sms": (JsonGateway, {"region": "ap-guangzhou", "application": "1400006666"}),
}


def sms(number=1, **changes):
    to = Recipient(NoticeChannel.GATEWAY, "+8613800138000")
    made = OutgoingMessage(f"PAID:{number}", NOON, to, "SCHOOL01", "zh", "不用", (PAID,), WORDS)
    return replace(made, **changes)


class Clock:
    def now(self):
        return NOON


class Subscribed:
    """A bank's account at a gateway."""

    def __init__(self, name, reactor):
        made, parameters = GATEWAYS[name]
        self.form = Schemas().gateway(name)
        self.gateway = made()
        self._reactor = reactor
        self._account = GatewayAccount(
            url=self.gateway.url,
            key_id=KEY_ID,
            secret=SECRET,
            signature="阳光缴费",
            country="86",
            parameters=parameters,
        )

    def channel(self, **changes):
        account = replace(self._account, **changes)
        terms = GatewayTerms(self.form, account, TEMPLATES, HttpTerms(30, 4, private=True))
        return GatewayChannel(self._reactor, Clock(), terms, map(str, itertools.count(1)).__next__)

    def reported(self, nth, *, delivered):
        (report,) = gateway_reports(self.form.reports)(b"", self.gateway.report(nth, delivered=delivered))
        return report


@pytest.fixture(params=GATEWAYS)
def bank(request, reactor):
    made = Subscribed(request.param, reactor)
    yield made
    made.gateway.close()


@pytest.fixture
def form_bank(reactor):
    made = Subscribed("aliyun-sms", reactor)
    yield made
    made.gateway.close()


@pytest.fixture
def json_bank(reactor):
    made = Subscribed("tencent-sms", reactor)
    yield made
    made.gateway.close()


def test_a_merchant_s_own_text_goes_out_by_its_id_at_either_gateway(bank):
    own = sms(
        approved=ApprovedText("T117", ["amount", "bill", "merchant"]), words={**WORDS, "merchant": "阳光"}
    )
    (result,) = bank.channel().send([own])
    assert result.verdict is Verdict.ACCEPTED
    (fields,) = bank.gateway.got
    told = (fields.get("TemplateCode"), fields.get("TemplateParam"))
    if told == (None, None):
        assert (fields["TemplateId"], fields["TemplateParamSet"]) == ("T117", ["123.45", "*0117", "阳光"])
    else:
        assert told == ("T117", '{"sum": "123.45", "bill": "*0117", "merchant": "阳光"}')


def verdicts(bank, *says):
    bank.gateway.says = list(says)
    channel = bank.channel()
    return [channel.send([sms()])[0].verdict for _ in says]


def test_a_form_names_the_template_and_its_words(form_bank):
    (result,) = form_bank.channel().send([sms()])
    assert result == Result(Verdict.ACCEPTED, receipt="9001^0")
    (fields,) = form_bank.gateway.got
    assert fields["PhoneNumbers"] == "13800138000"
    assert (fields["SignName"], fields["TemplateCode"], fields["OutId"]) == ("阳光缴费", "T1", "PAID:1")
    assert fields["TemplateParam"] == '{"bill": "*0117", "sum": "123.45"}'


def test_json_has_the_words_in_the_template_s_order(json_bank):
    (result,) = json_bank.channel().send([sms()])
    assert result == Result(Verdict.ACCEPTED, receipt="2019:1")
    (fields,) = json_bank.gateway.got
    assert fields == {
        "PhoneNumberSet": ["+8613800138000"],
        "SmsSdkAppId": "1400006666",
        "SignName": "阳光缴费",
        "TemplateId": "T1",
        "TemplateParamSet": ["*0117", "123.45"],
        "SessionContext": "PAID:1",
    }


def test_each_request_of_a_batch_is_signed_by_itself(bank):
    results = bank.channel().send([sms(number) for number in range(8)])
    assert [each.verdict for each in results] == [Verdict.ACCEPTED] * 8
    assert len({each.receipt for each in results}) == 8


def test_a_wrong_secret_is_tried_again_and_not_shown(bank):
    (result,) = bank.channel(secret="other-secret").send([sms()])
    assert result.verdict is Verdict.TRY_AGAIN
    assert "Signature" in result.reason
    assert "secret" not in result.reason


def test_a_message_without_a_template_is_not_sent(bank):
    (result,) = bank.channel().send([sms(language="en")])
    assert result == Result(Verdict.STOP, "the gateway has no template for PAID in en")
    assert bank.gateway.got == []


def test_a_gateway_that_is_down_is_tried_again(bank):
    (result,) = bank.channel(url=f"http://127.0.0.1:{free_port()}/").send([sms()])
    assert result.verdict is Verdict.TRY_AGAIN


def test_codes_of_the_form_gateway_are_final_or_not(form_bank):
    again, stop = Verdict.TRY_AGAIN, Verdict.STOP
    says = ["isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "isv.MOBILE_NUMBER_ILLEGAL", "isv.NEW_ONE"]
    assert verdicts(form_bank, *says, b"<html>") == [again, again, stop, again, again]


def test_codes_of_the_json_gateway_are_final_or_not(json_bank):
    again, stop = Verdict.TRY_AGAIN, Verdict.STOP
    says = [
        "LimitExceeded.PhoneNumberDailyLimit",
        "Error.RequestLimitExceeded",
        "InvalidParameterValue.IncorrectPhoneNumber",
        "Error.UnauthorizedOperation.SmsSdkAppIdVerifyFail",
    ]
    assert verdicts(json_bank, *says) == [again, again, stop, again]


def test_the_number_in_an_answer_is_not_in_the_reason(form_bank):
    form_bank.gateway.says = ["isv.MOBILE_NUMBER_ILLEGAL"]
    (result,) = form_bank.channel().send([sms()])
    assert result.reason == "the gateway answered isv.MOBILE_NUMBER_ILLEGAL"


def test_a_report_of_the_form_gateway_has_our_id(form_bank):
    form_bank.channel().send([sms()])
    gateway = NoticeChannel.GATEWAY
    assert form_bank.reported(0, delivered=True) == Report(
        gateway, Outcome.DELIVERED, "PAID:1", "9001^0", "DELIVERED"
    )
    assert form_bank.reported(0, delivered=False).outcome is Outcome.UNDELIVERED


def test_a_report_of_the_json_gateway_has_its_own_id_only(json_bank):
    json_bank.channel().send([sms()])
    assert json_bank.reported(0, delivered=False) == Report(
        NoticeChannel.GATEWAY, Outcome.UNDELIVERED, None, "2019:1", "MK:0001"
    )


def test_secrets_numbers_and_words_are_not_shown(bank):
    channel = bank.channel()
    shown = repr((channel._terms, channel._request(sms())))
    assert [hidden for hidden in (SECRET, "13800138000", "123.45") if hidden in shown] == []
