"""Changes a merchant's settlement account: the new one is valid from the next business day.

Payouts of the open day still go to the old account. So the merchant and the bank have the rest of that day to
notice an unwanted change.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from offline_collect.domain.merchants import Merchant
from offline_collect.store import StoreTransaction, hold_day, open_day


def paid_from_tomorrow(tx: StoreTransaction, before: Merchant, after: Merchant) -> Merchant:
    """Return a changed merchant whose new account is valid from the next business day.

    Before the first business day there is nothing to pay out, so the account changes at once.

    Args:
        tx: the transaction that changes the merchant.
        before: as it is.
        after: as it should be, with the requested account.
    """
    account = after.settlement_account
    if account.terms() == before.settlement_account.terms():
        return replace(after, settlement_account=before.settlement_account)
    if open_date(tx) is None:
        return after
    # Held until the end of the transaction, so that no cutover opens the next day in between.
    today = hold_day(tx).day.date
    return replace(after, settlement_account=before.settlement_account.moved_to(account, today))


def open_date(tx: StoreTransaction) -> dt.date | None:
    """Return the open business date; None before the first."""
    day = open_day(tx)
    return None if day is None else day.date
