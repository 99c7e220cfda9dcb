"""The model's world in a real store, and the engine on it as a System."""

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select, update

from offline_collect.domain.access.roles import Role
from offline_collect.domain.answers import Answer
from offline_collect.domain.bills import BillMark
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Command
from offline_collect.domain.customers import Customer
from offline_collect.domain.debits.mandates import Cycle
from offline_collect.engine import EngineSettings
from offline_collect.merchant.access.users import register_user
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
    upgrade,
    verify,
)
from offline_collect.store.schema.tables import bills, entries
from tests.fakes.clock import HandClock
from tests.fakes.stepping import SteppedEngine
from tests.model.evening import Evening
from tests.model.ledger import Balances
from tests.model.office import Office
from tests.model.treasury import Treasury
from tests.model.world import MANDATES, World
from tests.support.actors import user
from tests.support.one_debit import put_in_batch


def make_store(url: str, world: World) -> None:
    """Create the tables at ``url`` and put the world into them."""
    upgrade(StoreSettings(url))
    store = open_store(StoreSettings(url))
    with store.transaction() as tx:
        open_first_day(tx, world.day, world.opened_at)
        for merchant in world.merchants:
            add_merchant(tx, merchant)
            publish_form(tx, merchant.merchant_id, world.form, world.opened_at)
            people = [each for each in world.customers if each.merchant_id == merchant.merchant_id]
            put_customers(
                tx,
                merchant.merchant_id,
                [_record(each) for each in people],
            )
            _put_bills(tx, merchant.merchant_id, world)
    for name, role in (("ann", Role.OPERATOR), ("li.na", Role.CHECKER)):
        register_user(store, name, [role], user("ops"), world.opened_at)
    store.dispose()


def _record(customer: Customer) -> CustomerRecord:
    """Return a customer with an account and a mandate, if the world has one of it."""
    named = (customer.merchant_id, customer.customer_no)
    mandate = next((each for each in MANDATES if (each.merchant_id, each.customer_no) == named), None)
    record = CustomerRecord(customer.customer_no, customer.name, customer.inputs)
    if mandate is None:
        return record
    return replace(
        record,
        debit_account=f"6222{customer.customer_no}",
        mandate_ref=mandate.reference,
        mandate_signed_on=dt.date(2026, 9, 1),
        mandate_limit_minor=mandate.limit_minor,
        mandate_cycle=None if mandate.month_minor is None else Cycle.MONTH,
        mandate_cycle_limit_minor=mandate.month_minor,
    )


def _put_bills(tx, merchant_id: str, world: World) -> None:
    own = [each for each in world.bills if each.merchant_id == merchant_id]
    records = [
        BillRecord(
            each.bill_no,
            each.customer_no,
            each.amount_minor,
            each.due_date,
            currency=each.currency,
            period=each.period,
            open_from=each.open_from,
            expires_on=each.expires_on,
        )
        for each in own
    ]
    put_bills(tx, merchant_id, records)
    for bill in own:
        if bill.mark is BillMark.IN_BATCH:
            put_in_batch(tx, merchant_id, bill.bill_no, world.day, world.opened_at)
        elif bill.mark is not None:
            named = (bills.c.merchant_id == merchant_id, bills.c.bill_no == bill.bill_no)
            tx.connection.execute(update(bills).where(*named).values(mark=bill.mark.value))


class Template:
    """A SQLite file with a world in it, copied for each game."""

    def __init__(self, folder: Path, world: World) -> None:
        self._folder = folder
        self._file = folder / "template.db"
        self._copies = 0
        make_store(f"sqlite:///{self._file}", world)

    def copy(self) -> str:
        """Return the URL of a new copy; the one before it is removed."""
        for old in self._folder.glob(f"copy-{self._copies}.db*"):
            old.unlink()
        self._copies += 1
        path = self._folder / f"copy-{self._copies}.db"
        shutil.copy(self._file, path)
        return f"sqlite:///{path}"


class StoredSystem:
    """The engine, its lanes stepped, over a store at ``url``.

    Args:
        drop: called when the game is over.
    """

    def __init__(self, world: World, url: str, drop: Callable[[], object] = lambda: None) -> None:
        self._world = world
        self._url = url
        self._drop = drop
        self.clock = HandClock(world.started_at)
        self._open()

    @property
    def now(self) -> dt.datetime:
        """The time."""
        return self.clock.now()

    def submit(self, commands: Sequence[Command]) -> list[Answer]:
        """Submit commands together."""
        return self._engine.submit(commands)

    def cutover(self) -> BusinessDate:
        """Close the open day and return the next."""
        closing = self.store.open_day().date
        opened = BusinessDate.of(closing + dt.timedelta(days=1))
        assert self.store.cutover(closing, opened, self.now)
        return opened

    def restart(self) -> None:
        """Stop and start on the same database."""
        self._shut()
        self._open()

    def advance(self, seconds: int) -> None:
        """Advance the clock."""
        self.clock.advance(seconds)

    def verify(self) -> list[str]:
        """Check the domain's invariants in the database."""
        with self.store.snapshot() as reading:
            return [f"{each.subject}: {each.problem}" for each in verify(reading).findings]

    def balances(self) -> Balances:
        """Return the ledger's sums."""
        row = entries.c
        like = (row.business_date, row.account, row.owner, row.currency)
        with self.store.snapshot() as reading:
            found = reading.connection.execute(
                select(*like, func.sum(row.amount_minor)).group_by(*like)
            ).all()
        return {
            (day, account, owner, currency): int(sum_)
            for day, account, owner, currency, sum_ in found
            if sum_
        }

    def close(self) -> None:
        """Close everything."""
        self._shut()
        self._drop()

    def _shut(self) -> None:
        self._engine.close()
        self.store.dispose()

    def _open(self) -> None:
        self.store: SqlStore = open_store(
            StoreSettings(self._url, page_records=self._world.terms.page_records)
        )
        self.office = Office(self.store, self.clock.now)
        self.evening = Evening(self.store, self.clock.now)
        self.treasury = Treasury(self.store, self.clock.now)
        self._engine = SteppedEngine(self.store, EngineSettings(terms=self._world.terms), self.clock)
