"""Another settlement account of a merchant: it holds from the next business day on.

What is paid out on the open day goes to the account that holds on it, so the merchant and the bank have the rest of
that day to notice a change that nobody wanted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from offline_collect.domain.merchants import Merchant
from offline_collect.store import StoreTransaction, hold_day, open_day


def paid_from_tomorrow(tx: StoreTransaction, before: Merchant, after: Merchant) -> Merchant:
    """Return a changed merchant, the other account of which holds from the next business day on.

    Before the store has a business day there is nothing to pay out, and the account changes at once.

    Args:
        tx: where the merchant is changed.
        before: as it is.
        after: as it should be, with the account that was asked for.
    """
    number = after.settlement_account.number
    if number == before.settlement_account.number:
        return replace(after, settlement_account=before.settlement_account)
    if open_date(tx) is None:
        return after
    # Held until the end of the transaction: a cutover in between would make the day after today's the open one.
    today = hold_day(tx).day.date
    return replace(after, settlement_account=before.settlement_account.moved_to(number, today))


def open_date(tx: StoreTransaction) -> dt.date | None:
    """Return the open business date; None before the first."""
    day = open_day(tx)
    return None if day is None else day.date
