"""Loading facts: one statement for each kind of row, for a batch of any size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.commands import TotalsFigures
from offline_collect.domain.customers import Customer
from offline_collect.domain.facts import BillKey, BillPage, Facts, MerchantPage, PageKey, Wants
from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.transactions import PaymentState, PostedPayment, Transaction, TransactionKind
from offline_collect.store.database.bounded_cache import BoundedCache
from offline_collect.store.database.list_parameter import Columns, wanted
from offline_collect.store.database.raw_select import Read, read_rows, read_together
from offline_collect.store.lane.form_cache import FormCache
from offline_collect.store.lane.merchant_cache import MerchantCache
from offline_collect.store.schema.tables import bills
from offline_collect.store.sql.manual_posting_rows import posting_from_row
from offline_collect.store.sql.row_mapping import (
    bill_from_row,
    business_date,
    customer_from_row,
    payment_from_row,
    trace_from_row,
    transaction_from_row,
)
from offline_collect.store.sql.statements import DATES, FIGURES, KEYS, PAGES, PAIRS, VERSIONS, Statements
from offline_collect.store.versioning.bills_in_effect import free_bills, load_bills

_PAST_ALL_BILLS = dt.date.max
_MERCHANT, _BILL_NO, _CUSTOMER_NO = map(bills.columns.keys().index, ("merchant_id", "bill_no", "customer_no"))


class Loader:
    """Loads the wanted rows into facts.

    Args:
        locks: whether the loaded rows are locked until the transaction ends.
        page_records: the maximum of records on a page; one more is loaded, to know where the next begins.
        cache: of the merchants and forms. Only loaders whose transactions write neither may share one: what such a
            transaction wrote might be rolled back.
    """

    def __init__(
        self, statements: Statements, page_records: int, cache: BoundedCache, *, locks: bool
    ) -> None:
        self._statements = statements
        self._suffix = "_locked" if locks else ""
        self._bills_read = "bills" + self._suffix
        self._locks = locks
        self._page_most = page_records + 1
        self._forms = FormCache(statements, cache)
        self._merchant = MerchantCache(cache).merchant

    def load(self, connection: Connection, wants: Wants, facts: Facts) -> None:
        """Load in the order of the locks: transactions, payments, then bills."""
        # Payments that these keys name are locked before the bills.
        reads = self.first_reads(wants, facts, bills=not wants.keys)
        found = read_together(connection, list(reads.values()))
        self.take(connection, wants, facts, dict(zip(reads, found, strict=True)))

    def first_reads(self, wants: Wants, facts: Facts, *, bills: bool) -> dict[str, Read]:
        """Return the reads that need no other's result, by the names of their statements.

        Tables whose locked rows may be skipped are read row by row.

        Args:
            bills: whether the bills may be locked before the payments. Payments are locked only for keys that are
                known already, and a deadlock with another session is decided again.
        """
        waits = facts.locked is None
        asked: list[tuple[str, Columns, Iterable[Any]]] = [
            ("transactions" + self._suffix, KEYS, _single(wants.keys) if waits else ()),
            ("traces", KEYS, _single(wants.traces)),
            ("merchants", KEYS, _single(wants.merchants | wants.current_forms)),
            (self._bills_read, PAIRS, wants.bills if bills and waits and not wants.open_bills else ()),
            ("forms", VERSIONS, self._forms.unread(wants.forms)),
        ]
        return {
            name: Read(self._statements.select(name), tuple(columns), sorted(rows))
            for name, columns, rows in asked
            if rows
        }

    def take(
        self,
        connection: Connection,
        wants: Wants,
        facts: Facts,
        found: Mapping[str, Sequence[Sequence[Any]]],
    ) -> None:
        """Put the rows of the first reads into the facts, and load what else is wanted."""
        if wants.keys:
            self._transactions(connection, wants.keys, found.get("transactions" + self._suffix), facts)
        if wants.bills or wants.open_bills:
            beside = self._open_bills(connection, wants.open_bills, facts)
            self._bills(connection, wants.bills | beside, found.get(self._bills_read), facts)
        self._traces(wants.traces, found.get("traces", ()), facts)
        self._merchants(connection, wants, found.get("merchants", ()), facts)
        if wants.forms:
            facts.forms.update(self._forms.load(connection, wants.forms, found.get("forms", ())))
        self._load_others(connection, wants, facts)

    def _load_others(self, connection: Connection, wants: Wants, facts: Facts) -> None:
        if wants.customers or wants.numbered_customers:
            self._customers(connection, wants, facts)
        if wants.bill_pages:
            self._bill_pages(connection, list(wants.bill_pages), facts)
        if wants.merchant_pages:
            self._merchant_pages(connection, wants.merchant_pages, facts)
        if wants.days:
            self._days(connection, wants, facts)
        if wants.totals:
            self._totals(connection, wants, facts)

    def _rows(
        self,
        connection: Connection,
        name: str,
        columns: Columns,
        rows: Iterable[Any],
        **parameters: Any,
    ) -> Iterable[Any]:
        listed = wanted(tuple(columns), rows)
        return read_rows(connection, self._statements.select(name), {**listed, **parameters})

    def _transactions(
        self, connection: Connection, keys: set[str], rows: Iterable[Any] | None, facts: Facts
    ) -> None:
        """Store transactions in the facts, and load the payments that they name.

        Args:
            rows: the transactions' rows; None if they are not read yet.
        """
        facts.transactions.update(dict.fromkeys(keys))
        held: set[str] = set()
        if rows is None:
            rows, held = self._lockable(connection, "transactions", keys, facts)
        serials: dict[str, list[str]] = {}
        for row in rows:
            transaction = transaction_from_row(row)
            facts.transactions[transaction.key] = transaction
            for serial in _payment_of(transaction):
                serials.setdefault(serial, []).append(transaction.key)
        if serials:
            payments, held_serials = self._payments(connection, serials.keys(), facts)
            facts.payments.update((payment.name, payment) for payment in payments)
            self._applied(connection, payments, facts)
            held = held.union(*(serials[serial] for serial in held_serials))
        if facts.locked is not None:
            facts.locked.keys |= held

    def _lockable(
        self, connection: Connection, name: str, keys: AbstractSet[str], facts: Facts
    ) -> tuple[Iterable[Any], set[str]]:
        """Return rows by the key in their first column, and the keys of rows that another transaction has locked.

        It waits for locks unless ``facts`` say otherwise; a row left out then is either locked or missing.
        """
        if facts.locked is None:
            return self._rows(connection, name + self._suffix, KEYS, _single(keys)), set()
        mine = list(self._rows(connection, name + "_skipping", KEYS, _single(keys)))
        left_out = keys - {row[0] for row in mine}
        held = list(self._rows(connection, name, KEYS, _single(left_out))) if left_out else []
        return mine + held, {row[0] for row in held}

    def _payments(
        self, connection: Connection, serials: AbstractSet[str], facts: Facts
    ) -> tuple[list[PostedPayment], set[str]]:
        """Return all lines of payments, and the serial numbers of those with a line that is locked."""
        if facts.locked is None:
            rows = self._rows(connection, "payments" + self._suffix, KEYS, _single(serials))
            return list(map(payment_from_row, rows)), set()
        mine = {
            payment.name
            for payment in map(
                payment_from_row, self._rows(connection, "payments_skipping", KEYS, _single(serials))
            )
        }
        # Read second: a line that the first read lacks was locked then.
        there = list(map(payment_from_row, self._rows(connection, "payments", KEYS, _single(serials))))
        return there, {payment.serial_number for payment in there if payment.name not in mine}

    def _applied(self, connection: Connection, payments: Iterable[PostedPayment], facts: Facts) -> None:
        """Load the postings that applied payments: the payments' rows are locked, so these cannot change."""
        asked = {payment.serial_number for payment in payments if payment.state is PaymentState.APPLIED}
        if asked:
            found = map(posting_from_row, self._rows(connection, "applied", KEYS, _single(asked)))
            facts.applied.update((posting.payment, posting) for posting in found)

    def _traces(self, asked: set[str], rows: Iterable[Any], facts: Facts) -> None:
        facts.traces.update(dict.fromkeys(asked, ()))
        for trace in map(trace_from_row, rows):
            facts.traces[trace.trace] += (trace,)

    def _merchants(self, connection: Connection, wants: Wants, rows: Iterable[Any], facts: Facts) -> None:
        facts.merchants.update(dict.fromkeys(wants.merchants | wants.current_forms))
        facts.merchants.update((row[0], self._merchant(row)) for row in rows)
        if not wants.current_forms:
            return
        current = {
            (merchant_id, merchant.form_version)
            for merchant_id in wants.current_forms
            if (merchant := facts.merchants[merchant_id]) and merchant.form_version is not None
        }
        facts.current_forms.update(dict.fromkeys(wants.current_forms))
        forms: dict[tuple[str, int], PaymentForm | None] = self._forms.load(connection, current)
        facts.current_forms.update((merchant_id, form) for (merchant_id, _), form in forms.items())

    def _open_bills(self, connection: Connection, asked: set[BillKey], facts: Facts) -> set[BillKey]:
        """Return the numbers of the open bills beside some bills.

        They are read before any is locked, so that one statement locks all bills of the batch in one order. What is
        paid meanwhile is seen under the lock; what is reversed meanwhile was paid when this payment was decided.
        """
        if not asked:
            return asked
        # Of any version of the bill: more bills than needed do no harm.
        owners = {
            (row[_MERCHANT], row[_BILL_NO], row[_CUSTOMER_NO])
            for row in self._rows(connection, "bills", PAIRS, asked)
        }
        customers = {(merchant_id, customer_no) for merchant_id, _, customer_no in owners}
        found: dict[tuple[str, str], set[BillKey]] = {customer: set() for customer in customers}
        for merchant_id, customer_no, bill_no in self._rows(
            connection, "open_bills", PAIRS, customers, day=facts.day.date
        ):
            found[merchant_id, customer_no].add((merchant_id, bill_no))
        facts.open_bills.update(dict.fromkeys(asked, ()))
        for merchant_id, bill_no, customer_no in owners:
            facts.open_bills[merchant_id, bill_no] += tuple(sorted(found[merchant_id, customer_no]))
        return set().union(*found.values())

    def _bills(
        self,
        connection: Connection,
        asked: set[BillKey],
        rows: Sequence[Sequence[Any]] | None,
        facts: Facts,
    ) -> None:
        """Load bills in effect.

        Args:
            rows: the rows of ``asked``; None if they are not read yet.
        """
        facts.bills.update(dict.fromkeys(asked))
        if facts.locked is None:
            facts.bills.update(load_bills(connection, self._statements, asked, rows, lock=self._locks))
            return
        found, held = free_bills(connection, self._statements, asked)
        facts.bills.update(found)
        facts.locked.bills |= held

    def _customers(self, connection: Connection, wants: Wants, facts: Facts) -> None:
        found: dict[tuple[str, str], list[Customer]] = {key: [] for key in wants.customers}
        if found:
            for lookup_key, *row in self._rows(connection, "customers", PAIRS, found):
                found[row[0], lookup_key].append(customer_from_row(row))
        facts.customers.update((key, tuple(listed)) for key, listed in found.items())
        facts.numbered_customers.update(dict.fromkeys(wants.numbered_customers))
        if wants.numbered_customers:
            for row in self._rows(connection, "numbered_customers", PAIRS, wants.numbered_customers):
                facts.numbered_customers[row[0], row[1]] = customer_from_row(row)

    def _bill_pages(self, connection: Connection, pages: list[PageKey], facts: Facts) -> None:
        asked = [
            (number, merchant_id, customer_no, *_place(cursor))
            for number, (merchant_id, customer_no, cursor) in enumerate(pages)
        ]
        totals = [0] * len(pages)
        shown: list[list[Any]] = [[] for _ in pages]
        for number, total, skipped, place, *row in self._rows(
            connection, "bill_pages", PAGES, asked, day=facts.day.date, most=self._page_most
        ):
            totals[number] = total
            if place > skipped:
                shown[number].append(bill_from_row(row))
        facts.bill_pages.update(
            (page, BillPage(tuple(bills), total))
            for page, bills, total in zip(pages, shown, totals, strict=True)
        )

    def _merchant_pages(self, connection: Connection, cursors: set[str | None], facts: Facts) -> None:
        total = connection.execute(self._statements.merchant_count).scalar_one()
        for cursor in cursors:
            # Every id comes after a space; '' is not text to Oracle.
            parameters = {"first": cursor or " ", "most": self._page_most}
            rows = connection.execute(self._statements.merchant_page, parameters)
            facts.merchant_pages[cursor] = MerchantPage(tuple(map(self._merchant, rows)), total)

    def _days(self, connection: Connection, wants: Wants, facts: Facts) -> None:
        facts.days.update(dict.fromkeys(wants.days))
        for date, state in self._rows(connection, "days", DATES, _single(wants.days)):
            facts.days[business_date(date)] = DayState(state)

    def _totals(self, connection: Connection, wants: Wants, facts: Facts) -> None:
        counted: dict[Any, tuple[int, int]] = {}
        undone: dict[Any, tuple[int, int]] = {}
        for name, figures in (("payment_totals", counted), ("reversal_totals", undone)):
            for institution, currency, date, count, total in self._rows(
                connection, name, FIGURES, wants.totals
            ):
                figures[institution, currency, date] = (int(count), int(total))
        for institution, currency, date in self._rows(connection, "agreed_totals", FIGURES, wants.totals):
            facts.agreed.add((institution, currency, business_date(date)))
        for key in wants.totals:
            credits_, credits_minor = counted.get(key, (0, 0))
            reversed_, reversed_minor = undone.get(key, (0, 0))
            facts.totals[key] = TotalsFigures(
                credits=credits_,
                credit_reversals=reversed_,
                credits_minor=credits_minor,
                credit_reversals_minor=reversed_minor,
            )


def _single(keys: Iterable[Any]) -> list[tuple[Any]]:
    return [(key,) for key in keys]


def _payment_of(transaction: Transaction) -> set[str]:
    """Return the serial number of the payment that a transaction names, if it names one."""
    if transaction.kind is TransactionKind.REVERSAL or transaction.serial_number is None:
        return set()
    return {transaction.serial_number}


def _place(cursor: str | None) -> tuple[dt.date | None, str | None]:
    """Return the due date and bill number at which a page begins; after an unreadable cursor nothing follows."""
    if cursor is None:
        return None, None
    try:
        return dt.date.fromisoformat(cursor[:8]), cursor[8:] or " "
    except ValueError:
        return _PAST_ALL_BILLS, " "
