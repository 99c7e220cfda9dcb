"""The system that the stateful model drives: it takes commands and gives answers."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Command
from tests.fakes.bank import Bank
from tests.model.ledger import Balances
from tests.model.world import World
from tests.support.invariants import findings


class System(Protocol):
    """A platform under test, begun with a :class:`~tests.model.world.World`; the game advances its clock."""

    @property
    def now(self) -> dt.datetime:
        """The time, aware."""
        ...

    def submit(self, commands: Sequence[Command]) -> list[Answer]:
        """Submit ``commands`` together, in this order, and return their answers in the same order."""
        ...

    def cutover(self) -> BusinessDate:
        """Close the open day and return the one that is open now."""
        ...

    def restart(self) -> None:
        """Stop and start; only what was committed is left."""
        ...

    def advance(self, seconds: int) -> None:
        """Turn the clock."""
        ...

    def verify(self) -> list[str]:
        """Return what is wrong in the store; empty if nothing is."""
        ...

    def balances(self) -> Balances:
        """Return the ledger's sums."""
        ...

    def close(self) -> None:
        """Close everything."""
        ...


class InMemorySystem:
    """The decisions over the store of plain dictionaries, without lanes, SQL or wire."""

    def __init__(self, world: World) -> None:
        self._bank = Bank(world.day, world.started_at, world.terms, world.opened_at)
        store = self._bank.store
        for merchant in world.merchants:
            store.put_merchant(merchant, world.form)
        store.put_customers(*world.customers)
        store.put_bills(*world.bills)

    @property
    def now(self) -> dt.datetime:
        """The time, aware."""
        return self._bank.now

    def submit(self, commands: Sequence[Command]) -> list[Answer]:
        """Decide ``commands`` as one batch."""
        return self._bank.submit(*commands)

    def cutover(self) -> BusinessDate:
        """Close the open day and return the next."""
        return self._bank.cutover()

    def restart(self) -> None:
        """Begin a new session; the store keeps what was committed."""
        self._bank.reconnect()

    def advance(self, seconds: int) -> None:
        """Turn the clock."""
        self._bank.advance(seconds=seconds)

    def verify(self) -> list[str]:
        """Check the domain's invariants on every row."""
        return findings(self._bank.tables)

    def balances(self) -> Balances:
        """Return the ledger's sums."""
        sums = Counter[tuple[dt.date, str, str, str]]()
        for each in self._bank.tables.entries.values():
            sums[each.business_date, each.account.value, each.owner, each.currency] += each.amount_minor
        return {key: amount for key, amount in sums.items() if amount}

    def close(self) -> None:
        """Nothing is held."""
