"""Resolves items of reconciliation: a note, or postings that two people ask for and approve (docs/day-end.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.organisation import GROUP
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions import reconciliation
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.manual_posting import ManualDecision
from offline_collect.domain.decisions.reconciliation import Resolution
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.reconciliation.classes import (
    MOVES_MONEY,
    FollowUp,
    RowKind,
    Verdict,
    held,
)
from offline_collect.domain.reconciliation.items import (
    PAYOUT_FAILED,
    PAYOUT_LEFT_OUT,
    ItemEvent,
    ItemRefusal,
    ItemState,
    possible_for,
    refusal,
)
from offline_collect.domain.reconciliation.records import Item
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import (
    ASKS_FIRST,
    Asked,
    DualControl,
    Request,
    ask,
)
from offline_collect.merchant.entry.free_text import reason_of
from offline_collect.merchant.postings.manual_posting import Posting, post
from offline_collect.store import SqlStore, StoreTransaction, append_audit, get_merchant, require_open_day
from offline_collect.store.backoffice.lapsed_requests import RESOLVED_OTHERWISE, lapse_about
from offline_collect.store.reconciliation.files import neighbours
from offline_collect.store.reconciliation.items import Ending, end_item, get_item, payment_lines

_WHAT = "resolve differences of reconciliation"


@dataclass(frozen=True, slots=True)
class ResolveOrder:
    """An item to resolve.

    Attributes:
        follow_up: how; None as it is proposed.
        reason: what was found.
        currency: of money that came for a merchant that we do not know.
    """

    item_no: int
    follow_up: FollowUp | None
    reason: str
    currency: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolved item, with its postings."""

    item: Item
    follow_up: FollowUp
    postings: Sequence[ManualPosting]


def resolve(
    store: SqlStore, order: ResolveOrder, actor: Actor, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> Resolved | Asked:
    """Resolve an open item; two people are needed if money is proposed or moves.

    Raises:
        NotPermittedError, ScopeError: the actor may not reconcile, which concerns all banks.
        NotFoundError: there is no such item.
        ReconciliationError: it is not open, cannot be resolved so, or must wait.
        TextError: the reason cannot be kept.
        PostingError: the payment is not in force any more, or its message has come meanwhile.
        BusyError: a payment of the bill, or a reversal, is in progress.
    """
    actor.require(Permission.RECONCILE)
    actor.require_whole(_WHAT)
    order = replace(order, reason=reason_of(order.reason))
    with store.snapshot() as reading:
        item = get_item(reading, order.item_no)
        follow_up = order.follow_up or item.follow_up
        _refuse(reading, item, follow_up)
    if follow_up in MOVES_MONEY:
        return _post(store, order, item, follow_up, actor, now, control)
    return _note(store, order, item, actor, now, control)


def resolve_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> Resolved | Asked:
    """Carry out an approved request to resolve an item."""
    order = ResolveOrder(payload["item_no"], FollowUp(payload["as"]), payload["reason"], payload["currency"])
    return resolve(store, order, actor, now, control)


def _refuse(tx: StoreTransaction, item: Item, follow_up: FollowUp) -> None:
    why = _elsewhere(item) or _refusal(item, follow_up) or _wait(tx, item, follow_up)
    if why is not None:
        raise ReconciliationError(why)


def _elsewhere(item: Item) -> Phrase | None:
    """Return where an item ends that is not resolved here; None if it is."""
    if item.state is not ItemState.OPEN:
        return None
    if item.difference == PAYOUT_FAILED:
        return Phrase(
            "item {item_no} is a payout that failed: `offline-collect settle retry {match_key}` pays it again",
            item_no=item.item_no,
            match_key=item.match_key,
        )
    if item.difference == PAYOUT_LEFT_OUT:
        return Phrase(
            "item {item_no} ends with the run that pays {match_key}: `offline-collect merchant set` gives it a"
            " settlement account that fits the file",
            item_no=item.item_no,
            match_key=item.match_key,
        )
    return None


def _refusal(item: Item, follow_up: FollowUp) -> Phrase | None:
    why = refusal(item.state, item.of_file, follow_up)
    if why is ItemRefusal.NOT_OPEN:
        return Phrase(
            "item {item_no} is {state} already, by {ended_by}",
            item_no=item.item_no,
            state=item.state,
            ended_by=str(item.ended_by),
        )
    if why is ItemRefusal.NOT_POSSIBLE:
        return Phrase(
            "item {item_no} is {difference}: it cannot be resolved as {follow_up}; possible: {words}",
            item_no=item.item_no,
            difference=item.difference,
            follow_up=follow_up.value.lower(),
            words=", ".join(sorted(each.value.lower() for each in possible_for(item.of_file))),
        )
    return None


def _wait(tx: StoreTransaction, item: Item, follow_up: FollowUp) -> Phrase | None:
    if item.of_file is None or follow_up is FollowUp.NOTE:
        return None
    _, following = neighbours(tx, item.business_date)
    open_date = require_open_day(tx).date
    waits = held(Verdict(item.of_file, follow_up), following or open_date, open_date)
    if waits is None:
        return None
    return Phrase(
        "item {item_no} waits: the file of {until} may still have it; try again after the cutover of that day",
        item_no=item.item_no,
        until=str(waits.until),
    )


def _note(
    store: SqlStore, order: ResolveOrder, item: Item, actor: Actor, now: dt.datetime, control: DualControl
) -> Resolved | Asked:
    """End an item without money; if money was proposed, another user must agree."""
    with store.transaction() as tx:
        if item.follow_up in MOVES_MONEY and control.asks(actor):
            return ask(tx, _request(order, item, FollowUp.NOTE, ()), actor, now, control)
        ending = Ending(ItemEvent.NOTED, actor.name, now, FollowUp.NOTE, note=order.reason)
        end_item(tx, item.item_no, ending)
        control.take(tx)
        lapse_about(tx, DualAction.RECON_RESOLVE, str(item.item_no), RESOLVED_OTHERWISE, (actor, now))
        after = {"item": item.item_no, "as": FollowUp.NOTE.value, "note": order.reason}
        before = {"item": item.item_no, "state": item.state.value}
        append_audit(tx, actor, DualAction.RECON_RESOLVE.value, _subject(item), before, after, now)
    return Resolved(item, FollowUp.NOTE, ())


def _post(
    store: SqlStore,
    order: ResolveOrder,
    item: Item,
    follow_up: FollowUp,
    actor: Actor,
    now: dt.datetime,
    control: DualControl,
) -> Resolved | Asked:
    resolution = _resolution(store, order, item, follow_up, actor)
    with store.snapshot() as reading:
        lines, bill_nos = payment_lines(reading, resolution.taken_back)
    wants = Wants()
    reconciliation.want(resolution, lines, bill_nos, wants)

    def decide(tx: StoreTransaction, facts: Facts, contexts: Sequence[Context]) -> list[ManualDecision]:
        _refuse(tx, get_item(tx, item.item_no), follow_up)
        return reconciliation.decide(resolution, facts, contexts)

    def take(tx: StoreTransaction, made: Sequence[ManualPosting]) -> None:
        ending = Ending(
            ItemEvent.POSTED,
            actor.name,
            now,
            follow_up,
            posting=made[-1].serial_number,
            note=order.reason,
        )
        end_item(tx, item.item_no, ending)
        lapse_about(tx, DualAction.RECON_RESOLVE, str(item.item_no), RESOLVED_OTHERWISE, (actor, now))

    posting = Posting(
        wants=wants,
        count=len(lines) + 1,
        decide=decide,
        action=DualAction.RECON_RESOLVE,
        subject=_subject(item),
        actor=actor,
        describe=lambda made: _described(item, follow_up, order, made),
        request=lambda made: _request(order, item, follow_up, made),
        beside=take,
    )
    made = post(store, posting, now, control)
    return made if isinstance(made, Asked) else Resolved(item, follow_up, made)


def _resolution(
    store: SqlStore, order: ResolveOrder, item: Item, follow_up: FollowUp, actor: Actor
) -> Resolution:
    takes_back, received = reconciliation.plan(follow_up, item.theirs_minor, item.ours_minor)
    merchant_id = item.merchant_id or "?"
    with store.snapshot() as reading:
        merchant = get_merchant(reading, merchant_id, lock=False)
    return Resolution(
        item_no=item.item_no,
        institution=item.institution,
        terminal=item.terminal or "?",
        key=item.match_key,
        merchant_id=merchant_id if merchant is not None else mask_cards(merchant_id),
        bill_no=item.bill_no,
        currency=item.currency or (order.currency if merchant is None else merchant.currency),
        counted_on=BusinessDate.of(item.business_date),
        reason=order.reason,
        who=actor.name,
        taken_back=item.payment_serial if takes_back else None,
        received_minor=received,
        to_bill=follow_up is FollowUp.POST,
        may_come=item.kind is RowKind.PAYMENT and item.ours_minor is None,
    )


def _subject(item: Item) -> Subject:
    return Subject(SubjectType.ITEM, str(item.item_no))


def _request(order: ResolveOrder, item: Item, follow_up: FollowUp, made: Sequence[ManualPosting]) -> Request:
    payload = {
        "item_no": item.item_no,
        "difference": item.difference,
        "institution": item.institution,
        "business_date": str(item.business_date),
        "as": follow_up.value,
        "reason": order.reason,
        "currency": order.currency,
        "postings": [_briefly(posting) for posting in made],
    }
    # The day is shared by all banks, and so are its items.
    return Request(
        DualAction.RECON_RESOLVE, None, str(item.item_no), payload, organisation_id=GROUP.organisation_id
    )


def _described(
    item: Item, follow_up: FollowUp, order: ResolveOrder, made: Sequence[ManualPosting]
) -> tuple[Any, Any]:
    after = {
        "item": item.item_no,
        "as": follow_up.value,
        "note": order.reason,
        "postings": [{"posting": posting.serial_number, **_briefly(posting)} for posting in made],
    }
    return {"item": item.item_no, "state": item.state.value}, after


def _briefly(posting: ManualPosting) -> dict[str, Any]:
    """Return a posting; the serial number of one that is only asked for is provisional."""
    own = posting.payment_serial == posting.serial_number
    described = {
        "kind": posting.kind.value,
        "payment": None if own else posting.payment,
        "amount_minor": posting.amount_minor,
        "currency": posting.currency,
        "bill_no": posting.bill_no,
    }
    return {key: value for key, value in described.items() if value is not None}
