"""Mandates: the terms of customers in effect, and what was decided about them.

A batch of debits reads mandates in the transaction that registers it, after :func:`hold_mandates`: a cancellation is
then either seen by it, or waits until the batch is there. It selects by :func:`state_on` and :func:`decided_about`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from offline_collect.domain.debits.mandates import LIFE, Cycle, Mandate, MandateEvent, MandateState, Party
from offline_collect.domain.notices.mandate_changes import MandateChange, mandate_notice
from offline_collect.store.backoffice.customers import CustomerRecord, customer_record
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.notices.events import write_notices
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a mandate.

    Attributes:
        signed_on: the day on which it was signed, if that was decided.
        form_digest: SHA-256 of the signed form, 64 hex digits, likewise.
        party: who wanted it; None for an operator.
    """

    state: MandateState
    decided_by: str
    decided_at: dt.datetime
    party: Party | None = None
    reason: str | None = None
    signed_on: dt.date | None = None
    form_digest: str | None = None


@dataclass(frozen=True, slots=True)
class StoredMandate:
    """A mandate as it is stored.

    Attributes:
        customer_no: of the customer that has it, or had it when the last decision was made.
        customer: the customer in effect that has it; None if none has it any more.
        decision: the last one; None if there was none.
        version: how many decisions there were.
    """

    reference: str
    customer_no: str
    customer: CustomerRecord | None
    decision: Decision | None
    version: int

    @property
    def terms(self) -> Mandate:
        """The terms, with what was decided."""
        return mandate_of(self.reference, self.customer, self.decision)


class MandateColumns(Protocol):
    """A customer's columns with the terms of his mandate; None where there is none."""

    @property
    def mandate_signed_on(self) -> dt.date | None:
        """The day of signature."""

    @property
    def mandate_from(self) -> dt.date | None:
        """The first day of debits."""

    @property
    def mandate_to(self) -> dt.date | None:
        """The last one."""

    @property
    def mandate_limit_minor(self) -> int | None:
        """The limit of one debit."""

    @property
    def mandate_cycle(self) -> Cycle | None:
        """The time in which the next limit counts."""

    @property
    def mandate_cycle_limit_minor(self) -> int | None:
        """The limit of all debits of a cycle."""


def mandate_of(reference: str, customer: MandateColumns | None, decision: Decision | None) -> Mandate:
    """Return the terms of a customer's mandate, with what was decided about it."""
    decided = None if decision is None else decision.state
    signed_on = None if decision is None else decision.signed_on
    if customer is None:
        return Mandate(reference, signed_on=signed_on, decided=decided)
    return Mandate(
        reference,
        signed_on=signed_on or customer.mandate_signed_on,
        first_day=customer.mandate_from,
        last_day=customer.mandate_to,
        limit_minor=customer.mandate_limit_minor,
        cycle=customer.mandate_cycle,
        cycle_limit_minor=customer.mandate_cycle_limit_minor,
        decided=decided,
    )


def hold_mandates(tx: StoreTransaction, merchant_id: str) -> None:
    """Keep a merchant's mandates as they are until the transaction ends; what was decided before is read from now on.

    The merchant's row is locked, since a mandate about which nothing was decided has none of its own.

    Raises:
        NotFoundError: there is no such merchant.
    """
    require_merchant(tx, merchant_id, lock=True)


def decided_about() -> ColumnElement[bool]:
    """Return the condition that joins ``mandates`` (outer) to a row of ``customers`` in effect."""
    return and_(
        mandates.c.merchant_id == customers.c.merchant_id, mandates.c.reference == customers.c.mandate_ref
    )


def state_on(day: dt.date) -> ColumnElement[str]:
    """Return the state of the mandate of a customer, with its row of ``mandates`` or none, on a business date.

    The rule is :meth:`offline_collect.domain.debits.mandates.Mandate.state`.
    """
    expires = sorted(LIFE[MandateEvent.EXPIRED].sources)
    undecided = mandates.c.state.is_(None)
    return case(
        (
            and_(customers.c.mandate_to < day, or_(undecided, mandates.c.state.in_(expires))),
            _word(MandateState.EXPIRED),
        ),
        (mandates.c.state.is_not(None), mandates.c.state),
        (customers.c.mandate_signed_on <= day, _word(MandateState.ACTIVE)),
        else_=_word(MandateState.PROPOSED),
    )


def get_mandate(tx: StoreTransaction, merchant_id: str, reference: str) -> StoredMandate | None:
    """Return a mandate; None if no customer in effect has it and nothing was decided about it."""
    found = tx.connection.execute(_carried(merchant_id).where(customers.c.mandate_ref == reference)).first()
    if found is not None:
        return _stored(found)
    own = (mandates.c.merchant_id == merchant_id, mandates.c.reference == reference)
    row = tx.connection.execute(select(mandates).where(*own)).first()
    return (
        None if row is None else StoredMandate(reference, row.customer_no, None, _decision(row), row.version)
    )


def decisions_about(
    tx: StoreTransaction, merchant_id: str, references: Collection[str]
) -> Mapping[str, Decision]:
    """Return the last decisions about mandates by reference; one about which nothing was decided is missing.

    Args:
        references: of at most a page.
    """
    if not references:
        return {}
    own = (mandates.c.merchant_id == merchant_id, mandates.c.reference.in_(references))
    return {row.reference: _decision(row) for row in tx.connection.execute(select(mandates).where(*own))}


def list_mandates(
    tx: StoreTransaction,
    merchant_id: str,
    day: dt.date,
    states: Collection[MandateState],
    page: tuple[str | None, int],
) -> list[StoredMandate]:
    """Return the mandates of a merchant's customers in effect, by reference.

    Args:
        day: the business date.
        states: on that day; none for all.
        page: the reference after which they begin, None for the first, and how many.
    """
    after, most = page
    found = _carried(merchant_id).where(customers.c.mandate_ref > (after or " "))
    if states:
        found = found.where(state_on(day).in_(sorted(states)))
    rows = tx.connection.execute(found.order_by(customers.c.mandate_ref, customers.c.customer_no).limit(most))
    return [_stored(row) for row in rows]


def decide_mandate(tx: StoreTransaction, merchant_id: str, before: StoredMandate, decision: Decision) -> None:
    """Store what was decided about a mandate that :func:`hold_mandates` holds, and the notice of it."""
    values = {
        "state": decision.state.value,
        "signed_on": decision.signed_on,
        "form_digest": decision.form_digest,
        "party": decision.party and decision.party.value,
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
        "version": before.version + 1,
    }
    change = MandateChange(before.reference, before.customer_no, before.version + 1, decision.decided_at)
    notice = mandate_notice(require_merchant(tx, merchant_id), change)
    if notice is not None:
        write_notices(tx, [notice])
    if before.version:
        own = (mandates.c.merchant_id == merchant_id, mandates.c.reference == before.reference)
        tx.connection.execute(update(mandates).where(*own).values(values))
        return
    key = {"merchant_id": merchant_id, "reference": before.reference, "customer_no": before.customer_no}
    tx.connection.execute(insert(mandates), {**key, **values})


def _carried(merchant_id: str) -> Select[Any]:
    """Return the query of customers in effect with a mandate, with its decision under names of its own."""
    decided = (column.label(f"decided_{column.name}") for column in mandates.columns)
    return (
        select(customers, *decided)
        .select_from(customers.outerjoin(mandates, decided_about()))
        .where(
            customers.c.merchant_id == merchant_id, customers.c.mandate_ref.is_not(None), in_effect(customers)
        )
    )


_WIDTH = len(customers.columns)
_TABLE = mandates.columns.keys()
_STATE = _TABLE.index("state")
_VERSION = _TABLE.index("version")

_decision = row_reader(
    Decision,
    _TABLE,
    {"state": MandateState, "party": lambda word: None if word is None else Party(word)},
)


def _stored(row: Row[Any]) -> StoredMandate:
    customer = customer_record(row[:_WIDTH])
    decided = row[_WIDTH:]
    decision = None if decided[_STATE] is None else _decision(decided)
    assert customer.mandate_ref is not None, "asked for by its reference"
    return StoredMandate(
        customer.mandate_ref, customer.customer_no, customer, decision, decided[_VERSION] or 0
    )


def _word(state: MandateState) -> ColumnElement[str]:
    return literal_column(f"'{state.value}'")
