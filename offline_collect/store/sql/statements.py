"""All statements of the lanes, built once for a database.

:func:`~offline_collect.store.sql.by_key.rows_by_key` reads rows by their keys and locks them in key order;
``wanted`` explains how lists are sent. Statements that lock exist twice, since a read session locks nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from offline_collect.domain.imports.life import LIFE, ImportEvent
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import ReversalOutcome
from offline_collect.store.database.list_parameter import CODE, DATE, NUMBER, Columns, wanted_rows
from offline_collect.store.database.round_trip import KEPT
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.reconciliation_tables import agreed_totals
from offline_collect.store.schema.tables import (
    bills,
    business_days,
    customer_keys,
    customers,
    imports,
    merchants,
    payment_forms,
    payments,
    reversals,
    serial_counters,
    traces,
    transactions,
)
from offline_collect.store.sql.by_key import Lock, rows_by_key
from offline_collect.store.sql.row_locks import CLOSE_DAYS
from offline_collect.store.sql.visibility import BILLS, CUSTOMERS, in_effect, not_former, steady

_NAMESAKES_MAX = 64
"""How many customers of one lookup key are loaded; a form's inputs should find one."""

_CUSTOMER = ("merchant_id", "customer_no", "name", "inputs")
"""The columns of a customer that a lookup reads."""

KEY_HOLDERS = (
    "lookup_key",
    "customer_no",
    "import_id",
    "standing",
    "superseded_by",
    "supersedes",
    "marked",
)
"""The columns of the statement of that name."""

SERIAL_NUMBERS = "serial_number"
"""Name of the counter of serial numbers."""

_ZERO: ColumnElement[int] = literal_column("0", Integer())
_ONE: ColumnElement[int] = literal_column("1", Integer())
"""Parts of the statements: PostgreSQL could not tell a parameter's type here."""

KEYS: Columns = {"k": CODE}
PAIRS: Columns = {"m": CODE, "k": CODE}
VERSIONS: Columns = {"m": CODE, "v": NUMBER}
DATES: Columns = {"d": DATE}
NUMBERS: Columns = {"n": NUMBER}
PAGES: Columns = {"n": NUMBER, "m": CODE, "c": CODE, "d": DATE, "b": CODE}
FIGURES: Columns = {"i": CODE, "c": CODE, "d": DATE}


class Statements:
    """The statements of one dialect; every public attribute is one."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self.open_day = select(business_days).where(business_days.c.open_slot == 1)
        # A writing lane begins with the open day and the next serial number.
        self.open_day_counted = self.open_day.add_columns(_numbers_reach()).execution_options(**{KEPT: True})
        self.close_days: Executable = CLOSE_DAYS
        self.days = self._days()
        self.transactions = self._by_key(transactions, KEYS, transactions.c.key)
        self.transactions_locked = self._by_key(transactions, KEYS, transactions.c.key, lock=Lock.WAIT)
        self.transactions_skipping = self._by_key(transactions, KEYS, transactions.c.key, lock=Lock.SKIP)
        self.traces = self._by_key(traces, KEYS, traces.c.trace, order=(traces.c.received_at,))
        self.payments = self._payments()
        self.payments_locked = self._payments(lock=Lock.WAIT)
        self.payments_skipping = self._payments(lock=Lock.SKIP)
        self.applied = self._by_key(office_postings, KEYS, office_postings.c.settles)
        self.bill_versions = self._bills(None)
        self.bill_versions_locked = self._bills(None, lock=Lock.WAIT)
        self.bills = self._bills(not_former(BILLS))
        self.bills_locked = self._bills(not_former(BILLS), lock=Lock.WAIT)
        self.bills_skipping = self._bills(not_former(BILLS), lock=Lock.SKIP)
        self.open_bills = self._open_bills()
        self.import_states = self._import_states()
        self.end_undo = _end_undo()
        self.bill_pages = self._bill_pages()
        self.merchants = self._by_key(merchants, KEYS, merchants.c.merchant_id)
        self.merchant_page = self._merchant_page()
        self.merchant_count = select(func.count()).select_from(merchants).where(_in_directory())
        self.forms = self._by_key(
            payment_forms, VERSIONS, payment_forms.c.merchant_id, payment_forms.c.version
        )
        self.customers = self._customers()
        self.key_holders = self._key_holders()
        self.numbered_customers = self._numbered_customers()
        self.steady_customers = self.numbered_customers.where(steady(customers))
        self.customer_versions = self._joined(
            customers, PAIRS, customers.c.merchant_id, customers.c.customer_no
        )
        self.payment_totals = self._payment_totals()
        self.reversal_totals = self._reversal_totals()
        self.agreed_totals = self._agreed_totals()
        self.next_number = _counter().with_for_update()
        self.take_numbers = (
            update(serial_counters)
            .where(serial_counters.c.name == bindparam("counter"))
            .values(next_number=bindparam("next"))
        )
        self.put_check = insert(serial_counters).values(name=bindparam("counter"), next_number=0)
        self.take_check = delete(serial_counters).where(serial_counters.c.name == bindparam("counter"))

    def select(self, name: str) -> Select[Any]:
        """Return a reading statement by its name."""
        statement: Select[Any] = getattr(self, name)
        return statement

    def names(self) -> list[str]:
        """Return the names of all statements."""
        return [name for name in vars(self) if not name.startswith("_")]

    def _rows(self, columns: Columns) -> FromClause:
        return wanted_rows(self._dialect, columns)

    def _by_key(self, table: Table, columns: Columns, *key: ColumnElement[Any], **how: Any) -> Select[Any]:
        return rows_by_key(self._dialect, table, columns, *key, **how)

    def _payments(self, *, lock: Lock = Lock.NONE) -> Select[Any]:
        line = (payments.c.line,)
        return self._by_key(payments, KEYS, payments.c.serial_number, order=line, lock=lock)

    def _bills(self, where: ColumnElement[bool] | None, *, lock: Lock = Lock.NONE) -> Select[Any]:
        """Versions of bills; those of one bill in the order of their creation: a staged one after its original."""
        key = (bills.c.merchant_id, bills.c.bill_no)
        return self._by_key(bills, PAIRS, *key, where=where, order=(bills.c.version,), lock=lock)

    def _joined(self, table: FromClause, columns: Columns, *key: ColumnElement[Any]) -> Select[Any]:
        return self._join(select(table), table, columns, *key)

    def _join(
        self, statement: Select[Any], table: FromClause, columns: Columns, *key: ColumnElement[Any]
    ) -> Select[Any]:
        rows = self._rows(columns)
        same = and_(*(mine == asked for mine, asked in zip(key, rows.c, strict=True)))
        return statement.join_from(rows, table, same)

    def _open_bills(self) -> Select[Any]:
        """The numbers of customers' open bills; those are locked by their numbers then."""
        found = select(bills.c.merchant_id, bills.c.customer_no, bills.c.bill_no)
        asked = self._join(found, bills, PAIRS, bills.c.merchant_id, bills.c.customer_no)
        return asked.where(_payable(), in_effect(bills))

    def _import_states(self) -> Select[Any]:
        state = select(imports.c.import_id, imports.c.state)
        return self._join(state, imports, NUMBERS, imports.c.import_id)

    def _days(self) -> Select[Any]:
        days = business_days
        return self._join(select(days.c.business_date, days.c.state), days, DATES, days.c.business_date)

    def _bill_pages(self) -> Select[Any]:
        """Open bills of customers from a position on, each with the total number of open bills.

        The first open bill is included even if the page begins after it: it carries the total.
        """
        page = self._rows(PAGES)
        order = (bills.c.due_date, bills.c.bill_no)
        before = case(
            (page.c.d.is_(None), _ZERO),
            (bills.c.due_date < page.c.d, _ONE),
            (and_(bills.c.due_date == page.c.d, bills.c.bill_no < page.c.b), _ONE),
            else_=_ZERO,
        )
        found = (
            select(
                page.c.n.label("page"),
                func.count().over(partition_by=page.c.n).label("total"),
                func.sum(before).over(partition_by=page.c.n).label("skipped"),
                func.row_number().over(partition_by=page.c.n, order_by=order).label("place"),
                *bills.c,
            )
            .join_from(
                page,
                bills,
                and_(bills.c.merchant_id == page.c.m, bills.c.customer_no == page.c.c),
            )
            .where(_payable(), in_effect(bills))
            .subquery("found")
        )
        shown = and_(
            found.c.place > found.c.skipped,
            found.c.place <= found.c.skipped + bindparam("most", type_=Integer()),
        )
        return select(found).where(or_(shown, found.c.place == 1)).order_by(found.c.page, found.c.place)

    def _merchant_page(self) -> Select[Any]:
        return (
            select(merchants)
            .where(_in_directory(), merchants.c.merchant_id >= bindparam("first", type_=CODE))
            .order_by(merchants.c.merchant_id)
            .limit(bindparam("most", type_=Integer()))
        )

    def _customers(self) -> Select[Any]:
        keys = customer_keys
        place = func.row_number().over(
            partition_by=(keys.c.merchant_id, keys.c.lookup_key),
            order_by=customers.c.customer_no,
        )
        ranked = select(keys.c.lookup_key, *_customer(), place.label("place"))
        found = (
            self._join(ranked, keys, PAIRS, keys.c.merchant_id, keys.c.lookup_key)
            .join(customers, customers.c.customer_id == keys.c.customer_id)
            # Before the rows are counted: a hidden row must not take the place of a visible one.
            .where(in_effect(customers))
            .subquery("found")
        )
        shown = [found.c[name] for name in ("lookup_key", *_CUSTOMER)]
        return select(*shown).where(found.c.place <= _NAMESAKES_MAX).order_by(found.c.customer_no)

    def _key_holders(self) -> Select[Any]:
        """Rows that lookup keys find, or may find later, with the columns that decide it."""
        keys, row, original = customer_keys.c, customers.c, customers.alias("original")
        found = select(
            keys.lookup_key,
            row.customer_no,
            row.import_id,
            row.standing,
            row.superseded_by,
            row.supersedes,
            original.c.superseded_by.label("marked"),
        )
        assert tuple(found.selected_columns.keys()) == KEY_HOLDERS
        return (
            self._join(found, customer_keys, PAIRS, keys.merchant_id, keys.lookup_key)
            .join(customers, row.customer_id == keys.customer_id)
            .outerjoin(original, original.c.customer_id == row.supersedes)
            .where(not_former(CUSTOMERS))
        )

    def _numbered_customers(self) -> Select[Any]:
        key = (customers.c.merchant_id, customers.c.customer_no)
        return self._join(select(*_customer()), customers, PAIRS, *key).where(in_effect(customers))

    def _payment_totals(self) -> Select[Any]:
        # A payment of several bills counts once, by its first line.
        first = func.sum(case((payments.c.line == _ONE, _ONE), else_=_ZERO))
        return self._totals(payments, first, payments.c.in_totals == _ONE)

    def _reversal_totals(self) -> Select[Any]:
        applied: ColumnElement[str] = literal_column(f"'{ReversalOutcome.APPLIED.value}'")
        return self._totals(reversals, func.count(), reversals.c.outcome == applied)

    def _agreed_totals(self) -> Select[Any]:
        own = agreed_totals.c
        key = (own.institution, own.currency, own.business_date)
        return self._join(select(*key), agreed_totals, FIGURES, *key)

    def _totals(self, table: Any, count: ColumnElement[int], counted: ColumnElement[bool]) -> Select[Any]:
        key = (table.c.institution, table.c.currency, table.c.business_date)
        figures = select(*key, count, func.sum(table.c.amount_minor))
        return self._join(figures, table, FIGURES, *key).where(counted).group_by(*key)


def _end_undo() -> Executable:
    """Put an import that is being undone back into effect; all its rows must be tidied again."""
    ended = LIFE[ImportEvent.UNDO_ENDED]
    undoing = and_(imports.c.import_id == bindparam("number"), imports.c.state.in_(sorted(ended.sources)))
    return update(imports).where(undoing).values(state=ended.target.value, rows_through=0)


def _counter() -> Select[Any]:
    return select(serial_counters.c.next_number).where(serial_counters.c.name == bindparam("counter"))


def _numbers_reach() -> ColumnElement[Any]:
    counter = serial_counters.c.name == SERIAL_NUMBERS
    return select(serial_counters.c.next_number).where(counter).scalar_subquery().label("numbers_reach")


def _customer() -> list[ColumnElement[Any]]:
    return [customers.c[name] for name in _CUSTOMER]


def _in_directory() -> ColumnElement[bool]:
    """Whether terminals may see a merchant."""
    return and_(
        merchants.c.status == MerchantStatus.ACTIVE.value,
        merchants.c.form_version.is_not(None),
    )


def _payable() -> ColumnElement[bool]:
    """Whether a bill can be paid on ``:day``: ``Bill.state`` and ``Bill.opened`` in SQL."""
    day = bindparam("day", type_=DATE)
    return and_(
        bills.c.mark.is_(None),
        or_(bills.c.paid_principal_minor < bills.c.amount_minor, bills.c.late_fee_left_minor > 0),
        or_(bills.c.open_from.is_(None), bills.c.open_from <= day),
        or_(bills.c.expires_on.is_(None), bills.c.expires_on >= day),
    )


@cache
def statements_of(dialect: str) -> Statements:
    """Return the statements of a dialect, built once in a process: this takes longer than opening a store."""
    return Statements(dialect)
