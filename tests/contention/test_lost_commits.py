"""The connection to PostgreSQL is cut at the COMMIT, and the answer is still true."""

import datetime as dt

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.engine import EngineSettings
from offline_collect.store import StoreSettings, open_store
from tests.databases.proxy import Cut, commit_proxy
from tests.databases.school import AMOUNT, MERCHANT, bill_no, findings, in_force, kinds
from tests.fakes.clock import HandClock
from tests.fakes.stepping import PATIENCE, SteppedEngine
from tests.messages.commands import Terminal, repeated

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
PAUSES = EngineSettings(pause_s=0.001, pause_max_s=0.001)


@pytest.fixture
def proxy(postgresql_server):
    with commit_proxy(postgresql_server.folder) as running:
        yield running


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
def engine(postgresql_server, proxy, database, clock):
    """An engine behind the proxy that has taken its serial numbers already."""
    url = postgresql_server.url(database).replace(str(postgresql_server.folder), str(proxy.folder))
    store = open_store(StoreSettings(url))
    stepped = SteppedEngine(store, PAUSES, clock)
    (answer,) = stepped.submit([pay(Terminal("WARM"), 59)])
    assert answer.approved
    yield stepped
    stepped.close()
    store.dispose()


def pay(terminal, nth):
    return terminal.payment(NOW, MERCHANT, bill_no(nth), AMOUNT)


@pytest.mark.parametrize("cut", Cut)
def test_a_commit_that_was_cut_is_answered_with_the_truth(engine, proxy, store, cut):
    terminal = Terminal()
    payments = [pay(terminal, nth) for nth in range(5)]
    rival = pay(Terminal("OTHER"), 0)
    proxy.arm(cut)
    answers = engine.submit([*payments, rival])
    assert proxy.cuts == 1
    assert [answer.code.value for answer in answers] == ["APPROVED"] * 5 + ["ALREADY_PAID"]
    assert in_force(store) == {bill_no(nth): 1 for nth in (0, 1, 2, 3, 4, 59)}
    assert engine.submit([repeated(each) for each in (*payments, rival)]) == answers
    assert findings(store) == []


@pytest.mark.parametrize("cuts", [(Cut.BEFORE, Cut.BEFORE, Cut.AFTER), (Cut.AFTER, Cut.MEANWHILE)])
def test_commits_that_are_cut_again_and_again_end_in_the_truth(engine, proxy, store, cuts):
    payment = pay(Terminal(), 1)
    proxy.arm(*cuts)
    (answer,) = engine.submit([payment])
    assert answer.code is ResponseCode.APPROVED
    assert engine.submit([repeated(payment)]) == [answer]
    assert in_force(store)[bill_no(1)] == 1
    assert findings(store) == []


def test_what_never_reached_the_server_in_time_is_not_done(engine, proxy, store, clock):
    """Proved undone, past its deadline: rolled back, and answered 68."""
    payment = pay(Terminal(), 1)
    proxy.on_cut = lambda: clock.advance(2 * PATIENCE)
    proxy.arm(Cut.BEFORE)
    (answer,) = engine.submit([payment])
    assert answer.code is ResponseCode.TOO_LATE
    assert payment.key not in kinds(store)
    assert in_force(store)[bill_no(1)] == 0
    assert engine.submit([repeated(payment)])[0].code is ResponseCode.APPROVED


def test_what_was_committed_is_approved_however_late(engine, proxy, store, clock):
    payment = pay(Terminal(), 1)
    proxy.on_cut = lambda: clock.advance(2 * PATIENCE)
    proxy.arm(Cut.AFTER)
    (answer,) = engine.submit([payment])
    assert answer.code is ResponseCode.APPROVED
    assert in_force(store)[bill_no(1)] == 1


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.AFTER])
def test_a_reversal_whose_commit_was_cut_is_applied_once(engine, proxy, store, cut):
    terminal = Terminal()
    payment = pay(terminal, 1)
    engine.submit([payment])
    reversal = terminal.reversal(NOW, payment)
    proxy.arm(cut)
    (answer,) = engine.submit([reversal])
    assert answer.values["reversal_did"] == "APPLIED"
    assert engine.submit([repeated(reversal)]) == [answer]
    assert in_force(store)[bill_no(1)] == 0
    assert findings(store) == []


def test_a_connection_that_dies_between_two_batches_is_noticed_by_nobody(
    engine, proxy, store, postgresql_server
):
    with postgresql_server.connect() as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name <> ''")
    (answer,) = engine.submit([pay(Terminal(), 1)])
    assert answer.code is ResponseCode.APPROVED
    assert in_force(store)[bill_no(1)] == 1
