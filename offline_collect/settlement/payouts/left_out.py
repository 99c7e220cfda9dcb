"""Payouts that do not fit the file: who is not paid is told, and an item stays open until a run pays the merchant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.domain.reconciliation.classes import FollowUp, RowKind
from offline_collect.domain.reconciliation.items import PAYOUT_LEFT_OUT, ItemEvent, ItemState
from offline_collect.domain.reconciliation.records import Item
from offline_collect.domain.settlement.payouts import LeftOut
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import StoreTransaction
from offline_collect.store.reconciliation.items import Ending, end_item, put_items
from offline_collect.store.settlement.payouts import left_out_items


def keep_items(
    tx: StoreTransaction,
    day: BusinessDate,
    left_out: Sequence[LeftOut],
    paid: Collection[str],
    acting: tuple[Actor, dt.datetime],
) -> None:
    """Open an item for each merchant that is left out and has none; end those of merchants that are paid.

    Args:
        paid: merchants that the day's runs pay.
    """
    actor, now = acting
    opened = left_out_items(tx)
    waiting = {each.merchant_id: each for each in reversed(left_out)}
    missing = sorted(waiting.keys() - opened.keys())
    put_items(tx, [_item(waiting[merchant_id], day, now) for merchant_id in missing])
    for merchant_id, item_no in opened.items():
        if merchant_id in paid and merchant_id not in waiting:
            end_item(tx, item_no, Ending(ItemEvent.PAID, actor.name, now))


def _item(left: LeftOut, day: BusinessDate, now: dt.datetime) -> Item:
    return Item(
        difference=PAYOUT_LEFT_OUT,
        follow_up=FollowUp.NOTE,
        state=ItemState.OPEN,
        institution=left.bank_number,
        business_date=day,
        kind=RowKind.PAYMENT,
        match_key=left.merchant_id,
        message_key=left.merchant_id,
        opened_at=now,
        merchant_id=left.merchant_id,
        ours_minor=left.amount_minor,
        currency=left.currency,
    )


def left_out_text(left: LeftOut) -> Phrase:
    """Return whom a run has not paid, and why."""
    amount = format_major(left.amount_minor, left.currency)
    return Phrase(
        "{merchant_id} is not paid {amount} {currency}: {why}; mend its settlement account (`offline-collect merchant"
        " set`), and the next run pays it",
        merchant_id=left.merchant_id,
        amount=amount,
        currency=CURRENCIES[left.currency].code,
        why=left.why,
    )
