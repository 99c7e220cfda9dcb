"""The page of a mail's link to unsubscribe (RFC 8058): mail programs send a POST, people press its button.

Everybody may call it, so a token is checked before the store is asked, and its requests have a bound of their own.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from twisted.web.resource import Resource

from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.unsubscribe import Unsubscription
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.callbacks.counts import CallbackCounts, CameIn
from offline_collect.notify.callbacks.store_work import Answer, StoreThreads, StoreWork, answered
from offline_collect.notify.opt_outs import UnsubscribeDesk
from offline_collect.translations import BOTH, said

WAITING_MAX = 50
"""Requests that wait for the store; another one gets 503."""

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}
"""The URL is the token: it goes to nobody else."""

_TITLE = Phrase("Notices by e-mail")
_UNKNOWN = Phrase("This link is not whole, or not one of ours. Nothing is changed.")
_LATER = Phrase("This cannot be done right now. Nothing is changed: please try again later.")


class UnsubscribePage(Resource):
    """What is below ``/unsubscribe/``: the token is the last part of the path."""

    isLeaf = True

    def __init__(self, desk: UnsubscribeDesk, counts: CallbackCounts, threads: StoreThreads) -> None:
        """Make it."""
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself
        self._desk, self._counts = desk, counts
        self._work = StoreWork(threads, WAITING_MAX)

    def render(self, request: Any) -> int | bytes:
        """Say what the button does, or do it: only a POST changes something."""
        for name, text in _HEADERS.items():
            request.setHeader(name, text)
        asked = self._desk.read(b"/".join(request.postpath).decode("ascii", "replace"))
        if asked is None or request.method not in {b"GET", b"POST"}:
            return answered(request, _page(404, [_UNKNOWN]))
        if request.method == b"GET":
            return answered(request, _page(200, [_offered(asked)], button=True))
        if self._work.full:
            return answered(request, _page(503, [_LATER]))
        return self._work.begin(
            request,
            lambda threads: threads.run(self._desk.take, asked),
            lambda new: self._done(asked, new=new),
            _page(503, [_LATER]),
        )

    def _done(self, asked: Unsubscription, *, new: bool | None) -> Answer:
        if new is None:
            return _page(404, [_UNKNOWN])
        self._counts.add(CameIn(links=int(new)))
        return _page(200, [_kept(asked)])


def _offered(asked: Unsubscription) -> Phrase:
    if asked.notice_class is NoticeClass.COMMERCIAL:
        return Phrase(
            "If you press the button, this merchant sends no more advertising to {address}.",
            address=asked.shown,
        )
    return Phrase(
        "If you press the button, this merchant sends no more notices of your bills and payments to {address}, "
        "and no advertising.",
        address=asked.shown,
    )


def _kept(asked: Unsubscription) -> Phrase:
    if asked.notice_class is NoticeClass.COMMERCIAL:
        return Phrase("Done: this merchant sends no more advertising to {address}.", address=asked.shown)
    return Phrase(
        "Done: this merchant sends no more notices of your bills and payments to {address}, and no advertising.",
        address=asked.shown,
    )


def _page(status: int, phrases: Sequence[Phrase], *, button: bool = False) -> Answer:
    """Return a page in Chinese and English: nothing says which of them its reader knows."""
    told = [each.split("\n") for each in (said(phrase, BOTH, "\n") for phrase in phrases)]
    lines = "".join(f"<p>{html.escape(line)}</p>" for each in told for line in each)
    words = html.escape(said(Phrase("No more notices"), BOTH, " / "))
    # A form without an action goes to the page's own URL, also where a proxy has another path for it.
    form = f'<form method="post"><button>{words}</button></form>' if button else ""
    title = html.escape(said(_TITLE, BOTH, " / "))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    text = f'<!DOCTYPE html><html lang="zh"><head>{head}</head><body>{lines}{form}</body></html>'
    return Answer(status, "text/html; charset=utf-8", text.encode())
