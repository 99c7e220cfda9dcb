"""The page of a mail's link to unsubscribe, over real HTTP and on a real store."""

import urllib.error
import urllib.request
from dataclasses import replace

import pytest
from twisted.internet.threads import blockingCallFromThread
from twisted.python.threadpool import ThreadPool
from twisted.web.resource import Resource

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.unsubscribe import Unsubscription, make_token
from offline_collect.domain.ports import UnavailableError
from offline_collect.notify.callbacks import unsubscribe_page
from offline_collect.notify.callbacks.counts import CallbackCounts, CameIn
from offline_collect.notify.callbacks.site import callback_site
from offline_collect.notify.callbacks.store_work import StoreThreads
from offline_collect.notify.callbacks.unsubscribe_page import UnsubscribePage
from offline_collect.notify.opt_outs import UnsubscribeDesk
from offline_collect.store.notices.opt_outs import list_opt_outs
from tests.support.actors import user

KEY = b"k" * 32
SAID = Unsubscription("SCHOOL01", NoticeClass.SERVICE, "d" * 64, "z***@example.com")
TOKEN = make_token(KEY, SAID)


class Served:
    def __init__(self, reactor, desk):
        self.store, self.counts = desk.store, CallbackCounts()
        self.desk = UnsubscribeDesk(desk.store, desk, user("ops"), KEY)
        self._reactor, self._pool = reactor, ThreadPool(1, 1)
        page = UnsubscribePage(self.desk, self.counts, StoreThreads(reactor, self._pool))
        site = callback_site(Resource(), {b"unsubscribe": page})
        self._port = blockingCallFromThread(reactor, reactor.listenTCP, 0, site, interface="127.0.0.1")
        self._pool.start()

    def ask(self, token=TOKEN, method="GET", body=None):
        url = f"http://127.0.0.1:{self._port.getHost().port}/unsubscribe/{token}"
        request = urllib.request.Request(url, body, method=method)
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - the test's own server
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def kept(self):
        with self.store.snapshot() as reading:
            found = list_opt_outs(reading, "SCHOOL01", (None, 10))
        return [(each.address, each.notice_class, each.source.value) for each in found]

    def close(self):
        blockingCallFromThread(self._reactor, self._port.stopListening)
        self._pool.stop()


@pytest.fixture
def served(reactor, desk):
    made = Served(reactor, desk)
    yield made
    made.close()


def post(served, token=TOKEN):
    return served.ask(token, "POST", b"List-Unsubscribe=One-Click")


def test_a_post_of_a_mail_program_opts_out_and_again_changes_nothing(served):
    for _ in range(2):
        status, _, text = post(served)
        assert status == 200
        assert "已办理：该商户不再向 z***@example.com 发送" in text
        assert "Done: this merchant sends no more notices" in text
    assert served.kept() == [("d" * 64, NoticeClass.SERVICE, "EMAIL")]
    assert served.counts.look() == CameIn(links=1)


def test_a_get_says_in_both_languages_what_the_button_does_and_changes_nothing(served):
    status, headers, text = served.ask()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "点击按钮后，该商户不再向 z***@example.com 发送" in text
    assert "If you press the button, this merchant sends no more notices" in text
    assert '<form method="post"><button>' in text
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert served.kept() == []


def test_a_link_of_advertising_says_so(served):
    token = make_token(KEY, replace(SAID, notice_class=NoticeClass.COMMERCIAL))
    assert "sends no more advertising to z***@example.com" in served.ask(token)[2]
    assert "Done: this merchant sends no more advertising" in post(served, token)[2]
    assert served.kept() == [("d" * 64, NoticeClass.COMMERCIAL, "EMAIL")]


def test_what_a_token_names_cannot_become_a_part_of_the_page(served):
    assert "&lt;b&gt;" in served.ask(make_token(KEY, replace(SAID, shown="<b>")))[2]


@pytest.mark.parametrize(
    "token", ["", "x", TOKEN[1:], TOKEN + "/", make_token(b"o" * 32, SAID), "%ff", "x" * 2_000]
)
def test_a_token_that_is_not_ours_changes_nothing(served, token):
    for status, _, text in (served.ask(token), post(served, token)):
        assert status == 404
        assert "This link is not whole" in text
        assert "<form" not in text
    assert served.kept() == []


def test_other_methods_change_nothing(served):
    assert served.ask(method="PUT", body=b"x")[0] == 404
    assert served.kept() == []


def test_a_merchant_that_is_not_there_any_more_sends_nothing(served):
    assert post(served, make_token(KEY, replace(SAID, merchant_id="GONE")))[0] == 404
    assert served.counts.look() == CameIn()


def test_while_the_store_is_away_the_payer_is_to_come_again(served, monkeypatch):
    def away(*_):
        raise UnavailableError("the store is away")

    with monkeypatch.context() as broken:
        broken.setattr(served.desk, "take", away)
        status, _, text = post(served)
        assert (status, "please try again later" in text) == (503, True)
    assert post(served)[0] == 200


def test_more_than_can_wait_is_refused(reactor, desk, monkeypatch):
    monkeypatch.setattr(unsubscribe_page, "WAITING_MAX", 0)
    served = Served(reactor, desk)
    assert post(served)[0] == 503
    assert served.ask()[0] == 200
    assert served.kept() == []
    served.close()


def test_only_who_sends_may_take_links(desk):
    with pytest.raises(NotPermittedError):
        UnsubscribeDesk(desk.store, desk, user("ann", Role.AUDITOR), KEY)
