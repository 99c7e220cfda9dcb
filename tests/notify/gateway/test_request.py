"""Signed requests of the shipped formats, as the gateways' own libraries sign the same ones."""

import json
from urllib.parse import parse_qs

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.notices.gateway_templates import FilledTemplate
from offline_collect.notify.gateway.account import GatewayAccount
from offline_collect.notify.gateway.request import gateway_request
from tests.fakes.bank import NOON
from tests.notify.test_kannel import sms

TEMPLATE = FilledTemplate("SMS_1", [("amount", "123.45"), ("bill", "*1 ~/")])


def made(name, url, parameters, extensions=None):
    account = GatewayAccount(
        url=url,
        key_id="KEY1",
        secret="not-a-secret",
        signature="阳光缴费",
        country="86",
        parameters=parameters,
        extensions=extensions or {},
    )
    form = Schemas().gateway(name)
    return gateway_request(form, account, sms(), TEMPLATE, now=NOON, nonce="n" * 32)


def test_a_form_is_signed_as_aliyun_python_sdk_core_2_16_1_does():
    request = made("aliyun-sms", "https://dysmsapi.example.com/", {"region": "cn-hangzhou"})
    fields = parse_qs(request.body.decode("ascii"))
    assert fields["Signature"] == ["6CHHuo8vSoFs5t/bFO+VI/8u0pA="]
    assert fields["Timestamp"] == ["2026-11-22T12:00:00Z"]


def test_json_is_signed_as_tencentcloud_sdk_python_common_3_1_195_does():
    parameters = {"region": "ap-guangzhou", "application": "1400006666"}
    request = made("tencent-sms", "https://sms.tencentcloudapi.com", parameters)
    assert request.headers["Authorization"] == (
        "TC3-HMAC-SHA256 Credential=KEY1/2026-11-22/sms/tc3_request, SignedHeaders=content-type;host, "
        "Signature=df163c7242081e9902a91794776b48136a5f9c0e28691f851f13ae5b9c4e49a5"
    )


def test_a_format_of_a_bank_may_nest_the_words_and_other_values():
    form = (
        Schemas()
        .gateway("tencent-sms")
        .model_copy(
            update={"fields": {"to": {"number": "{national}", "flash": False}, "vars": "{words:object}"}}
        )
    )
    account = GatewayAccount(
        url="https://sms.example.com/send",
        key_id="KEY1",
        secret="not-a-secret",
        signature="阳光缴费",
        country="86",
        parameters={"region": "r"},
    )
    request = gateway_request(form, account, sms(), TEMPLATE, now=NOON, nonce="n")
    assert json.loads(request.body) == {
        "to": {"number": "13800138000", "flash": False},
        "vars": {"amount": "123.45", "bill": "*1 ~/"},
    }


def test_a_merchant_with_an_extension_has_it_in_its_requests_and_others_have_none():
    own = {"SCHOOL01": "01"}
    form = made("aliyun-sms", "https://dysmsapi.example.com/", {"region": "cn-hangzhou"}, own)
    assert parse_qs(form.body.decode("ascii"))["SmsUpExtendCode"] == ["01"]
    parameters = {"region": "ap-guangzhou", "application": "1400006666"}
    document = made("tencent-sms", "https://sms.example.com/", parameters, own)
    assert json.loads(document.body)["ExtendCode"] == "01"
    other = made("tencent-sms", "https://sms.example.com/", parameters, {"WATER001": "02"})
    assert "ExtendCode" not in json.loads(other.body)
