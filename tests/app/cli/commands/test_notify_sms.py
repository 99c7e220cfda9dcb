"""`notify run` with SMS: by Kannel with its reports, and by a gateway with templates."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.app.cli.notices import NOTICE, register_notice
from tests.app.cli.two_banks import BILL, PUPIL, SCHOOL
from tests.notify import fake_gateways, fake_kannel
from tests.notify.fake_gateways import FormGateway
from tests.notify.fake_kannel import FakeKannel
from tests.notify.receiver import free_port

MOBILE = "13800001234"
CALLBACK_SECRET = "c" * 40
RUN = [sys.executable, "-m", "offline_collect", "notify", "run"]
WORDS = "words: [{name: sum, of: amount, most: 10}]"
SEVERAL = "SEVERAL: {zh: {id: SMS_2}}"
KANNEL = "kannel: {username: bank, password_file: kannel.password, sender: '10690000', quiet: null"
GATEWAY = (
    "format: aliyun-sms, key_id: KEY1, secret_file: gateway.secret, signature: 【阳光缴费】, quiet: null"
)


@pytest.fixture
def bank(prepared, done):
    """A school that sends notices, with a pupil's notice in the outbox."""
    pupil = ("--name", "赵小雨", "--mobile", MOBILE, "--consent", *PUPIL)
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("merchant", "set", "SCHOOL01", "notices=true"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "add", "SCHOOL01", "C9", *pupil),
        ("bills", "add", "SCHOOL01", "H1", *BILL, *PUPIL),
    )
    register_notice()
    secrets = {
        "kannel.password": fake_kannel.PASSWORD,
        "callbacks.secret": CALLBACK_SECRET,
        "gateway.secret": fake_gateways.SECRET,
    }
    for name, text in secrets.items():
        Path(name).write_text(text + "\n", encoding="ascii")
        Path(name).chmod(0o600)
    return done


def configure(line):
    path = Path("bank.yaml")
    path.write_text(path.read_text(encoding="utf-8") + f"notify: {{{line}}}\n", encoding="utf-8")


def show(bank):
    return json.loads(bank("notify", "show", NOTICE, "--json"))


def test_an_sms_goes_out_by_kannel_and_its_report_closes_the_notice(bank):
    kannel = FakeKannel()
    configure(
        f"channels: [kannel], every_s: 1, {KANNEL}, url: '{kannel.url}'}}, "
        f"callbacks: {{secret_file: callbacks.secret, port: {(port := free_port())}}}"
    )
    with subprocess.Popen(RUN, stdout=subprocess.PIPE, text=True, env=os.environ) as running:
        lines = [running.stdout.readline() for _ in range(2)]
        assert lines[0] == "sending notices by kannel\n"
        assert "1 message sent" in lines[1]
        assert kannel.reports(0, 8, 1) == [200, 200]
        while "delivery reports: 1 taken" not in lines[-1]:
            lines.append(running.stdout.readline())
            assert lines[-1], "the sender has ended"
        url = (
            f"http://127.0.0.1:{port}/kannel-replies/{CALLBACK_SECRET}?number=%2B86{MOBILE}&charset=UTF-16BE"
        )
        with urllib.request.urlopen(url, "退订".encode("utf-16-be")) as answer:
            assert answer.status == 200
        lines.append(running.stdout.readline())
        assert lines[-1].endswith("answers of payers: 1 no more notices\n")
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0
    kannel.close()
    ((headers, text),) = kannel.got
    assert headers["x-kannel-to"] == MOBILE
    assert text.startswith("【阳光小学】您的账单（尾号*1）扣款120.00元未成功")
    shown = show(bank)
    assert (shown["state"], shown["channel"]) == ("DELIVERED", "KANNEL")
    assert shown["reported_at"] >= shown["sent_at"]
    (opted_out,) = json.loads(bank("notify", "optout", "list", "SCHOOL01", "--json"))["opt_outs"]
    assert (opted_out["address"], opted_out["source"]) == ("138****1234", "SMS")
    told = "".join(lines) + json.dumps(shown)
    assert [
        hidden for hidden in (MOBILE, fake_kannel.PASSWORD, CALLBACK_SECRET, "赵小雨") if hidden in told
    ] == []


def test_an_sms_goes_out_by_a_gateway_s_template(bank):
    gateway = FormGateway()
    templates = f"{{DEBIT_FAILED: {{zh: {{id: SMS_1, {WORDS}}}}}, {SEVERAL}}}"
    configure(
        f"channels: [gateway], gateway: {{{GATEWAY}, url: '{gateway.url}', private_addresses: true, "
        f"parameters: {{region: cn-hangzhou}}, templates: {templates}}}, every_s: 1, "
        f"callbacks: {{secret_file: callbacks.secret, port: {(port := free_port())}}}"
    )
    with subprocess.Popen(RUN, stdout=subprocess.PIPE, text=True, env=os.environ) as running:
        lines = [running.stdout.readline() for _ in range(2)]
        assert "1 message sent" in lines[1]
        url = f"http://127.0.0.1:{port}/gateway/{CALLBACK_SECRET}"
        with urllib.request.urlopen(url, gateway.report(0, delivered=False)) as answer:
            assert json.loads(answer.read()) == {"code": 0, "msg": "OK"}
        assert "delivery reports: 1 taken" in running.stdout.readline()
        said = {"phone_number": MOBILE, "content": "发错了", "send_time": "2026-11-22 20:00:00"}
        answers = f"http://127.0.0.1:{port}/gateway-replies/{CALLBACK_SECRET}"
        with urllib.request.urlopen(answers, json.dumps([said]).encode()) as answer:
            assert json.loads(answer.read()) == {"code": 0, "msg": "OK"}
        assert "answers of payers: 1 not the customer" in running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0
    gateway.close()
    (fields,) = gateway.got
    assert (fields["TemplateCode"], fields["TemplateParam"]) == ("SMS_1", '{"sum": "120.00"}')
    assert (fields["SignName"], fields["OutId"]) == ("阳光缴费", NOTICE)
    shown = show(bank)
    assert (shown["state"], shown["reason"]) == (
        "FAILED",
        "the receiver reports that it was not delivered: UNDELIV",
    )
    assert "REFUSED" in bank("notify", "numbers", "SCHOOL01")
    assert bank("notify", "retry", NOTICE) == f"notice {NOTICE} is due again\n"


def test_a_merchant_s_own_text_goes_out_by_its_id_as_the_preview_shows_it(bank, refused):
    gateway = FormGateway()
    templates = f"{{DEBIT_FAILED: {{zh: {{id: SMS_1, {WORDS}}}}}, {SEVERAL}}}"
    configure(
        f"channels: [gateway], gateway: {{{GATEWAY}, url: '{gateway.url}', private_addresses: true, "
        f"parameters: {{region: cn-hangzhou}}, templates: {templates}}}"
    )
    of = ("notify", "preview", "SCHOOL01", "H1", "--kind", "debit_failed", "--channel", "gateway", "--json")
    assert json.loads(bank(*of))["gateway_id"] == "SMS_1"
    text = ("--text", "{merchant}：{bill}扣款{amount}元未成功")
    bank("notify", "template", "add", "SCHOOL01", "--kind", "debit_failed", "--channel", "gateway", *text)
    draft = json.loads(bank(*of, "--template", "1"))
    assert draft["text"] == "【阳光缴费】阳光小学：*1扣款120.00元未成功"
    assert draft["gateway_words"] == "merchant=阳光小学, bill=*1, sum=120.00"
    assert "gateway_id" not in draft
    bank("notify", "template", "submit", "1")
    assert "give the id that it has given to the template" in refused("notify", "template", "approve", "1")
    bank("notify", "template", "approve", "1", "--gateway-id", "SMS_117")
    assert "1 message sent" in bank("notify", "run", "--once")
    gateway.close()
    (fields,) = gateway.got
    assert fields["TemplateCode"] == json.loads(bank(*of))["gateway_id"] == "SMS_117"
    assert json.loads(fields["TemplateParam"]) == {"merchant": "阳光小学", "bill": "*1", "sum": "120.00"}


def test_a_preview_shows_the_words_as_the_gateway_puts_them_in(bank):
    short = "words: [{name: who, of: merchant, most: 2}]"
    templates = f"{{DEBIT_FAILED: {{zh: {{id: SMS_1, {short}}}}}, {SEVERAL}}}"
    configure(
        f"channels: [gateway], gateway: {{{GATEWAY}, url: 'https://sms.example.com/', templates: {templates}}}"
    )
    text = ("--text", "{merchant}{period}{bill}")
    bank("notify", "template", "add", "SCHOOL01", "--kind", "debit_failed", "--channel", "gateway", *text)
    of = ("notify", "preview", "SCHOOL01", "H1", "--kind", "debit_failed", "--template", "1", "--json")
    shown = json.loads(bank(*of, "--channel", "gateway"))
    assert (shown["text"], shown["units"], shown["cut"]) == ("【阳光缴费】阳光-*1", 11, "merchant")
    assert shown["missing"] == "period"
    assert json.loads(bank(*of))["text"] == "【阳光小学】阳光小学*1"


def test_a_preview_says_why_a_gateway_would_not_be_told(bank):
    templates = f"{{DEBIT_FAILED: {{zh: {{id: SMS_1, {WORDS.replace('10', '5')}}}}}, {SEVERAL}}}"
    configure(
        f"channels: [gateway], gateway: {{{GATEWAY}, url: 'https://sms.example.com/', templates: {templates}}}"
    )
    of = ("notify", "preview", "SCHOOL01", "H1", "--channel", "gateway", "--json", "--kind")
    assert (
        json.loads(bank(*of, "debit_failed"))["not_sent"]
        == "the template's sum takes 5 characters, the notice's amount has 6"
    )
    assert json.loads(bank(*of, "paid"))["not_sent"] == "the gateway has no template for PAID in zh"


def test_words_in_another_language_than_notices_have_are_told_to_be_unused(bank):
    added = bank(
        "notify", "template", "add", "SCHOOL01", "--kind", "paid", "--in", "en", "--text", "{amount} paid"
    )
    unused = "no notice goes out in these words: they are en, and notify.language is zh\n"
    assert added.endswith(unused)
    bank("notify", "template", "submit", "1")
    assert bank("notify", "template", "approve", "1") == f"template 1 is APPROVED\n{unused}"


def test_a_port_that_is_taken_is_named(bank):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        configure(f"callbacks: {{secret_file: callbacks.secret, port: {port}}}")
        done = subprocess.run(RUN, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 2
    assert f"notify.callbacks: cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("channels: [kannel]", "names kannel, which has no settings"),
        ("channels: [gateway]", "names gateway, which has no settings"),
        (KANNEL + ", url: 'http://sms.example.com/'}", "is http"),
        ("kannel: {username: 'a b', password_file: p}", "must be printable ASCII"),
        (f"gateway: {{{GATEWAY}, url: 'https://sms.example.com/'}}", "has none for SEVERAL notices in zh"),
        (
            f"gateway: {{{GATEWAY}, url: 'https://sms.example.com/', templates: {{PAYED: {{}}, {SEVERAL}}}}}",
            "names the kind PAYED: there are PAID",
        ),
        (
            f"gateway: {{{GATEWAY}, url: 'https://sms.example.com/', templates: {{PAID: {{fr: {{id: X}}}}}}}}",
            "names the language fr for PAID",
        ),
        (
            f"gateway: {{{GATEWAY}, url: 'https://x.example/', templates: {{SEVERAL: {{zh: {{id: X, {WORDS}}}}}}}}}",
            "names the word amount for SEVERAL",
        ),
        (f"gateway: {{{GATEWAY}, url: 'https://x.example/', country: '0086'}}", "must be a calling code"),
        ("extensions: {SCHOOL01: '1x'}", "that of SCHOOL01 must be 1 to 10 digits in quotes"),
        ("extensions: {SCHOOL01: '1', WATER001: '1'}", "two merchants have the same"),
        ("extensions: {SCHOOL01: '1'}, kannel: {username: b, password_file: p}", "add kannel.sender"),
        ("callbacks: {secret_file: s, host: 0.0.0.0}", "is not loopback"),
        ("callbacks: {secret_file: s, host: localhost}", "must be an IP address"),
        (
            f"gateway: {{{GATEWAY.replace('aliyun-sms', '../x')}, url: 'https://x.example/'}}",
            "must be small letters",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(bank, refused, line, reason):
    configure(line)
    assert reason in refused("notify", "run", "--once", code=2)


def test_a_format_that_needs_more_of_the_settings_says_what(bank, refused):
    url = "url: 'https://sms.example.com/'"
    configure(f"channels: [gateway], gateway: {{{GATEWAY}, {url}, templates: {{{SEVERAL}}}}}")
    assert "notify.gateway.parameters: aliyun-sms needs region" in refused("notify", "run", "--once", code=2)


@pytest.mark.parametrize("text", ["short", "c" * 31 + "/", "c" * 129])
def test_a_secret_that_is_none_for_a_url_is_not_shown(bank, refused, text):
    configure("callbacks: {secret_file: callbacks.secret}")
    Path("callbacks.secret").write_text(text, encoding="ascii")
    told = refused("notify", "run", code=2)
    assert "notify.callbacks.secret_file: callbacks.secret is no secret for a URL" in told
    assert text not in told
    Path("callbacks.secret").chmod(0o644)
    assert "others can read the secret of the callbacks" in refused("notify", "run")


def test_a_password_is_one_word(bank, refused):
    configure(f"channels: [kannel], {KANNEL}}}")
    Path("kannel.password").write_text("two words", encoding="ascii")
    told = refused("notify", "run", "--once", code=2)
    assert "notify.kannel.password_file: kannel.password must have one line" in told
    assert "two words" not in told
