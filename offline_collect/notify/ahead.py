"""Claims the next batch while the one before is being sent: so the store and the channels work at the same time."""

from __future__ import annotations

from offline_collect.notify.send import Begun, Round, Sender
from offline_collect.store import StoreError


class SenderAhead:
    """Does a sender's rounds, with at most one batch claimed ahead of the one that is being sent.

    It claims ahead only if the batch before was full, so a sender with little to do claims only what it sends at once.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._under_way: Begun | None = None

    def round(self) -> Round:
        """Finish a round, and begin the next one meanwhile if more may be due.

        Raises:
            StoreError: as for :meth:`Sender.round <offline_collect.notify.send.Sender.round>`.
        """
        under_way = self._under_way or self._sender.begin()
        self._under_way = None
        try:
            following = self._sender.begin() if under_way.full else None
        except StoreError:
            # What is being sent has its results nevertheless. The next round says that the store is away.
            following = None
        done = self._sender.finish(under_way)
        self._under_way = None if following is None or following.idle else following
        return done

    def finish(self) -> Round | None:
        """Finish what is claimed, and claim nothing more; return None if nothing was.

        Raises:
            StoreError: as for :meth:`round`.
        """
        if self._under_way is None:
            return None
        under_way, self._under_way = self._under_way, None
        return self._sender.finish(under_way)
