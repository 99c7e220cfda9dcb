"""How a sender hands messages over to a channel, and asks later what came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.results import Result
from offline_collect.notify.channels.port import NoticePort

Results = Callable[[], Sequence[Result]]
"""Waits until a batch is done and returns the result of each message, in their order; it is asked once."""


class Outlet(Protocol):
    """Where a sender hands a channel's messages over."""

    def begin(self, messages: Sequence[OutgoingMessage]) -> Results:
        """Begin to deliver messages, as :class:`~offline_collect.notify.channels.port.NoticePort` has it.

        Batches are done in the order in which they were begun. A sender has at most two under way.
        """
        ...


class InSender:
    """A channel in the sender's own process: it delivers when it is asked what came of it."""

    def __init__(self, port: NoticePort) -> None:
        self._port = port

    def begin(self, messages: Sequence[OutgoingMessage]) -> Results:
        """See :class:`Outlet`."""
        return lambda: self._port.send(messages)
