"""Paid at the merchant's office: posting one such payment, and undoing one that was a mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.audit import Subject, SubjectType
from offline_collect.domain.deciding import Context
from offline_collect.domain.decisions import outside
from offline_collect.domain.decisions.office import OfficeDecision
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.office import OfficePosting
from offline_collect.merchant.entry.free_text import reason_of, reference_of
from offline_collect.merchant.postings.manual_posting import Posting, post
from offline_collect.merchant.postings.suspense import require_payment
from offline_collect.store import SqlStore, StoreTransaction, taken_references


def settle_outside(store: SqlStore, order: OutsidePayment, actor: Actor, now: dt.datetime) -> OfficePosting:
    """Post that a bill was paid at the merchant's office.

    Raises:
        NotPermittedError: the actor may not do it.
        TextError: the reference cannot be kept.
        PostingError: the bill cannot take it: paid, in a batch, withdrawn, another amount.
        BusyError: a payment of it is under way.
    """
    actor.require(Permission.PAID_AT_OFFICE)
    order = replace(order, reference=reference_of(order.reference), who=actor.name)

    def decide(tx: StoreTransaction, facts: Facts, contexts: Sequence[Context]) -> list[OfficeDecision]:
        return decide_orders(tx, [order], facts, contexts, _refuse)

    subject = Subject(SubjectType.BILL, order.bill_no, order.merchant_id)
    (posting,) = post(
        store,
        Posting(wants_of([order]), 1, decide, "bills settle-outside", subject, actor, _describe),
        now,
    )
    return posting


def undo_outside(store: SqlStore, order: UndoOutside, actor: Actor, now: dt.datetime) -> OfficePosting:
    """Take a payment at the office back that was posted by mistake.

    Raises:
        NotPermittedError: the actor may not do it.
        TextError: the reason cannot be kept.
        UnknownPaymentError: there is no such payment.
        PostingError: it was not made at the office, or is undone already.
        BusyError: a payment of its bill is under way.
    """
    actor.require(Permission.PAID_AT_OFFICE)
    order = replace(order, reason=reason_of(order.reason), who=actor.name)
    payment = require_payment(store, order.serial_number)
    wants = Wants()
    outside.want_undone(payment, wants)

    def decide(_: StoreTransaction, facts: Facts, contexts: Sequence[Context]) -> list[OfficeDecision]:
        return [outside.undo(order, facts, contexts[0])]

    def describe(made: list[OfficePosting]) -> tuple[Any, Any]:
        before = {"payment": payment.serial_number, "state": payment.state.value}
        after = {"state": "REVERSED", "posting": made[0].serial_number, "reason": order.reason}
        return before, after

    subject = Subject(SubjectType.BILL, payment.bill_no, payment.merchant_id)
    (posting,) = post(
        store, Posting(wants, 1, decide, "bills settle-outside --undo", subject, actor, describe), now
    )
    return posting


def wants_of(orders: Iterable[OutsidePayment]) -> Wants:
    """Return the facts that orders are decided on."""
    wants = Wants()
    for order in orders:
        outside.want(order, wants)
    return wants


def decide_orders(
    tx: StoreTransaction,
    orders: Sequence[OutsidePayment],
    facts: Facts,
    contexts: Sequence[Context],
    refuse: Callable[[int, PostingError], None],
) -> list[OfficeDecision]:
    """Decide orders of one merchant one after the other, each on what those before it changed.

    Args:
        tx: the transaction, in which the orders' bills are locked.
        orders: in order.
        facts: what :func:`wants_of` asked for.
        contexts: one an order.
        refuse: is told the place of an order that cannot be posted, and why; may raise.
    """
    taken = taken_references(tx, orders[0].merchant_id, {order.bill_no for order in orders})
    decisions: list[OfficeDecision] = []
    for place, (order, context) in enumerate(zip(orders, contexts, strict=True)):
        try:
            _check_order(order, taken, facts, context)
            decision = outside.decide(order, facts, context)
        except PostingError as error:
            refuse(place, error)
            continue
        facts.apply(decision[1])
        taken[order.bill_no, order.reference] = decision[0].serial_number
        decisions.append(decision)
    return decisions


def _check_order(
    order: OutsidePayment, taken: Mapping[tuple[str, str], str], facts: Facts, context: Context
) -> None:
    earlier = taken.get((order.bill_no, order.reference))
    if earlier is not None:
        raise PostingError(
            f"reference {order.reference} was posted to bill {order.bill_no} already, as payment {earlier}"
        )
    # Business days and the merchant's clock may be a day apart.
    last = max(facts.day.date, context.now.date()) + dt.timedelta(days=1)
    if order.paid_on is not None and order.paid_on > last:
        raise PostingError(f"{order.paid_on} is still to come: give the day that the merchant was paid")


def _refuse(_: int, error: PostingError) -> None:
    raise error


def _describe(made: list[OfficePosting]) -> tuple[Any, Any]:
    (posting,) = made
    after = {
        "state": "PAID OUTSIDE",
        "posting": posting.serial_number,
        "amount_minor": posting.amount_minor,
        "reference": posting.reference,
        "paid_on": None if posting.paid_on is None else posting.paid_on.isoformat(),
    }
    return None, {key: value for key, value in after.items() if value is not None}
