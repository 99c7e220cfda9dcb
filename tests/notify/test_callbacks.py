"""What receivers report, over real HTTP."""

import datetime as dt
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from twisted.internet.threads import blockingCallFromThread
from twisted.python.threadpool import ThreadPool

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.reports import Outcome, Report
from offline_collect.domain.ports import StoreError
from offline_collect.notify.callbacks import report_page, secret_pages, site
from offline_collect.notify.callbacks.counts import CallbackCounts, CameIn
from offline_collect.notify.callbacks.reply_page import ReplyPage
from offline_collect.notify.callbacks.report_page import ReportPage
from offline_collect.notify.callbacks.secret_pages import SecretPages, SecretTerms
from offline_collect.notify.callbacks.site import BODY_MAX, callback_site
from offline_collect.notify.callbacks.store_work import Answer, StoreThreads
from offline_collect.notify.channels.kannel import kannel_upstream
from offline_collect.notify.replies import RepliesTaken
from offline_collect.notify.reports import Taken

SECRET = "s" * 32
REPORT = Report(NoticeChannel.KANNEL, Outcome.DELIVERED, "PAID:1")


def reads(query, body):
    if query == b"bad":
        raise ValueError("is none")
    return [REPORT] * int(query or b"1") if not body else [REPORT] * len(body)


def reads_own(query, _body):
    return [replace(REPORT, message_id=None, receipt="7")] * int(query or b"1")


class Desk:
    """Takes reports, slowly or not at all."""

    def __init__(self):
        self.took, self.fails, self.says = [], False, []
        self.begun, self.free = Event(), Event()
        self.free.set()

    def take(self, reports):
        self.begun.set()
        self.free.wait()
        if self.fails:
            raise StoreError("the store is away")
        self.took += reports
        return self.says.pop(0) if self.says else Taken(applied=len(reports))


class Replies:
    """Takes answers of payers, or not."""

    def __init__(self):
        self.took, self.fails = [], False

    def take(self, upstream, channel):
        if self.fails:
            raise StoreError("the store is away")
        self.took += [(channel, each.number, each.text, each.sent_at) for each in upstream]
        return RepliesTaken(stopped=len(upstream))


class Served:
    def __init__(self, reactor):
        self.desk, self.replies, self.counts = Desk(), Replies(), CallbackCounts()
        self._reactor = reactor
        self._pool = ThreadPool(1, 1)
        answer = Answer(200, "application/json", b'{"code":0}')
        pages = {
            "one": ReportPage(reads, self.desk, Answer(200)),
            "two": ReportPage(reads, self.desk, answer),
            "own": ReportPage(reads_own, self.desk, Answer(200)),
            "replies": ReplyPage(kannel_upstream, self.replies, "kannel", answer),
        }
        self.pages = SecretPages(SecretTerms(SECRET, pages), self.counts, StoreThreads(reactor, self._pool))
        site = callback_site(self.pages)
        self._port = blockingCallFromThread(reactor, reactor.listenTCP, 0, site, interface="127.0.0.1")
        self.number = self._port.getHost().port
        self._pool.start()

    def ask(self, path=f"/one/{SECRET}", body=None, method=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.number}{path}", body, method=method)
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - the test's own server
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def raw(self, data):
        """Send bytes, and return all that comes back until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.number)) as made:
            got = b""
            try:
                made.sendall(data)
                while part := made.recv(4096):
                    got += part
            except (ConnectionResetError, BrokenPipeError):
                pass
            return got

    def close(self):
        self.desk.free.set()
        blockingCallFromThread(self._reactor, self._port.stopListening)
        self._pool.stop()


@pytest.fixture
def served(reactor):
    made = Served(reactor)
    yield made
    made.close()


def test_reports_are_taken_and_counted(served):
    assert served.ask() == (200, b"")
    assert served.ask(f"/two/{SECRET}", b"xyz") == (200, b'{"code":0}')
    assert served.desk.took == [REPORT] * 4
    assert served.counts.look() == CameIn(reports=Taken(applied=4))
    assert served.counts.look() == CameIn()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/one",
        "/one/",
        f"/one/{SECRET}x",
        f"/one/{SECRET[1:]}",
        f"/one/{SECRET}/",
        f"/three/{SECRET}",
        f"/{SECRET}",
        "/%ff/x",
    ],
)
def test_without_the_right_secret_nothing_is_there(served, path):
    assert served.ask(path) == (404, b"")
    assert served.desk.took == []


def test_only_get_and_post_are_there(served):
    assert served.ask(method="DELETE") == (404, b"")


@pytest.mark.parametrize("query", ["bad", "1001"])
def test_what_cannot_be_read_is_refused_and_counted(served, query):
    assert served.ask(f"/one/{SECRET}?{query}") == (400, b"")
    assert (served.desk.took, served.counts.look()) == ([], CameIn(unread=1))


def test_what_cannot_be_kept_is_to_be_reported_again(served):
    served.desk.fails = True
    assert served.ask() == (503, b"")
    served.desk.fails = False
    assert served.ask() == (200, b"")
    assert served.counts.look() == CameIn(reports=Taken(applied=1))


def test_a_receiver_may_report_before_its_own_id_is_written(served, monkeypatch):
    monkeypatch.setattr(report_page, "LOOK_AGAIN_S", 0.01)
    served.desk.says = [Taken(applied=1, unknown=1), Taken(applied=1, idle=1)]
    assert served.ask(f"/own/{SECRET}?2") == (200, b"")
    assert (len(served.desk.took), served.counts.look()) == (4, CameIn(reports=Taken(applied=2, idle=1)))
    served.desk.says = [Taken(unknown=1), Taken(unknown=1)]
    assert served.ask(f"/own/{SECRET}") == (200, b"")
    assert served.counts.look() == CameIn(reports=Taken(unknown=1))


def test_a_message_that_is_named_by_our_id_is_looked_for_once(served):
    served.desk.says = [Taken(unknown=1)]
    assert served.ask() == (200, b"")
    assert (len(served.desk.took), served.counts.look()) == (1, CameIn(reports=Taken(unknown=1)))


def test_more_than_can_wait_is_refused_until_the_store_comes_after(reactor, monkeypatch):
    monkeypatch.setattr(secret_pages, "WAITING_MAX", 1)
    served = Served(reactor)
    served.desk.free.clear()
    with ThreadPoolExecutor(1) as other:
        first = other.submit(served.ask)
        served.desk.begun.wait()
        assert served.ask() == (503, b"")
        served.desk.free.set()
        assert first.result() == (200, b"")
    assert served.ask() == (200, b"")
    served.close()


def test_a_body_that_is_too_long_ends_its_connection(served):
    path = f"POST /one/{SECRET} HTTP/1.1\r\nhost: x\r\n".encode()
    assert served.raw(path + b"content-length: %d\r\n\r\nx" % (BODY_MAX + 1)) == b""
    chunk = b"%x\r\n" % (BODY_MAX // 2) + b"y" * (BODY_MAX // 2) + b"\r\n"
    assert served.raw(path + b"transfer-encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n") == b""
    assert served.desk.took == []
    assert served.ask() == (200, b"")


def test_a_connection_too_many_is_closed(served, monkeypatch):
    monkeypatch.setattr(site, "CONNECTIONS_MAX", 1)
    with socket.create_connection(("127.0.0.1", served.number)) as kept:
        kept.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert kept.recv(4096).startswith(b"HTTP/1.1 404")
        assert served.raw(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n") == b""


def test_an_answer_of_a_payer_is_taken_and_counted(served):
    path = f"/replies/{SECRET}?number=%2B8613800001234&charset=UTF-16BE&time=1700000000"
    assert served.ask(path, "退订".encode("utf-16-be")) == (200, b'{"code":0}')
    sent_at = dt.datetime.fromtimestamp(1_700_000_000, dt.UTC)
    assert served.replies.took == [("kannel", "+8613800001234", "退订", sent_at)]
    assert served.counts.look() == CameIn(replies=RepliesTaken(stopped=1))


def test_an_answer_that_cannot_be_kept_is_to_come_again_and_is_not_logged(served, caplog):
    served.replies.fails = True
    path = f"/replies/{SECRET}?number=13800001234&text=TD"
    with caplog.at_level("DEBUG"):
        assert served.ask(path) == (503, b"")
    assert "what came in was not taken: the store is away" in caplog.text
    assert [hidden for hidden in ("13800001234", "TD", SECRET) if hidden in caplog.text] == []
    served.replies.fails = False
    assert served.ask(path) == (200, b'{"code":0}')


def test_an_answer_without_a_number_is_refused_for_good(served):
    assert served.ask(f"/replies/{SECRET}?text=TD") == (400, b"")
    assert served.counts.look() == CameIn(unread=1)
    assert served.ask(f"/replies/{SECRET}x?number=1&text=TD") == (404, b"")
    assert served.replies.took == []
