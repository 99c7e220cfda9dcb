"""What the sender needs of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.results import Result


class NoticePort(Protocol):
    """A channel."""

    def send(self, messages: Sequence[OutgoingMessage]) -> Sequence[Result]:
        """Try to deliver messages; return the result of each, in their order.

        It returns in bounded time and raises nothing for what a receiver does. A message of which it cannot say
        whether it arrived is tried again: receivers know it by its id.
        """
        ...
