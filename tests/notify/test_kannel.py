"""SMS by Kannel, against a Kannel in this process."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.reports import Outcome, Report
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict
from offline_collect.notify.channels.http_exchange import HttpAnswer
from offline_collect.notify.channels.kannel import (
    KannelChannel,
    kannel_reports,
    kannel_result,
    kannel_upstream,
)
from offline_collect.notify.channels.terms import KannelTerms
from tests.domain.notices.notices import PAID
from tests.fakes.bank import NOON
from tests.notify.fake_kannel import (
    DENIED,
    LATER,
    NOT_ROUTABLE,
    PASSWORD,
    QUEUED,
    USER,
    FakeKannel,
)
from tests.notify.receiver import free_port

TEXT = "【阳光小学】账单*1已缴123.45元。"
REPORTS = "http://127.0.0.1:13080/kannel/secret"
KANNEL = NoticeChannel.KANNEL


class Clock:
    def now(self):
        return NOON


@pytest.fixture
def kannel():
    made = FakeKannel()
    yield made
    made.close()


@pytest.fixture
def channel(reactor, kannel):
    def channel(**changes):
        terms = KannelTerms(
            url=kannel.url,
            username=USER,
            password=PASSWORD,
            sender="10690000",
            parts_max=3,
            timeout_s=30,
            at_once=4,
            reports_url=REPORTS,
        )
        return KannelChannel(reactor, Clock(), replace(terms, **changes))

    return channel


def sms(text=TEXT, number=1, to="13800138000"):
    return OutgoingMessage(
        f"PAID:2026112200000{number}", NOON, Recipient(KANNEL, to), "SCHOOL01", "zh", text, (PAID,)
    )


def test_a_chinese_message_goes_out_in_unicode_and_asks_for_reports_under_our_id(channel, kannel):
    assert channel().send([sms()]) == [ACCEPTED]
    ((headers, text),) = kannel.got
    assert text == TEXT
    assert headers["x-kannel-coding"] == "2"
    assert (headers["x-kannel-to"], headers["x-kannel-from"]) == ("13800138000", "10690000")
    assert headers["x-kannel-dlr-mask"] == "19"
    assert headers["x-kannel-dlr-url"] == f"{REPORTS}?id=PAID:20261122000001&type=%d&receipt=%A"


def test_a_plain_text_takes_the_7_bit_alphabet_and_no_reports_are_asked_for_without_a_listener(
    channel, kannel
):
    assert channel(reports_url=None).send([sms("Your bill *1 was paid.")]) == [ACCEPTED]
    ((headers, _),) = kannel.got
    assert headers["x-kannel-coding"] == "0"
    assert not {"x-kannel-dlr-mask", "x-kannel-dlr-url"} & headers.keys()


def test_a_merchant_with_an_extension_writes_from_it(channel, kannel):
    channel(extensions={"SCHOOL01": "01"}).send([sms()])
    channel(extensions={"WATER001": "02"}).send([sms()])
    assert [headers["x-kannel-from"] for headers, _ in kannel.got] == ["1069000001", "10690000"]


@pytest.mark.parametrize(
    ("sent_to", "expected"),
    [("1069000001", "01"), ("%2B861069000001", "01"), ("10690000", None), ("95588", None), ("", None)],
)
def test_the_extension_is_what_follows_our_number(sent_to, expected):
    query = f"number=13800001234&to={sent_to}".encode()
    assert [each.extension for each in kannel_upstream(query, b"TD", sender="10690000")] == [expected]
    assert [each.extension for each in kannel_upstream(query, b"TD")] == [None]


def test_without_a_sender_kannel_says_so(channel, kannel):
    (result,) = channel(sender=None).send([sms()])
    assert result == Result(Verdict.TRY_AGAIN, "Kannel has no sender (400): set notify.kannel.sender")
    assert kannel.got == []


def test_a_batch_goes_out_whole_and_each_message_has_its_own_result(channel, kannel):
    messages = [sms(number=number) for number in range(8)]
    assert channel().send([*messages, sms(to="abc")])[-1].verdict is Verdict.STOP
    assert sorted(kannel.texts) == [TEXT] * 8


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (QUEUED, Verdict.ACCEPTED),
        (DENIED, Verdict.STOP),
        (NOT_ROUTABLE, Verdict.STOP),
        (LATER, Verdict.TRY_AGAIN),
        ((400, b"Coding field misformed, rejected"), Verdict.TRY_AGAIN),
        ((500, b""), Verdict.TRY_AGAIN),
        ((200, b"a page of something else"), Verdict.TRY_AGAIN),
    ],
)
def test_kannel_s_answer_decides(channel, kannel, said, verdict):
    kannel.says = [said]
    assert [each.verdict for each in channel().send([sms()])] == [verdict]


def test_a_wrong_password_is_a_fault_of_the_configuration_and_is_not_shown(channel, kannel):
    (result,) = channel(password="wrong-word").send([sms()])
    assert result == Result(
        Verdict.TRY_AGAIN, "Kannel refuses our user or address (403): look at its sendsms-user"
    )
    assert kannel.got == []


def test_a_kannel_that_is_down_is_tried_again(channel):
    (result,) = channel(url=f"http://127.0.0.1:{free_port()}/cgi-bin/sendsms").send([sms()])
    assert result.verdict is Verdict.TRY_AGAIN
    assert result.reason.startswith("the receiver cannot be connected to")


def test_a_message_of_more_parts_than_kannel_sends_is_not_cut(channel, kannel):
    short, long = sms("缴" * 201), sms("缴" * 202)
    accepted, stopped = channel().send([short, long])
    assert (accepted, kannel.texts) == (ACCEPTED, ["缴" * 201])
    assert stopped == Result(
        Verdict.STOP, "the message takes 4 parts as an SMS, at most 3 are sent: lower notify.merge_max"
    )


def test_secrets_and_numbers_are_not_shown(channel):
    terms = channel()._terms
    shown = repr((terms, channel()._request(sms())))
    assert [hidden for hidden in (PASSWORD, REPORTS, "13800138000") if hidden in shown] == []


@pytest.mark.parametrize(
    ("query", "report"),
    [
        (b"id=PAID:1&type=1&receipt=", Report(KANNEL, Outcome.DELIVERED, "PAID:1")),
        (b"id=PAID:1&type=8&receipt=ACK%2F", Report(KANNEL, Outcome.UNDER_WAY, "PAID:1")),
        (b"type=4&id=PAID:1", Report(KANNEL, Outcome.UNDER_WAY, "PAID:1")),
        (
            b"id=PAID:1&type=16&receipt=NACK%2F0x0000000b%2FInvalid+Destination",
            Report(KANNEL, Outcome.UNDELIVERED, "PAID:1", code="NACK/0x0000000b", bad_number=True),
        ),
        (
            b"id=PAID:1&type=16&receipt=NACK%2F0x000000b0%2F",
            Report(KANNEL, Outcome.UNDELIVERED, "PAID:1", code="NACK/0x000000b0"),
        ),
        (
            b"id=PAID:1&type=16&receipt=NACK%2F11",
            Report(KANNEL, Outcome.UNDELIVERED, "PAID:1", code="NACK/11", bad_number=True),
        ),
        (
            b"id=PAID:1&type=16&receipt=NACK%2F110",
            Report(KANNEL, Outcome.UNDELIVERED, "PAID:1", code="NACK/110"),
        ),
        (
            b"id=PAID:1&type=2&receipt=id%3A7+sub%3A001+stat%3AUNDELIV+err%3A011+text%3A13800138000",
            Report(KANNEL, Outcome.UNDELIVERED, "PAID:1", code="stat:UNDELIV err:011"),
        ),
    ],
)
def test_a_report_is_read_without_number_and_text(query, report):
    assert list(kannel_reports(query, b"")) == [report]


@pytest.mark.parametrize(
    "query",
    [b"", b"id=&type=1", b"id=PAID:1", b"id=PAID:1&type=%d", b"id=PAID:1&type=3", b"\xff", b"a=1&" * 30],
)
def test_what_is_no_report_is_refused(query):
    with pytest.raises(ValueError, match=r"."):
        kannel_reports(query, b"")


def test_an_answer_without_words_is_read():
    assert kannel_result(HttpAnswer(403)).verdict is Verdict.TRY_AGAIN


@pytest.mark.parametrize(
    ("query", "body", "text"),
    [
        (b"number=1&charset=UTF-8&text=%E9%80%80%E8%AE%A2", b"", "退订"),
        (b"number=1&charset=UTF-16BE&text=%90%00%8B%A2", b"", "退订"),
        (b"number=1&charset=UTF-16BE", "退订".encode("utf-16-be"), "退订"),
        (b"number=1&charset=WINDOWS-1252", b"TD\x85", "TD…"),
        (b"number=1", b"TD", "TD"),
        (b"number=1&charset=utf-8&text=T+D", b"", "T D"),
        (b"number=1&charset=UTF-8", b"\xff", "\N{REPLACEMENT CHARACTER}"),
        (b"number=1&charset=8-BIT", b"TD", ""),
        (b"number=1&charset=unicode_escape", b"TD", ""),
        (b"number=1&text=", b"", ""),
    ],
)
def test_the_text_of_an_answer_is_read_in_its_charset(query, body, text):
    (sms,) = kannel_upstream(query, body)
    assert (sms.number, sms.text) == ("1", text)


@pytest.mark.parametrize(
    ("time", "seconds"),
    [(b"1700000000", 1_700_000_000), (b"", None), (b"x", None), (b"9" * 11, None), (b"-1", None)],
)
def test_the_time_of_an_answer_is_read_if_it_is_one(time, seconds):
    (sms,) = kannel_upstream(b"number=%2B8613800001234&time=" + time, b"TD")
    assert sms.number == "+8613800001234"
    assert sms.sent_at == (None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC))


@pytest.mark.parametrize("query", [b"", b"number=", b"text=TD", b"number=\xff", b"number=1&" * 30])
def test_what_is_no_answer_is_refused(query):
    with pytest.raises(ValueError, match=r"."):
        kannel_upstream(query, b"TD")
