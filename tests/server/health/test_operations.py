"""The operator's HTTP side: /metrics, /healthz, /readyz."""

import logging

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from offline_collect.server.health.operations import operations_site
from offline_collect.server.health.readiness import Problem, Report

READY = Report()


def unready(text):
    return Report((Problem("store", text),))


class Browser:
    """Asks a site over a transport in memory."""

    def __init__(self, reactor, ready):
        self._site = operations_site(lambda: b"offline_collect_commands_total 7\n", ready, lambda: b"{}")
        self._site.reactor = reactor
        self._protocol = self._site.buildProtocol(IPv4Address("TCP", "127.0.0.1", 1))
        self._protocol.callLater = reactor.callLater
        self.transport = StringTransport()
        self.transport.setTcpNoDelay = lambda _: None
        self._protocol.makeConnection(self.transport)

    def ask(self, path, method="GET"):
        self._protocol.dataReceived(
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )

    @property
    def status(self):
        line = self.transport.value().split(b"\r\n", 1)[0]
        return int(line.split()[1]) if line else None

    @property
    def text(self):
        return self.transport.value().partition(b"\r\n\r\n")[2].decode()

    def gone(self):
        self._protocol.connectionLost(Failure(ConnectionDone()))


@pytest.fixture
def browse(reactor):
    return lambda path, ready=lambda: succeed(READY), **more: _browse(reactor, path, ready, **more)


def _browse(reactor, path, ready, **more):
    browser = Browser(reactor, ready)
    browser.ask(path, **more)
    return browser


def test_metrics_are_given_as_they_are_rendered(browse):
    browser = browse("/metrics")
    assert browser.status == 200
    assert "offline_collect_commands_total 7" in browser.text
    assert b"version=0.0.4" in browser.transport.value()


def test_a_process_that_answers_is_alive(browse):
    browser = browse("/healthz", lambda: succeed(unready("draining")))
    assert (browser.status, "alive" in browser.text) == (200, True)


def test_ready_while_requests_can_be_served(browse):
    browser = browse("/readyz")
    assert (browser.status, "ready" in browser.text) == (200, True)


@pytest.mark.parametrize("problem", ["draining", "store: it cannot be reached"])
def test_not_ready_says_why(browse, problem):
    browser = browse("/readyz", lambda: succeed(unready(problem)))
    assert (browser.status, problem in browser.text) == (503, True)


def test_a_check_that_fails_is_not_ready_and_logged(browse, caplog):
    with caplog.at_level(logging.ERROR):
        browser = browse("/readyz", lambda: fail(ZeroDivisionError("unforeseen")))
    assert browser.status == 503
    assert "unforeseen" not in browser.text
    assert "readiness check failed" in caplog.text


def test_a_check_may_take_its_time(browse):
    checked = Deferred()
    browser = browse("/readyz", lambda: checked)
    assert browser.status is None
    checked.callback(READY)
    assert browser.status == 200


def test_who_does_not_wait_for_the_check_costs_nothing(browse):
    checked = Deferred()
    browser = browse("/readyz", lambda: checked)
    browser.gone()
    checked.callback(READY)
    assert browser.transport.value() == b""


@pytest.mark.parametrize("path", ["/", "/secrets", "/readyz2"])
def test_there_is_nothing_else(browse, path):
    assert browse(path).status == 404


# Twisted warns about its own method.
@pytest.mark.filterwarnings("ignore:twisted.web.resource._UnsafeErrorPage:DeprecationWarning")
def test_nothing_can_be_posted(browse):
    assert browse("/metrics", method="POST").status == 405


def test_notes_for_operators_follow_and_do_not_make_a_server_unready(browse):
    browser = browse("/readyz", lambda: succeed(Report(notes=("the clock disagrees", "a second line"))))
    assert browser.status == 200
    assert "ready\nthe clock disagrees\na second line\n" in browser.text
