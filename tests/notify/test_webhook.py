"""The webhook, against a real HTTP server and its faults."""

import base64
import datetime as dt

import pytest

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict
from offline_collect.notify.channels.endpoint import is_public
from offline_collect.notify.channels.http_exchange import ANSWER_MAX
from offline_collect.notify.channels.standard_webhooks import parse_secret, signature_headers
from offline_collect.notify.channels.terms import WebhookTerms
from offline_collect.notify.channels.webhook import WebhookChannel, result_of
from tests.domain.notices.notices import PAID
from tests.fakes.bank import NOON
from tests.notify.receiver import KEY, SECRET, Receiver, cut_off, free_port, no_http

APP_USER = Recipient(NoticeChannel.WEBHOOK, "u-17")


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


class Clock:
    def now(self):
        return NOON


@pytest.fixture
def channel(reactor):
    def channel(url, timeout_s=30.0, private=True):
        return WebhookChannel(reactor, Clock(), WebhookTerms(url, timeout_s, 4, private, KEY))

    return channel


def message(number=1):
    return OutgoingMessage(f"PAID:{number}", NOON, APP_USER, "SCHOOL01", "zh", "【阳光小学】已缴", (PAID,))


def again(reason, pause_s=None):
    return Result(Verdict.TRY_AGAIN, reason, pause_s)


def test_messages_are_posted_signed_and_in_full(channel, receiver):
    messages = [message(number) for number in range(10)]
    assert channel(receiver.url).send(messages) == [ACCEPTED] * 10
    assert sorted(receiver.ids) == sorted(each.message_id for each in messages)
    assert receiver.got[0][1]["data"]["to"] == "u-17"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((200, {}, b"thank you"), ACCEPTED),
        ((200, {}, b"x" * (ANSWER_MAX + 1)), ACCEPTED),
        ((500, {}, b"<html>"), again("answered 500")),
        ((429, {"Retry-After": "120"}, b""), again("answered 429", 120)),
        ((410, {}, b""), Result(Verdict.STOP, "answered 410: the receiver wants no more of it")),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), again("answered 302: redirects are not followed")),
        (cut_off, again("the connection was closed")),
    ],
)
def test_what_a_receiver_answers_decides(channel, receiver, said, expected):
    receiver.says = [said]
    sending = channel(receiver.url)
    assert sending.send([message()]) == [expected]
    assert sending.send([message()]) == [ACCEPTED]
    assert receiver.ids == ["PAID:1", "PAID:1"]


def test_an_answer_that_is_no_http_is_a_failure(channel, receiver):
    receiver.says = [no_http]
    (result,) = channel(receiver.url).send([message()])
    assert result.verdict is Verdict.TRY_AGAIN


def test_a_receiver_that_accepts_and_says_nothing_is_tried_again_under_the_same_id(channel, receiver):
    receiver.says = [lambda _: receiver.released.wait()]
    assert channel(receiver.url, timeout_s=0.2).send([message()]) == [again("no whole answer within 0.2 s")]
    assert channel(receiver.url).send([message()]) == [ACCEPTED]
    assert receiver.ids == ["PAID:1", "PAID:1"]


def test_a_receiver_that_never_ends_its_answer_is_given_up(channel, receiver):
    def half(handler):
        handler.send_response(200)
        handler.send_header("content-length", "100")
        handler.end_headers()
        handler.wfile.flush()
        receiver.released.wait()

    receiver.says = [half]
    assert channel(receiver.url, timeout_s=0.2).send([message()]) == [again("no whole answer within 0.2 s")]


def test_one_failure_is_not_that_of_the_others(channel, receiver):
    receiver.says = [500]
    results = channel(receiver.url).send([message(number) for number in range(5)])
    assert sorted(each.verdict for each in results) == [Verdict.ACCEPTED] * 4 + [Verdict.TRY_AGAIN]


def test_a_receiver_that_is_down_is_named_by_its_fault_not_by_its_url(channel):
    (result,) = channel(f"http://127.0.0.1:{free_port()}/secret-path").send([message()])
    assert result.verdict is Verdict.TRY_AGAIN
    assert result.reason.startswith("the receiver cannot be connected to")
    assert "secret-path" not in result.reason


def test_a_name_that_is_not_known_is_a_failure(channel):
    (result,) = channel("http://nowhere.invalid/").send([message()])
    assert result == again("the receiver's name is not known")


def test_a_private_address_is_not_connected_to_unless_it_may_be(channel, receiver):
    (result,) = channel(receiver.url.replace("127.0.0.1", "localhost"), private=False).send([message()])
    assert "private address" in result.reason
    assert receiver.got == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.1.2.3", False),
        ("0.0.0.0", False),
        # A network that translates (NAT64) leads these to IPv4.
        ("64:ff9b::10.1.2.3", False),
        ("64:ff9b::8.8.8.8", True),
        ("::127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:a01:203::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("224.0.0.1", False),
        ("ff0e::1", False),
    ],
)
def test_private_addresses_are_known(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("status", "header", "pause"),
    [
        (429, "7", 7.0),
        (503, " 7 ", 7.0),
        (429, "Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        (429, "Sun, 22 Nov 2026 12:01:00 -0000", 60.0),
        (429, "Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        (429, "soon", None),
        (429, "-5", None),
        (429, "٣", None),
        (429, None, None),
        (500, "7", None),
    ],
)
def test_the_pause_that_a_receiver_asks_for_is_read(status, header, pause):
    assert result_of(status, header, NOON) == again(f"answered {status}", pause)


def test_a_signature_is_that_of_the_standard():
    # The example of standardwebhooks.com's libraries.
    key = parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    made = signature_headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert made["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize("text", ["whsec_!!!", "whsec_", base64.b64encode(b"k" * 23).decode(), "whsec_é"])
def test_a_secret_that_is_none_is_refused_and_not_shown(text):
    with pytest.raises(ValueError, match=r"bytes|no secret") as refused:
        parse_secret(text)
    assert text not in str(refused.value) or text == "whsec_"
    assert parse_secret(SECRET + "\n") == KEY
