"""Deciding requests: one transaction approves a request and makes its change, or does neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import (
    LIFE,
    ApprovalEvent,
    ApprovalRefusal,
    ApprovalState,
    DualAction,
    refusal,
)
from offline_collect.domain.access.organisation import WHOLE
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access import credentials, users
from offline_collect.merchant.access.errors import ApprovalError
from offline_collect.merchant.access.masking import mask_accounts, sees_accounts
from offline_collect.merchant.access.requests import (
    Consent,
    DualControl,
    expire_overdue,
)
from offline_collect.merchant.common.code_words import code_word
from offline_collect.merchant.entry.free_text import reason_of
from offline_collect.merchant.keys import rewrap, working_keys
from offline_collect.merchant.keys.custody import Custody
from offline_collect.merchant.postings import (
    debits_in_doubt,
    failed_payouts,
    paid_at_office,
    paid_at_office_list,
    reconciliation,
    suspense,
)
from offline_collect.merchant.profile import lifecycle
from offline_collect.store import (
    Approval,
    SqlStore,
    StoreTransaction,
    append_audit,
    decide_approval,
    get_approval,
    list_approvals,
)
from offline_collect.store.backoffice.approvals import describe_briefly, subject_of

CarryOut = Callable[[SqlStore, Mapping[str, Any], Actor, dt.datetime, DualControl], Any]

CARRY_OUT: Mapping[DualAction, CarryOut] = {
    DualAction.MERCHANT_ADD: lifecycle.register_approved,
    DualAction.MERCHANT_SET: lifecycle.change_approved,
    DualAction.USER_ADD: users.register_approved,
    DualAction.USER_SET: users.set_approved,
    DualAction.USER_PASSWORD: credentials.set_password_approved,
    DualAction.SUSPENSE_REFUND: suspense.refund_approved,
    DualAction.SUSPENSE_APPLY: suspense.apply_approved,
    DualAction.SETTLE_OUTSIDE: paid_at_office.settle_outside_approved,
    DualAction.SETTLE_OUTSIDE_FILE: paid_at_office_list.settle_list_approved,
    DualAction.SETTLE_OUTSIDE_UNDO: paid_at_office.undo_outside_approved,
    DualAction.RECON_RESOLVE: reconciliation.resolve_approved,
    DualAction.DEBIT_RESOLVE: debits_in_doubt.resolve_debit_approved,
    DualAction.SETTLE_RETRY: failed_payouts.retry_approved,
    DualAction.KEYS_GENERATE: working_keys.make_approved,
    DualAction.KEYS_ROTATE: working_keys.make_approved,
    DualAction.KEYS_IMPORT: working_keys.make_approved,
    DualAction.KEYS_REWRAP: rewrap.rewrap_approved,
}
"""The use case of each action: it takes the request's payload and acts as the requester."""

_REFUSED = {
    ApprovalRefusal.DECIDED_ALREADY: Phrase("is {state} already", state=""),
    ApprovalRefusal.HAS_EXPIRED: Phrase("has expired: ask again"),
    ApprovalRefusal.OWN_REQUEST: Phrase(
        "was asked for by the same person ({asked_by}): another user must decide it; the requester may withdraw it",
        asked_by="",
    ),
    ApprovalRefusal.NOT_HIS_REQUEST: Phrase(
        "was asked for by {asked_by}, and only the requester may withdraw it: reject it", asked_by=""
    ),
}


def approve(
    store: SqlStore,
    number: int,
    actor: Actor,
    now: dt.datetime,
    custody: Callable[[], Custody] | None = None,
) -> Approval:
    """Approve a request and make its change, both or neither; return the approved request.

    Args:
        store: the store with the request.
        number: the number of the request.
        actor: the user who approves.
        now: the current time.
        custody: returns the custody of keys, for requests about keys.

    Raises:
        NotPermittedError: the actor may not approve, or the requester has lost the permission.
        ApprovalError: the actor is the requester, or the request is decided, expired or out of date.
        DisabledUserError: the requester is disabled now.
        NotFoundError: there is no such request.
        MerchantError, DomainError, StoreError: the change cannot be made now; the request still waits.
    """
    actor.require(Permission.APPROVE)
    asked = _open(store, number, ApprovalEvent.APPROVED, actor, now)
    whole = store.within(WHOLE)
    asker = users.acting_user(whole, asked.asked_by, through=asked.asked_through)

    def take(tx: StoreTransaction) -> None:
        _decide(tx, number, ApprovalEvent.APPROVED, actor, now)

    control = DualControl(consent=Consent(take, asked.payload.get("against")), custody=custody)
    CARRY_OUT[asked.action](whole.within(asker.scope), asked.payload, asker, now, control)
    done = _read(store, number)
    assert done.state is ApprovalState.APPROVED, "a use case takes the consent in its transaction"
    return done


def reject(
    store: SqlStore, number: int, actor: Actor, now: dt.datetime, reason: str | None = None
) -> Approval:
    """Reject a request; return the rejected request.

    Raises:
        NotPermittedError: the actor may not decide requests.
        ApprovalError: the actor is the requester, or the request is decided or expired.
        TextError: the reason cannot be kept.
        NotFoundError: there is no such request.
    """
    actor.require(Permission.APPROVE)
    return _end(store, number, ApprovalEvent.REJECTED, actor, now, reason)


def withdraw(
    store: SqlStore, number: int, actor: Actor, now: dt.datetime, reason: str | None = None
) -> Approval:
    """Withdraw the actor's own request; return the withdrawn request.

    Raises:
        ApprovalError: the actor is not the requester, or the request is decided or expired.
        TextError: the reason cannot be kept.
        NotFoundError: there is no such request.
    """
    return _end(store, number, ApprovalEvent.WITHDRAWN, actor, now, reason)


def show(store: SqlStore, number: int, actor: Actor) -> Approval:
    """Return a request; accounts that it asks for are in full only for users who approve.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: no request has this number.
    """
    actor.require(Permission.VIEW)
    return _shown(_read(store, number), actor)


def find(
    store: SqlStore,
    actor: Actor,
    now: dt.datetime,
    state: ApprovalState | None = None,
    merchant_id: str | None = None,
    most: int = 100,
    *,
    before: int | None = None,
) -> list[Approval]:
    """Return requests, the latest first, each as :func:`show` returns it.

    Args:
        before: number of the request that the page comes after; None for the first page.

    Raises:
        NotPermittedError: the actor may not see requests.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return [
            _shown(each, actor)
            for each in list_approvals(reading, now, state, merchant_id, most, before=before)
        ]


def asked_document(asked: Approval) -> dict[str, Any]:
    """Return what a request asks for, for people: amounts in major units."""
    payload = {key: value for key, value in asked.payload.items() if key != "against"}
    readable: dict[str, Any] = _readable(payload, payload.get("currency"))
    return readable


def _readable(value: Any, currency: str | None) -> Any:
    if isinstance(value, list):
        return [_readable(each, currency) for each in value]
    if not isinstance(value, Mapping):
        return value
    readable = {key: _readable(each, currency) for key, each in value.items()}
    if currency is not None and isinstance(value.get("amount_minor"), int):
        readable["amount"] = format_major(readable.pop("amount_minor"), currency)
    return readable


def _shown(asked: Approval, actor: Actor) -> Approval:
    return asked if sees_accounts(actor) else replace(asked, payload=mask_accounts(asked.payload))


def _end(
    store: SqlStore,
    number: int,
    event: ApprovalEvent,
    actor: Actor,
    now: dt.datetime,
    reason: str | None,
) -> Approval:
    why = None if reason is None else reason_of(reason)
    _open(store, number, event, actor, now)
    with store.transaction() as tx:
        _decide(tx, number, event, actor, now, why)
        return get_approval(tx, number)


def _open(store: SqlStore, number: int, event: ApprovalEvent, actor: Actor, now: dt.datetime) -> Approval:
    """Return a request that the actor may decide; mark expired requests first."""
    with store.transaction() as tx:
        expire_overdue(tx, now)
    asked = _read(store, number)
    _refuse(asked, event, actor, now)
    return asked


def _decide(
    tx: StoreTransaction,
    number: int,
    event: ApprovalEvent,
    actor: Actor,
    now: dt.datetime,
    reason: str | None = None,
) -> None:
    """Decide a request, locked; another process may have decided it since it was read."""
    asked = get_approval(tx, number, lock=True)
    _refuse(asked, event, actor, now)
    state = LIFE[event].target
    decide_approval(tx, number, state, actor, now, reason)
    after = describe_briefly(asked) | {"state": state.value} | ({} if reason is None else {"reason": reason})
    before = {"state": asked.state.value}
    append_audit(tx, actor, f"approvals {_VERBS[event]}", subject_of(asked), before, after, now)


_VERBS = {
    ApprovalEvent.APPROVED: "approve",
    ApprovalEvent.REJECTED: "reject",
    ApprovalEvent.WITHDRAWN: "withdraw",
}


def _refuse(asked: Approval, event: ApprovalEvent, actor: Actor, now: dt.datetime) -> None:
    why = refusal(event, asked.standing, actor, now)
    if why is not None:
        said = _REFUSED[why].filled(
            {"state": code_word("request", asked.state.value), "asked_by": asked.asked_by}
        )
        raise ApprovalError(Phrase("approval {approval_id} {said}", approval_id=asked.approval_id, said=said))


def _read(store: SqlStore, number: int) -> Approval:
    with store.snapshot() as reading:
        return get_approval(reading, number)
