"""Payments at the merchant's office: posts one, and undoes one that was posted by mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.decisions import outside
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.manual_posting import ManualDecision
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request
from offline_collect.merchant.entry.free_text import reason_of, reference_of
from offline_collect.merchant.postings.manual_posting import Posting, post_one
from offline_collect.merchant.postings.suspense import require_payment
from offline_collect.store import SqlStore, StoreTransaction, taken_references


def settle_outside(
    store: SqlStore,
    order: OutsidePayment,
    actor: Actor,
    now: dt.datetime,
    control: DualControl = ASKS_FIRST,
) -> ManualPosting | Asked:
    """Post that a bill was paid at the merchant's office; needs two people.

    Raises:
        NotPermittedError: the actor may not do it.
        TextError: the reference cannot be kept.
        PostingError: the bill cannot take it: it is paid, in a batch or withdrawn, or the amount differs.
        BusyError: a payment of it is in progress.
    """
    actor.require(Permission.PAID_AT_OFFICE)
    order = replace(order, reference=reference_of(order.reference), who=actor.name)

    def decide(tx: StoreTransaction, facts: Facts, contexts: Sequence[Context]) -> list[ManualDecision]:
        return decide_orders(tx, [order], facts, contexts, _refuse)

    def request(made: list[ManualPosting]) -> Request:
        return Request(action, order.merchant_id, order.bill_no, _payload(order, made[0]))

    action = DualAction.SETTLE_OUTSIDE
    subject = Subject(SubjectType.BILL, order.bill_no, order.merchant_id)
    posting = Posting(
        wants=wants_of([order]),
        count=1,
        decide=decide,
        action=action,
        subject=subject,
        actor=actor,
        describe=_describe,
        request=request,
    )
    return post_one(store, posting, now, control)


def settle_outside_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> ManualPosting | Asked:
    """Carry out an approved request for a payment at the office."""
    order = requested_payment(payload, payload, actor)
    return settle_outside(store, order, actor, now, control)


def requested_payment(kept: Mapping[str, Any], request: Mapping[str, Any], actor: Actor) -> OutsidePayment:
    """Return a payment at the office as a request has stored it.

    Args:
        kept: the payment's own values; of a list, a row's.
        request: what holds for the whole request: merchant, late fee.
    """
    paid_on = kept.get("paid_on")
    return OutsidePayment(
        merchant_id=request["merchant_id"],
        bill_no=kept["bill_no"],
        amount_minor=kept["amount_minor"],
        reference=kept["reference"],
        who=actor.name,
        waives_late_fee=request["waives_late_fee"],
        paid_on=None if paid_on is None else dt.date.fromisoformat(paid_on),
    )


def undo_outside(
    store: SqlStore, order: UndoOutside, actor: Actor, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> ManualPosting | Asked:
    """Undo a payment at the office that was posted by mistake; needs two people.

    Raises:
        NotPermittedError: the actor may not do it.
        TextError: the reason cannot be kept.
        UnknownPaymentError: there is no such payment.
        PostingError: it was not made at the office, or is already undone.
        BusyError: a payment of its bill is in progress.
    """
    actor.require(Permission.PAID_AT_OFFICE)
    order = replace(order, reason=reason_of(order.reason), who=actor.name)
    payment = require_payment(store, order.serial_number)
    wants = Wants()
    outside.want_undone(payment, wants)

    def decide(_: StoreTransaction, facts: Facts, contexts: Sequence[Context]) -> list[ManualDecision]:
        return [outside.undo(order, facts, contexts[0])]

    def describe(made: list[ManualPosting]) -> tuple[Any, Any]:
        before = {"payment": payment.serial_number, "state": payment.state.value}
        after = {"state": "REVERSED", "posting": made[0].serial_number, "reason": order.reason}
        return before, after

    def request(made: list[ManualPosting]) -> Request:
        return Request(action, payment.merchant_id, payment.bill_no, _undo_payload(order, made[0]))

    action = DualAction.SETTLE_OUTSIDE_UNDO
    subject = Subject(SubjectType.BILL, payment.bill_no, payment.merchant_id)
    return post_one(
        store,
        Posting(
            wants=wants,
            count=1,
            decide=decide,
            action=action,
            subject=subject,
            actor=actor,
            describe=describe,
            request=request,
        ),
        now,
        control,
    )


def undo_outside_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> ManualPosting | Asked:
    """Carry out an approved request to undo a payment at the office."""
    order = UndoOutside(payload["serial_number"], payload["reason"], actor.name)
    return undo_outside(store, order, actor, now, control)


def wants_of(orders: Iterable[OutsidePayment]) -> Wants:
    """Return the facts that decisions on orders need."""
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
) -> list[ManualDecision]:
    """Decide orders of one merchant in sequence; each decision sees the changes of the earlier ones.

    Args:
        tx: the transaction, in which the orders' bills are locked.
        orders: in order.
        facts: those that :func:`wants_of` requested.
        contexts: one for each order.
        refuse: receives the index of an order that cannot be posted, and the reason; may raise.
    """
    taken = taken_references(tx, orders[0].merchant_id, {order.bill_no for order in orders})
    decisions: list[ManualDecision] = []
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
            Phrase(
                "reference {reference} was posted to bill {bill_no} already, as payment {serial_number}",
                reference=order.reference,
                bill_no=order.bill_no,
                serial_number=earlier,
            )
        )
    # Business days and the merchant's clock may be a day apart.
    last = max(facts.day.date, context.now.date()) + dt.timedelta(days=1)
    if order.paid_on is not None and order.paid_on > last:
        raise PostingError(
            Phrase(
                "{date} is still to come: give the day that the merchant was paid", date=str(order.paid_on)
            )
        )


def _refuse(_: int, error: PostingError) -> None:
    raise error


def _describe(made: list[ManualPosting]) -> tuple[Any, Any]:
    (posting,) = made
    after = {
        "state": "PAID OUTSIDE",
        "posting": posting.serial_number,
        "amount_minor": posting.amount_minor,
        "reference": posting.reference,
        "paid_on": None if posting.paid_on is None else posting.paid_on.isoformat(),
    }
    return None, {key: value for key, value in after.items() if value is not None}


def _payload(order: OutsidePayment, would: ManualPosting) -> dict[str, Any]:
    """Return the request's document; it fixes the amount that the second user approves."""
    payload = {
        "merchant_id": order.merchant_id,
        "bill_no": order.bill_no,
        "amount_minor": would.amount_minor,
        "currency": would.currency,
        "reference": order.reference,
        "waives_late_fee": order.waives_late_fee,
        "paid_on": None if order.paid_on is None else order.paid_on.isoformat(),
    }
    return {key: value for key, value in payload.items() if value is not None}


def _undo_payload(order: UndoOutside, would: ManualPosting) -> dict[str, Any]:
    return {
        "serial_number": order.serial_number,
        "bill_no": would.bill_no,
        "amount_minor": would.amount_minor,
        "currency": would.currency,
        "reason": order.reason,
    }
