"""E-mail over SMTP, against a real mail server with TLS and passwords, and against faulty ones."""

import datetime as dt
import socketserver
import ssl
from dataclasses import replace
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict
from offline_collect.domain.notices.unsubscribe import read_token
from offline_collect.notify.channels.mail import MailTerms, UnsubscribeTerms, mail_of
from offline_collect.notify.channels.smtp import SmtpChannel, SmtpTerms
from tests.domain.notices.notices import PAID
from tests.fakes.bank import NOON
from tests.fakes.certificates import Authority
from tests.notify.mail_server import PASSWORD, MailServer
from tests.notify.receiver import free_port

KEY = b"k" * 32
TEXT = "【阳光小学】您的账单（尾号*1）已缴123.45元。\n<b>& 第二条"
MAIL = MailTerms("notices@bank.example", "缴费通知", UnsubscribeTerms("https://bank.example/u/", KEY))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def server():
    """Starts servers; closes them."""
    started = []

    def server(*args, **options):
        started.append(MailServer(*args, **options))
        return started[-1]

    yield server
    for each in started:
        each.close()


class Clock:
    def now(self):
        return NOON


def channel(port, **changes):
    terms = SmtpTerms(
        host="127.0.0.1", port=port, implicit=False, tls=None, timeout_s=20.0, at_once=2, mail=MAIL
    )
    return SmtpChannel(Clock(), replace(terms, **changes))


def message(number=1, address="wang@example.com", **changes):
    made = OutgoingMessage(
        message_id=f"PAID:{number}",
        created_at=NOON,
        to=Recipient(NoticeChannel.SMTP, address, "ab" * 32),
        merchant_id="SCHOOL01",
        language="zh",
        text=TEXT,
        merchant_name="阳光小学",
        told=(PAID,),
    )
    return replace(made, **changes)


def trusting(authority):
    return ssl.create_default_context(cafile=authority.ca)


def again(reason):
    return Result(Verdict.TRY_AGAIN, reason)


def test_a_mail_has_both_parts_its_id_and_the_headers_to_unsubscribe(server):
    running = server()
    assert channel(running.port).send([message()]) == [ACCEPTED]
    (mail,) = running.mails
    assert running.envelopes == [("notices@bank.example", ["wang@example.com"])]
    assert (mail["From"], mail["To"]) == ("阳光小学 <notices@bank.example>", "wang@example.com")
    assert (mail["Subject"], mail["Message-ID"]) == ("阳光小学 缴费通知", "<PAID.1@bank.example>")
    assert (mail["Date"], mail["Auto-Submitted"]) == ("Sun, 22 Nov 2026 12:00:00 +0000", "auto-generated")
    assert mail.get_body(["plain"]).get_content().splitlines() == TEXT.splitlines()
    page = mail.get_body(["html"]).get_content()
    assert "<p>&lt;b&gt;&amp; 第二条</p>" in page
    assert '<html lang="zh">' in page
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"]
    assert link.startswith("<https://bank.example/u/")
    said = read_token(KEY, link.removeprefix("<https://bank.example/u/").removesuffix(">"))
    assert (said.merchant_id, said.notice_class) == ("SCHOOL01", NoticeClass.SERVICE)
    assert (said.digest, said.shown) == ("ab" * 32, "w***@example.com")
    assert "wang" not in link


def test_a_link_stays_on_one_line_and_no_other_line_is_too_long():
    mail = mail_of(message(merchant_name="阳" * 60, notice_class=NoticeClass.COMMERCIAL), MAIL, NOON)
    lines = mail.split(b"\r\n")
    (link,) = [each for each in lines if each.startswith(b"List-Unsubscribe: ")]
    assert link.endswith(b">")
    assert max(len(each) for each in lines if each is not link) <= 78
    assert b"\n" not in mail.replace(b"\r\n", b"")


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_name_puts_a_header_into_a_mail(name, subject):
    clean = mail_of(message(), MAIL, NOON).split(b"\r\n\r\n")[0]
    made = mail_of(message(merchant_name=name), replace(MAIL, subject=subject), NOON).split(b"\r\n\r\n")[0]
    assert _names(made) == _names(clean)


def _names(head):
    return [each.split(b":")[0] for each in head.split(b"\r\n") if not each.startswith(b" ")]


def test_a_mail_without_a_link_has_no_header_for_it():
    assert b"List-Unsubscribe" not in mail_of(message(), replace(MAIL, unsubscribe=None), NOON)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "wang",
        "a b@example.com",
        "a@b\r\nRCPT TO:<x@y>",
        "<a@b>",
        "王@example.com",
        "a..b@example.com",
        "a@b>,<c@d",
    ],
)
def test_what_is_no_mailbox_is_not_sent_to(server, address):
    running = server()
    (result,) = channel(running.port).send([message(address=address)])
    assert (result.verdict, result.bad_address, running.mails) == (Verdict.STOP, True, [])


def test_the_mails_of_a_batch_share_connections_and_keep_their_order(server):
    running = server()
    batch = [message(each, "bad" if each == 3 else "wang@example.com") for each in range(1, 8)]
    results = channel(running.port).send(batch)
    assert [each.verdict is Verdict.STOP for each in results] == [each == 3 for each in range(1, 8)]
    assert sorted(each["Message-ID"] for each in running.mails) == [
        f"<PAID.{each}@bank.example>" for each in (1, 2, 4, 5, 6, 7)
    ]
    assert len(running.sessions) == 2


@pytest.mark.parametrize(
    ("command", "answer", "expected"),
    [
        (
            "RCPT",
            "550 5.1.1 wang@example.com unknown",
            Result(Verdict.STOP, "answered 550", bad_address=True),
        ),
        ("RCPT", "550 5.7.1 not by you", Result(Verdict.STOP, "answered 550")),
        ("RCPT", "552 5.2.2 full", Result(Verdict.STOP, "answered 552")),
        ("RCPT", "451 4.7.1 greylisted", again("answered 451")),
        ("RCPT", "421 4.3.2 closing", again("answered 421")),
        ("MAIL", "553 5.7.1 not your mailbox", Result(Verdict.STOP, "answered 553")),
        ("MAIL", "530 5.7.0 log in first", again("answered 530")),
        ("DATA", "554 5.6.0 looks like spam", Result(Verdict.STOP, "answered 554")),
        ("DATA", "452 4.3.1 no space", again("answered 452")),
    ],
)
def test_an_answer_decides_what_becomes_of_a_mail_and_the_next_one_is_sent(server, command, answer, expected):
    running = server()
    running.says[command] = answer
    sending = channel(running.port, at_once=1)
    assert sending.send([message(1), message(2)]) == [expected] * 2
    running.says.clear()
    assert sending.send([message(1)]) == [ACCEPTED]


def test_a_mail_leaves_over_tls_with_a_password(server, authority):
    files = authority.issue("mail.example")
    running = server(files, login=True)
    terms = {"tls": trusting(authority), "user": "bank"}
    assert channel(running.port, password=PASSWORD, **terms).send([message()]) == [ACCEPTED]
    refused = channel(running.port, password="wrong", **terms).send([message()])
    assert refused == [again("the server refused user or password (535)")]
    assert len(running.mails) == 1


def test_tls_may_begin_at_once(server, authority):
    running = server(authority.issue("mail2.example"), implicit=True)
    sending = channel(running.port, implicit=True, tls=trusting(authority))
    assert sending.send([message()]) == [ACCEPTED]


@pytest.mark.parametrize("implicit", [False, True])
def test_a_server_with_a_certificate_that_is_not_its_own_gets_nothing(server, authority, implicit):
    running = server(authority.issue("mail3.example"), implicit=implicit)
    for terms in (
        {"tls": ssl.create_default_context()},
        {"tls": trusting(authority), "host": "localhost"},
    ):
        results = channel(running.port, implicit=implicit, **terms).send([message(1), message(2)])
        assert results == [again("the certificate of the server is not valid for its name")] * 2
    assert running.mails == []


def test_a_server_without_starttls_gets_nothing(server, authority):
    running = server()
    results = channel(running.port, tls=trusting(authority)).send([message()])
    assert (results, running.mails) == ([again("the server has no STARTTLS, or no way to log in")], [])


def test_a_server_that_is_not_there_is_tried_again():
    assert channel(free_port()).send([message()]) == [
        again("the server cannot be connected to: ConnectionRefusedError")
    ]
    assert channel(25, host="no.such.host.invalid").send([message()]) == [
        again("the server's name is not known")
    ]


@pytest.fixture
def scripted():
    """Starts a server that does with each connection what a function says; closes it."""
    started, ended = [], Event()

    def scripted(script):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                script(self.request, ended)

        made = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        made.daemon_threads = True
        Thread(target=made.serve_forever, daemon=True).start()
        started.append(made)
        return made.server_address[1]

    yield scripted
    ended.set()
    for each in started:
        each.shutdown()
        each.server_close()


def drip(connection, ended):
    """Send a greeting that never ends."""
    while not ended.wait(0.02):
        try:
            connection.sendall(b"220-x\r\n")
        except OSError:
            return


def hang_up(connection, _ended):
    connection.sendall(b"220 hello\r\n")
    connection.recv(100)


def silent(_connection, ended):
    ended.wait()


@pytest.mark.parametrize("script", [drip, silent])
def test_a_server_that_never_ends_its_answer_does_not_hold_the_sender(scripted, script):
    results = channel(scripted(script), timeout_s=0.3, at_once=1).send([message(1), message(2)])
    assert results == [again("no whole answer within 0.3 s a mail")] * 2


def test_a_connection_that_is_closed_is_tried_again(scripted):
    assert channel(scripted(hang_up)).send([message()]) == [again("the connection was closed")]


def test_neither_password_nor_address_is_shown():
    shown = repr(
        SmtpTerms(
            "h", 1, implicit=False, tls=None, timeout_s=1, at_once=1, mail=MAIL, user="u", password=PASSWORD
        )
    )
    assert PASSWORD not in shown
    assert repr(KEY) not in shown
    assert "wang" not in repr(message())


def test_the_time_of_a_mail_is_that_of_the_attempt():
    later = NOON + dt.timedelta(hours=1)
    assert b"Date: Sun, 22 Nov 2026 13:00:00 +0000\r\n" in mail_of(message(), MAIL, later)
