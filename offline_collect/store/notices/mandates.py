"""Mandates for the notices of their changes: as they are when these go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, select

from offline_collect.domain.debits.mandates import Cycle, Mandate, MandateState
from offline_collect.domain.notices.mandate_words import MandateNow
from offline_collect.store.backoffice.mandates import StoredMandate
from offline_collect.store.database.list_parameter import CODE, wanted
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_key import rows_by_key
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

_REFERENCE = {"merchant_id": CODE, "reference": CODE}
_CUSTOMER = {"merchant_id": CODE, "customer_no": CODE}


def mandates_now(
    tx: StoreTransaction, asked: Iterable[tuple[str, str, str]], day: dt.date
) -> dict[tuple[str, str], MandateNow]:
    """Return mandates by merchant and reference, on a business date.

    One about which nothing was decided, and that its customer has no more, is missing.

    Args:
        asked: merchant, customer number and reference of each.
    """
    keys = sorted({(merchant_id, reference) for merchant_id, _, reference in asked})
    if not keys:
        return {}
    dialect = tx.connection.dialect.name
    rows = tx.connection.execute(mandates_statement(dialect), wanted(tuple(_REFERENCE), keys)).all()
    found = {(row.merchant_id, row.reference): _now(row, MandateState(row.state), day) for row in rows}
    customers_of = sorted({each[:2] for each in asked if (each[0], each[2]) not in found})
    if customers_of:
        undecided = tx.connection.execute(terms_statement(dialect), wanted(tuple(_CUSTOMER), customers_of))
        found |= {(row.merchant_id, row.reference): _now(row, None, day) for row in undecided.all()}
    return found


def mandate_now(found: StoredMandate, day: dt.date) -> MandateNow:
    """Return a mandate that was read, on a business date."""
    account = None if found.customer is None else found.customer.debit_account
    return MandateNow(found.terms, found.terms.state(day), account)


@cache
def mandates_statement(dialect: str) -> Select[Any]:
    """Return the query of the mandates in a list, each with its customer in effect or none."""
    of, own = customers.c, mandates.c
    found = rows_by_key(dialect, mandates, _REFERENCE, own.merchant_id, own.reference).subquery("found")
    same = and_(
        of.merchant_id == found.c.merchant_id, of.mandate_ref == found.c.reference, in_effect(customers)
    )
    return select(
        found.c.merchant_id,
        found.c.reference,
        found.c.state,
        of.mandate_signed_on,
        of.mandate_to,
        of.mandate_limit_minor,
        of.mandate_cycle,
        of.mandate_cycle_limit_minor,
        of.debit_account,
    ).select_from(found.outerjoin(customers, same))


@cache
def terms_statement(dialect: str) -> Select[Any]:
    """Return the query of the customers in effect in a list that have a mandate."""
    of = customers.c
    carried = and_(in_effect(customers), of.mandate_ref.is_not(None))
    found = rows_by_key(dialect, customers, _CUSTOMER, of.merchant_id, of.customer_no, where=carried)
    own = found.subquery("found").c
    return select(
        own.merchant_id,
        own.mandate_ref.label("reference"),
        own.mandate_signed_on,
        own.mandate_to,
        own.mandate_limit_minor,
        own.mandate_cycle,
        own.mandate_cycle_limit_minor,
        own.debit_account,
    )


def _now(row: Any, decided: MandateState | None, day: dt.date) -> MandateNow:
    terms = Mandate(
        row.reference,
        signed_on=row.mandate_signed_on,
        last_day=row.mandate_to,
        limit_minor=row.mandate_limit_minor,
        cycle=None if row.mandate_cycle is None else Cycle(row.mandate_cycle),
        cycle_limit_minor=row.mandate_cycle_limit_minor,
        decided=decided,
    )
    return MandateNow(terms, terms.state(day), row.debit_account)
