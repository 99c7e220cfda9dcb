"""The operators' HTTP pages: /metrics, /healthz, /readyz, /status. Payers and front ends do not use them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web.pages import notFound
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from offline_collect.server.health.readiness import Problem, Report

_log = logging.getLogger(__name__)

_REQUEST_TIMEOUT_S = 15


class _Root(Resource):
    """The root of the pages; Twisted's own 404 resource is deprecated."""

    def getChild(self, path: bytes, request: Request) -> Any:  # noqa: ARG002 - Twisted's hook
        return notFound()


class _Page(Resource):
    """A leaf that answers GET with text."""

    isLeaf = True

    def __init__(self, content_type: str, text: Callable[[], bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself
        self._content_type = content_type
        self._text = text

    def render_GET(self, request: Request) -> bytes:
        request.setHeader("content-type", self._content_type)
        return self._text()


class _Ready(Resource):
    """200 while requests can be served, else 503; both with the report's text."""

    isLeaf = True

    def __init__(self, ready: Callable[[], Deferred[Report]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself
        self._ready = ready

    def render_GET(self, request: Request) -> int:
        gone: list[object] = []
        request.notifyFinish().addErrback(gone.append)

        def answer(report: Report) -> None:
            if gone:
                return
            request.setResponseCode(200 if report.ready else 503)
            request.setHeader("content-type", "text/plain; charset=utf-8")
            request.write(report.text.encode())
            request.finish()

        self._ready().addErrback(_fault).addCallback(answer)
        return NOT_DONE_YET


def _fault(failure: Failure) -> Report:
    _log.error("the readiness check failed", exc_info=failure.value)
    return Report((Problem("fault", "the readiness check failed; see the log"),))


def operations_site(
    metrics: Callable[[], bytes], ready: Callable[[], Deferred[Report]], status: Callable[[], bytes]
) -> Site:
    """Return the site.

    Args:
        metrics: renders the metrics in Prometheus' text format.
        ready: fires with the report of whether requests can be served.
        status: returns what the server does just now, as JSON.
    """
    root: Any = _Root()  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself
    root.putChild(b"metrics", _Page("text/plain; version=0.0.4; charset=utf-8", metrics))
    root.putChild(b"healthz", _Page("text/plain; charset=utf-8", lambda: b"alive\n"))
    root.putChild(b"readyz", _Ready(ready))
    root.putChild(b"status", _Page("application/json", status))
    return Site(root, timeout=_REQUEST_TIMEOUT_S)
