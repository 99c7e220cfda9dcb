"""Lets one server at a time connect to each partner that listens, by a lease in the store."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.task import LoopingCall

from offline_collect.app.observability.metrics import Metrics
from offline_collect.app.serving.background import Background, outliving
from offline_collect.domain.leases import (
    HOLDER_STOPS_AFTER,
    TURNS,
    LeaseRow,
    LeaseStanding,
    LeaseState,
    after_time,
    after_turn,
    may_write,
)
from offline_collect.domain.ports import Clock
from offline_collect.server.outgoing.caller import Caller
from offline_collect.store import SqlStore, add_lease, read_lease, write_lease

_log = logging.getLogger(__name__)

CHECK_S = 0.2
"""How often a server looks whether its lease has run out."""

GIVE_BACK_S = 2.0
"""How long the end of a server waits for the store; a lease that is not given back runs out."""


def server_name() -> str:
    """Return a name for this run of this server: unlike any other, and known to operators by machine and process."""
    return f"{socket.gethostname()[:40]} process {os.getpid()} run {secrets.token_hex(4)}"


class LinkLease:
    """The lease of one link's connection, kept by turns of the store in the background.

    Args:
        caller: connects while this server holds the lease.
        server: this server's name in the store.
    """

    def __init__(self, caller: Caller, store: SqlStore, clock: Clock, metrics: Metrics, server: str) -> None:
        self._caller = caller
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self.link = caller.link.settings.name
        self.lease_s = caller.partner.lease_s
        self.standing = LeaseStanding(server, float(self.lease_s))
        self._ended = False
        metrics.lease_held(self.link, held=False)
        metrics.connected_out(self.link, connected=False)

    def turn(self, background: Background) -> Deferred[Any]:
        """Renew the lease, or look whether it is free."""
        begun = self._clock.monotonic()
        standing = self.standing
        writes = may_write(standing, begun)

        def looked(found: tuple[LeaseRow, bool] | None) -> None:
            if found is not None and not self._ended:
                row, wrote = found
                now = self._clock.monotonic()
                self._become(after_turn(self.standing, row, wrote=wrote, begun=begun, ended=now))

        return background(lambda: self._look(standing, writes=writes)).addCallback(looked)

    def _look(self, standing: LeaseStanding, *, writes: bool) -> tuple[LeaseRow, bool] | None:
        """Write the lease if that is due, and return it as it is then; None if the store failed."""
        what = f"link {self.link}: keeping the lease of its connection"
        return outliving(what, lambda: self._write_or_read(standing, writes=writes))

    def _write_or_read(self, standing: LeaseStanding, *, writes: bool) -> tuple[LeaseRow, bool]:
        seen = standing.seen
        with self._store.transaction() as tx:
            if seen is not None and writes and write_lease(tx, self.link, seen, standing.server):
                return LeaseRow(holder=standing.server, beat=seen.beat + 1), True
            row = read_lease(tx, self.link)
            if row is None:
                add_lease(tx, self.link)
                row = LeaseRow(holder=None, beat=0)
        return row, False

    def check(self) -> None:
        """Stop in time if the store has not answered."""
        self._become(after_time(self.standing, self._clock.monotonic()))

    def _become(self, standing: LeaseStanding) -> None:
        before, self.standing = self.standing.state, standing
        held = standing.state is LeaseState.HELD
        if held:
            # Again at each renewal: a connection that was still closing kept the caller from connecting.
            self._caller.allow()
        if standing.state is before:
            return
        self._metrics.lease_held(self.link, held=held)
        if held:
            _log.info("link %s: this server has the lease of the connection", self.link)
        else:
            _log.warning("link %s: this server has lost the lease of the connection", self.link)
            self._caller.forbid(self.lease_s * (1 - HOLDER_STOPS_AFTER))

    def give_back(self, background: Background) -> Deferred[Any]:
        """Let another server take the lease at once; the caller has stopped."""
        self._ended = True
        standing = self.standing
        self.standing = replace(standing, state=LeaseState.WATCHING)
        seen = standing.seen
        if standing.state is not LeaseState.HELD or seen is None:
            return background(lambda: None)

        def write() -> None:
            with self._store.transaction() as tx:
                write_lease(tx, self.link, seen, None)

        what = f"link {self.link}: giving back the lease of its connection"
        return background(lambda: outliving(what, write))

    def note(self) -> str:
        """Return a line for operators on where the connection stands."""
        seen = self.standing.seen
        return self._caller.note(None if seen is None else seen.holder)


class LinkLeases:
    """The leases of all links whose partner listens."""

    def __init__(
        self, reactor: Any, store: SqlStore, clock: Clock, metrics: Metrics, background: Background
    ) -> None:
        self._reactor = reactor
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._background = background
        self._leases: list[LinkLease] = []
        self._loops: list[LoopingCall] = []

    def start(self, callers: Sequence[Caller]) -> None:
        """Keep the leases of these callers from now on."""
        server = server_name()
        for caller in callers:
            lease = LinkLease(caller, self._store, self._clock, self._metrics, server)
            self._leases.append(lease)
            self._every(lease.lease_s / TURNS, lease.turn, self._background)
            self._every(CHECK_S, lease.check)

    def _every(self, seconds: float, call: Any, *arguments: Any) -> None:
        loop = LoopingCall(call, *arguments)
        loop.clock = self._reactor
        loop.start(seconds)
        self._loops.append(loop)

    def stop(self) -> Deferred[Any]:
        """Give all leases back; fires when that is done, or takes too long."""
        for loop in self._loops:
            loop.stop()
        given = [lease.give_back(self._background) for lease in self._leases]
        done = DeferredList(given)
        return done.addTimeout(GIVE_BACK_S, self._reactor, lambda *_: None) if given else done

    def notes(self) -> Sequence[str]:
        """Return a line for each connection to a partner."""
        return [lease.note() for lease in self._leases]
