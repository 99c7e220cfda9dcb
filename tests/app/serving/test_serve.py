"""A whole server without sockets: it cuts the day by its clock, dates payments by it, and reports doubts."""

import datetime as dt
import queue
import threading
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select
from twisted.internet.address import IPv4Address
from twisted.internet.defer import maybeDeferred, succeed
from twisted.internet.testing import StringTransport

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import BusinessSettings, DatabaseSettings, MetricsSettings, Settings
from offline_collect.app.observability.metrics import Metrics
from offline_collect.app.serving.serve import DAY_CHECK_S, READY_CHECK_S, Platform
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.access.acting import Claim, who_acts
from offline_collect.server.health.readiness import Problem
from offline_collect.store import AuditFilter, audit_rows
from offline_collect.store.schema.tables import traces
from tests.databases.school import DAY, fill, findings
from tests.fakes.bank import NOON
from tests.fakes.clock import HandClock
from tests.server.reactor import HandReactor

EVENING = dt.datetime(2026, 11, 22, 23, 29, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(dt.UTC)
WITHIN_S = 20
NEXT = BusinessDate(2026, 11, 23)


class LaneReactor(HandReactor):
    """Takes the calls of lanes' threads when the test says so."""

    def __init__(self):
        super().__init__()
        self._handed_over = queue.Queue()
        self._own = threading.current_thread()

    def callFromThread(self, call, *args, **kwargs):  # noqa: N802 - Twisted's name
        if threading.current_thread() is self._own:
            call(*args, **kwargs)
        else:
            self._handed_over.put((call, args, kwargs))

    def hear(self):
        """Wait for a call of a lane."""
        call, args, kwargs = self._handed_over.get(timeout=WITHIN_S)
        call(*args, **kwargs)


class Serving:
    """A server, its reactor and its clock, advanced together."""

    def __init__(self, settings, now):
        self.reactor = LaneReactor()
        self.clock = HandClock(now)
        self.platform = Platform(settings, self.reactor, None, self.clock, maybeDeferred)
        self.platform.start()

    def advance(self, seconds):
        for _ in range(int(seconds // DAY_CHECK_S)):
            self._hear_lanes()
            self.clock.advance(DAY_CHECK_S)
            self.reactor.advance(DAY_CHECK_S)

    def _hear_lanes(self):
        """Take the answers of the lanes, which are real, to the question whether they serve."""
        asked = self.platform.readiness.ask()
        while not asked.called:
            self.reactor.hear()

    def get(self, path):
        """Query the operator's HTTP side; return status and lines."""
        protocol = self.reactor.tcpServers[0][1].buildProtocol(IPv4Address("TCP", "127.0.0.1", 1))
        protocol.callLater = self.reactor.callLater
        transport = StringTransport()
        transport.setTcpNoDelay = lambda _: None
        protocol.makeConnection(transport)
        protocol.dataReceived(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        while not transport.value():
            self.reactor.hear()
        head, _, body = transport.value().partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode().splitlines()

    def stop(self):
        drained = self.platform.drain()
        self.reactor.advance_in_steps(2)
        assert drained.called


@pytest.fixture
def serve(sqlite_url):
    fill(sqlite_url)
    serving = []

    def serve(now, cutover="23:30"):
        settings = Settings(
            database=DatabaseSettings(url=sqlite_url),
            business=BusinessSettings(cutover=cutover),
            links=(LinkSettings(listen="127.0.0.1:0"),),
            metrics=MetricsSettings(listen="127.0.0.1:0"),
        )
        serving.append(Serving(settings, now))
        return serving[-1]

    yield serve
    for server in serving:
        server.stop()


def test_a_server_cuts_the_day_by_its_clock_and_its_links_know(serve):
    server = serve(EVENING)
    store = server.platform.store
    server.advance(60 + 40)
    assert (store.open_day().date, server.platform.server.open_day) == (DAY, DAY)
    server.advance(5)
    assert (store.open_day().date, server.platform.server.open_day) == (NEXT, NEXT)
    with store.snapshot() as reading:
        (row,) = audit_rows(reading, AuditFilter(actor="clock"))
    assert (row.what, row.before, row.after) == (
        "day cutover 2026-11-22",
        {"open": "2026-11-22"},
        {"open": "2026-11-23"},
    )
    assert server.get("/readyz") == (200, ["ready"])
    assert findings(store) == []


def test_a_second_server_on_the_store_learns_of_the_cutover(serve):
    first, second = serve(EVENING), serve(EVENING - dt.timedelta(minutes=5))
    first.advance(120)
    second.advance(10)
    assert second.platform.server.open_day == NEXT


@pytest.mark.parametrize("cutover", ["23:30", None])
def test_a_server_whose_clock_is_far_off_is_ready_and_says_so(serve, cutover):
    server = serve(EVENING.replace(year=2036), cutover)
    server.advance(300)
    status, (first, note) = server.get("/readyz")
    assert (status, first) == (200, "ready")
    assert note.startswith("business day 2026-11-22 is open, and by this machine's clock (2036-11-22")
    assert "offline_collect_clock_disagrees 1.0" in server.get("/metrics")[1]
    assert server.platform.store.open_day().date == DAY


def test_a_server_tells_when_the_day_was_opened_and_which_imports_wait(serve):
    server = serve(NOON)
    server.advance(60)
    _, metrics = server.get("/metrics")
    opened = server.platform.store.open_day().opened_at.timestamp()
    (shown,) = [line for line in metrics if line.startswith("offline_collect_business_day_opened")]
    assert float(shown.split()[1]) == opened
    assert 'offline_collect_imports{state="WAITING"} 0.0' in metrics
    assert 'offline_collect_notices{channel="none",state="OUTBOX"} 0.0' in metrics


def test_a_server_tells_that_the_glass_was_broken_for_a_day(serve, caplog):
    server = serve(NOON)
    who_acts(server.platform.store, Claim("root", break_glass="nobody else is there"), NOON)
    server.advance(60)
    status, (first, note) = server.get("/readyz")
    assert (status, first) == (200, "ready")
    assert note.startswith(
        "the system user acted by --break-glass, the last time at 2026-11-22 20:00:00+08:00:"
    )
    assert "offline_collect_break_glass_total 1.0" in server.get("/metrics")[1]
    told = [each for each in caplog.records if each.name.endswith("alarm_watch")]
    assert [each.levelname for each in told] == ["CRITICAL"]
    # Another server counts it from the start, and reports it again only in the note.
    other = serve(NOON + dt.timedelta(hours=23, minutes=59))
    assert "offline_collect_break_glass_total 1.0" in other.get("/metrics")[1]
    assert note in other.get("/readyz")[1]
    other.advance(60)
    assert note not in other.get("/readyz")[1]
    assert len([each for each in caplog.records if each.name.endswith("alarm_watch")]) == 1


def test_a_server_deletes_expired_traces_by_itself(serve):
    server = serve(NOON)
    store, old = server.platform.store, NOON - dt.timedelta(days=3)
    row = {"trace": "P|1|T|1", "fingerprint": "0" * 16, "key": "P|1", "repeat": 0, "received_at": old}
    with store.transaction() as tx:
        tx.connection.execute(insert(traces).values(business_date=BusinessDate(2026, 11, 19), **row))
    server.advance(60)
    with store.snapshot() as reading:
        assert reading.connection.execute(select(func.count()).select_from(traces)).scalar_one() == 0


def test_the_metric_of_readiness_changes_although_nobody_asks_for_it(serve):
    server = serve(NOON)
    server.platform.readiness.add_check("disk", lambda: succeed([Problem("disk", "disk: it is full")]))
    unready = 'offline_collect_unready{cause="disk"} 1.0'
    assert unready not in server.get("/metrics")[1]
    # The lanes, which are real, answer in their own time; without a question there is nothing to hear.
    while unready not in server.get("/metrics")[1]:
        server.reactor.advance(READY_CHECK_S)
        server.reactor.hear()


def test_a_fault_in_the_watch_is_logged_and_it_goes_on(serve, caplog, monkeypatch):
    server = serve(EVENING)
    with monkeypatch.context() as broken:
        broken.setattr(Metrics, "day_in_doubt", lambda *_: 1 / 0)
        server.advance(5)
    assert "looking after the business day failed" in caplog.text
    server.advance(120)
    assert server.platform.store.open_day().date == NEXT
