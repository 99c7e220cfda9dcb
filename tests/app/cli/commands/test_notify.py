"""`notify`: notices to payers, from the command line."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.cli.notices import NO_NOTICE, NOTICE, register_notice
from tests.app.cli.two_banks import BILL, PUPIL, SCHOOL
from tests.notify.receiver import SECRET, Receiver

SECOND = NOTICE.replace("-1", "-2")


@pytest.fixture
def bank(prepared, done):
    """A school that sends notices, with a pupil who has consented, his bill and a notice in the outbox."""
    pupil = ("--name", "赵小雨", "--mobile", "13800001234", "--app-user", "u-17", "--consent", *PUPIL)
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("merchant", "set", "SCHOOL01", "notices=true"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "add", "SCHOOL01", "C9", *pupil),
        ("bills", "add", "SCHOOL01", "H1", *BILL, *PUPIL),
    )
    register_notice()
    return done


def messages():
    text = Path("var/notices.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def configure(line):
    path = Path("bank.yaml")
    path.write_text(path.read_text(encoding="utf-8") + f"notify: {line}\n", encoding="utf-8")


def test_what_is_due_is_sent_once_to_the_file(bank):
    told = bank("notify", "run", "--once")
    assert "1 notice from the outbox, 1 message sent" in told
    (message,) = messages()
    assert (message["id"], message["data"]["to"]) == (NOTICE, "u-17")
    assert message["data"]["text"] == (
        "【阳光小学】您的账单（尾号*1）扣款120.00元未成功，请于2026-11-30前以其他方式缴费。"
    )
    assert bank("notify", "run", "--once") == ""
    assert json.loads(bank("notify", "stats", "--json"))["SENT"] == 1


def test_nobody_is_asked_to_pay_a_bill_that_was_paid_meanwhile(bank):
    bank("bills", "settle-outside", "SCHOOL01", "H1", "--reference", "R-1")
    assert "1 notice merged, postponed or not sent" in bank("notify", "run", "--once")
    assert [each["data"]["notices"][0]["kind"] for each in messages()] == ["PAID"]
    shown = json.loads(bank("notify", "show", NOTICE, "--json"))
    assert (shown["state"], shown["reason"]) == ("CANCELLED", "its bill is paid")


def test_reasons_are_in_the_language_that_is_spoken(bank, monkeypatch):
    bank("customers", "set", "SCHOOL01", "C9", "--no-consent")
    bank("notify", "run", "--once")
    monkeypatch.setenv("OFFLINE_COLLECT_LANGUAGE", "zh")
    assert "原因: 客户未同意接收通知\n" in bank("notify", "show", NOTICE)
    assert "客户未同意接收通知" in bank("notify", "list").replace("\n", "")
    assert json.loads(bank("notify", "show", NOTICE, "--json"))["reason"] == "the customer has not consented"


def test_a_notice_is_listed_without_the_payer_s_name_and_address(bank):
    bank("notify", "run", "--once")
    told = bank("notify", "list", "--merchant", "SCHOOL01", "--state", "sent")
    assert NOTICE in told
    for hidden in ("13800001234", "u-17", "赵小雨"):
        assert hidden not in told + bank("notify", "show", NOTICE)
    assert bank("notify", "list", "--state", "dead") == "no notice matches\n"
    register_notice(SECOND, taken=True)
    page = json.loads(bank("notify", "list", "--most", "1", "--json"))
    assert (page["more"], page["next"]) == (True, NOTICE)
    rest = json.loads(bank("notify", "list", "--after", NOTICE, "--json"))
    assert [each["notice"] for each in rest["notices"]] == [SECOND]


def test_a_suppressed_notice_is_retried_once_its_reason_is_gone(bank, refused):
    bank("customers", "set", "SCHOOL01", "C9", "--no-consent")
    bank("notify", "run", "--once")
    assert "the customer has not consented" in bank("notify", "show", NOTICE)
    bank("customers", "set", "SCHOOL01", "C9", "--consent")
    bank("notify", "run", "--once")
    assert not Path("var/notices.jsonl").exists()
    assert bank("notify", "retry", NOTICE) == f"notice {NOTICE} is due again\n"
    bank("notify", "run", "--once")
    assert [each["id"] for each in messages()] == [NOTICE]
    assert (
        f"notice {NOTICE} is SENT: only one that is DEAD or FAILED or SUPPRESSED can be retried"
        in refused("notify", "retry", NOTICE)
    )
    audit = bank("audit", "show", "--last", "1")
    assert f"system  notify retry SCHOOL01 {NOTICE}\n    state: SUPPRESSED → WAITING\n" in audit


def test_a_waiting_notice_is_cancelled_for_a_reason(bank, refused):
    assert f"there is no notice {NOTICE}" in refused("notify", "cancel", NOTICE, "--reason", "x")
    register_notice(SECOND, taken=True)
    assert "a reason has 1 to 200 characters" in refused("notify", "cancel", SECOND, "--reason", " ")
    assert bank("notify", "cancel", SECOND, "--reason", "told by phone") == f"notice {SECOND} is cancelled\n"
    assert "told by phone" in bank("notify", "show", SECOND)
    assert f"there is no notice {NO_NOTICE}" in refused("notify", "show", NO_NOTICE)


def test_a_preview_shows_the_text_its_parts_and_its_cost(bank, refused):
    shown = json.loads(bank("notify", "preview", "SCHOOL01", "H1", "--kind", "debit_failed", "--json"))
    text = "【阳光小学】您的账单（尾号*1）扣款120.00元未成功，请于2026-11-30前以其他方式缴费。"
    assert shown == {
        "text": text,
        "encoding": "UCS-2",
        "units": len(text),
        "parts": 1,
        "missing": "description, period",
    }
    shown = json.loads(bank("notify", "preview", "SCHOOL01", "H1", "--price", "0.045", "--json"))
    assert shown["cost"] == "0.045"
    configure('{language: en, part_price: "0.05"}')
    told = bank("notify", "preview", "SCHOOL01", "H1", "--kind", "debit_failed")
    assert "Your bill *1 of 120.00 CNY could not be debited." in told
    assert "parts: 2" in told
    assert "cost: '0.10'" in told
    assert "'x' is no price of a part" in refused("notify", "preview", "SCHOOL01", "H1", "--price", "x")
    assert "customer C9 of SCHOOL01 has no mandate" in refused(
        "notify", "preview", "SCHOOL01", "H1", "--kind", "mandate_changed"
    )
    assert "SCHOOL01 has no bill H9" in refused("notify", "preview", "SCHOOL01", "H9")


def test_payers_are_reminded_by_hand_and_by_a_running_sender_once(bank):
    bank("bills", "add", "SCHOOL01", "H2", "--amount", "80.00", "--due-date", "2026-11-24", *PUPIL)
    assert bank("notify", "remind") == "0 reminders written: `notify run` sends them\n"
    bank("merchant", "set", "SCHOOL01", "notices.due_soon=true")
    assert bank("notify", "remind") == "1 reminder written: `notify run` sends them\n"
    assert bank("notify", "remind") == "0 reminders written: `notify run` sends them\n"
    assert json.loads(bank("notify", "stats", "--json"))["OUTBOX"] == 2
    bank("bills", "add", "SCHOOL01", "H3", "--amount", "80.00", "--due-date", "2026-11-24", *PUPIL)
    assert "reminder" not in bank("notify", "run", "--once")
    assert bank("notify", "remind") == "1 reminder written: `notify run` sends them\n"


def test_a_sender_reminds_by_itself(bank):
    bank("merchant", "set", "SCHOOL01", "notices.due_soon=true")
    configure("{remind_before: [8]}")
    assert "1 reminder written, 2 notices from the outbox" in bank("notify", "run", "--once")


def test_counts_are_of_the_user_s_own_bank(prepared, done):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("organisation", "add", "BANK2", "--name", "West Bank"),
        ("merchant", "add", SCHOOL / "merchant.yaml", "--organisation", "BANK2"),
        ("user", "add", "anna", "--role", "OPERATOR", "--organisation", "BANK"),
        ("user", "add", "bella", "--role", "OPERATOR", "--organisation", "BANK2"),
    )
    register_notice(taken=True)
    register_notice(SECOND)
    own = json.loads(done("notify", "stats", "--json", "--as", "bella"))
    assert (own["OUTBOX"], own["WAITING"]) == (1, 1)
    others = json.loads(done("notify", "stats", "--json", "--as", "anna"))
    assert set(others.values()) == {0}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{channels: [file, file]}", "names one twice"),
        ("{channels: [webhook]}", "names webhook, which has no settings"),
        ('{file: {quiet: "9-17"}}', "must be two times"),
        ("{remind_after: [1, 1]}", "names a day twice"),
        ("{remind_before: [0]}", "remind_before"),
        ('{part_price: "0,05"}', "is no price of a part"),
        ("{payer_url: 'http://pay.bank.example/{merchant}/{code}'}", "must begin with https://"),
        ("{payer_url: 'https://pay.bank.example/{code}'}", "must name {merchant} and {code} once each"),
        ("{payer_url: 'https://pay.bank.example/{merchant}/{code}/{bill}'}", "and nothing else in braces"),
        ("{payer_url: 'https://" + "x" * 90 + "/{merchant}/{code}'}", "must have at most 120 characters"),
        ("{webhook: {url: 'http://app.example.com/', secret_file: s}}", "is http"),
        ("{webhook: {url: 'https://u:p@app.example.com/', secret_file: s}}", "must not have a user"),
        ("{channels: [smtp]}", "names smtp, which has no settings"),
        ("{smtp: {host: h, sender: bank}}", "is no mailbox"),
        ("{smtp: {host: h, sender: a@b.example, user: u}}", "name both or none"),
        ("{smtp: {host: h, sender: a@b.example, tls: none}}", "needs insecure: true"),
        (
            "{smtp: {host: h, sender: a@b.example, unsubscribe: {url: 'http://b.example/', secret_file: s}}}",
            "must begin with https://",
        ),
        ("{webhook: {url: 'ftp://app.example.com/', secret_file: s}}", "must begin with https://"),
    ],
)
def test_settings_that_cannot_work_are_refused(bank, refused, line, reason):
    configure(line)
    assert reason in refused("notify", "run", "--once", code=2)


def test_words_that_cannot_be_told_are_refused_before_anything_is_sent(bank, refused):
    Path("words").mkdir()
    texts = "{zh: '{amuont}', en: x}"
    Path("words/notices.yaml").write_text(
        f"notices: {{PAID: {texts}, REVERSED: {{zh: x, en: x}}, DEBIT_FAILED: {{zh: x, en: x}}}}\n",
        encoding="utf-8",
    )
    path = Path("bank.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "schemas_dir: words\n", encoding="utf-8")
    told = refused("notify", "run", "--once")
    assert "notices.PAID.zh: {amuont} is no placeholder" in told
    assert json.loads(bank("notify", "stats", "--json"))["OUTBOX"] == 1


def test_a_bank_s_own_words_may_be_older_than_a_kind_which_keeps_the_shipped_ones(bank):
    Path("words").mkdir()
    texts = "{zh: '自己的{amount}', en: x}"
    Path("words/notices.yaml").write_text(
        f"notices: {{PAID: {texts}, REVERSED: {texts}, DEBIT_FAILED: {texts}}}\n", encoding="utf-8"
    )
    path = Path("bank.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "schemas_dir: words\n", encoding="utf-8")
    assert "】自己的120.00" in bank("notify", "preview", "SCHOOL01", "H1")
    assert "】您的账单（尾号*1）尚有120.00元未缴" in bank(
        "notify", "preview", "SCHOOL01", "H1", "--kind", "due_soon"
    )


@pytest.mark.parametrize("text", ["whsec_short", "whsec_" + "!" * 40])
def test_a_secret_that_is_none_is_not_shown(bank, refused, text):
    configure("{channels: [webhook], webhook: {url: 'https://app.example.com/', secret_file: secret}}")
    Path("secret").write_text(text, encoding="ascii")
    Path("secret").chmod(0o644)
    assert "others can read the secret of the webhook" in refused("notify", "run", "--once")
    Path("secret").chmod(0o600)
    told = refused("notify", "run", "--once", code=2)
    assert "notify.webhook.secret_file: secret" in told
    assert text not in told


def test_a_running_sender_posts_to_the_app_and_ends_on_sigterm(bank):
    receiver = Receiver()
    webhook = (
        f"url: '{receiver.url}', secret_file: secret, insecure: true, private_addresses: true, quiet: null"
    )
    configure(f"{{channels: [webhook, file], webhook: {{{webhook}}}}}")
    Path("secret").write_text(SECRET + "\n", encoding="ascii")
    Path("secret").chmod(0o600)
    command = [sys.executable, "-m", "offline_collect", "notify", "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as running:
        assert running.stdout.readline() == "sending notices by webhook, file\n"
        assert "1 message sent" in running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0
    receiver.close()
    assert receiver.ids == [NOTICE]
