"""A server's turns with the lease of a connection, in one thread and by a hand clock."""

import pytest
from twisted.internet.defer import Deferred, succeed

from offline_collect.app.observability.metrics import Metrics
from offline_collect.app.serving.link_leases import LinkLease, LinkLeases, server_name
from offline_collect.domain.leases import LeaseState
from offline_collect.server.settings import PartnerSettings
from offline_collect.store import StoreError, StoreSettings, open_store, read_lease, upgrade
from tests.fakes.clock import HandClock
from tests.messages.golden import NOW
from tests.server.reactor import HandReactor


class Settings:
    name = "switch-1"


class TestLink:
    __test__ = False
    settings = Settings()


class Caller:
    """Records whether it may connect."""

    link = TestLink()
    partner = PartnerSettings("10.0.0.9", 9000, lease_s=10)

    def __init__(self):
        self.told = []

    def allow(self):
        self.told.append("allow")

    def forbid(self, linger_s):
        self.told.append(linger_s)

    def note(self, holder):
        return f"held by {holder}"


def at_once(call):
    return succeed(call())


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
def office(sqlite_url):
    upgrade(StoreSettings(sqlite_url))
    store = open_store(StoreSettings(sqlite_url))
    yield store
    store.dispose()


@pytest.fixture
def server(office, clock):
    return lambda name: LinkLease(Caller(), office, clock, Metrics(), name)


def row(store):
    with store.snapshot() as reading:
        return read_lease(reading, "switch-1")


def caller_of(lease):
    return lease._caller.told


def turns(lease, count=1):
    for _ in range(count):
        lease.turn(at_once)
    return lease.standing.state


def test_the_first_server_takes_the_lease_and_the_second_watches(server):
    first, second = server("a"), server("b")
    assert turns(first, 2) is LeaseState.HELD
    assert turns(second, 3) is LeaseState.WATCHING
    assert caller_of(first) == ["allow"]
    assert caller_of(second) == []
    assert second.note() == "held by a"


def test_a_lease_that_is_given_back_goes_to_the_next_turn_of_another(server):
    first, second = server("a"), server("b")
    turns(first, 2)
    turns(second)
    first.give_back(at_once)
    assert turns(second, 2) is LeaseState.HELD


def test_a_lease_that_is_not_renewed_is_taken_over_and_its_holder_has_stopped(server, clock):
    first, second = server("a"), server("b")
    turns(first, 2)
    turns(second)
    clock.advance(7.6)
    first.check()
    assert caller_of(first) == ["allow", 2.5]
    assert turns(second) is LeaseState.WATCHING
    clock.advance(2.5)
    assert turns(second) is LeaseState.HELD
    assert turns(first, 2) is LeaseState.WATCHING


def test_a_store_that_fails_or_hangs_makes_the_holder_stop(server, clock, caplog):
    lease = server("a")
    turns(lease, 2)

    def fails(call):
        lease._store = Broken()
        return succeed(call())

    class Broken:
        def transaction(self):
            raise StoreError("no store")

    lease.turn(fails)
    lease.turn(lambda _: Deferred())
    assert "link switch-1: keeping the lease of its connection failed; will retry: no store" in caplog.text
    assert lease.standing.state is LeaseState.HELD
    clock.advance(8)
    lease.check()
    assert caller_of(lease) == ["allow", 2.5]
    assert "link switch-1: this server has lost the lease of the connection" in caplog.text


def test_a_turn_that_ends_after_the_lease_was_given_back_changes_nothing(server):
    lease = server("a")
    turns(lease)
    late = Deferred()
    found = []

    def later(call):
        found.append(call())
        return late

    lease.turn(later)
    lease.give_back(at_once)
    late.callback(found[0])
    assert caller_of(lease) == []


def test_leases_are_kept_by_the_clock_and_given_back_at_the_end(office, clock):
    reactor = HandReactor()
    leases = LinkLeases(reactor, office, clock, Metrics(), at_once)
    caller = Caller()
    leases.start([caller])
    reactor.advance(2)
    assert caller.told[0] == "allow"
    assert leases.notes() == [f"held by {row(office).holder}"]
    done = []
    leases.stop().addCallback(lambda _: done.append(True))
    assert done
    assert row(office).holder is None
    assert not reactor.getDelayedCalls()


def test_a_store_that_hangs_does_not_stop_the_end_for_long(office, clock):
    reactor = HandReactor()
    leases = LinkLeases(reactor, office, clock, Metrics(), lambda _: Deferred())
    leases.start([Caller()])
    done = []
    leases.stop().addBoth(lambda _: done.append(True))
    assert not done
    reactor.advance(2)
    assert done == [True]


def test_a_server_without_such_links_has_nothing_to_give_back(office, clock):
    leases = LinkLeases(HandReactor(), office, clock, Metrics(), at_once)
    leases.start([])
    done = []
    leases.stop().addCallback(lambda _: done.append(True))
    assert done == [True]
    assert leases.notes() == []


def test_no_two_runs_of_a_server_have_one_name():
    assert server_name() != server_name()
    assert len(server_name()) <= 80
