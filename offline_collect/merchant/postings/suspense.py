"""Money in suspense: finds it, refunds it, applies it to a bill (docs/merchants.md, Money in suspense)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.decisions import suspense
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.manual_posting import ManualDecision
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.transactions import PostedPayment
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request
from offline_collect.merchant.common.errors import UnknownPaymentError
from offline_collect.merchant.entry.free_text import reason_of, reference_of
from offline_collect.merchant.postings.manual_posting import Posting, post_one
from offline_collect.store import SqlStore, StoreTransaction, find_payment


def require_payment(store: SqlStore, serial_number: str) -> PostedPayment:
    """Return a payment as it is now, not locked.

    Raises:
        UnknownPaymentError: no payment has this serial number.
    """
    with store.snapshot() as reading:
        payment = find_payment(reading, serial_number)
    if payment is None:
        raise UnknownPaymentError(serial_number)
    return payment


def refund(
    store: SqlStore, order: Refund, actor: Actor, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> ManualPosting | Asked:
    """Post that money in suspense was refunded to the institution that it came from; needs two people.

    Raises:
        NotPermittedError: the actor may not do it.
        UnknownPaymentError: there is no such payment.
        TextError: the reason or reference cannot be kept.
        PostingError: it is not in suspense any more.
        BusyError: a reversal of it is in progress.
    """
    reference = None if order.reference is None else reference_of(order.reference)
    order = replace(order, reason=reason_of(order.reason), reference=reference, who=actor.name)
    return _post(store, order, actor, now, control)


def apply(
    store: SqlStore, order: Application, actor: Actor, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> ManualPosting | Asked:
    """Apply money in suspense to a bill of the merchant that it was paid to; needs two people.

    Raises:
        NotPermittedError: the actor may not do it.
        UnknownPaymentError: there is no such payment.
        TextError: the reason cannot be kept.
        PostingError: it is not in suspense any more, or the bill cannot take it.
        BusyError: a payment of the bill, or a reversal, is in progress.
    """
    order = replace(order, reason=reason_of(order.reason), who=actor.name)
    return _post(store, order, actor, now, control)


def _post(
    store: SqlStore, order: Refund | Application, actor: Actor, now: dt.datetime, control: DualControl
) -> ManualPosting | Asked:
    actor.require(Permission.SUSPENSE)
    payment = require_payment(store, order.serial_number)
    wants = Wants()
    suspense.want(order, payment, wants)

    def decide(_: StoreTransaction, facts: Facts, contexts: Sequence[Context]) -> list[ManualDecision]:
        if isinstance(order, Refund):
            return [suspense.refund(order, facts, contexts[0])]
        return [suspense.apply(order, facts, contexts[0])]

    action = DualAction.SUSPENSE_REFUND if isinstance(order, Refund) else DualAction.SUSPENSE_APPLY

    def request(made: list[ManualPosting]) -> Request:
        return Request(action, payment.merchant_id, order.serial_number, _payload(order, made[0]))

    subject = Subject(SubjectType.PAYMENT, order.serial_number, payment.merchant_id)
    posting = Posting(
        wants=wants,
        count=1,
        decide=decide,
        action=action,
        subject=subject,
        actor=actor,
        describe=_describe,
        request=request,
    )
    return post_one(store, posting, now, control)


def refund_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> ManualPosting | Asked:
    """Carry out an approved request for a refund."""
    order = Refund(payload["serial_number"], payload["reason"], actor.name, payload.get("reference"))
    return refund(store, order, actor, now, control)


def apply_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> ManualPosting | Asked:
    """Carry out an approved request to apply money to a bill."""
    order = Application(payload["serial_number"], payload["bill_no"], payload["reason"], actor.name)
    return apply(store, order, actor, now, control)


def _payload(order: Refund | Application, would: ManualPosting) -> dict[str, Any]:
    payload = {
        "serial_number": order.serial_number,
        "bill_no": would.bill_no,
        "amount_minor": would.amount_minor,
        "currency": would.currency,
        "reason": order.reason,
        "reference": would.reference,
    }
    return {key: value for key, value in payload.items() if value is not None}


def _describe(made: list[ManualPosting]) -> tuple[Any, Any]:
    (posting,) = made
    after = {
        "state": posting.kind.value,
        "posting": posting.serial_number,
        "amount_minor": posting.amount_minor,
        "bill_no": posting.bill_no,
        "reason": posting.reason,
        "reference": posting.reference,
    }
    return (
        {"payment": posting.payment, "state": "SUSPENSE"},
        {key: value for key, value in after.items() if value is not None},
    )
