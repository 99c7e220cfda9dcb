"""A lane's parts without its thread, on the store in memory, with a record of everything that happens."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Command, WriteCommand
from offline_collect.domain.customers import Customer
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.engine import Delivery, Engine, EngineSettings, LaneMaker, Outcome, Work
from offline_collect.engine.batch import BatchRunner
from offline_collect.engine.numbers import NumberBlock
from offline_collect.engine.retry import RetryingRunner
from tests.fakes.bank import DAY, NOON, TERMS
from tests.fakes.clock import HandClock
from tests.fakes.memory import MemorySession, MemoryStore
from tests.fakes.observed import LaneLog
from tests.messages.commands import Terminal

PATIENCE = 10.0
"""Seconds from submitting a command to its deadline."""

BILLS = 40
FORM = PaymentForm(1, "缴费", (Input("number", "学号", "请输入学号"),))


class WatchedSession(MemorySession):
    """A session that records its calls."""

    def __init__(self, store: "WatchedStore", *, writes: bool) -> None:
        super().__init__(store, writes=writes)
        self._watched = store

    def begin(self):
        self._watched.log.append("begin")
        return super().begin()

    def load(self, wants: Wants, facts: Facts) -> None:
        self._watched.loads += 1
        super().load(wants, facts)

    def write(self, effects: Sequence[Effects]) -> None:
        for hook in self._watched.before_writes:
            hook()
        stans = [row.key.split("|")[3] for effect in effects for row in effect.transactions]
        self._watched.log.append("write " + " ".join(str(int(stan)) for stan in stans))
        super().write(effects)

    def commit(self) -> None:
        self._watched.log.append("commit")
        super().commit()

    def rollback(self) -> None:
        self._watched.log.append("rollback")
        super().rollback()

    def reserve_numbers(self, count: int) -> int:
        self._watched.reserved.append(count)
        return super().reserve_numbers(count)

    def close(self) -> None:
        self._watched.log.append("close")
        super().close()


class WatchedStore(MemoryStore):
    """The store in memory, watched.

    Attributes:
        log: begin, write and the STANs written, commit, rollback, close, of all sessions.
        reserved: sizes of the blocks of numbers that were taken.
        loads: how often facts were loaded.
        before_writes: called before each write.
    """

    def __init__(self, day: BusinessDate, opened_at: dt.datetime) -> None:
        super().__init__(day, opened_at)
        self.log: list[str] = []
        self.reserved: list[int] = []
        self.loads = 0
        self.before_writes: list[Callable[[], None]] = []

    def write_session(self) -> WatchedSession:
        return WatchedSession(self, writes=True)

    def read_session(self) -> WatchedSession:
        return WatchedSession(self, writes=False)


@dataclass
class Rig:
    """Everything around a lane.

    Attributes:
        deliveries: what an engine has delivered.
        pauses: seconds that were slept, on the clock that tests advance.
    """

    settings: EngineSettings = field(default_factory=lambda: EngineSettings(terms=TERMS))
    clock: HandClock = field(default_factory=lambda: HandClock(NOON))
    observed: LaneLog = field(default_factory=LaneLog)
    terminal: Terminal = field(default_factory=Terminal)
    deliveries: list[Delivery] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    jitter: float = 1.0

    def __post_init__(self) -> None:
        self.store = WatchedStore(DAY, NOON - dt.timedelta(hours=12))
        self.store.put_merchant(
            Merchant("SCHOOL01", "阳光小学", "school", SettlementAccount("6222000000000001")), FORM
        )
        self.store.put_customers(Customer("SCHOOL01", "pupil", "王小明"))
        due = dt.date(2026, 11, 30)
        self.store.put_bills(
            *(Bill(nth, "SCHOOL01", f"S-{nth}", "pupil", 100 * nth, due) for nth in range(1, BILLS + 1))
        )

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(seconds)

    def retrying(self) -> RetryingRunner:
        """Return the runner of a write lane's batches."""
        session = self.store.write_session()
        runner = BatchRunner(session, self.clock, self.settings.terms, NumberBlock(session))
        return RetryingRunner(
            runner, self.settings, self.observed, "write-0", self.clock, self._pause, lambda: self.jitter
        )

    def engine(self) -> Engine:
        """Return an engine whose lanes are not started."""
        return Engine(self.maker(), self.deliveries.append)

    def maker(self) -> LaneMaker:
        """Return the factory of lanes over the store."""
        return LaneMaker(
            self.store, self.settings, self.clock, self.observed, self._pause, lambda: self.jitter
        )

    def payment(self, bill: int = 1, amount: int | None = None, terminal: Terminal | None = None):
        """Return a payment of bill ``S-<bill>``, which owes ``bill`` hundred minor units."""
        sender = terminal or self.terminal
        return sender.payment(self.clock.now(), "SCHOOL01", f"S-{bill}", amount or 100 * bill)

    def works(self, *commands: Command, patience: float = PATIENCE) -> list[Work]:
        """Return commands as they wait in a queue."""
        now = self.clock.monotonic()
        return [Work(command, now + patience, now, at) for at, command in enumerate(commands)]

    def submit(self, engine: Engine, *commands: Command, patience: float = PATIENCE) -> list[bool]:
        """Submit commands; return whether each was taken."""
        deadline = self.clock.monotonic() + patience
        return [engine.submit(command, deadline, command) for command in commands]

    def paid(self) -> set[str]:
        """Return the bills that have an approved payment in force."""
        return {row.bill_no for row in self.store.tables.payments.values() if row.state.value == "APPROVED"}

    def delivered(self) -> list[Outcome]:
        """Return every outcome so far, in order."""
        return [outcome for delivery in self.deliveries for outcome in delivery.outcomes]


def codes(outcomes: Sequence[Outcome]) -> list[str | None]:
    """Return the outcomes' codes; None for silence."""
    return [None if outcome.answer is None else outcome.answer.code.value for outcome in outcomes]


def stan(command: WriteCommand) -> str:
    """Return a command's number as the store's log writes it."""
    return str(int(command.stan))
