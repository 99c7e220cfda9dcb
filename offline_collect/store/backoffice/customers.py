"""Customers, for the back office: whole rows, in chunks.

A changed customer gets a new version; the former version stays, without its lookup keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from offline_collect.domain.debits.mandates import Cycle
from offline_collect.domain.imports.identity import InputsChange, inputs_change, name_change
from offline_collect.domain.imports.rows import Change, RowOutcome, Standing, judge_customer
from offline_collect.store.backoffice.lookup_keys import ChunkKeys, drop_keys, insert_keys, latest_forms
from offline_collect.store.backoffice.mandate_expiry import keep_expired
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.bulk_write import bulk_insert, bulk_update
from offline_collect.store.database.json import from_json, to_json
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.list_write import Row
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.imports.key_holders import refuse_taken_keys
from offline_collect.store.imports.mandate_rows import judge_mandates
from offline_collect.store.notices.changed_terms import tell_changed_terms
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_name import picker, row_reader
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import CUSTOMER_PLACES, in_effect
from offline_collect.store.versioning.present import ABSENT, Present, present_customers

CHUNK_MAX = 1_000
"""Customers that are written together."""

_NAMES = customers.columns.keys()
_SAID = (
    "name",
    "inputs",
    "mobile",
    "email",
    "app_user",
    "consent",
    "debit_account",
    "debit_bank",
    "account_name",
    "mandate_ref",
    "mandate_signed_on",
    "mandate_from",
    "mandate_to",
    "mandate_purpose",
    "mandate_cycle",
    "mandate_limit_minor",
    "mandate_cycle_limit_minor",
)
_content_of = picker(_NAMES, _SAID)
"""Picks the merchant's data of a customer from its row."""

_NUMBER, _VERSION = _NAMES.index("customer_no"), _NAMES.index("version")
_NAME, _INPUTS, _LAST_DAY = (_NAMES.index(name) for name in ("name", "inputs", "mandate_to"))


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """All stored data of a customer; docs/merchants.md explains the columns.

    Attributes:
        inputs: normalised values of the form's inputs, by key.
        debit_bank: the bank that keeps the account, by its number.
        mandate_ref: the reference of the mandate, whose terms follow; what was decided about it is not here but in
            :mod:`offline_collect.store.backoffice.mandates`.
        mandate_limit_minor: the limit of one debit, in the merchant's currency.
        mandate_cycle_limit_minor: likewise of all debits of a cycle.
    """

    customer_no: str
    name: str = field(repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    app_user: str | None = field(default=None, repr=False)
    consent: bool = False
    debit_account: str | None = field(default=None, repr=False)
    debit_bank: str | None = None
    account_name: str | None = field(default=None, repr=False)
    mandate_ref: str | None = None
    mandate_signed_on: dt.date | None = None
    mandate_from: dt.date | None = None
    mandate_to: dt.date | None = None
    mandate_purpose: str | None = None
    mandate_cycle: Cycle | None = None
    mandate_limit_minor: int | None = None
    mandate_cycle_limit_minor: int | None = None


def put_customers(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[CustomerRecord],
    *,
    now: dt.datetime | None = None,
) -> list[RowOutcome]:
    """Add or change customers and their lookup keys immediately; return the outcome of each.

    A change that an import has staged for one of them will not take effect. A customer whose lookup key another
    customer has is refused, and one whose mandate another customer has.

    Args:
        chunk: at most :data:`CHUNK_MAX`, no number twice.
        now: the moment of the change, aware, for payers who are told that their mandates have other terms; None if
            nobody is.

    Raises:
        NotFoundError: there is no such merchant.
    """
    assert len(chunk) <= CHUNK_MAX, "customers are written in chunks"
    # A form published meanwhile would not find the new customers.
    merchant = require_merchant(tx, merchant_id, lock=True)
    present = present_customers(tx, merchant_id, [record.customer_no for record in chunk])
    judged = judge_customers(chunk, present, staged=False)
    judged = judge_mandates(tx, merchant_id, chunk, judged, present)
    keys = ChunkKeys(latest_forms(tx, merchant_id), merchant.form_version)
    outcomes = refuse_taken_keys(tx, merchant_id, keys, chunk, judged, present)
    write_customers(tx, merchant_id, chunk, outcomes, present, keys, import_id=None)
    if now is not None:
        changed = [
            (there.row, (there.row[0], *_new_row(merchant_id, record, there, None)))
            for record, outcome in zip(chunk, outcomes, strict=True)
            if outcome.change is Change.CHANGED and (there := present[record.customer_no]).row is not None
        ]
        tell_changed_terms(tx, merchant, changed, f"by hand at {now.isoformat()}", now)
    return outcomes


def judge_customers(
    chunk: Iterable[CustomerRecord], present: Mapping[str, Present], *, staged: bool
) -> list[RowOutcome]:
    """Return the action for each customer, before its lookup keys are checked."""
    outcomes = []
    for record in chunk:
        there = present.get(record.customer_no, ABSENT)
        same = there.row is not None and _content_of(there.row) == _content(record)
        renamed = there.row is not None and there.row[_NAME] != record.name
        outcomes.append(
            judge_customer(
                record.customer_no,
                there=there.row is not None,
                same=same,
                renamed=renamed,
                inputs=None if same else _inputs_change(there, record),
                names=None if there.row is None else name_change(there.row[_NAME], record.name),
                claims=there.claims,
                staged=staged,
            )
        )
    return outcomes


def _inputs_change(there: Present, record: CustomerRecord) -> InputsChange | None:
    if there.row is None or there.row[_INPUTS] is None:
        return None
    return inputs_change(from_json(there.row[_INPUTS]), record.inputs)


def write_customers(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[CustomerRecord],
    outcomes: Sequence[RowOutcome],
    present: Mapping[str, Present],
    keys: ChunkKeys,
    *,
    import_id: int | None,
) -> None:
    """Write the versions of new or changed customers, with their lookup keys.

    Args:
        keys: of the merchant's latest forms.
        import_id: the import that stages them; None to put them into effect at once.
    """
    written = [
        (record, present.get(record.customer_no, ABSENT))
        for record, outcome in zip(chunk, outcomes, strict=True)
        if outcome.change in {Change.NEW, Change.CHANGED}
    ]
    if not written:
        return
    before = [there.row[0] for _, there in written if there.row is not None]
    if import_id is None:
        if any(there.row is not None and there.row[_LAST_DAY] is not None for _, there in written):
            keep_expired(tx, customers.c.customer_id.in_(before))
        drop_keys(tx, before)
        replaced = [(Standing.FORMER.value, row_id) for row_id in before]
        cleared = ("superseded_by",)
        bulk_update(tx.connection, customers, ("standing",), ("customer_id",), replaced, cleared)
    else:
        marked = [(import_id, row_id) for row_id in before]
        bulk_update(tx.connection, customers, ("superseded_by",), ("customer_id",), marked)
    rows = [_new_row(merchant_id, record, there, import_id) for record, there in written]
    bulk_insert(tx.connection, customers, rows)
    ids = _written_ids(tx, merchant_id, rows)
    found = (
        (ids[record.customer_no], keys.of_all(record.customer_no, record.inputs)) for record, _ in written
    )
    insert_keys(tx, merchant_id, found)


def count_customers(tx: StoreTransaction, merchant_id: str) -> int:
    """Return how many customers a merchant has in effect."""
    own = (customers.c.merchant_id == merchant_id, in_effect(customers))
    counted = select(func.count()).select_from(customers).where(*own)
    return int(tx.connection.execute(counted).scalar_one())


def get_customer(tx: StoreTransaction, merchant_id: str, customer_no: str) -> CustomerRecord | None:
    """Return a customer; None if no customer has this number."""
    wanted_one = select(customers).where(
        customers.c.merchant_id == merchant_id,
        customers.c.customer_no == customer_no,
        in_effect(customers),
    )
    row = tx.connection.execute(wanted_one).first()
    return None if row is None else customer_record(row)


def customers_by_number(
    tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]
) -> dict[str, CustomerRecord]:
    """Return the customers in effect that have some numbers."""
    found = present_customers(tx, merchant_id, numbers)
    return {number: customer_record(each.row) for number, each in found.items() if each.row is not None}


customer_record = row_reader(
    CustomerRecord,
    _NAMES,
    {
        "inputs": from_json,
        "consent": bool,
        "mandate_cycle": lambda word: None if word is None else Cycle(word),
    },
)
"""Reads a row of customers."""


def _written_ids(tx: StoreTransaction, merchant_id: str, rows: Sequence[Row]) -> dict[str, int]:
    """Return the row ids that the database has just assigned, by customer number."""
    # Without the row's first column: the database assigns this id.
    versions = {row[_NUMBER - 1]: row[_VERSION - 1] for row in rows}
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in versions])
    found = read_rows(tx.connection, tx.statements.select("customer_versions"), asked)
    return {
        row[_NUMBER]: row[CUSTOMER_PLACES.row_id] for row in found if row[_VERSION] == versions[row[_NUMBER]]
    }


def _new_row(merchant_id: str, record: CustomerRecord, present: Present, import_id: int | None) -> Row:
    standing: Row = (None, None, None, None)
    if import_id is not None:
        supersedes = None if present.row is None else present.row[CUSTOMER_PLACES.row_id]
        standing = (import_id, Standing.STAGED.value, supersedes, None)
    return (merchant_id, record.customer_no, *_content(record), present.next_version, *standing)


def _content(record: CustomerRecord) -> Row:
    """Return the merchant's data of a customer, in the order of the columns."""
    return (
        record.name,
        # Sorted, so that equal inputs are equal texts.
        to_json(dict(sorted(record.inputs.items()))),
        record.mobile,
        record.email,
        record.app_user,
        int(record.consent),
        record.debit_account,
        record.debit_bank,
        record.account_name,
        record.mandate_ref,
        record.mandate_signed_on,
        record.mandate_from,
        record.mandate_to,
        record.mandate_purpose,
        record.mandate_cycle and record.mandate_cycle.value,
        record.mandate_limit_minor,
        record.mandate_cycle_limit_minor,
    )
