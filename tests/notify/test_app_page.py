"""Opt-outs that the bank's app brings, over real HTTP and on a real store."""

import datetime as dt
import json
import urllib.error
import urllib.request

import pytest
from twisted.internet.threads import blockingCallFromThread
from twisted.python.threadpool import ThreadPool
from twisted.web.resource import Resource

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.notices.addresses import AddressKind, address_digest, address_of
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.ports import UnavailableError
from offline_collect.notify.callbacks import app_page
from offline_collect.notify.callbacks.app_page import BODY_MAX, AppPage, AppTerms, opt_out_of
from offline_collect.notify.callbacks.counts import CallbackCounts, CameIn
from offline_collect.notify.callbacks.site import callback_site
from offline_collect.notify.callbacks.store_work import StoreThreads
from offline_collect.notify.channels.standard_webhooks import TOLERANCE, signature_headers
from offline_collect.notify.opt_outs import AppDesk, OptOutOrder, opt_in
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.notices.addresses import address_key
from offline_collect.store.notices.opt_outs import list_opt_outs
from tests.support.actors import user

KEY = b"k" * 32
SAID = {"merchant": "SCHOOL01", "app_user": "u-17", "class": "SERVICE"}
APP_USER = address_of(AddressKind.APP, "u-17")
ORDER = OptOutOrder("SCHOOL01", APP_USER, NoticeClass.SERVICE, OptOutSource.APP)


def body_of(**changes):
    return json.dumps({"type": "opt_out", "data": SAID | changes}).encode()


class Served:
    def __init__(self, reactor, desk, per_minute=100):
        self.store, self.bank, self.counts = desk.store, desk, CallbackCounts()
        self.desk = AppDesk(desk.store, desk, user("ops"))
        self._reactor, self._pool = reactor, ThreadPool(1, 1)
        threads = StoreThreads(reactor, self._pool)
        page = AppPage(AppTerms(KEY, per_minute), self.desk, desk, self.counts, threads)
        site = callback_site(Resource(), {b"app": page})
        self._port = blockingCallFromThread(reactor, reactor.listenTCP, 0, site, interface="127.0.0.1")
        self._pool.start()
        self.url = f"http://127.0.0.1:{self._port.getHost().port}/app/opt-outs"

    def call(
        self, body=None, call="call-1", *, key=KEY, at=None, headers=None, path="opt-outs", method="POST"
    ):
        body = body_of() if body is None else body
        signed = signature_headers(key, call, at or self.bank.now(), body) if headers is None else headers
        url = self.url.removesuffix("opt-outs") + path
        request = urllib.request.Request(url, body, signed, method=method)  # noqa: S310 - the test's own server
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - the test's own server
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def kept(self):
        with self.store.snapshot() as reading:
            found = list_opt_outs(reading, "SCHOOL01", (None, 10))
        return [(each.address, each.notice_class.value, each.source.value) for each in found]

    def digest(self, kind, text):
        with self.store.snapshot() as reading:
            return address_digest(address_key(reading), address_of(kind, text))

    def close(self):
        blockingCallFromThread(self._reactor, self._port.stopListening)
        self._pool.stop()


@pytest.fixture
def served(reactor, desk):
    made = Served(reactor, desk)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("app_user", "u-17", AddressKind.APP),
        ("mobile", "+86 138-0000-1234", AddressKind.MOBILE),
        ("email", "Wang@Example.com", AddressKind.EMAIL),
    ],
)
def test_a_call_opts_an_address_out_of_a_merchant_s_class(served, name, text, kind):
    said = {"merchant": "SCHOOL01", name: text, "class": "COMMERCIAL"}
    assert served.call(json.dumps({"type": "opt_out", "data": said}).encode()) == 204
    assert served.kept() == [(served.digest(kind, text), "COMMERCIAL", "APP")]
    assert served.counts.look() == CameIn(app=1)


def test_it_is_audited_with_the_id_of_the_call_and_no_address(served):
    served.call(body_of(app_user="u-123456789"))
    with served.store.snapshot() as reading:
        (entry,) = audit_rows(reading, AuditFilter(action="notify optout add"))
    assert entry.after["call"] == "call-1"
    assert entry.after["source"] == "APP"
    assert "123456789" not in str(entry)


def test_a_call_that_comes_again_changes_nothing_also_after_an_opt_in(served):
    body, headers = body_of(), signature_headers(KEY, "call-1", served.bank.now(), body_of())
    assert [served.call(body, headers=headers) for _ in range(2)] == [204, 204]
    opt_in(served.store, user("ops"), ORDER, served.bank.now())
    assert served.call(body, headers=headers) == 204
    assert served.kept() == []
    assert served.call(body, "call-2") == 204
    assert len(served.kept()) == 1
    assert served.counts.look() == CameIn(app=2)


def test_a_recorded_call_is_refused_as_long_as_it_could_be_forgotten(served):
    body, at = body_of(), served.bank.now() + TOLERANCE
    assert served.call(body, at=at) == 204
    opt_in(served.store, user("ops"), ORDER, served.bank.now())
    served.bank.wait(2 * TOLERANCE.total_seconds())
    assert served.call(body, at=at) == 204
    served.bank.wait(1)
    assert served.call(body, at=at) == 401
    assert served.kept() == []


def test_an_id_that_the_app_gives_twice_loses_no_opt_out(served):
    assert served.call(body_of()) == 204
    assert served.call(body_of(**{"class": "COMMERCIAL"})) == 204
    assert len(served.kept()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"key": b"o" * 32},
        {"at": dt.timedelta(seconds=-301)},
        {"at": dt.timedelta(seconds=301)},
        {"headers": {}},
        {"headers": {"webhook-id": "1", "webhook-timestamp": "x", "webhook-signature": "v1,"}},
        {"headers": {"webhook-id": "1" * 101, "webhook-timestamp": "1", "webhook-signature": "v1,x"}},
        {"headers": {"webhook-id": "\xe9", "webhook-timestamp": "1", "webhook-signature": "v1,x"}},
    ],
)
def test_a_call_that_is_not_signed_by_the_app_just_now_changes_nothing(served, change):
    if "at" in change:
        change = {"at": served.bank.now() + change["at"]}
    assert served.call(**change) == 401
    assert (served.kept(), served.counts.look()) == ([], CameIn(unread=1))


def test_a_signature_is_of_the_id_and_the_body(served):
    headers = signature_headers(KEY, "call-1", served.bank.now(), body_of())
    assert served.call(body_of(app_user="u-18"), headers=headers) == 401
    assert served.call(headers=headers | {"webhook-id": "call-2"}) == 401
    several = headers | {"webhook-signature": "v1,AAAA " + headers["webhook-signature"]}
    assert served.call(headers=several) == 204


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[" * 4_000,
        b"\xff",
        json.dumps({"type": "opt_in", "data": SAID}).encode(),
        json.dumps({"type": "opt_out", "data": SAID, "more": 1}).encode(),
        body_of(mobile="13800001234"),
        body_of(app_user=None),
        body_of(app_user=None, mobile="1"),
        body_of(app_user=17),
        body_of(merchant=""),
        body_of(merchant="SCHOOL01\x00"),
        body_of(app_user="u-17\x00"),
        body_of(app_user="u-17\ud800"),
        body_of(**{"class": "ALL"}),
    ],
)
def test_what_cannot_be_read_is_refused_and_its_error_names_nothing_of_it(served, body):
    assert served.call(body) == 400
    assert (served.kept(), served.counts.look()) == ([], CameIn(unread=1))
    with pytest.raises(ValueError, match="no") as refused:
        opt_out_of(body)
    assert "u-17" not in str(refused.value)


def test_a_long_body_another_path_and_another_method_are_refused(served):
    assert served.call(body_of(app_user="u" * BODY_MAX)) == 413
    assert served.call(path="opt-ins") == 404
    assert served.call(method="PUT") == 404
    assert served.kept() == []


def test_a_merchant_that_is_not_there_is_said_to_be_missing(served):
    assert served.call(body_of(merchant="NOBODY")) == 404
    assert served.counts.look() == CameIn()


def test_more_calls_than_may_come_in_a_minute_are_to_come_later(reactor, desk):
    served = Served(reactor, desk, per_minute=2)
    assert [served.call(body_of(app_user=f"u-{each}")) for each in range(3)] == [204, 204, 429]
    desk.wait(60)
    assert served.call(body_of(app_user="u-2")) == 204
    assert len(served.kept()) == 3
    served.close()


def test_while_the_store_is_away_the_app_is_to_call_again(served, monkeypatch):
    def away(*_):
        raise UnavailableError("the store is away")

    with monkeypatch.context() as broken:
        broken.setattr(served.desk, "take", away)
        assert served.call() == 503
    assert served.call() == 204
    assert len(served.kept()) == 1


def test_more_than_can_wait_is_to_come_again(reactor, desk, monkeypatch):
    monkeypatch.setattr(app_page, "WAITING_MAX", 0)
    served = Served(reactor, desk)
    assert served.call() == 503
    assert served.kept() == []
    served.close()


def test_only_who_sends_may_take_calls(desk):
    with pytest.raises(NotPermittedError):
        AppDesk(desk.store, desk, user("viewer", Role.AUDITOR))
