"""Reminds payers of bills that are not paid, once a business day: each bill once for each of the days in the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.domain.notices.reminders import Reminder, ReminderTerms, reminders_on
from offline_collect.domain.ports import Clock, ConflictError
from offline_collect.domain.values import value
from offline_collect.store import SqlStore, StoreTransaction, require_merchant
from offline_collect.store.notices.reminders import (
    BillPage,
    merchants_to_remind,
    next_page,
    set_reminded,
    write_reminders,
)
from offline_collect.store.sql.business_days import open_day


@value
class Reminded:
    """What a look at the bills did.

    Attributes:
        written: reminders that are in the outbox now.
        busy: merchants that others held for too long; the next look continues with them.
    """

    written: int
    busy: Sequence[str] = ()


def remind_payers(
    store: SqlStore, actor: Actor, terms: ReminderTerms, clock: Clock, *, again: bool = False
) -> Reminded:
    """Write the reminders that are due on the open business day to the outbox.

    Args:
        again: also look at merchants whose bills have been looked at on this business day: bills may have come since.

    Raises:
        NotPermittedError, ScopeError: the actor may not send notices.
        StoreError: some merchants' reminders may be there; the next time continues.
    """
    actor.require(Permission.NOTIFY)
    actor.require_whole("remind payers")
    with store.snapshot() as reading:
        day = open_day(reading)
        if day is None or not (reminders := reminders_on(terms, day.date)):
            return Reminded(0)
        waiting = merchants_to_remind(reading, day.date, again=again)
    written, busy = 0, []
    for merchant_id in waiting:
        try:
            for number in _pages(store, merchant_id, reminders, day.date, clock):
                written += number
        except ConflictError:
            # An import or a batch of debits has the merchant: all others' notices must not wait for it.
            busy.append(merchant_id)
    return Reminded(written, busy)


def _pages(
    store: SqlStore, merchant_id: str, reminders: Sequence[Reminder], today: BusinessDate, clock: Clock
) -> Iterator[int]:
    """Yield how many reminders each page of a merchant's bills has had, once they are there."""
    after, more = None, True
    while more:
        with store.transaction() as tx:
            wanted = _wanted(require_merchant(tx, merchant_id, lock=True), reminders)
            page = next_page(tx, merchant_id, after) if wanted else BillPage(merchant_id, after, None)
            written = _write(tx, page, wanted, today, clock)
            after, more = page.through, page.through is not None
            if not more:
                set_reminded(tx, merchant_id, today)
        yield written


def _wanted(merchant: Merchant, reminders: Sequence[Reminder]) -> Sequence[Reminder]:
    if merchant.status is not MerchantStatus.ACTIVE:
        return ()
    return [each for each in reminders if merchant.tells(each.kind)]


def _write(
    tx: StoreTransaction, page: BillPage, wanted: Sequence[Reminder], today: BusinessDate, clock: Clock
) -> int:
    return sum(write_reminders(tx, page, each, today, clock.now()) for each in wanted)
