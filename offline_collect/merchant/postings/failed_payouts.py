"""Puts a payout that failed into the next run, to the merchant's account or another one (docs/day-end.md, Payouts)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.errors import PayoutError
from offline_collect.domain.money import format_major
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.reconciliation.items import ItemEvent
from offline_collect.domain.settlement.payouts import PAYOUT_LIFE, Payout, PayoutAccount, PayoutEvent
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request, ask
from offline_collect.merchant.common.yaml_documents import Document, check_document
from offline_collect.merchant.entry.free_text import reason_of
from offline_collect.merchant.profile.definition import AccountNumber
from offline_collect.merchant.profile.render import ACCOUNT, ACCOUNT_NAME
from offline_collect.merchant.profile.rules import AccountBank, AccountName
from offline_collect.store import SqlStore, StoreTransaction, append_audit
from offline_collect.store.backoffice.approvals import pending_about
from offline_collect.store.reconciliation.items import Ending, end_item
from offline_collect.store.settlement.payouts import get_payout, open_item_of, retry_payout

_ACTION = DualAction.SETTLE_RETRY
_RETRIED = PAYOUT_LIFE[PayoutEvent.RETRIED]


class OtherAccount(Document):
    """Where a payout goes instead; what is not given stays as it was."""

    account: AccountNumber | None = None
    account_bank: AccountBank | None = None
    account_name: AccountName | None = None


@dataclass(frozen=True, slots=True)
class RetryOrder:
    """A payout to pay again.

    Attributes:
        reference: its name.
        other: where it goes; without anything in it, to the merchant's account as it is then.
    """

    reference: str
    other: OtherAccount
    reason: str


@dataclass(frozen=True, slots=True)
class Retried:
    """A payout that the next run pays again.

    Attributes:
        to: None for the merchant's account as it is then.
    """

    payout: Payout
    currency: str
    to: PayoutAccount | None


def other_account(number: str | None, bank: str | None, name: str | None) -> OtherAccount:
    """Return where a payout goes instead.

    Raises:
        DocumentError: an account, a bank or a name that cannot be.
    """
    given = {"account": number, "account_bank": bank, "account_name": name}
    return check_document(OtherAccount, given, _ACTION.value)


def retry_failed(
    store: SqlStore, order: RetryOrder, actor: Actor, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> Retried | Asked:
    """Put a failed payout into the next run of its bank and currency; needs two people.

    One that waits for it already can be sent to another account still.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: there is no such payout.
        PayoutError: it did not fail, another run has its money, or a request for it waits.
        ChangedSinceError: where it goes was changed after the request.
        TextError: the reason cannot be kept.
    """
    actor.require(Permission.SETTLE)
    order = replace(order, reason=reason_of(order.reason))
    with store.transaction() as tx:
        payout, _, currency = get_payout(tx, order.reference, lock=True)
        if payout.state not in _RETRIED.sources:
            raise PayoutError(
                Phrase(
                    "payout {reference} is {state}: only one that FAILED is paid again",
                    reference=order.reference,
                    state=payout.state.value,
                )
            )
        control.refuse_changed(_standing(payout))
        if control.asks(actor):
            _refuse_second(tx, order.reference, now)
            return ask(tx, _request(payout, currency, order), actor, now, control)
        retried = Retried(payout, currency, _account(payout, order.other))
        retry_payout(tx, payout, retried.to)
        _end_item(tx, order, actor, now)
        control.take(tx)
        subject = Subject(SubjectType.PAYOUT, order.reference, payout.merchant_id)
        before = {"state": payout.state.value, "account": mask_account(payout.account.number)}
        append_audit(tx, actor, _ACTION.value, subject, before, _described(order, retried), now)
    return retried


def retry_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> Retried | Asked:
    """Carry out an approved request to pay a payout again."""
    other = other_account(payload.get(ACCOUNT), payload.get("account_bank"), payload.get(ACCOUNT_NAME))
    return retry_failed(store, RetryOrder(payload["payout"], other, payload["reason"]), actor, now, control)


def _refuse_second(tx: StoreTransaction, reference: str, now: dt.datetime) -> None:
    """Refuse a request while another one waits: the later approval would replace the account of the earlier one."""
    waiting = pending_about(tx, _ACTION, reference, now)
    if waiting:
        raise PayoutError(
            Phrase(
                "approval {approval_id} to pay payout {reference} again waits already: decide or"
                " withdraw it first",
                approval_id=waiting[0].approval_id,
                reference=reference,
            )
        )


def _standing(payout: Payout) -> dict[str, str | None]:
    """Return what a request to pay it again is made against: the account that it replaces."""
    to = payout.retry
    return {
        "state": payout.state.value,
        ACCOUNT: None if to is None else to.number,
        "account_bank": None if to is None else to.bank,
        ACCOUNT_NAME: None if to is None else to.name,
    }


def _account(payout: Payout, other: OtherAccount) -> PayoutAccount | None:
    if other == OtherAccount():
        return None
    former = payout.retry or payout.account
    # Another account is of the bank that is named with it, or of the bank that pays.
    bank = former.bank if other.account is None and other.account_bank is None else other.account_bank
    return PayoutAccount(other.account or former.number, other.account_name or former.name, bank)


def _end_item(tx: StoreTransaction, order: RetryOrder, actor: Actor, now: dt.datetime) -> None:
    item_no = open_item_of(tx, order.reference)
    if item_no is not None:
        ending = Ending(ItemEvent.RETRIED, actor.name, now, FollowUp.NOTE, note=order.reason)
        end_item(tx, item_no, ending)


def _request(payout: Payout, currency: str, order: RetryOrder) -> Request:
    payload = {
        "payout": order.reference,
        "amount": format_major(payout.amount_minor, currency),
        "return_code": payout.return_code,
        "replaces": None if payout.retry is None else mask_account(payout.retry.number),
        ACCOUNT: order.other.account,
        "account_bank": order.other.account_bank,
        ACCOUNT_NAME: order.other.account_name,
        "reason": order.reason,
    }
    given = {key: value for key, value in payload.items() if value is not None}
    return Request(_ACTION, payout.merchant_id, order.reference, given, against=_standing(payout))


def _described(order: RetryOrder, retried: Retried) -> dict[str, Any]:
    to = retried.to
    return {
        "state": _RETRIED.target.value,
        "amount_minor": retried.payout.amount_minor,
        "account": None if to is None else mask_account(to.number),
        "account_bank": None if to is None else to.bank,
        "reason": order.reason,
    }
