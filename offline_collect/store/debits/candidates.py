"""The payers of bills that may go into a debit batch, and what was debited from them before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, fields
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from offline_collect.domain.debits.batches import LIVE, RecordState
from offline_collect.domain.debits.mandates import Cycle, Mandate, MandateState, Party
from offline_collect.domain.debits.selection import LastDebit
from offline_collect.domain.facts import BillKey
from offline_collect.domain.values import value
from offline_collect.store.backoffice.mandates import Decision, decided_about, mandate_of
from offline_collect.store.database.list_parameter import wanted, wanted_rows
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.debits.due_bills import Place
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

_COUNTED = [*(state.value for state in sorted(LIVE)), RecordState.SETTLED.value]


@value
class _Terms:
    """What a customer's row says of debits."""

    customer_no: str
    name: str = field(repr=False)
    debit_account: str | None = field(repr=False)
    debit_bank: str | None
    account_name: str | None = field(repr=False)
    mandate_ref: str | None
    mandate_signed_on: dt.date | None
    mandate_from: dt.date | None
    mandate_to: dt.date | None
    mandate_limit_minor: int | None
    mandate_cycle: Cycle | None
    mandate_cycle_limit_minor: int | None


@value
class Payer:
    """A customer with a mandate.

    Attributes:
        holder: of the account: the customer himself unless the merchant says another.
    """

    customer_no: str
    debit_account: str | None = field(repr=False)
    debit_bank: str | None
    holder: str = field(repr=False)
    mandate: Mandate


def payers_of(tx: StoreTransaction, merchant_id: str, places: Iterable[Place]) -> dict[str, Payer]:
    """Return the customers of bills by their numbers; those without a mandate are missing."""
    numbers = dict.fromkeys(customer_no for customer_no, _, _ in places)
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in numbers])
    rows = read_rows(tx.connection, customers_with_mandates(tx.connection.dialect.name), asked)
    found = (_payer(row) for row in rows if row[_MANDATE_REF] is not None)
    return {each.customer_no: each for each in found}


@cache
def customers_with_mandates(dialect: str) -> Select[Any]:
    """Return the query of the customers in a list, with what was decided about their mandates.

    They are not joined to their bills, and those without a mandate are not left out: SQLite would search them by a
    range of their numbers, or of the mandates' references.
    """
    asked = wanted_rows(dialect, PAIRS)
    same = and_(customers.c.merchant_id == asked.c.m, customers.c.customer_no == asked.c.k)
    terms = (customers.c[name] for name in _TERMS)
    decided = (column.label(f"decided_{column.name}") for column in mandates.columns)
    return (
        select(*terms, *decided)
        .join_from(asked, customers, same)
        .outerjoin(mandates, decided_about())
        .where(in_effect(customers))
    )


def last_debits(tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> dict[str, LastDebit]:
    """Return what became of the last debit of bills; those that were in no batch are missing."""
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in numbers])
    rows = tx.connection.execute(debits_of_bills(tx.connection.dialect.name), asked)
    return {bill_no: LastDebit(RecordState(state), retry_on) for bill_no, state, retry_on in rows}


def debited_amounts(
    tx: StoreTransaction, merchant_id: str, references: Iterable[str], since: dt.date
) -> dict[str, list[tuple[dt.date, int]]]:
    """Return what is debited from mandates, or is in a batch, by collection date from ``since`` on."""
    asked = wanted(tuple(PAIRS), [(merchant_id, reference) for reference in references])
    statement = debits_of_mandates(tx.connection.dialect.name)
    rows = tx.connection.execute(statement.where(debit_batches.c.collection_date >= since), asked)
    found: dict[str, list[tuple[dt.date, int]]] = {}
    for reference, day, amount in rows:
        found.setdefault(reference, []).append((day, int(amount)))
    return found


def collection_days(tx: StoreTransaction, keys: Iterable[BillKey]) -> dict[BillKey, dt.date]:
    """Return the days of the debits for which bills are in a batch; those that are in none are missing."""
    asked = sorted(set(keys))
    if not asked:
        return {}
    rows = tx.connection.execute(live_debits(tx.connection.dialect.name), wanted(tuple(PAIRS), asked))
    return {(merchant_id, bill_no): day for merchant_id, bill_no, day in rows}


@cache
def live_debits(dialect: str) -> Select[Any]:
    """Return the query of the days of the debits for which the bills in a list are in a batch."""
    asked = wanted_rows(dialect, PAIRS)
    row = debit_records.c
    same = and_(row.merchant_id == asked.c.m, row.bill_no == asked.c.k)
    return (
        select(row.merchant_id, row.bill_no, debit_batches.c.collection_date)
        .join_from(asked, debit_records, same)
        .join(debit_batches, debit_batches.c.batch_no == row.batch_no)
        .where(row.live_bill.is_not(None))
    )


@cache
def debits_of_bills(dialect: str) -> Select[Any]:
    """Return the query of the records of the bills in a list, the last of each bill last."""
    asked = wanted_rows(dialect, PAIRS)
    same = and_(debit_records.c.merchant_id == asked.c.m, debit_records.c.bill_no == asked.c.k)
    row = debit_records.c
    return (
        select(row.bill_no, row.state, row.retry_on)
        .join_from(asked, debit_records, same)
        .where(row.state != RecordState.CANCELLED.value)
        .order_by(row.batch_no, row.sequence)
    )


@cache
def debits_of_mandates(dialect: str) -> Select[Any]:
    """Return the query of what is debited from the mandates in a list, by collection date."""
    asked = wanted_rows(dialect, PAIRS)
    row = debit_records.c
    same = and_(row.merchant_id == asked.c.m, row.mandate_ref == asked.c.k)
    amount = case(
        (row.state == RecordState.SETTLED.value, row.settled_minor),
        else_=row.principal_minor + row.late_fee_minor,
    )
    return (
        select(row.mandate_ref, debit_batches.c.collection_date, func.sum(amount))
        .join_from(asked, debit_records, same)
        .join(debit_batches, debit_batches.c.batch_no == row.batch_no)
        .where(row.state.in_(_COUNTED))
        .group_by(row.mandate_ref, debit_batches.c.collection_date)
    )


_decision = row_reader(
    Decision,
    mandates.columns.keys(),
    {"state": MandateState, "party": lambda word: None if word is None else Party(word)},
)
_REFERENCE = mandates.columns.keys().index("reference")
_TERMS = tuple(each.name for each in fields(_Terms))
_MANDATE_REF = _TERMS.index("mandate_ref")
_terms = row_reader(_Terms, _TERMS, {"mandate_cycle": lambda word: None if word is None else Cycle(word)})


def _payer(values: Sequence[Any]) -> Payer:
    terms = _terms(values[: len(_TERMS)])
    assert terms.mandate_ref is not None, "only those with a mandate are read"
    decided = values[len(_TERMS) :]
    decision = None if decided[_REFERENCE] is None else _decision(decided)
    return Payer(
        customer_no=terms.customer_no,
        debit_account=terms.debit_account,
        debit_bank=terms.debit_bank,
        holder=terms.account_name or terms.name,
        mandate=mandate_of(terms.mandate_ref, terms, decision),
    )


def debited_in_cycle(mandate: Mandate, debited: Mapping[str, list[tuple[dt.date, int]]], on: dt.date) -> int:
    """Return what is debited from a mandate in the cycle of a day."""
    if mandate.cycle is None:
        return 0
    first = mandate.cycle.first_day(on)
    return sum(
        amount for day, amount in debited.get(mandate.reference, ()) if mandate.cycle.first_day(day) == first
    )
