"""The faults that every receiver over HTTP may have: each message is tried again, under the id that it had."""

from urllib.parse import parse_qs, urlsplit

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.gateway_templates import GatewayTemplate
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.results import Verdict
from offline_collect.notify.channels.gateway import GatewayChannel
from offline_collect.notify.channels.http_exchange import HttpTerms
from offline_collect.notify.channels.kannel import KannelChannel
from offline_collect.notify.channels.terms import GatewayTerms, KannelTerms, WebhookTerms
from offline_collect.notify.channels.webhook import WebhookChannel
from offline_collect.notify.gateway.account import GatewayAccount
from tests.domain.notices.notices import PAID
from tests.fakes.bank import NOON
from tests.notify.receiver import KEY, Receiver, cut_off, free_port, no_http
from tests.notify.test_webhook import Clock

TEMPLATES = {("PAID", "zh"): GatewayTemplate("T1", [])}


class AnyReceiver(Receiver):
    """Records the id of each message, wherever the channel puts it."""

    def handle(self, handler):
        body = handler.rfile.read(int(handler.headers["content-length"])).decode()
        self.got.append((self.id_of(handler.headers, body), body))
        self.answer(handler)

    def id_of(self, headers, body):
        if "webhook-id" in headers:
            return headers["webhook-id"]
        if "X-Kannel-DLR-Url" in headers:
            return parse_qs(urlsplit(headers["X-Kannel-DLR-Url"]).query)["id"][0]
        return parse_qs(body)["OutId"][0]


def webhook(reactor, url, timeout_s):
    return WebhookChannel(reactor, Clock(), WebhookTerms(url, timeout_s, 4, private=True, key=KEY))


def kannel(reactor, url, timeout_s):
    terms = KannelTerms(
        url=url,
        username="bank",
        password="p",
        sender=None,
        parts_max=9,
        timeout_s=timeout_s,
        at_once=4,
        reports_url="http://127.0.0.1/kannel/x",
    )
    return KannelChannel(reactor, Clock(), terms)


def gateway(reactor, url, timeout_s):
    account = GatewayAccount(url, "KEY1", "secret", "阳光缴费", "86", {"region": "cn-hangzhou"})
    http = HttpTerms(timeout_s, 4, private=True)
    terms = GatewayTerms(Schemas().gateway("aliyun-sms"), account, TEMPLATES, http)
    return GatewayChannel(reactor, Clock(), terms, lambda: "1")


ACCEPTING = {
    webhook: 204,
    kannel: (202, {}, b"0: Accepted for delivery"),
    gateway: (200, {}, b'{"Code":"OK","BizId":"9"}'),
}


@pytest.fixture
def receiver():
    made = AnyReceiver()
    yield made
    made.close()


@pytest.fixture(params=ACCEPTING, ids=lambda made: made.__name__)
def way(request):
    return request.param


def message():
    to = Recipient(NoticeChannel.KANNEL, "13800138000")
    return OutgoingMessage("PAID:1", NOON, to, "SCHOOL01", "zh", "【阳光小学】已缴", (PAID,))


def silent(receiver):
    return lambda _: receiver.released.wait()


def drips(receiver):
    def half(handler):
        handler.send_response(200)
        handler.send_header("content-length", "100")
        handler.end_headers()
        handler.wfile.flush()
        receiver.released.wait()

    return half


FAULTS = {
    "500": 500,
    "500 with a page": (500, {}, b"<html>"),
    "429": (429, {"Retry-After": "120"}, b""),
    "closed in the middle": cut_off,
    "no HTTP": no_http,
}
WRONG_BODY = (200, {}, b"<html>")
"""For a webhook that is an answer: it has accepted what it answers with 200."""


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_message_that_a_receiver_does_not_take_is_tried_again_under_its_id(reactor, receiver, way, fault):
    receiver.says = [fault, ACCEPTING[way]]
    sending = way(reactor, receiver.url, 30)
    verdicts = [sending.send([message()])[0].verdict for _ in range(2)]
    assert verdicts == [Verdict.TRY_AGAIN, Verdict.ACCEPTED]
    assert receiver.ids == ["PAID:1", "PAID:1"]


@pytest.mark.parametrize("sms", [kannel, gateway], ids=lambda made: made.__name__)
def test_a_gateway_that_answers_something_else_has_not_taken_the_message(reactor, receiver, sms):
    receiver.says = [WRONG_BODY]
    (result,) = sms(reactor, receiver.url, 30).send([message()])
    assert result.verdict is Verdict.TRY_AGAIN


@pytest.mark.parametrize("fault", [silent, drips])
def test_one_that_takes_a_message_and_does_not_say_so_gets_it_again_under_its_id(
    reactor, receiver, way, fault
):
    receiver.says = [fault(receiver), ACCEPTING[way]]
    (late,) = way(reactor, receiver.url, 0.2).send([message()])
    assert (late.verdict, late.reason) == (Verdict.TRY_AGAIN, "no whole answer within 0.2 s")
    (result,) = way(reactor, receiver.url, 30).send([message()])
    assert result.verdict is Verdict.ACCEPTED
    assert receiver.ids == ["PAID:1", "PAID:1"]


def test_one_that_is_down_is_tried_again(reactor, way):
    (result,) = way(reactor, f"http://127.0.0.1:{free_port()}/", 30).send([message()])
    assert result.verdict is Verdict.TRY_AGAIN


def test_a_pause_that_is_asked_for_is_kept(reactor, receiver, way):
    receiver.says = [(429, {"Retry-After": "120"}, b""), (503, {"Retry-After": "7"}, b"")]
    sending = way(reactor, receiver.url, 30)
    assert [sending.send([message()])[0].pause_s for _ in range(2)] == [120, 7]
