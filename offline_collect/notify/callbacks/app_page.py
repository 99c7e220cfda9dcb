"""Takes the calls of the bank's app: who uses it wants no more notices of a merchant.

Each call is signed as Standard Webhooks has it. One that comes again, from the app or from somebody who has recorded it,
changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field
from functools import partial
from typing import Any, Literal

from pydantic import Field, ValidationError
from twisted.web.resource import Resource

from offline_collect.domain.notices.addresses import AddressKind, address_of, is_address
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.ports import Clock
from offline_collect.domain.values import value
from offline_collect.files.strict_model import StrictModel
from offline_collect.notify.callbacks.counts import CallbackCounts, CameIn
from offline_collect.notify.callbacks.store_work import (
    BAD_REQUEST,
    NOT_FOUND,
    UNAVAILABLE,
    Answer,
    StoreThreads,
    StoreWork,
    answered,
)
from offline_collect.notify.channels.standard_webhooks import TOLERANCE, is_signed
from offline_collect.notify.opt_outs import AppDesk, OptOutOrder

BODY_MAX = 4_096
"""Bytes of a call."""

ID_MAX = 100
"""Characters of its id, printable ASCII."""

WAITING_MAX = 100
"""Calls that wait for the store; another one gets 503."""

_MINUTE_S = 60.0
_KNOWN_S = 2 * TOLERANCE.total_seconds()
"""As long as a call may be signed for: from the one end of the tolerance to the other."""

_DONE, _UNSIGNED, _TOO_LONG, _TOO_MANY = Answer(204), Answer(401), Answer(413), Answer(429)
_SIGNATURE = ("webhook-id", "webhook-timestamp", "webhook-signature")


@value
class AppTerms:
    """What the app is allowed.

    Attributes:
        key: of its signatures.
        per_minute: calls that are taken.
    """

    key: bytes = field(repr=False)
    per_minute: int


class _Said(StrictModel):
    merchant: str = Field(min_length=1, max_length=15)
    notice_class: NoticeClass = Field(alias="class")
    mobile: str | None = None
    email: str | None = None
    app_user: str | None = None


class _Call(StrictModel):
    type: Literal["opt_out"]
    data: _Said


def opt_out_of(body: bytes) -> OptOutOrder:
    """Return what a call says.

    Raises:
        ValueError: it cannot be read, or names no one address; the message has none of what it says.
    """
    try:
        said = _Call.model_validate_json(body).data
    except ValidationError:
        raise ValueError("is no opt-out") from None
    named = {AddressKind.MOBILE: said.mobile, AddressKind.EMAIL: said.email, AddressKind.APP: said.app_user}
    found = [address_of(kind, text) for kind, text in named.items() if text is not None]
    if len(found) != 1 or not is_address(found[0]):
        raise ValueError("names no one address")
    if not said.merchant.isprintable():
        raise ValueError("names no merchant")
    return OptOutOrder(said.merchant, found[0], said.notice_class, OptOutSource.APP)


class AppPage(Resource):
    """What is at ``/app/opt-outs``."""

    isLeaf = True

    def __init__(
        self, terms: AppTerms, desk: AppDesk, clock: Clock, counts: CallbackCounts, threads: StoreThreads
    ) -> None:
        """Make it."""
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself
        self._terms, self._desk, self._clock, self._counts = terms, desk, clock, counts
        self._work = StoreWork(threads, WAITING_MAX)
        self._calls = _Calls(terms.per_minute)

    def render(self, request: Any) -> int | bytes:
        """Take a call."""
        if request.method != b"POST" or request.postpath != [b"opt-outs"]:
            return answered(request, NOT_FOUND)
        body = request.content.read(BODY_MAX + 1)
        if len(body) > BODY_MAX:
            return answered(request, _TOO_LONG)
        headers = _signature_of(request)
        if headers is None or not is_signed(self._terms.key, headers, body, self._clock.now()):
            self._counts.add(CameIn(unread=1))
            return answered(request, _UNSIGNED)
        return self._signed(request, headers["webhook-id"], body)

    def _signed(self, request: Any, call: str, body: bytes) -> int | bytes:
        """Take a call that is from the app."""
        # The id and the content: an app that gives two opt-outs one id loses neither.
        name, now = hashlib.sha256(call.encode() + b"." + body).digest(), self._clock.monotonic()
        if self._calls.knows(name, now):
            return answered(request, _DONE)
        if not self._calls.may_come(now):
            request.setHeader("retry-after", str(int(_MINUTE_S)))
            return answered(request, _TOO_MANY)
        try:
            order = opt_out_of(body)
        except ValueError:
            self._counts.add(CameIn(unread=1))
            return answered(request, BAD_REQUEST)
        if self._work.full:
            return answered(request, UNAVAILABLE)
        said = partial(self._taken, name)
        return self._work.begin(
            request, lambda threads: threads.run(self._desk.take, order, call), said, UNAVAILABLE
        )

    def _taken(self, name: bytes, new: bool | None) -> Answer:
        if new is None:
            return NOT_FOUND
        self._calls.keep(name, self._clock.monotonic())
        self._counts.add(CameIn(app=int(new)))
        return _DONE


class _Calls:
    """The calls of the last minutes: as many as may come in that time, so their number is bounded."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._minute, self._came = 0.0, 0
        self._known: dict[bytes, float] = {}

    def may_come(self, now: float) -> bool:
        """Count a call; return whether there were not too many in this minute."""
        if now - self._minute >= _MINUTE_S:
            self._minute, self._came = now, 0
        self._came += 1
        return self._came <= self._per_minute

    def knows(self, name: bytes, now: float) -> bool:
        """Whether a call has been taken."""
        while self._known and now - next(iter(self._known.values())) > _KNOWN_S:
            del self._known[next(iter(self._known))]
        return name in self._known

    def keep(self, name: bytes, now: float) -> None:
        """Remember a call that has been taken."""
        self._known.setdefault(name, now)


def _signature_of(request: Any) -> Mapping[str, str] | None:
    """Return the headers that sign a call; None if one is missing, is there twice, or is no printable ASCII."""
    found = {name: request.requestHeaders.getRawHeaders(name.encode(), []) for name in _SIGNATURE}
    texts = {name: values[0].decode("latin-1") for name, values in found.items() if len(values) == 1}
    if len(texts) < len(_SIGNATURE) or not 0 < len(texts["webhook-id"]) <= ID_MAX:
        return None
    return texts if all(each.isascii() and each.isprintable() for each in texts.values()) else None
