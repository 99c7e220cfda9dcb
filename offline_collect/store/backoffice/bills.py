"""Bills, for the back office: in chunks, and one bill with its customer and payments.

A changed bill gets a new version; the former version stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from offline_collect.domain.bills import Bill, BillMark
from offline_collect.domain.customers import Customer
from offline_collect.domain.imports.identity import BillIdentity, BillMove, bill_move
from offline_collect.domain.imports.rows import (
    BillInEffect,
    Change,
    KnownCustomers,
    RowOutcome,
    Standing,
    judge_bill,
)
from offline_collect.domain.texts.similar_numbers import same_but_zeros
from offline_collect.domain.transactions import PostedPayment
from offline_collect.store.backoffice.customers import CHUNK_MAX
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.bulk_write import bulk_insert, bulk_update
from offline_collect.store.database.json import to_json
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.list_write import Row
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.schema.tables import bills, payments
from offline_collect.store.sql.by_name import picker
from offline_collect.store.sql.row_mapping import bill_from_row, customer_from_row, payment_from_row
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import BILL_PLACES, in_effect
from offline_collect.store.sql.visibility import Row as StoredRow
from offline_collect.store.versioning.bills_in_effect import load_bills
from offline_collect.store.versioning.present import ABSENT, Present, present_bills, present_customers

BillOutcome = RowOutcome
"""The action on a bill."""

_NAMES = bills.columns.keys()
_SAID = (
    "customer_no",
    "amount_minor",
    "due_date",
    "currency",
    "description",
    "period",
    "open_from",
    "expires_on",
    "extra",
)
content_of = picker(_NAMES, _SAID)
"""Picks the merchant's data of a bill from its row."""

named_content_of = picker(_NAMES, ("merchant_id", "bill_no", *_SAID))
"""Picks the same, with the merchant and the bill number."""

_identity_of = picker(_NAMES, BillIdentity._fields)

_MARK = _NAMES.index("mark")
_PAID = (_NAMES.index("paid_principal_minor"), _NAMES.index("paid_late_fee_minor"))
_NOTHING_YET = (0, 0, 0, 0, None, 0)
_NEAR = 100
"""Amounts and late fee of an unpaid bill."""


@dataclass(frozen=True, slots=True)
class BillRecord:
    """A bill as a merchant gives it; see :class:`offline_collect.domain.bills.Bill`."""

    bill_no: str
    customer_no: str
    amount_minor: int
    due_date: dt.date
    currency: str = "156"
    description: str | None = None
    period: str | None = None
    open_from: dt.date | None = None
    expires_on: dt.date | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BillDetails:
    """A bill with its customer and the payments made for it, oldest first."""

    bill: Bill
    customer: Customer | None
    payments: tuple[PostedPayment, ...]


def put_bills(tx: StoreTransaction, merchant_id: str, chunk: Sequence[BillRecord]) -> list[RowOutcome]:
    """Add or change bills immediately; return the outcome of each.

    A bill is changed only while nothing is paid on it and it is unmarked. Its late fee then starts again, and
    a change that an import has staged for it will not take effect. Existing bills stay locked until the
    transaction ends.

    Args:
        chunk: at most :data:`offline_collect.store.backoffice.customers.CHUNK_MAX`, no number twice.

    Raises:
        NotFoundError: there is no such merchant.
    """
    assert len(chunk) <= CHUNK_MAX, "bills are written in chunks"
    # Existing bills and customers stay unchanged meanwhile: only payments continue.
    require_merchant(tx, merchant_id, lock=True)
    present = present_bills(tx, merchant_id, [record.bill_no for record in chunk], lock=True)
    return _put(tx, merchant_id, chunk, present)


@dataclass(frozen=True, slots=True)
class HeldBill:
    """The stored rows of a bill number, locked until the transaction ends.

    Attributes:
        present: its versions, and the claims of imports on it.
    """

    present: Present

    @property
    def bill(self) -> Bill | None:
        """The bill in effect, if any."""
        return None if self.present.row is None else bill_from_row(self.present.row)

    @property
    def next_version(self) -> int:
        """The version of the bill after it is added or changed."""
        return self.present.next_version


def hold_bill(tx: StoreTransaction, merchant_id: str, bill_no: str) -> HeldBill:
    """Lock a bill that a user adds or changes; the merchant is locked already."""
    return HeldBill(present_bills(tx, merchant_id, [bill_no], lock=True).get(bill_no, ABSENT))


def put_held_bill(tx: StoreTransaction, merchant_id: str, held: HeldBill, record: BillRecord) -> RowOutcome:
    """Add or change a bill that :func:`hold_bill` has locked; see :func:`put_bills`."""
    (outcome,) = _put(tx, merchant_id, [record], {record.bill_no: held.present})
    return outcome


def _put(
    tx: StoreTransaction, merchant_id: str, chunk: Sequence[BillRecord], present: Mapping[str, Present]
) -> list[RowOutcome]:
    known = known_customers(tx, merchant_id, chunk)
    outcomes = judge_bills(chunk, present, known, staged=False)
    write_bills(tx, merchant_id, chunk, outcomes, present, import_id=None)
    return outcomes


def known_customers(tx: StoreTransaction, merchant_id: str, chunk: Iterable[BillRecord]) -> KnownCustomers:
    """Return the customers of bills that exist and that no undo in progress removes."""
    asked = {record.customer_no for record in chunk}
    known = existing_customers(tx, merchant_id, asked)
    unknown = asked - known
    if not unknown:
        return KnownCustomers(known)
    waiting = {
        number: present.claims.waiting.import_id
        for number, present in present_customers(tx, merchant_id, unknown).items()
        if present.claims.waiting is not None
    }
    return KnownCustomers(known, similar_customers(tx, merchant_id, unknown), waiting)


def similar_customers(tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> dict[str, str]:
    """Return, by number, an existing customer whose number differs only in leading zeros; one query at most."""
    written = {number: same_but_zeros(number) for number in numbers}
    candidates = {each for others in written.values() for each in others}
    known = existing_customers(tx, merchant_id, candidates) if candidates else set[str]()
    found = {number: next(filter(known.__contains__, others), None) for number, others in written.items()}
    return {number: similar for number, similar in found.items() if similar is not None}


def existing_customers(tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> set[str]:
    """Return those of some numbers that customers of a merchant have who stay as they are; one query."""
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in numbers])
    statement = tx.statements.select("steady_customers")
    return {row[1] for row in read_rows(tx.connection, statement, asked)}


def judge_bills(
    chunk: Iterable[BillRecord], present: Mapping[str, Present], customers: KnownCustomers, *, staged: bool
) -> list[RowOutcome]:
    """Return the action for each bill; see :func:`offline_collect.domain.imports.rows.judge_bill`.

    Args:
        customers: the customers that they may name.
    """
    outcomes = []
    for record in chunk:
        there = present.get(record.bill_no, ABSENT)
        now = None if there.row is None else bill_in_effect(there.row, same_as=_content(record))
        outcomes.append(
            judge_bill(
                record.bill_no,
                record.customer_no,
                now,
                there.claims,
                customers=customers,
                staged=staged,
                move=None if there.row is None else _move(there.row, record),
            )
        )
    return outcomes


def _move(row: StoredRow, record: BillRecord) -> BillMove | None:
    after = BillIdentity(record.customer_no, record.period, record.due_date, record.description)
    return bill_move(BillIdentity(*_identity_of(row)), after)


def bill_in_effect(row: StoredRow, same_as: Row | None = None) -> BillInEffect:
    """Return the facts for a decision about a bill's row.

    Args:
        same_as: the values to compare with, in the order of its columns.
    """
    mark = row[_MARK]
    return BillInEffect(
        same=content_of(row) == same_as,
        mark=None if mark is None else BillMark(mark),
        paid=any(row[place] for place in _PAID),
    )


def write_bills(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[BillRecord],
    outcomes: Sequence[RowOutcome],
    present: Mapping[str, Present],
    *,
    import_id: int | None,
) -> None:
    """Write the versions of new or changed bills.

    Args:
        import_id: the import that stages them; None to put them into effect at once.
    """
    rows, replaced = [], []
    for record, outcome in zip(chunk, outcomes, strict=True):
        if outcome.change in {Change.NEW, Change.CHANGED}:
            there = present.get(record.bill_no, ABSENT)
            content = (merchant_id, record.bill_no, *_content(record))
            rows.append(new_version(content, there, import_id))
            if there.row is not None:
                replaced.append(there.row)
    replace_bills(tx, replaced, import_id)
    bulk_insert(tx.connection, bills, rows)


def new_version(content: Row, present: Present, import_id: int | None, mark: str | None = None) -> Row:
    """Return the row of a bill's next version, which is unpaid.

    Args:
        content: merchant, number and the merchant's data of the bill.
    """
    standing: Row = (None, None, None, None)
    if import_id is not None:
        supersedes = None if present.row is None else present.row[BILL_PLACES.row_id]
        standing = (import_id, Standing.STAGED.value, supersedes, None)
    return (*content, present.next_version, mark, *_NOTHING_YET, *standing)


def replace_bills(tx: StoreTransaction, rows: Iterable[StoredRow], import_id: int | None) -> None:
    """Mark versions in effect as replaced: immediately, or once the import is released."""
    if import_id is None:
        former = [(Standing.FORMER.value, row[0]) for row in rows]
        bulk_update(tx.connection, bills, ("standing",), ("bill_id",), former, ("superseded_by",))
    else:
        bulk_update(
            tx.connection, bills, ("superseded_by",), ("bill_id",), [(import_id, row[0]) for row in rows]
        )


def bills_near(tx: StoreTransaction, merchant_id: str, bill_no: str) -> list[str]:
    """Return the numbers of a merchant's bills before and after a number that it does not have, and with other zeros."""
    number = bills.c.bill_no
    own = select(number).where(bills.c.merchant_id == merchant_id, in_effect(bills)).limit(_NEAR)
    zeros = own.where(number.in_(same_but_zeros(bill_no)))
    after = own.where(number > bill_no).order_by(number)
    before = own.where(number < bill_no).order_by(number.desc())
    return [each for side in (zeros, before, after) for each in tx.connection.execute(side).scalars()]


def bill_details(tx: StoreTransaction, merchant_id: str, bill_no: str) -> BillDetails | None:
    """Return a bill with its customer and payments; None if the merchant has no such bill."""
    key = (merchant_id, bill_no)
    bill = load_bills(tx.connection, tx.statements, [key], lock=False).get(key)
    if bill is None:
        return None
    paid = (
        select(payments)
        .where(payments.c.merchant_id == merchant_id, payments.c.bill_no == bill_no)
        .order_by(payments.c.posted_at, payments.c.serial_number, payments.c.line)
    )
    return BillDetails(
        bill,
        _customer(tx, merchant_id, bill.customer_no),
        tuple(map(payment_from_row, tx.connection.execute(paid))),
    )


def _customer(tx: StoreTransaction, merchant_id: str, customer_no: str) -> Customer | None:
    one = wanted(tuple(PAIRS), [(merchant_id, customer_no)])
    row = tx.connection.execute(tx.statements.numbered_customers, one).first()
    return None if row is None else customer_from_row(row)


def _content(record: BillRecord) -> Row:
    """Return the merchant's data of a bill, in the order of the columns."""
    return (
        record.customer_no,
        record.amount_minor,
        record.due_date,
        record.currency,
        record.description,
        record.period,
        record.open_from,
        record.expires_on,
        to_json(dict(sorted(record.extra.items()))) if record.extra else None,
    )


def mark_bill(tx: StoreTransaction, bill: Bill, mark: BillMark | None) -> None:
    """Change the mark of a bill that the transaction has locked; this overtakes a staged change of it."""
    value = None if mark is None else mark.value
    bulk_update(tx.connection, bills, ("mark",), ("bill_id",), [(value, bill.bill_id)], ("superseded_by",))
