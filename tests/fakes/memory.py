"""A store of plain dictionaries: the ports of domain.ports without SQL, for tests of domain and engine.

Sessions see a copy taken at ``begin`` and are checked when they commit. Rows that they read for writing must not
have changed since, and unique keys must still be free. Otherwise they get a ConflictError, as from a database that
holds locks. Faults are switched on through :attr:`MemoryStore.faults`.
"""

import datetime as dt
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.customers import Customer
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import BillKey, Facts, Wants
from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.ports import (
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    RefusedError,
    UnavailableError,
)
from offline_collect.domain.transactions import (
    ADVANCES,
    PaymentState,
    ReversalOutcome,
)
from tests.fakes.memory_tables import Tables


@dataclass
class Faults:
    """The faults that the store simulates.

    Attributes:
        unavailable: every call but rollback and close raises UnavailableError.
        conflicts: how many of the next writes raise Conflict.
        lost_commits: for each of the next commits, whether it takes effect before it raises CommitUnknownError.
        refused_keys: writing a transaction under one of these raises RefusedError.
        locked_keys, locked_bills: rows that another session holds: waiting for one raises LockTimeoutError.
        slow: loading any of these parts of Wants raises LockTimeoutError.
    """

    unavailable: bool = False
    conflicts: int = 0
    lost_commits: list[bool] = field(default_factory=list)
    refused_keys: set[str] = field(default_factory=set)
    locked_keys: set[str] = field(default_factory=set)
    locked_bills: set[BillKey] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)

    def check_in_time(self, wants: Wants, facts: Facts) -> None:
        """Raise LockTimeoutError if a lock or a statement would take too long; otherwise record the locks."""
        if any(getattr(wants, name) for name in self.slow):
            raise LockTimeoutError("slowed down by the test")
        keys, bills = wants.keys & self.locked_keys, wants.bills & self.locked_bills
        if facts.locked is not None:
            facts.locked.keys |= keys
            facts.locked.bills |= bills
        elif keys or bills:
            raise LockTimeoutError("locked by the test")

    def check_available(self) -> None:
        """Raise UnavailableError while that fault is switched on."""
        if self.unavailable:
            raise UnavailableError("the store in memory is switched off")


class MemoryStore:
    """The store; give it merchants, customers and bills with the ``put`` methods."""

    def __init__(self, day: BusinessDate, opened_at: dt.datetime, page_records: int = 6) -> None:
        self.faults = Faults()
        self.tables = Tables(days={day: BusinessDay(day, DayState.OPEN, opened_at, None)})
        self.page_records = page_records
        self.commits = 0
        self._next_number = 1
        self._mutex = threading.RLock()

    def write_session(self) -> "MemorySession":
        """Return a session whose batches lock and write."""
        return MemorySession(self, writes=True)

    def read_session(self) -> "MemorySession":
        """Return a session whose batches only read."""
        return MemorySession(self, writes=False)

    def open_day(self) -> BusinessDay:
        """Return the open business day."""
        return self.tables.open_day

    def cutover(self, closing: BusinessDate, opened: BusinessDate, now: dt.datetime) -> bool:
        """Close ``closing`` and open ``opened``; False if it is closed already."""
        with self._mutex:
            after = self.tables.copy()
            if after.open_day.date != closing:
                return False
            after.days[closing] = replace(after.days[closing], state=DayState.CUT)
            after.days[opened] = BusinessDay(opened, DayState.OPEN, now, closing)
            self.tables = after
            return True

    def put_day_state(self, date: BusinessDate, state: DayState) -> None:
        """Put a day that is cut into a later state."""
        self._put("days", {date: replace(self.tables.days[date], state=state)})

    def put_merchant(self, merchant: Merchant, form: PaymentForm | None = None) -> None:
        """Add or replace a merchant; publish ``form`` for it, if given."""
        if form is not None:
            self._put("forms", {(merchant.merchant_id, form.version): form})
            merchant = replace(merchant, form_version=form.version)
        self._put("merchants", {merchant.merchant_id: merchant})

    def put_customers(self, *customers: Customer) -> None:
        """Add or replace customers."""
        self._put("customers", {(each.merchant_id, each.customer_no): each for each in customers})

    def put_bills(self, *bills: Bill) -> None:
        """Add or replace bills."""
        self._put("bills", {(each.merchant_id, each.bill_no): each for each in bills})

    def put_payment(self, serial: str, **changes: Any) -> None:
        """Change a payment as an operator, a batch or a settlement would."""
        self._put("payments", {serial: replace(self.tables.payments[serial], **changes)})

    def take_numbers(self, count: int) -> int:
        """Return the first of ``count`` reserved serial numbers."""
        with self._mutex:
            first = self._next_number
            self._next_number += count
            return first

    def install(self, base: Tables, work: Tables, seen: Mapping[tuple[str, Any], object]) -> None:
        """Make ``work`` the committed state, if nothing that it read for writing has changed since ``base``."""
        with self._mutex:
            for (table, key), value in seen.items():
                if getattr(self.tables, table).get(key) is not value:
                    raise ConflictError(f"somebody else has changed {table}")
            after = self.tables.copy()
            for table in (each.name for each in fields(Tables)):
                before, changed = getattr(base, table), getattr(work, table)
                getattr(after, table).update(
                    {key: value for key, value in changed.items() if before.get(key) is not value},
                )
            self.tables = after
            self.commits += 1

    def _put(self, table: str, rows: Mapping[Any, Any]) -> None:
        with self._mutex:
            after = self.tables.copy()
            getattr(after, table).update(rows)
            self.tables = after


class MemorySession:
    """One lane's connection."""

    def __init__(self, store: MemoryStore, *, writes: bool) -> None:
        self._store = store
        self._writes = writes
        self._base = self._work = Tables()
        self._seen: dict[tuple[str, Any], object] = {}
        self.closed = False

    def begin(self) -> BusinessDay:
        """Begin a batch on a copy of the committed state."""
        assert not self.closed
        self._store.faults.check_available()
        self._base = self._store.tables
        self._work = self._base.copy()
        self._seen = {}
        day = self._work.open_day
        self._see("days", day.date)
        return day

    def load(self, wants: Wants, facts: Facts) -> None:
        """Load the wanted facts into ``facts``."""
        self._store.faults.check_available()
        if self._writes or self._store.faults.slow:
            self._store.faults.check_in_time(wants, facts)
        self._load_transactions(wants, facts)
        for key in wants.open_bills:
            facts.open_bills[key] = self._work.open_beside(key)
        for key in wants.bills.union(*(facts.open_bills[key] for key in wants.open_bills)):
            facts.bills[key] = self._see("bills", key)
        self._load_merchants(wants, facts)
        self._load_pages(wants, facts)
        self._load_days(wants, facts)

    def begin_and_load(self, wants: Wants, facts: Facts) -> None:
        """Begin, then load."""
        facts.day = self.begin()
        if wants:
            self.load(wants, facts)

    def commits_with_writes(self, count: int) -> bool:
        """Whether both are one step: for one command, so that the engine's both ways are used."""
        return count == 1

    def write_and_commit(self, effects: Sequence[Effects]) -> None:
        """Write, then commit."""
        self.write(effects)
        self.commit()

    def write(self, effects: Sequence[Effects]) -> None:
        """Write to the session's copy; a key that is taken is a ConflictError."""
        assert self._writes
        faults = self._store.faults
        faults.check_available()
        if faults.conflicts:
            faults.conflicts -= 1
            raise ConflictError("switched on by the test")
        for effect in effects:
            self._write(effect)

    def write_posting(self, posting: ManualPosting, effects: Effects) -> None:
        """Write a posting by hand."""
        self.write([effects])
        self._add("office", posting.serial_number, posting)

    def commit(self) -> None:
        """Make the session's copy the committed state."""
        faults = self._store.faults
        faults.check_available()
        lost = faults.lost_commits.pop(0) if faults.lost_commits else None
        if lost is None or lost:
            self._store.install(self._base, self._work, self._seen)
        if lost is not None:
            raise CommitUnknownError("the connection was cut by the test")

    def check(self) -> None:
        """Begin and, if the session writes, commit nothing."""
        self.begin()
        if self._writes:
            self._store.faults.check_available()
        self.rollback()

    def rollback(self) -> None:
        """Forget the batch."""
        self._base = self._work = Tables()
        self._seen = {}

    def reserve_numbers(self, count: int) -> int:
        """Take ``count`` serial numbers and return the first."""
        self._store.faults.check_available()
        return self._store.take_numbers(count)

    def close(self) -> None:
        """Close the connection."""
        self.closed = True

    def _see(self, table: str, key: Any) -> Any:
        """Return a row, and record that the batch depends on it."""
        value = getattr(self._work, table).get(key)
        if self._writes:
            self._seen.setdefault((table, key), getattr(self._base, table).get(key))
        return value

    def _load_transactions(self, wants: Wants, facts: Facts) -> None:
        for key in wants.keys:
            found = facts.transactions[key] = self._see("transactions", key)
            for name in () if found is None else self._work.lines(found.serial_number):
                payment = facts.payments[name] = self._see("payments", name)
                applied = self._work.application(name)
                if payment.state is PaymentState.APPLIED and applied is not None:
                    facts.applied[name] = applied
        for trace in wants.traces:
            same = (row for row in self._work.traces.values() if row.trace == trace)
            facts.traces[trace] = tuple(sorted(same, key=lambda row: row.received_at))

    def _load_merchants(self, wants: Wants, facts: Facts) -> None:
        work = self._work
        for merchant_id in wants.merchants:
            facts.merchants[merchant_id] = work.merchants.get(merchant_id)
        for form in wants.forms:
            facts.forms[form] = work.forms.get(form)
        for merchant_id in wants.current_forms:
            facts.current_forms[merchant_id] = work.current_form(merchant_id)
        for numbered in wants.numbered_customers:
            facts.numbered_customers[numbered] = work.customers.get(numbered)
        for merchant_id, lookup in wants.customers:
            facts.customers[merchant_id, lookup] = work.customers_by_key(merchant_id, lookup)

    def _load_pages(self, wants: Wants, facts: Facts) -> None:
        records = self._store.page_records + 1
        for page in wants.bill_pages:
            facts.bill_pages[page] = self._work.bill_page(*page, records)
        for cursor in wants.merchant_pages:
            facts.merchant_pages[cursor] = self._work.merchant_page(cursor, records)

    def _load_days(self, wants: Wants, facts: Facts) -> None:
        for date in wants.days:
            day = self._work.days.get(date)
            facts.days[date] = None if day is None else day.state
        for asked in wants.totals:
            facts.totals[asked] = self._work.totals(*asked)
        facts.agreed |= wants.totals & self._work.agreed.keys()

    def _write(self, effects: Effects) -> None:
        work = self._work
        for row in effects.transactions:
            if row.key in self._store.faults.refused_keys:
                raise RefusedError("a value that the test forbids")
            self._add("transactions", row.key, row)
        self._add_all(
            "traces", (((row.trace, row.fingerprint, row.business_date), row) for row in effects.traces)
        )
        for row in effects.replaced:
            self._change("transactions", row.key, row)
        self._add_all("payments", ((row.name, row) for row in effects.payments))
        for change in effects.states:
            before = work.payments[change.name]
            if change.state not in ADVANCES[before.state]:
                raise RefusedError(f"a payment cannot go from {before.state} to {change.state}")
            after = replace(before, state=change.state, state_by=change.state_by)
            self._change("payments", change.name, after)
        self._add_all("reversals", ((row.key, row) for row in effects.reversals))
        for reversal in effects.reversals:
            if reversal.outcome is ReversalOutcome.APPLIED:
                assert reversal.original_serial is not None
                self._add("applied", reversal.original_serial, reversal.key)
        for bill in effects.bills:
            self._change("bills", (bill.merchant_id, bill.bill_no), bill)
        self._add_all("entries", (((row.posting, row.line), row) for row in effects.entries))
        self._add_all("notices", ((row.notice_id, row) for row in effects.notices))
        self._add_all("items", ((row.key, row) for row in effects.items))
        self._add_all(
            "agreed", (((row.institution, row.currency, row.business_date), row) for row in effects.agreed)
        )

    def _add_all(self, table: str, rows: Iterable[tuple[Any, Any]]) -> None:
        for key, row in rows:
            self._add(table, key, row)

    def _add(self, table: str, key: Any, row: Any) -> None:
        if self._see(table, key) is not None or key in getattr(self._store.tables, table):
            raise ConflictError(f"a key of {table} is taken")
        getattr(self._work, table)[key] = row

    def _change(self, table: str, key: Any, row: Any) -> None:
        if self._see(table, key) is None:
            raise RefusedError(f"{table} has no such row")
        getattr(self._work, table)[key] = row
