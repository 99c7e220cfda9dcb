"""The lanes' own process: forked before the reactor exists, ended by its sockets."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from operator import itemgetter

from offline_collect.app.config.settings import Settings
from offline_collect.app.gc_tuning import spare_the_collector
from offline_collect.app.wiring.backoffice import store_settings
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.app.wiring.server import engine_settings
from offline_collect.domain.ports import Observer
from offline_collect.engine import LaneMaker, PerLane, lane_names
from offline_collect.server.lanes.lane_process import host_lanes
from offline_collect.store import open_store

_log = logging.getLogger(__name__)

_END_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class LaneHost:
    """The process of the lanes.

    Attributes:
        ends: the server's ends of the socket pairs, one for each lane.
    """

    process: BaseProcess
    ends: PerLane[socket.socket]

    def stop(self) -> None:
        """Make sure that the process ends: it ends when these sockets are closed."""
        for end in self.ends:
            end.close()
        self.process.join(_END_TIMEOUT_S)
        if self.process.is_alive():
            _log.warning("the lanes' process did not end in time and is killed")
            self.process.kill()
            self.process.join()


def can_host_lanes() -> bool:
    """Whether this system can fork; if not, lanes are threads of the server's process."""
    return hasattr(os, "fork")


def fork_lanes(settings: Settings) -> LaneHost:
    """Fork a process that runs the lanes of ``settings``; call it before threads and the reactor exist.

    No connection to the store may be open: two processes would use it.
    """
    pairs = lane_names(engine_settings(settings)).map(lambda _: socket.socketpair())
    ours, theirs = pairs.map(itemgetter(0)), pairs.map(itemgetter(1))
    made = multiprocessing.get_context("fork").Process(
        target=_run, args=(settings, ours, theirs), name="lanes", daemon=True
    )
    made.start()
    for end in theirs:
        end.close()
    return LaneHost(made, ours)


def _run(settings: Settings, ours: PerLane[socket.socket], theirs: PerLane[socket.socket]) -> None:
    # If they stayed open here, the child would not notice that the server closes them.
    for end in ours:
        end.close()
    # Ctrl-C and a service manager's SIGTERM reach both processes; the server decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        store = open_store(store_settings(settings))

        def maker_of(observer: Observer) -> LaneMaker:
            return LaneMaker(store, engine_settings(settings), SystemClock(), observer)

        spare_the_collector()
        host_lanes(theirs, maker_of)
        store.dispose()
    except Exception:  # noqa: BLE001 - any error goes to the log before the process ends
        _log.exception("the lanes' process failed")
        raise SystemExit(1) from None
