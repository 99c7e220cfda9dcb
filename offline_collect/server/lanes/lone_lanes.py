"""Lanes in another process, and one lane in this process for writes that come alone.

A payment on an idle server would wake two more processes, and be packed and unpacked twice on its way: a fifth of its
time. So if nothing else is open, a thread of this process decides it. One of both decides at a time: commands that come
meanwhile are kept until it is done, 20 ms at most, then they go to the other process, where batches are made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command
from offline_collect.engine import Delivery, LaneEnds, LaneMaker, Origin, Work, WorkQueue
from offline_collect.server.lanes.outages import QuietOutages
from offline_collect.server.lanes.remote_lanes import RemoteLanes

IN_A_ROW = 3
"""How many commands must have come alone before the next is decided here: under load a single one says nothing."""

KEPT_S = 0.02
"""How long commands are kept while one is decided here; then a lock or the disk delays it, and they do not wait."""

RESTS_S = 5.0
"""How long nothing is decided here after the store has failed: its connection may be the only fault."""


class LoneLanes:
    """Decides a write here if it comes alone, all other commands remotely; for the reactor's thread.

    What this lane cannot decide because of the store is submitted to the remote lanes: nothing was done then.

    Args:
        reactor: Twisted's.
        remote: the lanes in another process.
        maker: makes the lane of this process, see :meth:`offline_collect.engine.LaneMaker.make_lone`.
        deliver: called with each of this lane's outcomes.
    """

    def __init__(
        self,
        reactor: Any,
        remote: RemoteLanes,
        maker: LaneMaker,
        deliver: Callable[[Delivery], None],
    ) -> None:
        self._reactor = reactor
        self._remote = remote
        self._clock = maker.clock
        self._deliver = deliver
        self._queue = WorkQueue(1)
        quiet = replace(maker, observer=QuietOutages(maker.observer))
        self._lane = quiet.make_lone(LaneEnds(self._queue, partial(reactor.callFromThread, self._decided)))
        self._alone = 0
        self._decides = False
        self._keeps = False
        self._let_go: Any = None
        self._rests_until = 0.0

    def start(self) -> None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        self._remote.start()
        self._lane.start()

    def submit(self, command: Command, deadline: float, token: object, origin: Origin) -> bool:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        self._alone = 0 if self._decides or not self._remote.is_idle else self._alone + 1
        if self._alone > IN_A_ROW and command.writes and not self._remote.is_failing:
            now = self._clock.monotonic()
            if now >= self._rests_until and self._queue.put(Work(command, deadline, now, token, origin)):
                self._decides = self._keeps = True
                return True
        return self._remote.submit(command, deadline, token, origin)

    @property
    def names(self) -> Sequence[str]:
        """The remote lanes' names: this lane's failures are not the server's."""
        return self._remote.names

    def check(self, name: str, deadline: float, token: object) -> bool:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        return self._remote.check(name, deadline, token)

    def refusal(self, command: Command) -> Answer | None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        return self._remote.refusal(command)

    def flush(self) -> None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`; commands are kept while one is decided here."""
        if not self._keeps:
            self._remote.flush()
        elif self._let_go is None and self._remote.has_unsent:
            self._let_go = self._reactor.callLater(KEPT_S, self._keep_no_longer)

    def sweep(self) -> None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        self._lane.sweep()

    def close(self) -> None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        self._queue.close()
        self._remote.close()

    def join(self, timeout_s: float) -> bool:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        until = self._clock.monotonic() + timeout_s
        ended = self._lane.join(timeout_s)
        return self._remote.join(max(until - self._clock.monotonic(), 0)) and ended

    def _keep_no_longer(self) -> None:
        self._let_go = None
        self._keeps = False
        self._remote.flush()

    def _decided(self, delivery: Delivery) -> None:
        self._decides = False
        if self._let_go is not None:
            self._let_go.cancel()
        resubmitted = [
            outcome.work for outcome in delivery.outcomes if self._resubmits(outcome.work, outcome.answer)
        ]
        self._keep_no_longer()
        if not resubmitted:
            self._deliver(delivery)

    def _resubmits(self, work: Work, answer: Answer | None) -> bool:
        """Submit a command to the remote lanes if the store has refused it here; return whether it was."""
        if answer is None or answer.code is not ResponseCode.UNAVAILABLE:
            return False
        self._rests_until = self._clock.monotonic() + RESTS_S
        return self._remote.submit(work.command, work.deadline, work.token, work.origin)
