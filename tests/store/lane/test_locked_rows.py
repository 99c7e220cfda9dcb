"""Rows that another session of a real database has locked: only the commands that need them wait."""

from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from offline_collect.domain.facts import Facts, Locked, Wants
from offline_collect.domain.ports import LockTimeoutError
from offline_collect.engine import Engine, EngineSettings, LaneMaker
from offline_collect.engine.work import LANE_CHECK, Work
from offline_collect.store.lane.session import SqlSession
from tests.fakes.bank import NOON, TERMS
from tests.fakes.clock import HandClock
from tests.fakes.observed import LaneLog
from tests.fakes.stepping import close_lanes

pytestmark = pytest.mark.postgresql

PATIENCE = 10.0


class Counter:
    """A write lane on a real store that the test steps; its pauses advance the clock."""

    def __init__(self, teller):
        self.teller = teller
        self.clock = HandClock(NOON)
        self.observed = LaneLog()
        self.answers = {}
        maker = LaneMaker(
            teller.store,
            EngineSettings(terms=TERMS),
            self.clock,
            self.observed,
            self.clock.advance,
            lambda: 1.0,
        )
        self.engine = Engine(maker, self._take)
        (self.lane,) = self.engine._lanes.lanes.write

    def _take(self, delivery):
        for outcome in delivery.outcomes:
            self.answers[outcome.work.token] = outcome.answer.code.value

    def payment(self, bill):
        return self.teller.terminal.payment(NOON, "SCHOOL01", bill, 12_345)

    def hand_in(self, **commands):
        deadline = self.clock.monotonic() + PATIENCE
        for token, command in commands.items():
            assert self.engine.submit(command, deadline, token)

    def pay(self, *bills):
        """Submit payments, and let the lane have one turn; return the answers so far by bill."""
        self.hand_in(**{bill: self.payment(bill) for bill in bills})
        return self.turn()

    def turn(self):
        assert self.lane._retrying.held or len(self.lane.queue), "the lane would wait for ever"
        assert self.lane.turn()
        return self.answers


@pytest.fixture
def counter(postgresql_teller):
    made = Counter(postgresql_teller)
    yield made
    close_lanes(made.engine)


@pytest.fixture
def held(postgresql_teller):
    """Locks rows in a separate session until the block ends."""

    @contextmanager
    def hold(words, **values):
        with postgresql_teller.store.transaction() as tx:
            tx.connection.execute(text(words), values)
            yield

    return hold


BILL = "SELECT 1 FROM bills WHERE bill_no = :no FOR UPDATE"
OTHERS = [f"S{n}" for n in range(1, 13) if n != 3]


def test_payments_of_other_bills_are_approved_in_the_same_batch(counter, held):
    with held(BILL, no="S3"):
        assert counter.pay("S3", *OTHERS) == dict.fromkeys(OTHERS, "APPROVED")
        assert counter.turn() == dict.fromkeys(OTHERS, "APPROVED")
    assert counter.turn()["S3"] == "APPROVED"
    assert counter.observed.reasons == ["locked"]
    assert counter.teller.report().findings == ()


def test_the_locked_ones_payment_is_68_at_its_deadline(counter, held):
    with held(BILL, no="S3"):
        counter.pay("S3", "S1")
        counter.clock.advance(PATIENCE)
        assert counter.turn() == {"S1": "APPROVED", "S3": "TOO_LATE"}
        assert counter.pay("S3", "S2", "none") == {
            "S1": "APPROVED",
            "S2": "APPROVED",
            "S3": "TOO_LATE",
            "none": "NOT_FOUND",
        }
    assert counter.observed.reasons == ["locked"], "nobody waits for the lock a second time"
    assert counter.turn()["S3"] == "APPROVED"


def test_a_reversal_waits_behind_its_payment(counter, held):
    payment = counter.payment("S3")
    reversal = counter.teller.terminal.reversal(NOON, payment)
    with held(BILL, no="S3"):
        counter.hand_in(paid=payment, undone=reversal, other=counter.payment("S1"))
        assert counter.turn() == {"other": "APPROVED"}
    assert counter.turn() == {"other": "APPROVED", "paid": "APPROVED", "undone": "APPROVED"}
    assert counter.teller.report().findings == ()


@pytest.mark.parametrize(
    "words",
    [
        "SELECT 1 FROM transactions WHERE key = :key FOR UPDATE",
        "SELECT 1 FROM payments WHERE key = :key FOR UPDATE",
    ],
)
def test_locked_transactions_and_payments_hold_what_names_them(counter, held, words):
    payment = counter.payment("S3")
    counter.hand_in(paid=payment)
    counter.turn()
    with held(words, key=payment.key):
        counter.hand_in(
            undone=counter.teller.terminal.reversal(NOON, payment),
            asked=counter.teller.terminal.status(NOON, payment),
            other=counter.payment("S1"),
        )
        assert counter.turn() == {"paid": "APPROVED", "other": "APPROVED"}
    assert counter.turn() == {
        "paid": "APPROVED",
        "other": "APPROVED",
        "undone": "APPROVED",
        "asked": "APPROVED",
    }
    assert counter.teller.report().findings == ()


def test_a_session_notes_what_others_hold_and_locks_the_rest(counter, held):
    session: SqlSession = counter.teller.session
    wanted = Wants(bills={("SCHOOL01", "S1"), ("SCHOOL01", "S3"), ("SCHOOL01", "none")})
    with held(BILL, no="S3"):
        facts = Facts(session.begin(), locked=Locked())
        session.load(wanted, facts)
        assert facts.locked == Locked(bills={("SCHOOL01", "S3")})
        assert facts.bills["SCHOOL01", "S1"].bill_no == "S1"
        assert facts.bills["SCHOOL01", "none"] is None
        with closing(counter.teller.store.write_session()) as rival:
            others = Facts(rival.begin(), locked=Locked())
            rival.load(Wants(bills={("SCHOOL01", "S1")}), others)
            assert others.locked.bills == {("SCHOOL01", "S1")}
        session.rollback()


def test_on_sqlite_nobody_else_holds_a_row(sqlite_teller):
    facts = Facts(sqlite_teller.session.begin(), locked=Locked())
    sqlite_teller.session.load(Wants(bills={("SCHOOL01", "S1")}, keys={"P|1"}), facts)
    sqlite_teller.session.rollback()
    assert (facts.locked, facts.bills["SCHOOL01", "S1"].bill_no) == (Locked(), "S1")


def test_a_lock_on_the_business_days_keeps_everybody_waiting_and_says_so(counter, held, caplog):
    with held("LOCK TABLE business_days IN EXCLUSIVE MODE"):
        with pytest.raises(LockTimeoutError, match="holds the table business_days"):
            counter.teller.session.begin()
        counter.teller.session.rollback()
        counter.engine._queues.write[0].put(Work(LANE_CHECK, 1e9, 0.0, "check"))
        assert counter.turn() == {"check": "UNAVAILABLE"}
        assert counter.pay("S1") == {"check": "UNAVAILABLE", "S1": "UNAVAILABLE"}
        assert "holds the table business_days, and every payment waits for it" in caplog.text
    assert counter.pay("S2")["S2"] == "APPROVED"
