"""``offline-collect serve``: wires the parts, runs the reactor, drains at SIGTERM."""

from __future__ import annotations

import errno
import json
import logging
import signal
from collections.abc import Callable
from functools import partial
from importlib.metadata import version as installed_version
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.task import LoopingCall
from twisted.logger import STDLibLogObserver, globalLogBeginner, globalLogPublisher

from offline_collect.app.config.load import Configuration
from offline_collect.app.config.settings import Settings
from offline_collect.app.config.types import parse_address
from offline_collect.app.errors import AppError, ListenError
from offline_collect.app.gc_tuning import spare_the_collector
from offline_collect.app.observability.last_errors import LastErrors
from offline_collect.app.observability.metrics import Metrics
from offline_collect.app.serving.alarm_watch import AlarmWatch
from offline_collect.app.serving.background import Background, in_background, outliving
from offline_collect.app.serving.certificates import Certificates
from offline_collect.app.serving.count_watches import count_watches
from offline_collect.app.serving.day_watch import DayWatch
from offline_collect.app.serving.descriptors import connections_allowed
from offline_collect.app.serving.lane_process_host import LaneHost, can_host_lanes, fork_lanes
from offline_collect.app.serving.link_keys import LinkKeys
from offline_collect.app.serving.link_leases import LinkLeases
from offline_collect.app.serving.link_parts import RingOf, link_parts
from offline_collect.app.serving.ready_checks import add_descriptor_check, add_store_check
from offline_collect.app.serving.start_checks import check_store
from offline_collect.app.wiring.backoffice import cutover_times, shown_store, store_settings, timezone
from offline_collect.app.wiring.clock import LocalClock, SystemClock
from offline_collect.app.wiring.server import engine_settings, lane_room, link_settings
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.ports import Clock
from offline_collect.engine import Engine, LaneMaker
from offline_collect.merchant.access.alarms import BrokenGlass
from offline_collect.server.health.descriptors import Descriptors
from offline_collect.server.health.operations import operations_site
from offline_collect.server.health.readiness import Problem, Readiness, Report
from offline_collect.server.health.status import links_status
from offline_collect.server.lanes.lane_checks import add_lane_checks
from offline_collect.server.lanes.lanes import Lanes
from offline_collect.server.lanes.lone_lanes import LoneLanes
from offline_collect.server.lanes.remote_lanes import RemoteLanes
from offline_collect.server.link import Link
from offline_collect.server.scheduling.dispatcher import Dispatcher
from offline_collect.server.server import Server
from offline_collect.settlement.trace_expiry import TraceExpiry
from offline_collect.store import SqlStore, open_store

_log = logging.getLogger(__name__)

DAY_CHECK_S = 5.0
EXPIRY_CHECK_S = 60.0
READY_CHECK_S = 5.0
ALARM_CHECK_S = 60.0
LINKS_NAMED = 20
"""How many links the first lines of the log name."""

KEYS_READ_S = 1.0
"""The delay until a server uses a key that another server has issued, or that people have made."""


class LanesLostError(AppError):
    """The lanes' process ended while the server was running."""


class Platform:
    """One server: store, lanes, links and the operator's side.

    Args:
        reactor: Twisted's; the caller runs it.
        host: the lanes' own process; None runs lanes as threads of this process.
        clock: the system's by default.
        background: runs work that may hang, by default on a separate thread.
    """

    def __init__(
        self,
        settings: Settings,
        reactor: Any,
        host: LaneHost | None,
        clock: Clock | None = None,
        background: Background | None = None,
    ) -> None:
        self._settings = settings
        self._reactor = reactor
        self._in_background: Background = background or partial(in_background, reactor)
        self._clock: Clock = clock or SystemClock()
        self._metrics = Metrics()
        self._descriptors = Descriptors(
            self._clock, self._metrics.accept_failed, connections_allowed(settings)
        )
        self.store: SqlStore = open_store(store_settings(settings))
        parts = link_parts(settings, self._read_keys)
        self._translators = parts.translators
        opened = self.store.open_day().date
        self.server = Server(reactor, opened)
        self._days = DayWatch(self.store, cutover_times(settings), self._clock, self._metrics, opened)
        self._lanes = self._lanes_of(host)
        self._dispatcher = Dispatcher(
            reactor,
            self._lanes,
            self._clock,
            self._metrics,
            queue_max=settings.lanes.queue_max,
            always_queued=lane_room(settings),
        )
        self._dispatcher.turns.watch(reactor)
        local = LocalClock(self._clock, timezone(settings))
        self._alarms = AlarmWatch(BrokenGlass(self.store), local, self._metrics.glass_broken)
        self._counts = count_watches(self.store, self._clock, self._metrics)
        self._trace_expiry = TraceExpiry(self.store, self._clock)
        self._leases = LinkLeases(reactor, self.store, self._clock, self._metrics, self._in_background)
        self._certificates = Certificates(parts.credentials, local, self._metrics)
        self.readiness = Readiness(reactor, self._metrics.unready)
        self._errors = LastErrors(timezone(settings))
        self.lost = False

    def _read_keys(self) -> RingOf:
        self._keys = LinkKeys(
            self._settings, self.store, self._clock, self._in_background, self._reactor.callFromThread
        )
        return self._keys.ring

    def _lanes_of(self, host: LaneHost | None) -> Lanes:
        maker = LaneMaker(self.store, engine_settings(self._settings), self._clock, self._metrics)
        if host is None:
            return Engine(maker, self.server.deliver)
        remote = RemoteLanes(
            reactor=self._reactor,
            ends=host.ends,
            open_max=lane_room(self._settings),
            clock=self._clock,
            observer=self._metrics,
            deliver=self.server.delivered,
            lost=self._lanes_lost,
        )
        return LoneLanes(self._reactor, remote, maker, self.server.delivered)

    def _lanes_lost(self) -> None:
        """Stop: a server without lanes is useless, and the service manager starts a new one."""
        _log.error("the lanes' process has ended; its commands stay unanswered; stopping")
        self.lost = True
        self.server.lanes_gone()
        # A draining server is already stopping, and a reactor refuses a second stop.
        if not self.server.draining:
            self._reactor.stop()

    def start(self) -> None:
        """Listen, and make the reactor drain before it stops.

        Raises:
            ListenError: an address is in use or not of this machine.
        """
        # Before the log says that links listen: a SIGHUP that comes right after that line must not end the server.
        self._reload_at_hangup()
        observer: Any = self._descriptors
        globalLogPublisher.addObserver(observer)
        logging.getLogger().addHandler(self._errors)
        try:
            self._listen_operations()
            self.server.start(self._dispatcher, [self._link(at) for at in range(len(self._settings.links))])
        except CannotListenError as error:
            raise ListenError(_why_not(error)) from None
        self._reactor.addSystemEventTrigger("before", "shutdown", self.drain)
        self._leases.start(self.server.callers)
        self._add_checks()
        self._every(DAY_CHECK_S, lambda: self._in_background(self._watch_day), now=True)
        self._every(EXPIRY_CHECK_S, lambda: self._in_background(self._expire_traces), now=False)
        for watch in (self._alarms, *self._counts):
            self._every(ALARM_CHECK_S, partial(self._in_background, watch.look), now=True)
        if any(link.has_mac for link in self._settings.links):
            self._every(KEYS_READ_S, lambda: self._in_background(self._keys.refresh), now=False)
        # Metric and log report problems even without requests to /readyz.
        self._every(READY_CHECK_S, self._ready, now=True)

    def _reload_at_hangup(self) -> None:
        """Make SIGHUP read the certificates again, on the reactor's thread and not in the signal handler."""
        signal.signal(signal.SIGHUP, lambda *_: self._reactor.callFromThread(self._certificates.reload))

    def _add_checks(self) -> None:
        add_store_check(self.readiness, self.store, self._in_background)
        add_lane_checks(self.readiness, self._lanes, self._clock)
        add_descriptor_check(self.readiness, self._descriptors)
        for noting in (self._days, self._leases, self._certificates, self._keys, self._alarms):
            self.readiness.add_notes(noting.notes)

    def _every(self, seconds: float, call: Callable[[], Deferred[Any]], *, now: bool) -> None:
        loop = LoopingCall(call)
        loop.clock = self._reactor
        loop.start(seconds, now=now)

    def drain(self) -> Deferred[Any]:
        """Answer accepted requests, then close everything."""
        _log.info("draining")
        drained: Deferred[Any] = self.server.drain(self._settings.drain_timeout_s)
        return drained.addCallback(lambda _: self._leases.stop()).addCallback(lambda _: self._let_go())

    def _let_go(self) -> None:
        observer: Any = self._descriptors
        globalLogPublisher.removeObserver(observer)
        logging.getLogger().removeHandler(self._errors)
        self.store.dispose()

    def _link(self, at: int) -> Link:
        config = self._settings.links[at]
        ring = self._keys.ring(config.key_name) if config.has_mac else None
        return Link(
            settings=link_settings(config, self._settings),
            translator=self._translators[config.name],
            dispatcher=self._dispatcher,
            clock=self._clock,
            observer=self._metrics,
            open_day=lambda: self.server.open_day,
            room=self._descriptors.room,
            credentials=self._certificates.of(config.name),
            ring=ring,
        )

    def _listen_operations(self) -> None:
        listen = self._settings.metrics.listen
        if listen is not None:
            address = parse_address(listen)
            site = operations_site(self._metrics.render, self._ready, self._status)
            port = self._reactor.listenTCP(address.port, site, interface=address.host)
            _log.info("metrics and health on %s:%d", address.host, port.getHost().port)

    def _status(self) -> bytes:
        """Return what the server does just now, as JSON; docs/operating.md names the keys."""
        shown = {
            "version": installed_version("offline-collect"),
            "draining": self.server.draining,
            "business_day": str(self.server.open_day),
            "links": links_status(self.server.links),
            "certificates_expire": self._certificates.expiries(),
            "last_errors": self._errors.lines(),
        }
        return json.dumps(shown, ensure_ascii=False).encode()

    def _ready(self) -> Deferred[Report]:
        if self.server.draining:
            return succeed(Report((Problem("draining", "draining"),)))
        return self.readiness.ask()

    def _watch_day(self) -> None:
        """Cut the day if that is due; tell the server the open day, also after a cutover by others."""
        date = outliving("looking after the business day", self._days.look)
        if date is not None:
            self._reactor.callFromThread(self.server.day_opened, date)

    def _expire_traces(self) -> None:
        """Delete traces that are too old to recognise a message."""
        outliving("deleting old traces", self._trace_expiry.run)


def _why_not(error: CannotListenError) -> str:
    """Return why an address cannot be used to listen, and what to do."""
    remedies = {
        errno.EADDRINUSE: "another program has it, perhaps a server that still runs: stop that, or choose another"
        " port (links[].listen, metrics.listen)",
        errno.EADDRNOTAVAIL: "it is not an address of this machine: choose one that is, or 0.0.0.0 for all",
        errno.EACCES: "ports under 1024 are for root: choose another, and have one forwarded to it",
    }
    remedy = remedies.get(getattr(error.socketError, "errno", None) or 0, str(error.socketError))
    return f"{error.interface}:{error.port} cannot be listened on: {remedy}"


def serve(configuration: Configuration) -> int:
    """Run a server until SIGTERM or SIGINT.

    Returns:
        0 after a drain.

    Raises:
        AppError, StoreError, SchemaError: it cannot start, or its lanes' process ended; each says why.
    """
    settings = configuration.settings
    day = check_store(settings)
    _say_what_starts(configuration, day)
    host = fork_lanes(settings) if settings.lanes.own_process and can_host_lanes() else None
    try:
        _run(settings, host)
    finally:
        if host is not None:
            host.stop()
    _log.info("stopped")
    return 0


def _say_what_starts(configuration: Configuration, day: BusinessDay) -> None:
    """Log version, configuration, store and business day. Each link logs when it listens or calls."""
    settings = configuration.settings
    _log.info(
        "offline-collect %s starts, configuration %s",
        installed_version("offline-collect"),
        configuration.file,
    )
    links = [f"{link.name} ({link.dialect})" for link in settings.links[:LINKS_NAMED]]
    if len(settings.links) > LINKS_NAMED:
        links.append(f"{len(settings.links) - LINKS_NAMED} more")
    _log.info(
        "store %s, business day %s is open, links: %s", shown_store(settings), day.date, ", ".join(links)
    )


def _run(settings: Settings, host: LaneHost | None) -> None:
    from twisted.internet import reactor as installed  # noqa: PLC0415 - importing it installs it

    reactor: Any = installed
    _log_through_logging()
    platform = Platform(settings, reactor, host)
    refusals: list[Exception] = []

    def start() -> None:
        try:
            platform.start()
        except Exception as error:  # noqa: BLE001 - any error is raised in the caller of serve
            refusals.append(error)
            reactor.stop()
        spare_the_collector()

    # Only once it runs: then even a SIGTERM right after the first line of the log drains.
    reactor.callWhenRunning(start)
    reactor.run()
    for refusal in refusals:
        raise refusal
    if platform.lost:
        raise LanesLostError("the lanes' process has ended; the log says why; start the server again")


def _log_through_logging() -> None:
    """Mask and render Twisted's own log like all others; take only its errors."""
    observer: Any = STDLibLogObserver()
    globalLogBeginner.beginLoggingTo([observer], discardBuffer=True, redirectStandardIO=False)
    logging.getLogger("twisted").setLevel(logging.WARNING)
