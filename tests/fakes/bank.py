"""A bank in memory: a store, a clock that the test advances, and a lane's loop without its thread."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Command
from offline_collect.domain.decide import decide, want
from offline_collect.domain.decisions import outside, suspense
from offline_collect.domain.decisions.deciding import NUMBERS_A_COMMAND, Context, Decision, Terms
from offline_collect.domain.decisions.manual_posting import ManualDecision
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.manual_postings import ManualPosting
from tests.fakes.memory import MemoryStore
from tests.fakes.memory_tables import Tables

ROUNDS_MAX = 3
DAY = BusinessDate(2026, 11, 22)
NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
BEIJING = dt.timezone(dt.timedelta(hours=8))
TERMS = Terms(timezone=BEIJING)


class Bank:
    """Decides commands in batches, on a given store.

    Attributes:
        now: the time; tests set it.
        decisions: of the last batch.
    """

    def __init__(
        self,
        day: BusinessDate = DAY,
        now: dt.datetime = NOON,
        terms: Terms = TERMS,
        opened_at: dt.datetime = NOON - dt.timedelta(hours=12),
    ) -> None:
        self.now = now
        self.terms = terms
        self.store = MemoryStore(day, opened_at, terms.page_records)
        self.decisions: list[Decision] = []
        self._session = self.store.write_session()

    @property
    def tables(self) -> Tables:
        """The committed state."""
        return self.store.tables

    def submit(self, *commands: Command) -> list[Answer]:
        """Decide and commit ``commands`` as one batch; return their answers in order."""
        session = self._session
        number = session.reserve_numbers(len(commands) * NUMBERS_A_COMMAND)
        facts = Facts(session.begin())
        self._load(commands, facts)
        self.decisions = []
        for place, command in enumerate(commands):
            context = Context(self.now, number + place * NUMBERS_A_COMMAND, self.terms)
            answer, effects = decide(command, facts, context)
            self.decisions.append((answer, effects))
            if effects is not NO_EFFECTS:
                facts.apply(effects)
        session.write([effects for _, effects in self.decisions])
        session.commit()
        return [answer for answer, _ in self.decisions]

    def ask(self, command: Command) -> Answer:
        """Decide and commit one command."""
        (answer,) = self.submit(command)
        return answer

    def by_hand(
        self, wants: Wants, decide: Callable[[Any, Facts, Context], ManualDecision], order: Any
    ) -> ManualPosting:
        """Decide and commit a posting by hand."""
        session = self._session
        number = session.reserve_numbers(1)
        facts = Facts(session.begin())
        session.load(wants, facts)
        try:
            posting, effects = decide(order, facts, Context(self.now, number, self.terms))
            session.write_posting(posting, effects)
            session.commit()
        finally:
            session.rollback()
        return posting

    def settle_outside(self, bill_no: str = "S1", amount: int | None = None, **more: Any) -> ManualPosting:
        """Post a payment at a merchant's office."""
        order = OutsidePayment(
            more.pop("merchant_id", "SCHOOL01"), bill_no, amount, more.pop("reference", "R-1"), "ops", **more
        )
        wants = Wants()
        outside.want(order, wants)
        return self.by_hand(wants, outside.decide, order)

    def undo_outside(self, serial: str) -> ManualPosting:
        """Undo a payment at a merchant's office."""
        wants = Wants()
        outside.want_undone(self.tables.payments[serial], wants)
        return self.by_hand(wants, outside.undo, UndoOutside(serial, "typed wrongly", "ops"))

    def refund(self, serial: str, reference: str | None = None) -> ManualPosting:
        """Refund money in suspense."""
        order = Refund(serial, "the payer asked for it", "ops", reference)
        return self._out_of_suspense(order, suspense.refund)

    def apply(self, serial: str, bill_no: str) -> ManualPosting:
        """Apply money in suspense to a bill."""
        return self._out_of_suspense(
            Application(serial, bill_no, "meant for this bill", "ops"), suspense.apply
        )

    def _out_of_suspense(self, order: Any, decide: Any) -> ManualPosting:
        wants = Wants()
        suspense.want(order, self.tables.payments[order.serial_number], wants)
        return self.by_hand(wants, decide, order)

    def reconnect(self) -> None:
        """Take a new session."""
        self._session.close()
        self._session = self.store.write_session()

    def advance(self, **time: float) -> None:
        """Advance the clock, with the arguments of timedelta."""
        self.now += dt.timedelta(**time)

    def cutover(self, days: int = 1) -> BusinessDate:
        """Close the open day and return the new one, ``days`` later."""
        closing = self.store.open_day().date
        opened = BusinessDate.of(closing + dt.timedelta(days=days))
        assert self.store.cutover(closing, opened, self.now)
        return opened

    def _load(self, commands: tuple[Command, ...], facts: Facts) -> None:
        for _ in range(ROUNDS_MAX + 1):
            wants = Wants()
            for command in commands:
                want(command, facts, wants)
            missing = facts.missing(wants)
            if not missing:
                return
            self._session.load(missing, facts)
        raise AssertionError(f"wants are not settled after {ROUNDS_MAX} rounds")
