"""The engine with its lanes over a real store, as a System for the stateful test."""

import datetime as dt
from collections.abc import Sequence
from queue import Queue

from sqlalchemy import update

from offline_collect.domain.answers import Answer
from offline_collect.domain.bills import Bill
from offline_collect.domain.commands import Command
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.ports import NullObserver
from offline_collect.engine import Delivery, Engine, EngineSettings
from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    SqlStore,
    StoreSettings,
    add_merchant,
    open_first_day,
    open_store,
    publish_form,
    put_bills,
    put_customers,
    verify,
)
from offline_collect.store.tables import bills
from tests.model.world import World
from tests.support.clock import HandClock

PATIENCE_S = 60.0
"""How long an answer may take before the test gives up; nothing waits for it to pass."""


class EngineSystem:
    """Lanes with their threads on an empty, migrated database.

    Args:
        url: of the database.
        write_lanes: how many lanes decide at the same time.
    """

    def __init__(self, world: World, url: str, write_lanes: int = 1) -> None:
        self._settings = EngineSettings(write_lanes=write_lanes, terms=world.terms)
        self._store_settings = StoreSettings(url, page_records=world.terms.page_records)
        self._clock = HandClock(world.started_at)
        self._answered: Queue[Delivery] = Queue()
        self._start()
        fill(self._store, world)

    @property
    def now(self) -> dt.datetime:
        """The time, aware."""
        return self._clock.now()

    def submit(self, commands: Sequence[Command]) -> list[Answer]:
        """Hand ``commands`` to the lanes and wait for all of their answers."""
        deadline = self._clock.monotonic() + 10
        for place, command in enumerate(commands):
            assert self._engine.submit(command, deadline, place)
        answers: dict[int, Answer] = {}
        while len(answers) < len(commands):
            for outcome in self._answered.get(timeout=PATIENCE_S).outcomes:
                assert outcome.answer is not None
                answers[outcome.work.token] = outcome.answer
        return [answers[place] for place in range(len(commands))]

    def cutover(self) -> BusinessDate:
        """Close the open day and return the next."""
        closing_day = self._store.open_day().date
        opened = BusinessDate.of(closing_day + dt.timedelta(days=1))
        assert self._store.cutover(closing_day, opened, self.now)
        return opened

    def restart(self) -> None:
        """Stop the lanes, let go of the store, and start both anew."""
        self.close()
        self._start()

    def advance(self, seconds: int) -> None:
        """Turn the clock."""
        self._clock.advance(seconds)

    def verify(self) -> list[str]:
        """Run the store's own verification."""
        with self._store.snapshot() as reading:
            return [str(finding) for finding in verify(reading).findings]

    def close(self) -> None:
        """Stop the lanes and let go of the store."""
        self._engine.close()
        assert self._engine.join(PATIENCE_S)
        self._store.dispose()

    def _start(self) -> None:
        self._store = open_store(self._store_settings)
        self._engine = Engine(self._store, self._settings, self._clock, NullObserver(), self._answered.put)
        self._engine.start()


def fill(store: SqlStore, world: World) -> None:
    """Write the world into an empty store."""
    with store.transaction() as tx:
        open_first_day(tx, world.day, world.opened_at)
        for merchant in world.merchants:
            add_merchant(tx, merchant)
            publish_form(tx, merchant.merchant_id, world.form, world.opened_at)
        for customer in world.customers:
            record = CustomerRecord(customer.customer_no, customer.name, customer.inputs)
            put_customers(tx, customer.merchant_id, [record])
        for bill in world.bills:
            put_bills(tx, bill.merchant_id, [_record(bill)])
            if bill.mark is not None:
                marked = update(bills).where(bills.c.bill_no == bill.bill_no).values(mark=bill.mark.value)
                tx.connection.execute(marked)


def _record(bill: Bill) -> BillRecord:
    return BillRecord(
        bill.bill_no,
        bill.customer_no,
        bill.amount_minor,
        bill.due_date,
        bill.currency,
        open_from=bill.open_from,
        expires_on=bill.expires_on,
    )
