"""`notify reply | optout | consent | numbers | confirm-number`, from the command line."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.app.cli.notices import NOTICE, register_notice
from tests.app.cli.two_banks import BILL, PUPIL, SCHOOL
from tests.docs.test_notices import CALL_OF_THE_APP
from tests.fakes.certificates import Authority
from tests.notify.mail_server import PASSWORD, MailServer
from tests.notify.receiver import SECRET, free_port

MOBILE = "13800001234"
RUN = [sys.executable, "-m", "offline_collect", "notify", "run"]
SECOND = NOTICE.replace("-1", "-2")


@pytest.fixture
def bank(prepared, done):
    """A school that sends notices, with a pupil who has a mobile, and a notice in the outbox."""
    pupil = ("--name", "赵小雨", "--mobile", "138-0000-1234", "--consent", *PUPIL)
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


def sent():
    path = Path("var/notices.jsonl")
    return path.read_text(encoding="utf-8").count("\n") if path.exists() else 0


def reason(bank, notice=NOTICE):
    return json.loads(bank("notify", "show", notice, "--json"))["reason"]


def test_an_answer_stops_what_comes_after_it(bank):
    bank("notify", "run", "--once")
    assert bank("notify", "reply", f"+86{MOBILE}", "ＴＤ。") == "STOP: the notices of 1 merchant stop\n"
    register_notice(SECOND)
    bank("notify", "run", "--once")
    assert (sent(), reason(bank, SECOND)) == (1, "the payer wants no more of it")
    told = bank("notify", "optout", "list", "SCHOOL01")
    assert "138****1234" in told
    assert "SERVICE" in told
    assert MOBILE not in told + bank("audit", "show")
    assert bank("notify", "optout", "remove", "SCHOOL01", "--mobile", MOBILE) == "it is sent there again\n"
    assert bank("notify", "optout", "list", "SCHOOL01") == "nobody has opted out\n"
    bank("notify", "retry", SECOND)
    bank("notify", "run", "--once")
    assert sent() == 2


def test_an_operator_keeps_an_opt_out_once(bank, refused):
    add = ("notify", "optout", "add", "SCHOOL01", "--mobile", MOBILE)
    assert bank(*add) == "nothing of it is sent there any more\n"
    assert bank(*add) == "that was said before: nothing is changed\n"
    bank("notify", "run", "--once")
    assert (sent(), reason(bank)) == (0, "the payer wants no more of it")
    assert "name one address" in refused("notify", "optout", "add", "SCHOOL01", code=2)
    assert "name one address" in refused(*add, "--email", "a@b", code=2)
    assert "--class" in refused(*add, "--class", "all", code=2)
    assert "1*** is no address" in refused("notify", "optout", "add", "SCHOOL01", "--mobile", "12")


def test_who_is_not_the_customer_gets_nothing_until_the_number_is_corrected(bank, refused):
    bank("notify", "run", "--once")
    assert bank("notify", "reply", MOBILE, "不是我") == "NOT_ME: the notices of 1 merchant stop\n"
    (row,) = json.loads(bank("notify", "numbers", "SCHOOL01", "--json"))["numbers"]
    assert row == {"customer": "C9", "address": "138****1234", "fault": "REFUSED", "count": 1}
    assert "correct the number" in refused("notify", "confirm-number", "SCHOOL01", "C9")
    bank("customers", "set", "SCHOOL01", "C9", "--mobile", "13900000000")
    assert bank("notify", "numbers", "SCHOOL01") == "no number has a fault\n"
    assert bank("notify", "reply", MOBILE, "hello") == "OTHER: the notices of 0 merchants stop\n"


def test_a_mother_s_number_is_confirmed(bank):
    brother = (
        "--name",
        "赵小雷",
        "--mobile",
        "+86 138-0000-1234",
        "--consent",
        "--input",
        "student_no=2026030119",
    )
    bank("customers", "add", "SCHOOL01", "C10", *brother)
    assert bank("notify", "numbers", "SCHOOL01").count("SHARED") == 2
    told = bank("notify", "confirm-number", "SCHOOL01", "C9")
    assert told == "the number of customer C9 of SCHOOL01 is confirmed\n"
    assert bank("notify", "numbers", "SCHOOL01") == "no number has a fault\n"
    bank("notify", "run", "--once")
    assert sent() == 1


def test_a_consent_is_kept_with_its_proof(bank, refused):
    add = ("notify", "consent", "add", "SCHOOL01", "C9", "--how", "paper form", "--proof", "form 7")
    assert bank(*add, "--given-at", "2026-11-01T09:30") == "the consent of customer C9 of SCHOOL01 is kept\n"
    told = bank("notify", "consent", "list", "SCHOOL01")
    assert "2026-11-01 09:30:00+08:00" in told
    assert "form 7" in told
    assert "gets no more advertising" in bank("notify", "consent", "withdraw", "SCHOOL01", "C9")
    (kept,) = json.loads(bank("notify", "consent", "list", "SCHOOL01", "--json"))["consents"]
    assert kept["withdrawn_at"] is not None
    assert "is no date or time" in refused(*add, "--given-at", "yesterday", code=2)


def test_words_of_answers_that_mean_two_things_are_refused(bank, refused):
    Path("words").mkdir()
    Path("words/replies.yaml").write_text("replies: {stop: [TD], not_me: [td.]}\n", encoding="utf-8")
    path = Path("bank.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "schemas_dir: words\n", encoding="utf-8")
    assert "replies: td stands in stop and in not_me" in refused("notify", "reply", MOBILE, "TD")
    Path("words/replies.yaml").write_text("replies: {stop: [TD], not_me: ['!']}\n", encoding="utf-8")
    assert "has no letter or digit" in refused("notify", "reply", MOBILE, "TD")
    Path("words/replies.yaml").write_text("replies: {stop: [TD], not_me: []}\n", encoding="utf-8")
    assert "has 0 words" in refused("notify", "reply", MOBILE, "TD")


def configure_mail(port, files, callbacks=None, **more):
    for name, text in {"password": PASSWORD, "secret": SECRET}.items():
        Path(name).write_text(text + "\n", encoding="ascii")
        Path(name).chmod(0o600)
    link = {"url": "https://bank.example/u/", "secret_file": "secret"}
    smtp = {"host": "127.0.0.1", "port": port, "ca_file": str(files), "user": "bank", "unsubscribe": link}
    smtp |= {"password_file": "password", "sender": "notices@bank.example"} | more
    path = Path("bank.yaml")
    settings = json.dumps({"channels": ["smtp", "file"], "smtp": smtp, "callbacks": callbacks, "every_s": 1})
    path.write_text(path.read_text(encoding="utf-8") + f"notify: {settings}\n", encoding="utf-8")


def test_a_notice_leaves_by_mail_and_its_link_stops_the_next_one(bank, refused, tmp_path):
    assert "mails have no link" in refused("notify", "optout", "unsubscribe", "x", code=2)
    authority = Authority(tmp_path)
    server = MailServer(authority.issue("mail.example"), login=True)
    configure_mail(server.port, authority.ca)
    bank("customers", "set", "SCHOOL01", "C9", "--email", "zhao@example.com")
    assert "1 message sent" in bank("notify", "run", "--once")
    server.close()
    (mail,) = server.mails
    assert mail["Message-ID"] == f"<{NOTICE.replace(':', '.')}@bank.example>"
    token = mail["List-Unsubscribe"].removeprefix("<https://bank.example/u/").removesuffix(">")
    assert "that this platform has signed" in refused("notify", "optout", "unsubscribe", token[1:])
    told = bank("notify", "optout", "unsubscribe", token)
    assert told == "nothing of it is sent there any more\n"
    register_notice(SECOND)
    bank("notify", "run", "--once")
    assert reason(bank, SECOND) == "the payer wants no more of it"
    assert "z***@example.com" in bank("notify", "optout", "list", "SCHOOL01")


def test_the_link_of_a_mail_is_served_and_only_its_post_opts_out(bank, tmp_path):
    authority = Authority(tmp_path)
    server = MailServer(authority.issue("mail.example"), login=True)
    Path("callbacks.secret").write_text("c" * 40, encoding="ascii")
    Path("callbacks.secret").chmod(0o600)
    port = free_port()
    configure_mail(server.port, authority.ca, {"secret_file": "callbacks.secret", "port": port})
    bank("customers", "set", "SCHOOL01", "C9", "--email", "zhao@example.com")
    with subprocess.Popen(RUN, stdout=subprocess.PIPE, text=True, env=os.environ) as running:
        lines = [running.stdout.readline() for _ in range(2)]
        assert "1 message sent" in lines[1]
        (mail,) = server.mails
        token = mail["List-Unsubscribe"].removeprefix("<https://bank.example/u/").removesuffix(">")
        url = f"http://127.0.0.1:{port}/unsubscribe/{token}"
        with urllib.request.urlopen(url) as page:
            assert "点击按钮后" in page.read().decode()
        assert json.loads(bank("notify", "optout", "list", "SCHOOL01", "--json"))["opt_outs"] == []
        with urllib.request.urlopen(url, b"List-Unsubscribe=One-Click") as page:
            assert "已办理" in page.read().decode()
        assert "links to unsubscribe: 1 used" in running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0
    server.close()
    assert "z***@example.com" in bank("notify", "optout", "list", "SCHOOL01")


def test_a_running_sender_takes_the_call_of_the_app_that_docs_has(bank):
    for name, text in {"callbacks.secret": "c" * 40, "app.secret": SECRET}.items():
        Path(name).write_text(text + "\n", encoding="ascii")
        Path(name).chmod(0o600)
    port = free_port()
    callbacks = {"secret_file": "callbacks.secret", "port": port, "app": {"secret_file": "app.secret"}}
    path = Path("bank.yaml")
    path.write_text(
        path.read_text(encoding="utf-8") + f"notify: {json.dumps({'callbacks': callbacks, 'every_s': 1})}\n",
        encoding="utf-8",
    )
    environment = os.environ | {"APP_SECRET": SECRET, "URL": f"http://127.0.0.1:{port}/app/opt-outs"}
    with subprocess.Popen(RUN, stdout=subprocess.PIPE, text=True, env=os.environ) as running:
        lines = [running.stdout.readline() for _ in range(2)]
        assert "1 message sent" in lines[1]
        called = subprocess.run(
            [sys.executable, "-c", CALL_OF_THE_APP],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (called.stdout, called.stderr) == ("204\n", "")
        assert "the app: 1 no more notices" in running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0
    (kept,) = json.loads(bank("notify", "optout", "list", "SCHOOL01", "--json"))["opt_outs"]
    assert (kept["class"], kept["source"]) == ("SERVICE", "APP")


def test_a_ca_that_is_none_is_told(bank, refused):
    configure_mail(25, "none.pem")
    assert "notify.smtp.ca_file: none.pem cannot be used" in refused("notify", "run", "--once", code=2)
